"""Who is offered what on the pages. The store holds the rights themselves; this only spares people a refusal."""

from models.party import Person, Role
from store.calendars import SCHEDULERS
from store.conflict_report import READERS
from store.portal_queue import SORTERS, STEERERS
from store.rule_drafts import AUTHORS, PUBLISHERS

STATEMENT_READERS = frozenset({Role.TREASURER, Role.ACCOUNTS_PAYABLE, Role.FINANCE_DIRECTOR, Role.AUDITOR})
_STATEMENT_FETCHERS = frozenset({Role.TREASURER, Role.ACCOUNTS_PAYABLE})
_SELLERS = frozenset(
    {
        Role.SALES,
        Role.SHIPPING,
        Role.ACCOUNTS_RECEIVABLE,
        Role.FINANCE_DIRECTOR,
        Role.MANAGING_DIRECTOR,
        Role.AUDITOR,
    }
)
_QUEUE_STEERERS = frozenset(STEERERS)
_QUEUE_SORTERS = frozenset(SORTERS)
QUEUE_READERS = _QUEUE_SORTERS | {Role.AUDITOR}
_SCHEDULERS = frozenset(SCHEDULERS)
SCHEDULE_READERS = _SCHEDULERS | QUEUE_READERS
_RULE_AUTHORS = frozenset(AUTHORS)
_RULE_PUBLISHERS = frozenset(PUBLISHERS)
RULE_READERS = _RULE_AUTHORS | _RULE_PUBLISHERS | {Role.AUDITOR, Role.COST_CENTRE_OWNER}
_CONTROLLERS = frozenset(READERS)
_RECEIVERS = frozenset({Role.RECEIVING, Role.REQUESTER})


def may_read_statements(person: Person) -> bool:
    return bool(person.roles & STATEMENT_READERS)


def may_fetch_statements(person: Person) -> bool:
    return bool(person.roles & _STATEMENT_FETCHERS)


def may_see_queue(person: Person) -> bool:
    return bool(person.roles & QUEUE_READERS)


def may_steer_queue(person: Person) -> bool:
    return bool(person.roles & _QUEUE_STEERERS)


def may_sort_queue(person: Person) -> bool:
    return bool(person.roles & _QUEUE_SORTERS)


def may_see_schedules(person: Person) -> bool:
    return bool(person.roles & SCHEDULE_READERS)


def may_schedule(person: Person) -> bool:
    return bool(person.roles & _SCHEDULERS)


def may_see_controls(person: Person) -> bool:
    return bool(person.roles & _CONTROLLERS)


def may_receive(person: Person) -> bool:
    return bool(person.roles & _RECEIVERS)


def may_deliver(person: Person) -> bool:
    return Role.SHIPPING in person.roles


def may_see_sales(person: Person) -> bool:
    return bool(person.roles & _SELLERS)


def may_sell(person: Person) -> bool:
    return Role.SALES in person.roles


def may_request(person: Person) -> bool:
    return Role.REQUESTER in person.roles


def may_read_rules(person: Person) -> bool:
    return bool(person.roles & RULE_READERS)


def may_write_rules(person: Person) -> bool:
    return bool(person.roles & _RULE_AUTHORS)


def may_publish_rules(person: Person) -> bool:
    return bool(person.roles & _RULE_PUBLISHERS)

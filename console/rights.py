"""Who is offered what on the pages. The store holds the rights themselves; this only spares people a refusal."""

from models.party import Person, Role

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
_RECEIVERS = frozenset({Role.RECEIVING, Role.REQUESTER})


def may_read_statements(person: Person) -> bool:
    return bool(person.roles & STATEMENT_READERS)


def may_fetch_statements(person: Person) -> bool:
    return bool(person.roles & _STATEMENT_FETCHERS)


def may_receive(person: Person) -> bool:
    return bool(person.roles & _RECEIVERS)


def may_deliver(person: Person) -> bool:
    return Role.SHIPPING in person.roles


def may_see_sales(person: Person) -> bool:
    return bool(person.roles & _SELLERS)


def may_request(person: Person) -> bool:
    return Role.REQUESTER in person.roles

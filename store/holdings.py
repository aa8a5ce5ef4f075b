"""Which functions each person holds, and what gives them each: role, absence of another, bot, rule, payee's account."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, select

from finance.segregation import Function
from models.base import Model
from models.party import Person, Role
from store.approval_judging import FUNCTION_OF
from store.delegations import delegations
from store.rule_publications import in_force, tables_known
from store.schema.approvals import involvement
from store.segregation import hands_of_rule, payee_history, payee_of_history
from store.vault import owners_of_bots

_OF_ROLE: dict[Role, tuple[Function, ...]] = {
    Role.REQUESTER: (Function.REQUESTED_PURCHASE,),
    Role.COST_CENTRE_OWNER: (Function.APPROVED_PURCHASE, Function.APPROVED_INVOICE),
    Role.PURCHASING: (Function.APPROVED_PURCHASE,),
    Role.RECEIVING: (Function.RECEIVED_GOODS,),
    Role.ACCOUNTS_PAYABLE: (Function.RESOLVED_EXCEPTION, Function.APPROVED_INVOICE),
    Role.FINANCE_DIRECTOR: (Function.APPROVED_PURCHASE, Function.APPROVED_INVOICE, Function.APPROVED_CREDIT),
    Role.MANAGING_DIRECTOR: (Function.APPROVED_PURCHASE, Function.RELEASED_PAYMENT, Function.APPROVED_CREDIT),
    Role.TREASURER: (Function.RELEASED_PAYMENT,),
    Role.SALES: (Function.TOOK_ORDER,),
    Role.SHIPPING: (Function.DELIVERED_GOODS,),
}
"""What a role lets a person do to a document."""


class Source(StrEnum):
    """Where a person's function comes from."""

    ROLE = "role"
    DELEGATION = "delegation"
    BOT = "bot"
    RULE = "rule"
    PAYEE_ACCOUNT = "payee_account"


class Holding(Model):
    person: str
    function: Function
    source: Source
    origin: str
    """Role, person who is represented, portal, table or vendor."""


def holdings(connection: Connection, tenant: str, people: Mapping[str, Person], at: datetime) -> tuple[Holding, ...]:
    """Of everybody, by all that gives them a function at the moment `at`."""
    return (
        *(_of_role(person.id, role, each) for person in people.values() for role, each in _functions(person)),
        *_of_delegates(connection, tenant, people, at),
        *_of_owners(connection, tenant),
        *_of_rules(connection, tenant, at),
        *_of_payee_accounts(connection, tenant),
    )


def _functions(person: Person) -> list[tuple[Role, Function]]:
    return [(role, each) for role in sorted(person.roles) for each in _OF_ROLE.get(role, ())]


def _of_role(person: str, role: Role, function: Function) -> Holding:
    return Holding(person=person, function=function, source=Source.ROLE, origin=role)


def _of_delegates(connection: Connection, tenant: str, people: Mapping[str, Person], at: datetime) -> Iterator[Holding]:
    for agreed in delegations(connection, tenant):
        if agreed.is_in_force(at) and not agreed.request:
            given = {each for _, each in _functions(people[agreed.principal])} & set(FUNCTION_OF.values())
            for each in sorted(given):
                yield Holding(person=agreed.delegate, function=each, source=Source.DELEGATION, origin=agreed.principal)


def _of_owners(connection: Connection, tenant: str) -> Iterator[Holding]:
    for portal, owner in owners_of_bots(connection, tenant).items():
        yield Holding(person=owner, function=Function.OWNED_BOT, source=Source.BOT, origin=portal)


def _of_rules(connection: Connection, tenant: str, at: datetime) -> Iterator[Holding]:
    for table in sorted(tables_known(connection, tenant)):
        published = in_force(connection, tenant, table, at)
        for hand in hands_of_rule(connection, tenant, table, published.version) if published else ():
            yield Holding(person=hand.person, function=Function(hand.function), source=Source.RULE, origin=table)


def _of_payee_accounts(connection: Connection, tenant: str) -> Iterator[Holding]:
    query = select(involvement).where(
        involvement.c.tenant == tenant, involvement.c.case_id.startswith(payee_history(""))
    )
    for row in connection.execute(query.order_by(involvement.c.case_id)).all():
        yield Holding(
            person=row.person,
            function=Function(row.function),
            source=Source.PAYEE_ACCOUNT,
            origin=payee_of_history(row.case_id),
        )

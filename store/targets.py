"""Where a person's messages go, in which order; the addresses of their own services are sealed and never shown."""

import uuid

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Connection, delete, insert, select

from models.errors import BusinessError
from models.ids import target_test_workflow
from models.message import ServiceAddresses
from models.party import Role
from models.target import MAIL, MOST_TARGETS, MessagePolicy, Target
from store.outbox import MessageKind, enqueue
from store.people import SignedIn
from store.schema.messages import message_policy, message_target
from store.unit_of_work import Store, UnitOfWork
from store.vault import Vault

POLICY_MAKERS = (Role.ADMINISTRATOR, Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR)
_MAILBOX = Target(id=MAIL, name="E-mail", service="")


def targets_of(connection: Connection, tenant: str, person: str) -> tuple[Target, ...]:
    """Where the person's messages go: the first that takes one has it. Nobody is without their e-mail address."""
    place = (message_target.c.tenant == tenant) & (message_target.c.person == person)
    rows = connection.execute(select(message_target).where(place).order_by(message_target.c.position)).all()
    found = tuple(
        Target(id=row.id, name=row.name, service=row.service, hides_amounts=row.hides_amounts) for row in rows
    )
    return found or (_MAILBOX,)


def address_of(connection: Connection, vault: Vault, tenant: str, person: str, target: str) -> SecretStr:
    """Raises BusinessError `target.unknown` or `target.sealed`."""
    query = select(message_target.c.sealed).where(_place(tenant, person, target))
    sealed = connection.execute(query).scalar_one_or_none()
    if not sealed:
        raise _unknown(target)
    return vault.open_address(tenant, target, sealed)


def add_target(
    store: Store,
    vault: Vault,
    services: ServiceAddresses,
    signed_in: SignedIn,
    name: str,
    address: SecretStr,
    hides_amounts: bool = False,
) -> Target:
    """Adds a service of the person's own, after those they have. Raises BusinessError `target.*`."""
    name = " ".join(name.split())
    if not name or len(name) > 60:
        raise BusinessError("target.name", "Give it a name of at most 60 characters, such as My phone.")
    service = services.check(address)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        person = signed_in.person.id
        known = targets_of(work.connection, work.tenant, person)
        if len(known) >= MOST_TARGETS:
            raise BusinessError("target.too_many", f"There are {MOST_TARGETS} already. Remove one first.")
        if name in [each.name for each in known]:
            raise BusinessError("target.name", f"One of yours is called {name} already. Give it another name.")
        added = Target(id=uuid.uuid4().hex, name=name, service=service, hides_amounts=hides_amounts)
        sealed = {each.id: "" for each in known} | _sealed(work, person)
        sealed[added.id] = vault.seal_address(work.tenant, added.id, address)
        _keep(work, person, (*known, added), sealed)
        _record(work, "target.added", person, added)
    return added


def remove_target(store: Store, signed_in: SignedIn, target: str) -> None:
    """Raises BusinessError `target.unknown`, and `target.mail`: the e-mail address stays."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known, found = _known(work, signed_in.person.id, target)
        if found.is_mail:
            raise BusinessError("target.mail", "Your e-mail address stays; put another one before it.")
        left = tuple(each for each in known if each.id != target)
        _keep(work, signed_in.person.id, left, _sealed(work, signed_in.person.id))
        _record(work, "target.removed", signed_in.person.id, found)


def put_first(store: Store, signed_in: SignedIn, target: str) -> None:
    """Has messages go there first; the others stay in their order. Raises BusinessError `target.unknown`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known, found = _known(work, signed_in.person.id, target)
        others = tuple(each for each in known if each.id != target)
        _keep(work, signed_in.person.id, (found, *others), _sealed(work, signed_in.person.id))
        _record(work, "target.put_first", signed_in.person.id, found)


def hide_amounts(store: Store, signed_in: SignedIn, target: str, *, hidden: bool) -> None:
    """Leaves amounts out of what goes there, or not. Raises BusinessError `target.unknown`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        known, found = _known(work, signed_in.person.id, target)
        changed = found.model_copy(update={"hides_amounts": hidden})
        wanted = tuple(changed if each.id == target else each for each in known)
        _keep(work, signed_in.person.id, wanted, _sealed(work, signed_in.person.id))
        _record(work, "target.changed", signed_in.person.id, changed)


def ask_for_test(store: Store, signed_in: SignedIn, target: str) -> str:
    """Has a test message sent there, once; the id under which its result is kept."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        _, found = _known(work, signed_in.person.id, target)
        test = f"test.{uuid.uuid4().hex}"
        argument = {"tenant": work.tenant, "person": signed_in.person.id, "target": target, "test": test}
        enqueue(work, MessageKind.START, target_test_workflow(work.tenant, test), "TargetTest", argument)
        _record(work, "target.tested", signed_in.person.id, found)
    return test


def policy_of(connection: Connection, tenant: str) -> MessagePolicy:
    query = select(message_policy.c.data).where(message_policy.c.tenant == tenant)
    return connection.execute(query).scalar_one_or_none() or MessagePolicy()


def set_policy(store: Store, signed_in: SignedIn, wanted: MessagePolicy) -> None:
    """Says what messages may hold. Raises BusinessError `right.missing`."""
    signed_in.require(*POLICY_MAKERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        before = policy_of(work.connection, work.tenant)
        work.execute(delete(message_policy).where(message_policy.c.tenant == work.tenant))
        work.execute(insert(message_policy).values(tenant=work.tenant, data=wanted))
        shown = (before.model_dump(mode="json"), wanted.model_dump(mode="json"))
        work.record("message_policy.set", "tenant", work.tenant, before=shown[0], after=shown[1])


def _known(work: UnitOfWork, person: str, target: str) -> tuple[tuple[Target, ...], Target]:
    known = targets_of(work.connection, work.tenant, person)
    found = next((each for each in known if each.id == target), None)
    if found is None:
        raise _unknown(target)
    return known, found


def _unknown(target: str) -> BusinessError:
    return BusinessError("target.unknown", f"None of your places for messages is {target!r}; it may be removed.")


def _sealed(work: UnitOfWork, person: str) -> dict[str, str]:
    place = (message_target.c.tenant == work.tenant) & (message_target.c.person == person)
    rows = work.execute(select(message_target.c.id, message_target.c.sealed).where(place))
    return {row.id: row.sealed for row in rows}


def _keep(work: UnitOfWork, person: str, wanted: tuple[Target, ...], sealed: dict[str, str]) -> None:
    """Writes all of a person's targets in their order."""
    place = (message_target.c.tenant == work.tenant) & (message_target.c.person == person)
    since = {row.id: row.added_at for row in work.execute(select(message_target).where(place))}
    work.execute(delete(message_target).where(place))
    for position, each in enumerate(wanted, 1):
        values = each.model_dump() | {"sealed": sealed.get(each.id, ""), "added_at": since.get(each.id, work.now)}
        work.execute(insert(message_target).values(tenant=work.tenant, person=person, position=position, **values))


def _record(work: UnitOfWork, action: str, person: str, target: Target) -> None:
    work.record(action, "person", person, after=target.model_dump(exclude={"id"}) | {"target": target.id})


def _place(tenant: str, person: str, target: str) -> ColumnElement[bool]:
    return (message_target.c.tenant == tenant) & (message_target.c.person == person) & (message_target.c.id == target)

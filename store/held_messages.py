"""Messages that wait for their hour, and each person's choice of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from pydantic import ValidationError
from sqlalchemy import Connection, delete, insert, select, update

from finance.message_times import comes_at
from models.base import Model
from models.errors import BusinessError
from models.ids import held_messages_workflow
from models.party import Person
from models.target import MessageTimes
from store.delegations import wake_requests_of
from store.masters import entities
from store.outbox import MessageKind, enqueue
from store.people import SignedIn, person_of
from store.schema.messages import held_message, message_times
from store.schema.people import person as person_table
from store.unit_of_work import Store, UnitOfWork

_NOT_WORTH_IT = timedelta(minutes=1)
"""What would be held for less leaves at once."""
HELD, RELEASED, REPLACED = "held", "released", "replaced"


class HeldMessage(Model):
    notice: str
    case: str
    template: str
    subject: str
    """The approval request or the task it is about."""


def times_of(connection: Connection, tenant: str, person: str) -> MessageTimes:
    place = (message_times.c.tenant == tenant) & (message_times.c.person == person)
    return connection.execute(select(message_times.c.data).where(place)).scalar_one_or_none() or MessageTimes()


def zone_of(connection: Connection, tenant: str, person: Person) -> ZoneInfo:
    """The zone they work in, that of the company where they have not said."""
    company = next((entity.timezone for entity in entities(connection, tenant)), "UTC")
    return ZoneInfo(person.timezone or company)


def checked_times(given: Mapping[str, str | None]) -> MessageTimes:
    """From texts such as `22:00`. Raises BusinessError `message_times.form` that says what is wrong."""
    try:
        return MessageTimes.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if not first["loc"]:
            raise BusinessError("message_times.form", "Quiet hours need a beginning and another end.") from None
        message = f"{first['input']} is no time of the day; give one such as 22:00."
        raise BusinessError("message_times.form", message) from None


def set_times(store: Store, signed_in: SignedIn, wanted: MessageTimes, zone: str) -> None:
    """Says when messages come and in which zone the person works; an empty `zone` is the company's.

    Raises BusinessError `message_times.zone`.
    """
    if zone and zone not in available_timezones():
        raise BusinessError("message_times.zone", f"{zone} is no time zone; give one such as Europe/Berlin.")
    person = signed_in.person.id
    with store.change(signed_in.tenant, signed_in.actor) as work:
        before = times_of(work.connection, work.tenant, person)
        known = person_of(work.connection, work.tenant, person)
        work.execute(
            delete(message_times).where(message_times.c.tenant == work.tenant, message_times.c.person == person)
        )
        work.execute(insert(message_times).values(tenant=work.tenant, person=person, data=wanted))
        here = (person_table.c.tenant == work.tenant) & (person_table.c.id == person)
        work.execute(update(person_table).where(here).values(timezone=zone))
        work.record(
            "message_times.set",
            "person",
            person,
            before=before.model_dump(mode="json") | {"zone": known.timezone},
            after=wanted.model_dump(mode="json") | {"zone": zone},
        )
        if zone != known.timezone:
            wake_requests_of(work, person)


def held_until(connection: Connection, tenant: str, person: Person, now: datetime) -> datetime | None:
    """Until when a message that can wait is held; None where it leaves now."""
    due_at = comes_at(times_of(connection, tenant, person.id), zone_of(connection, tenant, person), now)
    return due_at if due_at - now >= _NOT_WORTH_IT else None


def hold(work: UnitOfWork, person: str, message: HeldMessage, due_at: datetime) -> None:
    """Keeps a message until `due_at`, once."""
    known = select(held_message.c.state).where(
        held_message.c.tenant == work.tenant, held_message.c.notice == message.notice
    )
    if work.execute(known).one_or_none() is not None:
        return
    values = message.model_dump(exclude={"case"}) | {"case_id": message.case, "due_at": due_at, "state": HELD}
    work.execute(insert(held_message).values(tenant=work.tenant, person=person, **values))
    argument = {"tenant": work.tenant, "person": person, "due_at": due_at.isoformat()}
    enqueue(work, MessageKind.START, held_messages_workflow(work.tenant, person, due_at), "HeldMessages", argument)
    after = {"person": person, "template": message.template, "until": due_at.isoformat()}
    work.record("notification.held", "notification", message.notice, after=after)


def held_messages(connection: Connection, tenant: str, person: str, now: datetime) -> tuple[HeldMessage, ...]:
    """What is due, the oldest first."""
    place = (held_message.c.tenant == tenant) & (held_message.c.person == person) & (held_message.c.state == HELD)
    query = select(held_message).where(place, held_message.c.due_at <= now).order_by(held_message.c.due_at)
    return tuple(
        HeldMessage(notice=row.notice, case=row.case_id, template=row.template, subject=row.subject)
        for row in connection.execute(query)
    )


def let_go(work: UnitOfWork, message: HeldMessage, state: str) -> None:
    """It is held no more: it left, or what it was about is over (`replaced`)."""
    place = (held_message.c.tenant == work.tenant) & (held_message.c.notice == message.notice)
    work.execute(update(held_message).where(place).values(state=state))
    action = "notification.replaced" if state == REPLACED else "notification.released"
    work.record(action, "notification", message.notice, after={"template": message.template})

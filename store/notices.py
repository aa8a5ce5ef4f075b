"""Which messages were sent and where they arrived, so that a repeated step does not send them again."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from models.base import Model
from models.target import Target
from store.schema.approvals import notification
from store.schema.messages import message_delivery
from store.unit_of_work import UnitOfWork

TRIES = 2
"""How often one place is tried before the next one has its turn."""

SENT, TRYING, FAILED, OFF = "sent", "trying", "failed", "off"
"""What a delivery can be: `trying` is tried again, `off` never can be, because the house sends no mail."""


class Delivery(Model):
    """What became of one message at one place."""

    target: str
    state: str
    tries: int
    problem: str
    tried_at: datetime

    @property
    def is_over(self) -> bool:
        return self.state != TRYING


def is_sent(connection: Connection, tenant: str, notice: str) -> bool:
    query = select(notification.c.state).where(notification.c.tenant == tenant, notification.c.id == notice)
    return connection.execute(query).scalar_one_or_none() == SENT


def keep_result(work: UnitOfWork, notice: str, recipient: str, template: str, problem: str, service: str = "") -> None:
    """Records that a message left, or with `problem` why it did not; `service` names one of the recipient's own."""
    state = FAILED if problem else SENT
    place = (notification.c.tenant == work.tenant) & (notification.c.id == notice)
    work.execute(delete(notification).where(place))
    work.execute(
        insert(notification).values(
            tenant=work.tenant,
            id=notice,
            case_id=work.case,
            recipient=recipient,
            template=template,
            state=state,
            problem=problem,
            created_at=work.now,
            sent_at=None if problem else work.now,
        )
    )
    after = {"template": template, "recipient": recipient} | ({"service": service} if service else {})
    work.record(f"notification.{state}", "notification", notice, after=after, reasons=(problem,) if problem else ())


def deliveries_of(connection: Connection, tenant: str, notice: str) -> dict[str, Delivery]:
    """What became of a message so far, by the place's id."""
    query = select(message_delivery).where(message_delivery.c.tenant == tenant, message_delivery.c.notice == notice)
    return {row.target: _delivery(row) for row in connection.execute(query)}


def keep_try(work: UnitOfWork, notice: str, person: str, target: Target, problem: str, state: str) -> Delivery:
    """Writes down one try at one place; a place that was tried `TRIES` times in vain is given up."""
    before = deliveries_of(work.connection, work.tenant, notice).get(target.id)
    tries = (before.tries if before else 0) + 1
    reached = FAILED if state == TRYING and tries >= TRIES else state
    values = {"target": target.id, "state": reached, "tries": tries, "problem": problem, "tried_at": work.now}
    here = (message_delivery.c.notice == notice) & (message_delivery.c.target == target.id)
    work.execute(delete(message_delivery).where(message_delivery.c.tenant == work.tenant, here))
    work.execute(insert(message_delivery).values(tenant=work.tenant, notice=notice, person=person, **values))
    return Delivery.model_validate(values)


def last_deliveries(connection: Connection, tenant: str, person: str) -> dict[str, Delivery]:
    """What became of the last message at each of a person's places."""
    place = (message_delivery.c.tenant == tenant) & (message_delivery.c.person == person)
    query = select(message_delivery).where(place).order_by(message_delivery.c.tried_at)
    return {row.target: _delivery(row) for row in connection.execute(query)}


def _delivery(row: object) -> Delivery:
    return Delivery.model_validate({name: getattr(row, name) for name in Delivery.model_fields})

"""Which messages were sent, so that a repeated step does not send them again."""

from sqlalchemy import Connection, delete, insert, select

from store.schema.approvals import notification
from store.unit_of_work import UnitOfWork


def is_sent(connection: Connection, tenant: str, notice: str) -> bool:
    query = select(notification.c.state).where(notification.c.tenant == tenant, notification.c.id == notice)
    return connection.execute(query).scalar_one_or_none() == "sent"


def keep_result(work: UnitOfWork, notice: str, recipient: str, template: str, problem: str) -> None:
    """Records that a message left, or with `problem` why it did not."""
    state = "failed" if problem else "sent"
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
    after = {"template": template, "recipient": recipient}
    work.record(f"notification.{state}", "notification", notice, after=after, reasons=(problem,) if problem else ())

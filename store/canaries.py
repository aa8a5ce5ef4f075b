"""What canaries found: a portal that cannot be walked through gets no money work until one walks through again."""

from sqlalchemy import update

from models.party import Role
from models.task import Resolution, TaskContent
from store.portal_queue import call_next, place_of_queue, required_queue
from store.schema.portal_queue import portal_queue
from store.tasks import TaskSubject, close_tasks, open_announced_task
from store.unit_of_work import UnitOfWork

FAILED = "canary_failed"
"""Kind of the task about a portal whose canary failed."""


def record_canary(work: UnitOfWork, portal: str, problem: str, cut_off: str) -> None:
    """Keeps how a canary ended; `problem` is empty where all went well, `cut_off` says until when the bank executes.

    It holds the portal's money work or lets go of it. What a person paused stays paused.
    """
    before = required_queue(work, portal).canary_problem or ""
    values = {"canary_problem": problem[:500], "canary_at": work.now}
    work.execute(update(portal_queue).where(place_of_queue(work.tenant, portal)).values(**values))
    if problem:
        work.record("canary.failed", "portal", portal, after={"problem": problem[:500]})
        _tell(work, portal, problem, cut_off)
        return
    work.record("canary.passed", "portal", portal, before={"problem": before} if before else None)
    if before:
        close_tasks(work, "portal", portal, "The portal was walked through again without a fault.")
        call_next(work, portal)


def _tell(work: UnitOfWork, portal: str, problem: str, cut_off: str) -> None:
    message = (
        f"A bot tried out {portal} without changing anything and failed: {problem}. Payments, signatures, bookings and "
        f"registrations there wait until it succeeds. What is to be executed today has to be at the bank by {cut_off}."
    )
    subject = TaskSubject(kind=FAILED, subject_kind="portal", subject_id=portal, workflow="")
    content = TaskContent(title=f"{portal} does not work", message=message[:2000], resolutions=(Resolution.NOTED,))
    open_announced_task(work, subject, Role.TREASURER, content)

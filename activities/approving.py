"""Weighing decisions and telling people that theirs is wanted."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import activity

from activities.mailing import Mailing
from activities.references import ApprovalRef
from audit.entry import Actor
from models.base import Model
from models.clock import BusinessClock
from store.approval_clocks import DueReminder, keep_time
from store.approvals import ApprovalProgress, settle_request
from store.unit_of_work import Store

_APPROVALS = Actor(system="approvals")


class StageNotice(Model):
    approval: ApprovalRef
    stage: int


class ReminderNotice(Model):
    approval: ApprovalRef
    reminder: DueReminder


class TestWanted(Model):
    tenant: str
    person: str
    target: str
    test: str


class HeldRef(Model):
    """What one person was held until one moment, in business time."""

    tenant: str
    person: str
    due_at: datetime


class DueNow(Model):
    """What is due about a request that waits, and in how many seconds on the wall something is due again."""

    remind: tuple[DueReminder, ...]
    tell: tuple[int, ...]
    seconds: float | None


@dataclass(frozen=True)
class Approving:
    store: Store
    mailing: Mailing
    clock: BusinessClock

    @activity.defn
    def settle_approval(self, ref: ApprovalRef) -> ApprovalProgress:
        """What the recorded decisions amount to, checked against the stored chain and segregation of duties."""
        with self.store.change(ref.tenant, _APPROVALS) as work:
            return settle_request(work, ref.request)

    @activity.defn
    def notify_stage(self, notice: StageNotice) -> None:
        """Tells everyone of the stage, each once."""
        self.mailing.ask_for_approval(notice.approval.tenant, notice.approval.request, notice.stage)

    @activity.defn
    def tell_answer(self, ref: ApprovalRef) -> None:
        """Tells whoever asked what was decided, and whoever was asked that nothing is left to do, each once."""
        self.mailing.tell_answer(ref.tenant, ref.request)

    @activity.defn
    def keep_time(self, ref: ApprovalRef) -> DueNow:
        """Reminds, escalates and rejects what is due by the rules' times. It cannot approve anything."""
        with self.store.change(ref.tenant, _APPROVALS) as work:
            kept = keep_time(work, ref.request)
            ahead = max(kept.next_at - work.now, timedelta()) if kept.next_at is not None else None
        seconds = self.clock.wall_duration(ahead).total_seconds() if ahead is not None else None
        return DueNow(remind=kept.remind, tell=kept.tell, seconds=seconds)

    @activity.defn
    def remind(self, notice: ReminderNotice) -> None:
        """Reminds one person."""
        due, approval = notice.reminder, notice.approval
        self.mailing.remind(approval.tenant, approval.request, due.stage, due.person, due.number)

    @activity.defn
    def test_target(self, wanted: TestWanted) -> None:
        """Sends one test message to one of a person's places."""
        self.mailing.test_target(wanted.tenant, wanted.person, wanted.target, wanted.test)

    @activity.defn
    def seconds_held(self, ref: HeldRef) -> float:
        """For how many seconds on the wall the messages are held yet."""
        ahead = max(ref.due_at - self.store.now(), timedelta())
        return self.clock.wall_duration(ahead).total_seconds()

    @activity.defn
    def send_held(self, ref: HeldRef) -> None:
        """Sends what was held, in one message."""
        self.mailing.send_held(ref.tenant, ref.person, ref.due_at)

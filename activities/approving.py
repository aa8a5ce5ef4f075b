"""Weighing decisions and telling people that theirs is wanted."""

from dataclasses import dataclass

from temporalio import activity

from activities.mailing import Mailing
from activities.references import ApprovalRef
from audit.entry import Actor
from models.base import Model
from store.approvals import ApprovalProgress, settle_request
from store.unit_of_work import Store

_APPROVALS = Actor(system="approvals")


class StageNotice(Model):
    approval: ApprovalRef
    stage: int


@dataclass(frozen=True)
class Approving:
    store: Store
    mailing: Mailing

    @activity.defn
    def settle_approval(self, ref: ApprovalRef) -> ApprovalProgress:
        """What the recorded decisions amount to, checked against the stored chain and segregation of duties."""
        with self.store.change(ref.tenant, _APPROVALS) as work:
            return settle_request(work, ref.request)

    @activity.defn
    def notify_stage(self, notice: StageNotice) -> None:
        """Tells everyone of the stage, each once."""
        self.mailing.ask_for_approval(notice.approval.tenant, notice.approval.request, notice.stage)

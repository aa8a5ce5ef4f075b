"""One approval request: told stage by stage to the people of its chain, for as long as they take."""

from datetime import timedelta

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.approving import Approving, DueNow, ReminderNotice, StageNotice
    from activities.references import ApprovalRef
    from models.approval import Stage
    from models.base import Model
    from models.ids import approval_workflow
    from store.approvals import OVER, ApprovalProgress
    from workflows.children import run_child
    from workflows.steps import send, step
    from workflows.waiting import Waits


class DecisionRef(Model):
    """A decision that is recorded in the store. The workflow is told its id and nothing that it would have to trust."""

    decision: str


class ApprovalResult(Model):
    state: str
    """`approved` or `rejected`."""


@workflow.defn
class Approval(Waits):
    @workflow.run
    async def run(self, ref: ApprovalRef) -> ApprovalResult:
        told: tuple[Stage, ...] = ()
        while True:
            seen = self._news
            progress: ApprovalProgress = await step(Approving.settle_approval, ref)
            if progress.state in OVER:
                await workflow.wait_condition(workflow.all_handlers_finished)
                return ApprovalResult(state=progress.state)
            for stage in progress.open:
                if stage not in told:
                    await send(Approving.notify_stage, StageNotice(approval=ref, stage=stage.position))
            told = progress.open
            await self.until_changed(seen, await self._keep_time(ref))

    async def _keep_time(self, ref: ApprovalRef) -> timedelta | None:
        """Reminds and escalates what is due; how long until the next of it, None where nothing is waited for."""
        if not workflow.patched("reminders"):
            return None
        due: DueNow = await step(Approving.keep_time, ref)
        for stage in due.tell:
            await send(Approving.notify_stage, StageNotice(approval=ref, stage=stage))
        for reminder in due.remind:
            await send(Approving.remind, ReminderNotice(approval=ref, reminder=reminder))
        return timedelta(seconds=due.seconds) if due.seconds is not None else None

    @workflow.update
    def decide(self, decision: DecisionRef) -> None:
        """A decision was recorded; what it is worth is read from the store, against the stored chain."""
        workflow.logger.debug("decision %s", decision.decision)
        self._news += 1

    @decide.validator
    def _refuse_blank(self, decision: DecisionRef) -> None:
        if not decision.decision:
            raise ValueError("an update without a decision's id says nothing")


async def approve(ref: ApprovalRef) -> bool:
    """Runs the request's own workflow to its end; whether it was approved."""
    result: ApprovalResult = await run_child(Approval.run, ref, approval_workflow(ref.tenant, ref.request))
    return result.state == "approved"

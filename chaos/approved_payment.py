"""What stands between a release and the portal action in the product, without the rest of the invoice's workflow."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.paying import ApprovedInvoice, Paying
    from activities.references import IntentRef
    from models.ids import FLOWS_QUEUE, portal_action_workflow
    from workflows.portal_action import PortalAction
    from workflows.steps import step

QUEUE = "chaos"


@workflow.defn
class ApprovedPayment:
    @workflow.run
    async def run(self, released: ApprovedInvoice) -> None:
        ref: IntentRef = await step(Paying.open_payment, released)
        await workflow.execute_child_workflow(
            PortalAction.run,
            ref,
            id=portal_action_workflow(ref.tenant, ref.slice),
            task_queue=FLOWS_QUEUE,
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )

"""One run of a schedule. When it fires is Temporal's affair; whether it is due, and what came of it, is the store's."""

from temporalio import workflow
from temporalio.exceptions import ActivityError, is_cancelled_exception

with workflow.unsafe.imports_passed_through():
    from activities.canaries import CanaryBots, CanaryOrder
    from activities.scheduling import BegunRun, DueRun, EndedCanary, Scheduling
    from workflows.steps import look, reason_of, step
    from workflows.waiting import Waits


@workflow.defn
class ScheduledRun(Waits):
    @workflow.run
    async def run(self, due: DueRun) -> None:
        begun: BegunRun = await step(Scheduling.begin_run, due)
        if begun.portal:
            problem = await self._walk(begun)
            ended = EndedCanary(tenant=begun.tenant, run=begun.run, portal=begun.portal, problem=problem)
            await step(Scheduling.end_canary, ended)

    async def _walk(self, begun: BegunRun) -> str:
        """Why the portal could not be walked through; empty when it could."""
        order = CanaryOrder(tenant=begun.tenant, run=begun.run, portal=begun.portal)
        try:
            await self.in_turn(lambda: look(CanaryBots.walk, order, begun.portal, begun.tenant))
        except ActivityError as error:
            if is_cancelled_exception(error):
                raise
            return reason_of(error)
        return ""

"""A bank statement: fetched by a bot, taken in when it balances, reconciled with what we paid."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.banking import Banking, FetchedStatements, StatementBots, StatementOrder
    from models.party import Role
    from workflows.steps import look, work
    from workflows.waiting import Stuck, Waits


@workflow.defn
class BankStatement(Waits):
    @workflow.run
    async def run(self, order: StatementOrder) -> None:
        stuck = Stuck(
            tenant=order.tenant,
            case="",
            subject_kind="statement_request",
            subject_id=order.request,
            owner=Role.TREASURER,
            what=f"The bank statement of {order.day}",
        )
        await self.with_person(stuck, lambda: self._take_in(order))

    async def _take_in(self, order: StatementOrder) -> None:
        """Fetched anew each time: what did not balance may have been corrected by the bank since."""
        fetched: FetchedStatements = await look(StatementBots.fetch_statements, order, order.portal, order.tenant)
        await work(Banking.import_statements, fetched)

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
        fetched: FetchedStatements = await self.with_person(stuck, lambda: self._fetch(order))
        await self.with_person(stuck, lambda: work(Banking.import_statements, fetched))

    async def _fetch(self, order: StatementOrder) -> FetchedStatements:
        fetched: FetchedStatements = await look(StatementBots.fetch_statements, order, order.portal, order.tenant)
        return fetched

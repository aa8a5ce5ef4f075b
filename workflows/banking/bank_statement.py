"""A bank statement: fetched by a bot, taken in when it balances, reconciled with what was paid and is owed."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.asking import Asking
    from activities.banking import Banking, FetchedStatements, StatementBots, StatementOrder
    from activities.references import TaskRef
    from models.party import Role
    from store.statements import ImportedStatement
    from workflows.steps import look, send, work
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
        fetched: FetchedStatements = await self.in_turn(
            lambda: look(StatementBots.fetch_statements, order, order.portal, order.tenant)
        )
        imported: tuple[ImportedStatement, ...] = await work(Banking.import_statements, fetched)
        for task in (task for statement in imported for task in statement.tasks):
            await send(Asking.announce_task, TaskRef(tenant=order.tenant, task=task))

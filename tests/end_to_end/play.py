"""What a test does on the stage and what it sees there. Payments and postings are counted in the portals' own ledgers,
by payee and amount or by the vendor's invoice number, never by our reference."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from activities.references import IntentRef
from models.ids import FLOWS_QUEUE, portal_action_workflow
from models.payment import AttemptState
from sandbox.bank import ledger as bank
from sandbox.erp import ledger as erp
from sandbox.faults import Fault, set_fault
from store.intents import StoredAttempt, last_attempt
from store.tasks import Task, tasks_about
from tests.end_to_end.office import Bill, Office
from tests.end_to_end.stage import Stage
from workflows.portal_action import PortalAction, PortalActionResult

_PAUSE = 0.1
_LOOK_AGAIN = 1.0
_PATIENCE = 200

Running = WorkflowHandle[PortalAction, PortalActionResult]


@dataclass(frozen=True)
class Play:
    stage: Stage
    office: Office
    client: Client

    async def start(self, slice_id: str) -> Running:
        """Starts what works on the intent, as the invoice's workflow would."""
        return await self.start_as(portal_action_workflow(self.office.tenant, slice_id), slice_id)

    async def start_as(self, workflow_id: str, slice_id: str) -> Running:
        ref = IntentRef(tenant=self.office.tenant, slice=slice_id)
        return await self.client.start_workflow(PortalAction.run, ref, id=workflow_id, task_queue=FLOWS_QUEUE)

    def handle(self, workflow_id: str, run_id: str | None = None) -> Running:
        return self.client.get_workflow_handle_for(PortalAction.run, workflow_id, run_id=run_id)

    async def carried_out(self, running: Running, slice_id: str) -> None:
        """Waits until the portal has it. Fails at once when a person is asked or a process ended by itself."""
        result = asyncio.ensure_future(self._result(running))
        async with asyncio.timeout(_PATIENCE):
            while not result.done():
                await asyncio.wait([result], timeout=_LOOK_AGAIN)
                asked = [task.content.message for task in self.tasks(slice_id) if task.state == "open"]
                assert asked == []
                self.stage.require_all_running()
        assert result.result().state is AttemptState.EXECUTED

    async def _result(self, running: Running) -> PortalActionResult:
        """The result, asked for again while the server is away."""
        while True:
            try:
                return await running.result()
            except RPCError as error:
                if error.status is not RPCStatusCode.UNAVAILABLE:
                    raise

    def set_fault(self, portal: str, fault: Fault, bill: Bill, argument: str = "") -> None:
        set_fault(self.stage.ledger(portal), fault, match=str(bill.gross), argument=argument)

    def paid(self, bill: Bill) -> int:
        """How often the bank has the payment."""
        wanted = (bill.payee_iban, bill.gross)
        rows = bank.payments(self.stage.ledger("bank"))
        return sum((row["payee_iban"], Decimal(str(row["amount"]))) == wanted for row in rows)

    def posted(self, bill: Bill) -> int:
        """How often the books have the invoice."""
        return sum(row["invoice_number"] == bill.number for row in erp.postings(self.stage.ledger("erp")))

    def payments(self) -> int:
        """How many payments the bank has of whomever."""
        return len(bank.payments(self.stage.ledger("bank")))

    def attempt(self, slice_id: str) -> StoredAttempt:
        with self.stage.house.store.read() as view:
            found = last_attempt(view, self.office.tenant, slice_id)
        assert found is not None
        return found

    def tasks(self, slice_id: str) -> tuple[Task, ...]:
        with self.stage.house.store.read() as view:
            return tasks_about(view, self.office.tenant, "intent", slice_id)

    async def until(self, comes_true: Callable[[], object]) -> None:
        """Waits for something outside this process. Raises StackError when a process of the stage ended by itself."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                if comes_true():
                    return
                self.stage.require_all_running()
                await asyncio.sleep(_PAUSE)

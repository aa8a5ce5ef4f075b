"""The sample company at work on a real store and a real Temporal server; only the portals are on paper."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle, WorkflowHistory
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import TimeSkipper
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from installation import Installation
from models.approval import ApprovalSubject, Decision, Outcome
from models.ids import (
    invoice_workflow,
    payment_slice,
    portal_action_workflow,
    posting_slice,
    purchase_workflow,
    signature_slice,
    signing_portal,
    statement_workflow,
)
from models.portal import WalkedPortal
from models.purchasing import ReceiptLine, RequisitionContent
from models.task import Proof, Resolution
from sandbox.company import ENTITY
from sandbox.vendor import BilledLine
from sandbox.vendor_invoice import deliver, written_by
from store.answers import Moment, TaskAnswer, confirm_answer, proposal_digest, resolve_task
from store.approval_answers import record_decision
from store.approvals import StoredRequest, requests_of_case, requests_waiting_for
from store.cases import case_of
from store.invoices import StoredInvoice, invoices_of_case
from store.masters import vendor_of
from store.orders import StoredOrder, orders
from store.people import SignedIn, person_of
from store.receipts import record_receipt
from store.requisitions import file_requisition
from store.statements import request_statement
from store.tasks import Task, task_of, tasks_about, tasks_of_case
from tests.workflows.paper_portals import PaperBank, PaperErp, PaperSigner
from worker import flows_worker, intake, portal_workers
from workflows.delivery import sweep

T = TypeVar("T")
_PATIENCE = timedelta(seconds=50)
_SHORT_WAIT = timedelta(seconds=20)


class Wall:
    """The wall clock, which a test may put forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def put_forward(self, span: timedelta) -> None:
        self._ahead += span


@dataclass(frozen=True)
class House:
    """One installation. Nothing works on it until `working` is entered."""

    installation: Installation
    client: Client
    wall: Wall
    bank: PaperBank
    erp: PaperErp
    bank_b: PaperBank
    """Takes what waits for a second signature."""
    signer: PaperSigner
    tenant: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tenant", self.installation.settings.tenant)

    @asynccontextmanager
    async def working(
        self, *, with_sweeper: bool = True, walked: Mapping[str, WalkedPortal] = MappingProxyType({})
    ) -> AsyncIterator[None]:
        """Flows and bots workers, the watched folder and, unless a test delivers by itself, the sweeper."""
        house, client = self.installation, self.client
        (second,) = ENTITY.further_accounts
        banks = {ENTITY.bank_portal: self.bank, second.bank_portal: self.bank_b}
        portals = banks | {signing_portal(second.bank_portal): self.signer, ENTITY.erp_portal: self.erp}
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(flows_worker(house, client, self.wall, SandboxedWorkflowRunner()))
            for worker in portal_workers(
                house, client, portals, banks, self.wall, report_portals=banks, walked_portals=walked
            ):
                await stack.enter_async_context(worker)
            background = [asyncio.create_task(intake(house, client).watch(pause=0.05))]
            if with_sweeper:
                background.append(asyncio.create_task(sweep(client, house.store, pause=0.02)))
            yield
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)

    # What people do

    def file(self, requester: str = "mara.voss", quantity: str = "40", price: str = "18.50", **changes: Any) -> str:
        """Files a requisition over one line and gives its case."""
        line = {"number": 1, "description": "Sensor cable, 5 m", "quantity": quantity, "unit_price": price}
        content = RequisitionContent.model_validate(_REQUISITION | {"lines": [line]} | changes)
        return file_requisition(self.installation.store, self.signed_in(requester), content, uuid.uuid4().hex)

    async def decide(self, case: str, person: str, outcome: Outcome = Outcome.APPROVE, comment: str = "") -> Decision:
        """Answers as soon as the case waits for `person`."""
        stored = await self.eventually(lambda: self.waiting_for(person, case))
        request = stored.request
        return record_decision(
            self.installation.store, self.signed_in(person), request.id, outcome, comment, request.digest
        )

    async def resolve(self, case: str, person: str, kind: str, resolution: Resolution) -> Task:
        """Settles the case's open task of this kind as soon as there is one."""
        task = await self.open_task(case, kind)
        self.settle(task, person, resolution)
        return task

    def settle(self, task: Task, person: str, resolution: Resolution, proof: str = "") -> bool:
        """False when a second person has to confirm it."""
        answer = TaskAnswer(resolution=resolution, comment="Looked into it.", proof=Proof(text=proof))
        return resolve_task(self.installation.store, self.signed_in(person), task.id, answer, self.moment())

    def confirm(self, task: Task, person: str) -> None:
        """Agrees with the answer that somebody else proposed."""
        store = self.installation.store
        with store.read() as view:
            proposal = task_of(view, self.tenant, task.id).proposal
        assert proposal is not None
        digest = proposal_digest(proposal)
        confirm_answer(store, self.signed_in(person), task.id, digest, "Seen too.", self.moment(), agreed=True)

    def moment(self) -> Moment:
        return Moment(self.wall(), timedelta(seconds=self.installation.settings.settle_seconds))

    def receive(self, order: StoredOrder, quantity: str = "40", person: str = "tom.behrens") -> None:
        lines = (ReceiptLine(order_line=1, quantity=Decimal(quantity)),)
        record_receipt(self.installation.store, self.signed_in(person), order.order.number, lines, uuid.uuid4().hex)

    def send_invoice(self, order: StoredOrder, number: str = "KAB-1", quantity: str = "", price: str = "") -> None:
        """The vendor's file appears in the watched folder."""
        with self.installation.store.read() as view:
            vendor = vendor_of(view, self.tenant, order.order.content.vendor)
        line = order.order.content.lines[0]
        billed = BilledLine(
            1, line.description, Decimal(quantity or line.quantity), Decimal(price or line.unit_price), line.tax_rate
        )
        content = written_by(vendor, ENTITY, order.order, [billed], number)
        deliver(self.installation.settings.inbox_folder, number, content)

    def ask_for_statement(self) -> str:
        day = self.installation.store.now().date()
        return request_statement(self.installation.store, self.signed_in("sofia.brandt"), ENTITY.id, day)

    def signed_in(self, person: str) -> SignedIn:
        with self.installation.store.read() as view:
            return SignedIn(self.tenant, person, person_of(view, self.tenant, person), csrf_token="")

    # The path, as far as a test needs it

    async def ordered(self, **changes: Any) -> tuple[str, StoredOrder]:
        case = self.file(**changes)
        await self.decide(case, "ayse.kaya")
        return case, await self.order(case)

    async def invoiced(self, **changes: Any) -> tuple[str, StoredOrder]:
        """Ordered, received and invoiced in full."""
        case, order = await self.ordered(**changes)
        self.receive(order, str(order.order.content.lines[0].quantity))
        self.send_invoice(order)
        return case, order

    async def released(self, **changes: Any) -> str:
        """On its way to the bank."""
        case, _ = await self.invoiced(**changes)
        await self.decide(case, "sofia.brandt")
        return case

    async def completed(self) -> str:
        case = await self.released()
        await self.invoice(case, "paid")
        self.ask_for_statement()
        await self.closed(case, "completed")
        for workflow in (self.purchasing(case), self.invoicing(case)):
            await self.finished(workflow)
        return case

    # What can be seen

    def waiting_for(self, person: str, case: str) -> StoredRequest | None:
        with self.installation.store.read() as view:
            waiting = requests_waiting_for(view, self.tenant, person, self.installation.store.now())
        return next((stored for stored in waiting if stored.request.case == case), None)

    def request(self, case: str, subject: ApprovalSubject = ApprovalSubject.PURCHASE) -> StoredRequest | None:
        with self.installation.store.read() as view:
            found = [each for each in requests_of_case(view, self.tenant, case) if each.request.subject == subject]
        return found[-1] if found else None

    def tasks(self, case: str) -> tuple[Task, ...]:
        with self.installation.store.read() as view:
            return tasks_of_case(view, self.tenant, case)

    async def open_task(self, case: str, kind: str) -> Task:
        def look() -> Task | None:
            return next((task for task in self.tasks(case) if (task.kind, task.state) == (kind, "open")), None)

        return await self.eventually(look)

    async def open_task_about(self, subject_kind: str, subject_id: str) -> Task:
        def look() -> Task | None:
            with self.installation.store.read() as view:
                found = tasks_about(view, self.tenant, subject_kind, subject_id)
            return next((task for task in found if task.state == "open"), None)

        return await self.eventually(look)

    def orders(self, case: str) -> tuple[StoredOrder, ...]:
        with self.installation.store.read() as view:
            return orders(view, self.tenant, case)

    async def order(self, case: str) -> StoredOrder:
        return await self.eventually(lambda: next((o for o in self.orders(case) if o.state == "sent"), None))

    def invoices(self, case: str) -> tuple[StoredInvoice, ...]:
        with self.installation.store.read() as view:
            return invoices_of_case(view, self.tenant, case)

    async def invoice(self, case: str, state: str) -> StoredInvoice:
        """The newest invoice of the case, as soon as it is in `state`."""

        def look() -> StoredInvoice | None:
            found = self.invoices(case)
            return found[-1] if found and found[-1].state == state else None

        return await self.eventually(look)

    async def closed(self, case: str, state: str) -> None:
        def look() -> bool:
            with self.installation.store.read() as view:
                return case_of(view, self.tenant, case).state == state

        await self.eventually(look)

    async def eventually(self, look: Callable[[], T | None]) -> T:
        """What `look` finds once it finds something."""
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            while not (found := look()):  # noqa: ASYNC110 - the store tells nobody what changed
                await asyncio.sleep(0.02)
            return found

    # Workflows

    def paying(self, case: str) -> WorkflowHandle[Any, Any]:
        """The workflow that pays the case's newest invoice."""
        return self._acting(payment_slice(self.invoices(case)[-1].id))

    def signing(self, reference: str) -> WorkflowHandle[Any, Any]:
        """The workflow that signs the payment with this reference at the bank."""
        return self._acting(signature_slice(reference))

    def posting(self, case: str) -> WorkflowHandle[Any, Any]:
        return self._acting(posting_slice(self.invoices(case)[-1].id))

    def purchasing(self, case: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(purchase_workflow(self.tenant, case))

    def invoicing(self, case: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(invoice_workflow(self.tenant, self.invoices(case)[-1].sha256))

    def statement(self, request: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(statement_workflow(self.tenant, request))

    async def pass_time(self, handle: WorkflowHandle[Any, Any], span: timedelta) -> None:
        """Lets `span` pass, on the wall and for the workflow, without waiting for it."""
        await self.started(handle)
        self.wall.put_forward(span)
        await TimeSkipper(self.client).fast_forward(handle, span)

    async def started(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Returns once the workflow is there."""
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            while True:
                try:
                    await handle.describe()
                    return
                except RPCError as error:
                    if error.status is not RPCStatusCode.NOT_FOUND:
                        raise
                await asyncio.sleep(0.02)

    async def waits_for_the_portal(self, handle: WorkflowHandle[Any, Any]) -> timedelta:
        """How long the workflow has decided to wait before it looks at the portal again, once it has."""
        await self.started(handle)
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            while True:
                waits = [wait for wait in _open_timers(await handle.fetch_history()) if wait > _SHORT_WAIT]
                if waits:
                    return waits[0]
                await asyncio.sleep(0.02)

    async def settled(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Returns once the workflow has taken in everything that it was told."""
        await self.started(handle)
        async with asyncio.timeout(_PATIENCE.total_seconds()):
            while (await handle.describe()).raw_description.HasField("pending_workflow_task"):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def finished(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Returns once the workflow has started and come to a good end."""
        await self.started(handle)
        await handle.result()

    async def ended(self, handle: WorkflowHandle[Any, Any]) -> None:
        """Returns once the workflow is over, however it ended."""
        with suppress(WorkflowFailureError):
            await handle.result()

    def _acting(self, slice_id: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(portal_action_workflow(self.tenant, slice_id))


def _open_timers(history: WorkflowHistory) -> list[timedelta]:
    started: dict[str, timedelta] = {}
    for event in history.events:
        if event.HasField("timer_started_event_attributes"):
            timer = event.timer_started_event_attributes
            started[timer.timer_id] = timer.start_to_fire_timeout.ToTimedelta()
        elif event.HasField("timer_fired_event_attributes"):
            del started[event.timer_fired_event_attributes.timer_id]
    return list(started.values())


_REQUISITION = {
    "entity": ENTITY.id,
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "currency": "EUR",
    "reason": "Sensor cables for test bench 4",
}

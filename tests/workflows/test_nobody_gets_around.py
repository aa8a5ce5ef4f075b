"""Whoever reaches the Temporal server may start, signal, update and reset what they like: they gain nothing by it."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowExecutionStatus, WorkflowFailureError, WorkflowHandle
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from models.approval import ApprovalSubject
from models.errors import BusinessError
from models.ids import FLOWS_QUEUE, approval_workflow, bots_queue, payment_slice, posting_slice, purchase_workflow
from models.task import Resolution
from sandbox.bank.ledger import PaymentState
from sandbox.company import ENTITY
from tests.workflows.books import books
from tests.workflows.house import House
from tests.workflows.paper_portals import Conduct

_BEHAVIOURS = ("A6", "P9", "P10")


@pytest.mark.behaviour("A6", "A11")
async def test_telling_an_approval_of_decisions_that_nobody_made_approves_nothing(house: House) -> None:
    foreign = await house.decide(house.file(), "ayse.kaya")
    case = house.file()
    asking = await _asking(house, case)
    for decision in (uuid.uuid4().hex, foreign.id, "' OR 1=1 --", "approve"):
        await asking.execute_update("decide", {"decision": decision})
    for _ in range(3):
        await asking.signal("changed")
    await house.settled(asking)
    assert _state(house, case) == "pending"
    assert house.orders(case) == ()


@pytest.mark.behaviour("A6")
async def test_workflows_started_by_hand_about_a_pending_purchase_approve_and_order_nothing(house: House) -> None:
    case = house.file()
    asking = await _asking(house, case)
    before = books(house)
    request = {"tenant": house.tenant, "request": asking.id.rpartition("/")[2]}
    by_hand = [
        await _start(house, "Approval", request, "an approval of mine"),
        await _start(house, "Purchase", {"tenant": house.tenant, "requisition": case}, "a purchase of mine"),
    ]
    for handle in by_hand:
        await house.settled(handle)
    assert books(house) == before
    await house.decide(case, "ayse.kaya")
    await house.order(case)


@pytest.mark.behaviour(*_BEHAVIOURS)
async def test_everything_started_again_after_it_ended_does_nothing_again(house: House) -> None:
    case = await house.completed()
    before = books(house)
    for workflow_type, argument, workflow_id in _all_of(house, case):
        for chosen in (workflow_id, f"another {workflow_id}"):
            await _end(await _start(house, workflow_type, argument, chosen))
    assert books(house) == before


@pytest.mark.behaviour(*_BEHAVIOURS)
async def test_everything_reset_after_it_ended_does_nothing_again(house: House) -> None:
    case = await house.completed()
    before = books(house)
    for _, _, workflow_id in _all_of(house, case):
        first = await _this_run(house, house.client.get_workflow_handle(workflow_id))
        for point in await _reset_points(first):
            await _end(await _reset(house, first, point))
    assert books(house) == before


@pytest.mark.behaviour("P10")
async def test_given_the_invoice_is_reset_while_its_payment_is_under_way_it_is_paid_once_and_closes(
    house: House,
) -> None:
    house.bank.conducts = [Conduct.LEAVES_A_DRAFT]
    case = await house.released()
    await house.open_task(case, "payment_unclear")
    first = house.invoicing(case)
    await _reset(house, first, (await _reset_points(first))[0])
    house.bank.move_all(PaymentState.EXECUTED)
    await house.resolve(case, "marek.hansen", "payment_unclear", Resolution.LOOK_AGAIN)
    await house.invoice(case, "paid")
    house.ask_for_statement()
    await house.closed(case, "completed")
    assert (house.bank.submissions, len(house.bank.payments())) == (1, 1)


@pytest.mark.behaviour("P10")
async def test_given_a_payment_is_reset_while_the_bank_is_silent_it_is_never_sent_again(house: House) -> None:
    house.bank.conducts = [Conduct.LEAVES_A_DRAFT]
    case = await house.released()
    await house.open_task(case, "payment_unclear")
    first = await _this_run(house, house.paying(case))
    for point in await _reset_points(first):
        await _reset(house, first, point)
        await house.open_task(case, "payment_unclear")
    assert (house.bank.submissions, len(house.bank.payments())) == (1, 1)


@pytest.mark.behaviour("P10")
async def test_given_a_payment_is_also_started_by_hand_several_times_it_is_paid_once(house: House) -> None:
    house.bank.conducts = [Conduct.SHOWS_ANOTHER_ACCOUNT]
    case = await house.released()
    await house.open_task(case, "payment_stopped")
    intent = {"tenant": house.tenant, "slice": payment_slice(house.invoices(case)[-1].id)}
    by_hand = [await _start(house, "PortalAction", intent, f"payment of mine {number}") for number in range(3)]
    for handle in by_hand:
        await _end(handle)
    await house.invoice(case, "paid")
    assert len(house.bank.payments()) == 1


@pytest.mark.behaviour("P9")
async def test_a_payment_started_by_hand_before_its_release_pays_nothing(house: House) -> None:
    case, _ = await house.invoiced()
    await house.eventually(lambda: house.waiting_for("sofia.brandt", case))
    intent = {"tenant": house.tenant, "slice": payment_slice(house.invoices(case)[-1].id)}
    handle = await _start(house, "PortalAction", intent, "payment of mine")
    with pytest.raises(WorkflowFailureError) as refused:
        await handle.result()
    assert "There is no intent" in str(refused.value.cause)
    assert (house.bank.submissions, house.bank.payments()) == (0, [])


@workflow.defn(name="Rogue")
class Rogue:
    """Runs one activity of ours with an argument of its own; gives the code of the refusal."""

    @workflow.run
    async def run(self, name: str, argument: dict[str, Any], queue: str) -> str:
        try:
            await workflow.execute_activity(
                name,
                argument,
                task_queue=queue,
                schedule_to_close_timeout=timedelta(seconds=30),
                retry_policy=RetryPolicy(maximum_attempts=1),
            )
        except ActivityError as error:
            assert isinstance(error.cause, ApplicationError)
            return error.cause.type or ""
        return "done"


@pytest.mark.behaviour("A6", "P9")
async def test_activities_called_by_a_foreign_workflow_refuse_what_nobody_approved(house: House) -> None:
    case, _ = await house.invoiced()
    release = await house.eventually(lambda: house.request(case, ApprovalSubject.PAYMENT))
    pending = house.file()
    asking = await _asking(house, pending)
    invoice = {"tenant": house.tenant, "invoice": house.invoices(case)[-1].id}
    purchase_approval = house.request(case)
    assert purchase_approval is not None
    before = books(house)
    refusals = [
        await rogue(house, name, argument, queue)
        for name, argument, queue in (
            (
                "issue_order",
                {
                    "requisition": {"tenant": house.tenant, "requisition": pending},
                    "approval": asking.id.rpartition("/")[2],
                },
                FLOWS_QUEUE,
            ),
            ("open_payment", {"ref": invoice, "approval": release.request.id}, FLOWS_QUEUE),
            ("open_payment", {"ref": invoice, "approval": purchase_approval.request.id}, FLOWS_QUEUE),
            (
                "submit",
                {"tenant": house.tenant, "slice": payment_slice(invoice["invoice"]), "number": 1},
                bots_queue(ENTITY.bank_portal),
            ),
        )
    ]
    assert refusals == ["order.not_approved", "payment.not_released", "payment.not_released", "intent.unknown"]
    assert books(house) == before


@pytest.mark.behaviour("R10")
async def test_a_task_that_a_foreign_workflow_opens_gives_nobody_a_right(house: House) -> None:
    house.bank.conducts = [Conduct.SHOWS_ANOTHER_ACCOUNT]
    case = await house.released(quantity="4")
    await house.open_task(case, "payment_stopped")
    slice_id, invoice = payment_slice(house.invoices(case)[-1].id), house.invoices(case)[-1].id
    mine = {"kind": "mine", "subject_kind": "intent", "subject_id": slice_id, "workflow": ""}
    question = {
        "tenant": house.tenant,
        "case": case,
        "subject": mine,
        "owner": "requester",
        "title": "Mine",
        "message": "Please.",
        "resolutions": ["done", "cancel", "take_over"],
    }
    assert await rogue(house, "ask_person", question, FLOWS_QUEUE) == "done"
    task = await house.open_task(case, "mine")
    for resolution in (Resolution.DONE, Resolution.CANCEL, Resolution.TAKE_OVER):
        with pytest.raises(BusinessError, match="takes the role treasurer"):
            house.settle(task, "jonas.petersen", resolution, proof="I say so")
    duplicate = mine | {"kind": "duplicate", "subject_kind": "invoice", "subject_id": invoice}
    assert await rogue(house, "ask_person", question | {"subject": duplicate}, FLOWS_QUEUE) == "task.foreign"
    assert (house.bank.submissions, house.bank.payments()) == (1, [])


def _all_of(house: House, case: str) -> list[tuple[str, dict[str, Any], str]]:
    """Every workflow of a completed case: its type, its argument, its id."""
    tenant, invoice = house.tenant, house.invoices(case)[-1]
    requests = [house.request(case, subject) for subject in (ApprovalSubject.PURCHASE, ApprovalSubject.PAYMENT)]
    approvals = [request.request.id for request in requests if request]
    return [
        ("Purchase", {"tenant": tenant, "requisition": case}, purchase_workflow(tenant, case)),
        (
            "SupplierInvoice",
            {"tenant": tenant, "sha256": invoice.sha256, "name": "KAB-1.xml"},
            house.invoicing(case).id,
        ),
        ("PortalAction", {"tenant": tenant, "slice": posting_slice(invoice.id)}, house.posting(case).id),
        ("PortalAction", {"tenant": tenant, "slice": payment_slice(invoice.id)}, house.paying(case).id),
        *(
            ("Approval", {"tenant": tenant, "request": request}, approval_workflow(tenant, request))
            for request in approvals
        ),
    ]


async def _asking(house: House, case: str) -> WorkflowHandle[Any, Any]:
    """The approval workflow of a purchase that waits for its first decision."""
    stored = await house.eventually(lambda: house.waiting_for("ayse.kaya", case))
    handle = house.client.get_workflow_handle(approval_workflow(house.tenant, stored.request.id))
    await house.started(handle)
    return handle


def _state(house: House, case: str) -> str:
    stored = house.request(case)
    assert stored is not None
    return stored.state


async def _start(
    house: House, workflow_type: str, argument: dict[str, Any], workflow_id: str
) -> WorkflowHandle[Any, Any]:
    return await house.client.start_workflow(workflow_type, argument, id=workflow_id, task_queue=FLOWS_QUEUE)


async def _end(handle: WorkflowHandle[Any, Any]) -> None:
    """However it ends."""
    try:
        await handle.result()
    except WorkflowFailureError:
        assert (await handle.describe()).status is WorkflowExecutionStatus.FAILED


async def _this_run(house: House, handle: WorkflowHandle[Any, Any]) -> WorkflowHandle[Any, Any]:
    return house.client.get_workflow_handle(handle.id, run_id=(await handle.describe()).run_id)


async def _reset_points(handle: WorkflowHandle[Any, Any]) -> list[int]:
    """The first, the middle and the last event that a history can be reset to."""
    completed = [
        event.event_id
        for event in (await handle.fetch_history()).events
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
    ]
    return sorted({completed[0], completed[len(completed) // 2], completed[-1]})


async def _reset(house: House, handle: WorkflowHandle[Any, Any], event_id: int) -> WorkflowHandle[Any, Any]:
    answer = await house.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=house.client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=handle.run_id or ""),
            reason="because it can be done",
            workflow_task_finish_event_id=event_id,
            request_id=uuid.uuid4().hex,
        )
    )
    return house.client.get_workflow_handle(handle.id, run_id=answer.run_id)


async def rogue(house: House, name: str, argument: dict[str, Any], queue: str) -> str:
    worker = Worker(house.client, task_queue="rogue", workflows=[Rogue], workflow_runner=UnsandboxedWorkflowRunner())
    async with worker:
        handle = await house.client.start_workflow(
            "Rogue", args=[name, argument, queue], id=f"rogue {uuid.uuid4()}", task_queue="rogue"
        )
        return str(await handle.result())

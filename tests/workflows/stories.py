"""Cases of every kind, played to their end: what `scripts/record_histories.py` records for replay."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from datetime import time, timedelta
from decimal import Decimal

from audit.entry import Actor
from models.approval import ApprovalSubject, Outcome
from models.ids import (
    announcement_workflow,
    answer_workflow,
    approval_workflow,
    held_messages_workflow,
    purchase_workflow,
    sale_workflow,
    schedule_run_workflow,
    target_test_workflow,
)
from models.party import Role
from models.sales import DeliveryLine, SalesOrderContent
from models.schedule import Frequency, Job, Schedule, Timing
from models.target import MAIL
from models.task import Resolution, TaskContent
from sandbox.company import ENTITY
from store.approvals import decisions_of
from store.goods_deliveries import record_delivery
from store.held_messages import HeldMessage, hold
from store.masters import add_entity
from store.receivables import Receivable, open_receivables
from store.sales_orders import file_sales_order, sales_order_of
from store.schedule_runs import run_now, runs_of
from store.schedules import set_schedule
from store.targets import ask_for_test
from store.tasks import TaskSubject, open_announced_task
from tests.workflows.house import House
from tests.workflows.paper_portals import Conduct

Histories = Mapping[str, str]
"""The ids of workflows by the names under which their histories are kept."""
Story = Callable[[House], Awaitable[Histories]]


async def straight_through(house: House) -> Histories:
    case = await house.released()
    await house.invoice(case, "paid")
    request = house.ask_for_statement()
    await house.finished(house.statement(request))
    for workflow in (house.purchasing(case), house.invoicing(case)):
        await house.finished(workflow)
    return {
        "purchase-completed": house.purchasing(case).id,
        "approval-one-stage": _approval(house, case, ApprovalSubject.PURCHASE),
        "announcement-answer": _answer_told(house, case, ApprovalSubject.PURCHASE),
        "supplier-invoice-closed": house.invoicing(case).id,
        "portal-action-posting": house.posting(case).id,
        "portal-action-payment": house.paying(case).id,
        "bank-statement-imported": house.statement(request).id,
    }


async def rejected_in_the_second_stage(house: House) -> Histories:
    case = house.file(quantity="6", price="1480.00")
    await house.decide(case, "ayse.kaya")
    await house.decide(case, "ines.lindqvist", Outcome.REJECT, "Not this year.")
    await house.finished(house.purchasing(case))
    return {
        "purchase-rejected": house.purchasing(case).id,
        "approval-rejected-in-stage-two": _approval(house, case, ApprovalSubject.PURCHASE),
    }


async def nobody_may_approve(house: House) -> Histories:
    case = house.file("henrik.dahl", cost_centre="2000")
    await house.resolve(case, "piotr.nowak", "stuck", Resolution.TRY_AGAIN)
    await house.open_task(case, "stuck")
    return {"purchase-stuck": purchase_workflow(house.tenant, case)}


async def price_variance_and_a_silent_bank(house: House) -> Histories:
    case, order = await house.ordered()
    house.send_invoice(order, price="20.35")
    await house.resolve(case, "piotr.nowak", "price", Resolution.ACCEPT_VARIANCE)
    house.receive(order)
    await house.decide(case, "ayse.kaya")
    house.bank.conducts = [Conduct.IS_DOWN, Conduct.SHOWS_ANOTHER_ACCOUNT, Conduct.LOSES_IT, Conduct.REJECTS]
    await house.decide(case, "sofia.brandt")
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.TRY_AGAIN)
    await house.resolve(case, "marek.hansen", "payment_rejected", Resolution.TRY_AGAIN)
    await house.invoice(case, "paid")
    return {
        "supplier-invoice-price-variance": house.invoicing(case).id,
        "portal-action-payment-in-three-attempts": house.paying(case).id,
    }


async def payment_cancelled(house: House) -> Histories:
    house.bank.conducts = [Conduct.REFUSES]
    case = await house.released()
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.CANCEL)
    await house.finished(house.invoicing(case))
    return {
        "supplier-invoice-payment-cancelled": house.invoicing(case).id,
        "portal-action-cancelled": house.paying(case).id,
    }


async def unbalanced_statement(house: House) -> Histories:
    house.bank.misprint = lambda content: content.replace(b".10</Amt>", b".11</Amt>", 1)
    request = house.ask_for_statement()
    task = await house.open_task_about("statement_request", request)
    house.bank.misprint = bytes
    house.settle(task, "sofia.brandt", Resolution.TRY_AGAIN)
    await house.finished(house.statement(request))
    return {"bank-statement-unbalanced": house.statement(request).id}


async def sale_paid(house: House) -> Histories:
    """Of an entity whose law asks for no registration."""
    store = house.installation.store
    with store.change(house.tenant, Actor(system="test set-up")) as work:
        add_entity(work, ENTITY.model_copy(update={"id": "LMX", "tax_portal": ""}))
    number = file_sales_order(store, house.signed_in("david.okafor"), _ORDER, uuid.uuid4().hex)
    await house.eventually(lambda: _is_confirmed(house, number))
    lines = (DeliveryLine(order_line=1, quantity=Decimal(4)),)
    record_delivery(store, house.signed_in("emil.kruse"), number, lines, uuid.uuid4().hex)
    owed = await house.eventually(lambda: _owed(house))
    house.bank.receive(owed.open_amount, "Hansewind Turbinen AG", owed.invoice)
    house.ask_for_statement()
    sale = sale_workflow(house.tenant, number)
    await house.finished(house.client.get_workflow_handle(sale))
    return {"sale-paid": sale}


async def by_schedule(house: House) -> Histories:
    store, boss = house.installation.store, house.signed_in("sofia.brandt")
    timing = Timing(frequency=Frequency.DAILY, at=time(4), zone="UTC", calendar="target2")
    set_schedule(
        store, boss, Schedule(id="statements", title="Statements", job=Job.STATEMENTS, target=ENTITY.id, timing=timing)
    )
    run_now(store, boss, "statements")
    with store.read() as view:
        (run,) = runs_of(view, house.tenant, "statements")
    with store.change(house.tenant, Actor(system="test set-up")) as work:
        about = TaskSubject(kind="portal_changed", subject_kind="portal", subject_id=ENTITY.bank_portal, workflow="")
        content = TaskContent(title="Look", message="The entry page looks different.", resolutions=())
        task = open_announced_task(work, about, Role.TREASURER, content)
        due_at = work.now + timedelta(seconds=1)
        hold(work, "sofia.brandt", HeldMessage(notice="N-1", case="", template="task_opened", subject=task), due_at)
    test = ask_for_test(store, boss, MAIL)
    told = {
        "held-messages": held_messages_workflow(house.tenant, "sofia.brandt", due_at),
        "target-test": target_test_workflow(house.tenant, test),
        "schedule-run-statements": schedule_run_workflow(house.tenant, run.id),
        "announcement-task": announcement_workflow(house.tenant, task),
    }
    for workflow in told.values():
        await house.finished(house.client.get_workflow_handle(workflow))
    return told


STORIES: tuple[Story, ...] = (
    straight_through,
    rejected_in_the_second_stage,
    nobody_may_approve,
    price_variance_and_a_silent_bank,
    payment_cancelled,
    unbalanced_statement,
    sale_paid,
    by_schedule,
)

_ORDER = SalesOrderContent.model_validate(
    {
        "entity": "LMX",
        "customer": "HWT",
        "customer_reference": "HWT-4711",
        "currency": "EUR",
        "lines": [{"number": 1, "description": "Torque sensor", "quantity": "4", "unit_price": "912.00"}],
    }
)


def _approval(house: House, case: str, subject: ApprovalSubject) -> str:
    stored = house.request(case, subject)
    if stored is None:
        raise LookupError(f"{case} has no approval of its {subject}")
    return approval_workflow(house.tenant, stored.request.id)


def _is_confirmed(house: House, number: str) -> bool:
    with house.installation.store.read() as view:
        return sales_order_of(view, house.tenant, number).state == "confirmed"


def _owed(house: House) -> Receivable | None:
    with house.installation.store.read() as view:
        return next(iter(open_receivables(view, house.tenant)), None)


def _answer_told(house: House, case: str, subject: ApprovalSubject) -> str:
    stored = house.request(case, subject)
    if stored is None:
        raise LookupError(f"{case} has no approval of its {subject}")
    with house.installation.store.read() as view:
        (answer,) = decisions_of(view, house.tenant, stored.request.id)
    return answer_workflow(house.tenant, stored.request.id, answer.id)

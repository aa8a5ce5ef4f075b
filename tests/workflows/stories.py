"""Cases of every kind, played to their end: what `scripts/record_histories.py` records for replay."""

import uuid
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal

from audit.entry import Actor
from models.approval import ApprovalSubject, Outcome
from models.ids import approval_workflow, purchase_workflow, sale_workflow
from models.sales import DeliveryLine, SalesOrderContent
from models.task import Resolution
from sandbox.company import ENTITY
from store.goods_deliveries import record_delivery
from store.masters import add_entity
from store.receivables import Receivable, open_receivables
from store.sales_orders import file_sales_order, sales_order_of
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


STORIES: tuple[Story, ...] = (
    straight_through,
    rejected_in_the_second_stage,
    nobody_may_approve,
    price_variance_and_a_silent_bank,
    payment_cancelled,
    unbalanced_statement,
    sale_paid,
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

"""Sales from the customer's order to the payment, on a real Temporal server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowHandle

from audit.entry import Actor
from formats.ubl_invoice import read_ubl_invoice
from models.approval import ApprovalSubject, Outcome
from models.portal import Credential
from models.task import Resolution
from sandbox.clock import BusinessClock
from sandbox.company import ENTITY
from store.cases import documents
from store.log import history
from tests.notifications.mail_server import running_mail_server
from tests.workflows.house import House
from tests.workflows.paper_portals import Conduct
from tests.workflows.paper_tax import PaperTax
from tests.workflows.selling_house import SellingHouse

pytestmark = pytest.mark.behaviour("O1")


@pytest.fixture
def idle(idle_house: House, tmp_path: Path) -> SellingHouse:
    installation = idle_house.installation
    with installation.store.change(idle_house.tenant, Actor(system="test set-up")) as work:
        login = Credential(login="LMT01", password=SecretStr("on paper"))
        installation.vault.put(work, ENTITY.tax_portal, login, owner="oliver.stein")
    clock = BusinessClock(start=datetime(2026, 11, 20, 8, tzinfo=UTC), epoch=idle_house.wall() - timedelta(seconds=1))
    return SellingHouse(idle_house, PaperTax(tmp_path / "tax.db", idle_house.wall, clock))


@pytest.fixture
async def selling(idle: SellingHouse) -> AsyncIterator[SellingHouse]:
    async with idle.working():
        yield idle


@pytest.mark.behaviour("O2", "E1", "B1")
async def test_a_sale_within_the_limit_runs_to_the_paid_and_closed_case_without_an_approval(
    selling: SellingHouse,
) -> None:
    case = selling.file()
    await selling.deliver(case)
    invoice = await selling.sent(case)
    selling.pay(invoice)
    await selling.house.closed(case, "completed")
    await selling.house.finished(selling.selling(case))
    request = selling.house.request(case, ApprovalSubject.SALE)
    assert request is not None
    assert (request.state, request.request.stages) == ("approved", ())
    assert selling.tax.registered() == [invoice.number] == ["SI-2026-0001"]
    with selling.store.read() as view:
        titles = {paper.title for paper in documents(view, selling.tenant, case)}
        actions = [entry.action for entry in history(view, selling.tenant, case)]
    papers = {"Invoice SI-2026-0001 (PDF)", "Invoice SI-2026-0001 (XML)", "Registration receipt SI-2026-0001"}
    assert titles == papers
    milestones = ["sales_invoice.issued", "sales_invoice.registered", "sales_invoice.receipt_archived"]
    milestones += ["sales_invoice.sent", "cash.applied", "sales_invoice.paid", "case.closed"]
    assert [action for action in actions if action in milestones] == milestones


async def test_the_customer_gets_the_frozen_invoice_as_pdf_and_ubl(idle: SellingHouse) -> None:
    async with running_mail_server() as mail:
        installation = idle.house.installation
        settings = installation.settings.model_copy(update={"notify_url": SecretStr(mail.url)})
        house = replace(idle.house, installation=replace(installation, settings=settings))
        selling = replace(idle, house=house)
        async with selling.working():
            case = selling.file()
            await selling.deliver(case)
            invoice = await selling.sent(case)
        (message,) = mail.received
    assert message["To"].addresses[0].addr_spec == "invoices@sim.example"
    pdf, ubl = message.iter_attachments()
    assert pdf.get_content()[:5] == b"%PDF-"
    assert read_ubl_invoice(ubl.get_content()).totals == invoice.content.document.totals


async def test_each_part_that_is_delivered_gets_its_invoice_and_the_case_stays_open_until_all_is_paid(
    selling: SellingHouse,
) -> None:
    case = selling.file()
    await selling.deliver(case, "1")
    first = await selling.sent(case)
    selling.pay(first)
    await selling.house.eventually(lambda: not selling.receivables(case)[0].open_amount)
    await selling.deliver(case, "3")
    second = await selling.sent(case, 2)
    selling.pay(second)
    await selling.house.closed(case, "completed")
    assert [each.total.amount for each in (first, second)] == [Decimal("1190.00"), Decimal("3570.00")]
    assert selling.tax.registered() == [first.number, second.number]


async def test_over_the_limit_nothing_is_delivered_before_the_finance_director_grants_the_credit(
    selling: SellingHouse,
) -> None:
    case = selling.file(quantity="17")
    await selling.house.decide(case, "ines.lindqvist")
    await selling.deliver(case, "17")
    assert (await selling.sent(case)).total.amount == Decimal("20230.00")


async def test_a_refused_order_is_over_and_nothing_is_billed(selling: SellingHouse) -> None:
    case = selling.file(quantity="21")
    await selling.house.decide(case, "ines.lindqvist", Outcome.REJECT, "Not on credit.")
    await selling.house.closed(case, "rejected")
    await selling.state(case, "rejected")
    assert (selling.invoices(case), selling.tax.registered()) == ((), [])


@pytest.mark.behaviour("O2")
async def test_a_customer_who_pays_short_leaves_the_rest_and_the_case_open(selling: SellingHouse) -> None:
    case = selling.file()
    await selling.deliver(case)
    selling.pay(await selling.sent(case), "4700.00")
    await selling.house.eventually(lambda: selling.receivables(case)[0].applied)
    assert selling.receivables(case)[0].open_amount == Decimal("60.00")
    await selling.state(case, "confirmed")


@pytest.mark.behaviour("O2")
async def test_money_beyond_the_invoice_closes_the_case_and_becomes_a_task(selling: SellingHouse) -> None:
    case = selling.file()
    await selling.deliver(case)
    selling.pay(await selling.sent(case), "5000.00")
    await selling.house.closed(case, "completed")
    await selling.house.resolve(case, "nele.arndt", "unapplied_cash", Resolution.NOTED)


@pytest.mark.behaviour("R1")
@pytest.mark.parametrize("conduct", [Conduct.ACCEPTS_IN_SILENCE, Conduct.IS_DOWN])
async def test_whatever_the_tax_portal_does_the_invoice_is_registered_once(
    selling: SellingHouse, conduct: Conduct
) -> None:
    selling.tax.conducts = [conduct]
    case = selling.file()
    await selling.deliver(case)
    invoice = await selling.sent(case)
    assert selling.tax.registered() == [invoice.number]


@pytest.mark.behaviour("R1")
async def test_a_registration_that_the_portal_refuses_is_tried_again_by_a_person_and_cannot_be_given_up(
    selling: SellingHouse,
) -> None:
    selling.tax.conducts = [Conduct.REFUSES]
    case = selling.file()
    await selling.deliver(case)
    task = await selling.house.open_task(case, "registration_stopped")
    assert task.owner_role == "accounts_receivable"
    assert task.content.resolutions == (Resolution.TRY_AGAIN, Resolution.DONE, Resolution.TAKE_OVER)
    assert selling.invoices(case)[0].state == "issued"
    await selling.house.resolve(case, "nele.arndt", "registration_stopped", Resolution.TRY_AGAIN)
    invoice = await selling.sent(case)
    assert selling.tax.registered() == [invoice.number]


async def test_a_receipt_that_cannot_be_fetched_at_once_is_fetched_later_and_archived_once(
    selling: SellingHouse,
) -> None:
    selling.tax.lost_receipts = 1
    case = selling.file()
    await selling.deliver(case)
    invoice = await selling.sent(case)
    assert selling.house.installation.files.get(selling.tenant, invoice.receipt).startswith(b"%PDF-1.7 receipt 2")


@pytest.mark.behaviour("E1", "R1")
async def test_reset_to_its_beginning_a_sale_bills_registers_and_sends_nothing_again(selling: SellingHouse) -> None:
    case = selling.file()
    await selling.deliver(case)
    invoice = await selling.sent(case)
    submissions = selling.tax.submissions
    await _reset(selling, selling.selling(case))
    selling.pay(invoice)
    await selling.house.closed(case, "completed")
    assert [each.number for each in selling.invoices(case)] == [invoice.number]
    assert (selling.tax.registered(), selling.tax.submissions) == ([invoice.number], submissions)
    with selling.store.read() as view:
        actions = [entry.action for entry in history(view, selling.tenant, case)]
    assert actions.count("sales_invoice.sent") == 1


async def test_started_by_hand_without_a_recorded_order_nothing_is_sold(selling: SellingHouse) -> None:
    handle = await selling.house.client.start_workflow(
        "Sale", {"tenant": selling.tenant, "order": "SO-2026-9999"}, id="by-hand", task_queue="flows"
    )
    task = await selling.house.open_task_about("sales_order", "SO-2026-9999")
    assert "There is no customer order" in task.content.message
    await handle.terminate()


async def _reset(selling: SellingHouse, handle: WorkflowHandle[object, object]) -> None:
    """To its first task: everything is done once more."""
    client = selling.house.client
    described = await handle.describe()
    await client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=handle.id, run_id=described.run_id),
            reason="test",
            workflow_task_finish_event_id=4,
            request_id="reset-1",
        )
    )

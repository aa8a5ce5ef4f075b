"""Purchases from the requisition to the order, on a real Temporal server."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from lxml import etree
from pydantic import SecretStr
from sqlalchemy import insert

from audit.entry import Actor
from models.approval import Outcome
from models.ids import approval_workflow
from models.task import Resolution
from rules.shipped import shipped_tables
from store.cases import documents
from store.masters import budget_left
from store.rule_publications import compiled, keep_content, next_number_of
from store.schema.rules import rule_publication
from tests.notifications.mail_server import MailServer, running_mail_server
from tests.workflows.house import House


@pytest.mark.behaviour("P1")
async def test_a_purchase_runs_from_the_requisition_to_the_closed_case(house: House) -> None:
    await house.completed()
    assert [amount for _, amount in house.bank.payments()] == [Decimal("880.60")]
    assert house.erp.postings() == ["KAB-1"]


@pytest.mark.behaviour("P1", "A6")
async def test_given_two_stages_the_order_is_issued_after_the_second_and_not_before(house: House) -> None:
    case = house.file(quantity="6", price="1480.00")
    first = await house.decide(case, "ayse.kaya")
    await house.eventually(lambda: house.waiting_for("ines.lindqvist", case))
    assert (first.stage, house.orders(case)) == (1, ())
    await house.decide(case, "ines.lindqvist")
    order = await house.order(case)
    assert order.order.number == "PO-2026-0001"
    with house.installation.store.read() as view:
        kinds = {paper.media_type for paper in documents(view, house.tenant, case)}
    assert kinds == {"application/pdf", "application/xml"}


@pytest.mark.behaviour("P1")
async def test_the_approver_gets_a_message_and_the_vendor_the_order_as_pdf_and_ubl(idle_house: House) -> None:
    async with running_mail_server() as mail:
        house = _with_mail(idle_house, mail)
        async with house.working():
            case = house.file()
            await house.eventually(lambda: mail.received)
            await house.decide(case, "ayse.kaya")
            await house.order(case)
            await house.eventually(lambda: len(mail.received) == 3)
        asked, *rest = mail.received
        ordered, told = sorted(rest, key=lambda message: str(message["To"]))
        assert told["To"].addresses[0].addr_spec == "mara.voss@lindqvist.example"
        assert asked["To"].addresses[0].addr_spec == "ayse.kaya@lindqvist.example"
        assert ordered["To"].addresses[0].addr_spec == "billing@kab.example"
        attached = [part.get_content_type() for part in ordered.iter_attachments()]
        assert attached == ["application/pdf", "application/xml"]


@pytest.mark.behaviour("P1")
async def test_given_the_order_cannot_be_mailed_a_person_hears_of_it_and_has_it_sent_again(idle_house: House) -> None:
    async with running_mail_server() as mail:
        house = _with_mail(idle_house, mail)
        async with house.working():
            case = house.file()
            await house.eventually(lambda: mail.received)
            mail.refusal = "451 4.3.0 try again later"
            await house.decide(case, "ayse.kaya")
            await house.open_task(case, "stuck")
            mail.refusal = ""
            await house.resolve(case, "piotr.nowak", "stuck", Resolution.TRY_AGAIN)
            await house.order(case)
        assert "billing@kab.example" in [str(message["To"].addresses[0].addr_spec) for message in mail.received]


@pytest.mark.behaviour("P1")
async def test_when_an_approver_rejects_nothing_is_ordered_and_the_budget_is_free_again(house: House) -> None:
    with house.installation.store.read() as view:
        before = budget_left(view, house.tenant, "4000", 2026)
    case = house.file()
    await house.decide(case, "ayse.kaya", Outcome.REJECT, "We have three in the store room.")
    await house.closed(case, "rejected")
    with house.installation.store.read() as view:
        after = budget_left(view, house.tenant, "4000", 2026)
    assert (house.orders(case), after) == ((), before)


@pytest.mark.behaviour("A6")
async def test_given_no_rule_matches_a_person_is_asked_and_nothing_is_approved(house: House) -> None:
    _publish(house, lambda rule: rule.get("id") != "small")
    case = house.file()
    task = await house.open_task(case, "stuck")
    assert "purchase_approval" in task.content.message
    assert (house.request(case), house.orders(case)) == (None, ())
    _publish(house, lambda rule: True)
    await house.resolve(case, "piotr.nowak", "stuck", Resolution.TRY_AGAIN)
    await house.decide(case, "ayse.kaya")
    await house.order(case)


@pytest.mark.behaviour("A10", "A6")
async def test_given_the_requester_owns_the_cost_centre_nobody_approves_in_their_place(house: House) -> None:
    case = house.file("henrik.dahl", cost_centre="2000")
    task = await house.open_task(case, "stuck")
    assert "requested the purchase" in task.content.message
    assert (house.request(case), house.orders(case)) == (None, ())


@pytest.mark.behaviour("A6")
async def test_no_approval_needed_exists_only_as_a_row_that_says_so(house: House) -> None:
    case = house.file(quantity="2", price="20.00", category="office")
    await house.order(case)
    stored = house.request(case)
    assert stored is not None
    assert (stored.request.stages, stored.request.evaluation.matched) == ((), ("petty_office",))


@pytest.mark.behaviour("A8")
async def test_a_request_is_still_pending_after_ninety_days_without_an_answer(house: House) -> None:
    case = house.file()
    stored = await house.eventually(lambda: house.waiting_for("ayse.kaya", case))
    asking = house.client.get_workflow_handle(approval_workflow(house.tenant, stored.request.id))
    await house.pass_time(asking, timedelta(days=90))
    await asking.signal("changed")
    still = house.request(case)
    assert still is not None
    assert (still.state, house.orders(case)) == ("pending", ())
    await house.decide(case, "ayse.kaya")
    await house.order(case)


def _with_mail(house: House, mail: MailServer) -> House:
    settings = house.installation.settings.model_copy(update={"notify_url": SecretStr(mail.url)})
    return replace(house, installation=replace(house.installation, settings=settings))


def _publish(house: House, keeps: Callable[[etree._Element], bool]) -> None:
    """Puts a version of the purchase approval table in force that has the rows which `keeps` wants."""
    table = etree.fromstring(shipped_tables()["purchase_approval"])
    for rule in [rule for rule in table.iter("{*}rule") if not keeps(rule)]:
        rule.getparent().remove(rule)  # type: ignore[union-attr]
    xml = etree.tostring(table)
    with house.installation.store.change(house.tenant, Actor(system="test")) as work:
        version = compiled(xml, "purchase_approval").version
        keep_content(work, "purchase_approval", version, xml)
        work.execute(
            insert(rule_publication).values(
                tenant=work.tenant,
                table_name="purchase_approval",
                number=next_number_of(work.connection, work.tenant, "purchase_approval"),
                version=version,
                golden_cases="[]",
                in_force_from=work.now,
                reason="test",
                submitted_by="",
                submitted_at=work.now,
                published_by="",
                published_at=work.now,
            )
        )
        work.record("rule.published", "rule_table", "purchase_approval", after={"version": version})

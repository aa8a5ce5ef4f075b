"""Invoices from the watched folder to the payment, on a real Temporal server."""

from decimal import Decimal

import pytest

from models.approval import ApprovalSubject, Outcome
from models.errors import BusinessError
from models.task import Resolution
from sandbox.vendor import number_variants
from store.approval_answers import record_decision
from tests.workflows.house import House


@pytest.mark.behaviour("P4", "P5")
async def test_given_a_higher_price_a_person_accepts_it_and_another_approves_before_it_is_paid(house: House) -> None:
    case, order = await house.ordered()
    house.receive(order)
    house.send_invoice(order, price="20.35")
    await house.resolve(case, "piotr.nowak", "price", Resolution.ACCEPT_VARIANCE)
    wanted = await house.eventually(lambda: house.request(case, ApprovalSubject.INVOICE))
    assert (wanted.state, house.erp.postings()) == ("pending", [])
    await house.decide(case, "ayse.kaya")
    await house.decide(case, "sofia.brandt")
    await house.invoice(case, "paid")
    assert [amount for _, amount in house.bank.payments()] == [Decimal("968.66")]


@pytest.mark.behaviour("P5")
async def test_given_a_higher_price_that_a_person_refuses_the_invoice_ends_unpaid(house: House) -> None:
    case, order = await house.ordered()
    house.receive(order)
    house.send_invoice(order, price="20.35")
    await house.resolve(case, "piotr.nowak", "price", Resolution.SEND_BACK)
    await house.invoice(case, "sent_back")
    assert (house.erp.postings(), house.bank.payments()) == ([], [])


@pytest.mark.behaviour("P6")
async def test_given_the_invoice_was_paid_the_same_under_another_number_is_stopped(house: House) -> None:
    case, order = await house.invoiced()
    await house.decide(case, "sofia.brandt")
    await house.invoice(case, "paid")
    house.send_invoice(order, number_variants("KAB-1")[0])
    await house.resolve(case, "greta.holm", "duplicate", Resolution.REJECT)
    await house.invoice(case, "rejected")
    assert (len(house.bank.payments()), house.erp.postings()) == (1, ["KAB-1"])


@pytest.mark.behaviour("P6", "P7")
async def test_given_the_same_file_twice_the_second_is_filed_away_and_changes_nothing(house: House) -> None:
    case, order = await house.invoiced()
    first = await house.invoice(case, "posted")
    house.send_invoice(order)
    inbox = house.installation.settings.inbox_folder
    await house.eventually(lambda: not list(inbox.glob("*.xml")))
    assert house.invoices(case) == (first,)


@pytest.mark.behaviour("P2")
async def test_given_no_receipt_the_invoice_waits_without_bothering_anybody(house: House) -> None:
    case, order = await house.ordered()
    house.send_invoice(order)
    await house.invoice(case, "waiting")
    assert (house.tasks(case), house.erp.postings()) == ((), [])
    house.receive(order)
    await house.invoice(case, "posted")


@pytest.mark.behaviour("P2", "P4")
async def test_given_a_partial_receipt_the_whole_invoice_waits_for_the_rest(house: House) -> None:
    case, order = await house.ordered()
    house.receive(order, "25")
    house.send_invoice(order)
    await house.invoice(case, "waiting")
    house.receive(order, "15")
    await house.invoice(case, "posted")


@pytest.mark.behaviour("P2", "P4")
async def test_given_two_part_deliveries_both_invoices_are_paid_and_then_the_case_closes(house: House) -> None:
    case, order = await house.ordered()
    for number, quantity in (("KAB-1", "25"), ("KAB-2", "15")):
        house.receive(order, quantity)
        house.send_invoice(order, number, quantity)
        await house.decide(case, "sofia.brandt")
        await house.eventually(lambda: {stored.state for stored in house.invoices(case)} == {"paid"})
    house.ask_for_statement()
    await house.closed(case, "completed")
    assert [amount for _, amount in house.bank.payments()] == [Decimal("550.38"), Decimal("330.23")]


@pytest.mark.behaviour("P4")
async def test_given_more_is_invoiced_than_is_open_on_the_order_it_is_not_paid(house: House) -> None:
    case, order = await house.ordered()
    house.receive(order)
    house.send_invoice(order, "KAB-1", "30")
    await house.decide(case, "sofia.brandt")
    await house.invoice(case, "paid")
    house.send_invoice(order, "KAB-2", "11")
    await house.open_task(case, "quantity")
    assert len(house.bank.payments()) == 1


@pytest.mark.behaviour("P9")
async def test_nothing_reaches_the_bank_before_a_second_person_released_it(house: House) -> None:
    case, _ = await house.invoiced()
    await house.eventually(lambda: house.waiting_for("sofia.brandt", case))
    release = house.request(case, ApprovalSubject.PAYMENT)
    assert release is not None
    store, request = house.installation.store, release.request
    for person in ("mara.voss", "ayse.kaya", "tom.behrens", "oliver.stein"):
        with pytest.raises(BusinessError):
            record_decision(store, house.signed_in(person), request.id, Outcome.APPROVE, "", request.digest)
    assert house.bank.submissions == 0
    await house.decide(case, "marek.hansen")
    await house.invoice(case, "paid")
    assert len(house.bank.payments()) == 1


@pytest.mark.behaviour("P9")
async def test_when_the_release_is_refused_the_invoice_ends_unpaid(house: House) -> None:
    case, _ = await house.invoiced()
    await house.decide(case, "sofia.brandt", Outcome.REJECT, "Settled by card.")
    await house.invoice(case, "rejected")
    assert (house.bank.submissions, house.bank.payments()) == (0, [])


@pytest.mark.behaviour("P9", "A10")
async def test_given_a_large_purchase_when_one_managing_director_approved_it_then_the_other_releases_it(
    house: House,
) -> None:
    case = house.file(price="700.00")
    for person in ("ayse.kaya", "ines.lindqvist", "karl.lindqvist"):
        await house.decide(case, person)
    order = await house.order(case)
    house.receive(order)
    house.send_invoice(order)

    await house.decide(case, "sofia.brandt")
    await house.decide(case, "astrid.lindqvist")

    await house.invoice(case, "paid")
    assert house.waiting_for("karl.lindqvist", case) is None

"""Once on a portal, whatever the portal does: the workflow on a real server, the portals on paper."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import update

from audit.entry import Actor
from models.errors import BusinessError
from models.ids import payment_slice, posting_slice
from models.payment import AttemptState
from models.portal import PaymentOrder
from models.task import Resolution
from models.work import Priority, WorkState
from sandbox.bank.ledger import PaymentState
from sandbox.company import ENTITY
from sandbox.house_account import HOUSE_ACCOUNT
from store.cases import documents
from store.intents import StoredAttempt, intent_of, last_attempt
from store.masters import vendor_of
from store.portal_queue import StoredItem, pause_portal, prioritise_item, queues, resume_portal
from store.schema.people import vendor
from tests.workflows.house import House
from tests.workflows.paper_portals import REPORT, UNREACHABLE, Conduct

_SETTLED = timedelta(seconds=55)
"""Longer than the commit deadline and the settle window together."""


@pytest.mark.behaviour("P10", "R3")
async def test_given_the_bank_answers_it_is_paid_once(house: House) -> None:
    case = await house.released()
    await house.invoice(case, "paid")
    assert (house.bank.submissions, len(house.bank.payments())) == (1, 1)


@pytest.mark.behaviour("P10", "R3")
async def test_given_the_bank_accepts_and_never_answers_it_is_paid_once_and_nobody_is_bothered(house: House) -> None:
    house.bank.conducts = [Conduct.ACCEPTS_IN_SILENCE]
    case = await house.released()
    await house.invoice(case, "paid")
    assert (house.bank.submissions, len(house.bank.payments()), house.tasks(case)) == (1, 1, ())


@pytest.mark.behaviour("P10", "R3")
@pytest.mark.parametrize("conduct", [Conduct.LOSES_IT, Conduct.BREAKS_AFTER_THE_CLAIM])
async def test_given_it_got_lost_there_is_a_second_attempt_once_two_looks_after_settling_proved_it(
    house: House, conduct: Conduct
) -> None:
    house.bank.conducts = [conduct]
    case = await house.released()
    await house.waits_for_the_portal(house.paying(case))
    first = _attempt(house, case)
    await house.pass_time(house.paying(case), timedelta(seconds=20))
    assert (house.bank.probes, house.bank.submissions) == (1, 1)
    await house.pass_time(house.paying(case), _SETTLED)
    await house.invoice(case, "paid")
    second = _attempt(house, case)
    assert (first.number, second.number) == (1, 2)
    assert first.reference != second.reference
    assert (house.bank.submissions, len(house.bank.payments())) == (2, 1)


@pytest.mark.behaviour("P10")
async def test_the_second_look_waits_until_deadline_and_settle_window_have_passed(house: House) -> None:
    house.bank.conducts = [Conduct.LOSES_IT]
    case = await house.released()
    wait = await house.waits_for_the_portal(house.paying(case))
    settings = house.installation.settings
    whole = timedelta(seconds=settings.commit_seconds + settings.settle_seconds)
    assert whole - timedelta(seconds=15) < wait <= whole + timedelta(seconds=2)


@pytest.mark.behaviour("P10", "R3")
async def test_given_the_bank_rejects_it_a_person_decides_and_trying_again_is_a_new_attempt(house: House) -> None:
    house.bank.conducts = [Conduct.REJECTS]
    case = await house.released()
    await house.resolve(case, "marek.hansen", "payment_rejected", Resolution.TRY_AGAIN)
    await house.invoice(case, "paid")
    assert _attempt(house, case).number == 2
    assert (house.bank.submissions, len(house.bank.payments())) == (2, 1)


@pytest.mark.behaviour("B2", "R3")
async def test_given_the_bank_reports_why_it_rejected_the_person_reads_it_and_the_report_lies_with_the_case(
    house: House,
) -> None:
    house.bank.conducts, house.bank.report = [Conduct.REJECTS], REPORT
    case = await house.released()
    task = await house.open_task(case, "payment_rejected")
    assert task.content.message.endswith("It says why: AC04 Konto erloschen")
    with house.installation.store.read() as view:
        titles = [paper.title for paper in documents(view, house.installation.settings.tenant, case)]
    assert f"Status report {_attempt(house, case).reference}" in titles


@pytest.mark.behaviour("B2", "R3")
@pytest.mark.parametrize("report", [UNREACHABLE, "no XML at all"])
async def test_a_report_that_cannot_be_had_or_read_keeps_nobody_from_being_asked(house: House, report: str) -> None:
    house.bank.conducts, house.bank.report = [Conduct.REJECTS], report
    case = await house.released()
    task = await house.open_task(case, "payment_rejected")
    assert task.content.message.startswith("The portal rejected it")
    assert "It says why" not in task.content.message


@pytest.mark.behaviour("P10")
async def test_whoever_released_a_payment_may_not_settle_what_became_of_it(house: House) -> None:
    house.bank.conducts = [Conduct.REJECTS]
    case = await house.released()
    with pytest.raises(BusinessError, match="released the payment"):
        await house.resolve(case, "sofia.brandt", "payment_rejected", Resolution.TRY_AGAIN)
    assert house.bank.submissions == 1


@pytest.mark.behaviour("P10", "R3")
async def test_when_a_person_cancels_a_rejected_payment_the_invoice_ends_unpaid(house: House) -> None:
    house.bank.conducts = [Conduct.REJECTS]
    case = await house.released()
    await house.resolve(case, "marek.hansen", "payment_rejected", Resolution.CANCEL)
    await house.invoice(case, "rejected")
    assert (house.bank.submissions, house.bank.payments()) == (1, [])


@pytest.mark.behaviour("R3")
@pytest.mark.parametrize("conduct", [Conduct.SHOWS_ANOTHER_ACCOUNT, Conduct.REFUSES])
async def test_given_it_stopped_before_the_claim_a_person_decides_and_the_same_attempt_goes_on(
    house: House, conduct: Conduct
) -> None:
    house.bank.conducts = [conduct]
    case = await house.released()
    task = await house.open_task(case, "payment_stopped")
    assert (_attempt(house, case).state, house.bank.payments(), house.bank.probes) == (AttemptState.ARMED, [], 0)
    offered = (Resolution.TRY_AGAIN, Resolution.DONE, Resolution.TAKE_OVER, Resolution.CANCEL)
    assert (task.content.resolutions, bool(task.content.screenshot)) == (offered, True)
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.TRY_AGAIN)
    await house.invoice(case, "paid")
    assert (_attempt(house, case).number, len(house.bank.payments())) == (1, 1)


@pytest.mark.behaviour("P8", "P9")
async def test_given_the_payees_account_changed_after_the_release_nothing_is_claimed(house: House) -> None:
    house.bank.conducts = [Conduct.SHOWS_ANOTHER_ACCOUNT]
    case = await house.released()
    await house.open_task(case, "payment_stopped")
    _change_account(house, "KAB")
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.TRY_AGAIN)
    await house.eventually(lambda: house.bank.submissions == 2)
    task = await house.open_task(case, "payment_stopped")
    assert "changed after the release" in task.content.message
    assert (_attempt(house, case).state, house.bank.payments()) == (AttemptState.ARMED, [])


@pytest.mark.behaviour("R3")
async def test_when_a_person_cancels_what_was_never_claimed_nothing_is_ever_sent(house: House) -> None:
    house.bank.conducts = [Conduct.SHOWS_ANOTHER_ACCOUNT]
    case = await house.released()
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.CANCEL)
    await house.invoice(case, "rejected")
    assert (house.bank.submissions, house.bank.payments()) == (1, [])


@pytest.mark.behaviour("R3")
@pytest.mark.parametrize("conduct", [Conduct.IS_DOWN, Conduct.BREAKS_BEFORE_THE_CLAIM])
async def test_given_bank_or_bot_are_down_it_is_tried_five_times_and_then_a_person_is_asked(
    house: House, conduct: Conduct
) -> None:
    house.bank.conducts = [conduct] * 5
    case = await house.released()
    await house.eventually(lambda: house.bank.submissions)
    await house.pass_time(house.paying(case), timedelta(minutes=1))
    await house.open_task(case, "payment_stopped")
    assert (house.bank.submissions, _attempt(house, case).state) == (5, AttemptState.ARMED)
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.TRY_AGAIN)
    await house.invoice(case, "paid")
    assert len(house.bank.payments()) == 1


@pytest.mark.behaviour("R3")
async def test_given_the_password_is_refused_it_is_not_tried_again_and_the_login_is_parked(house: House) -> None:
    house.bank.conducts = [Conduct.REFUSES_THE_PASSWORD]
    case = await house.released()
    await house.open_task(case, "payment_stopped")
    installation = house.installation
    with installation.store.read() as view, pytest.raises(BusinessError, match="parked"):
        installation.vault.get(view, house.tenant, ENTITY.bank_portal)
    assert house.bank.submissions == 1


@pytest.mark.behaviour("P10", "R3")
async def test_given_a_lookalike_beside_a_lost_payment_a_person_has_it_looked_at_again(house: House) -> None:
    house.bank.conducts = [Conduct.LOSES_IT_BESIDE_ANOTHER]
    case = await house.released()
    task = await house.open_task(case, "payment_unclear")
    await house.resolve(case, "marek.hansen", "payment_unclear", Resolution.LOOK_AGAIN)
    again = await house.open_task(case, "payment_unclear")
    assert again.id != task.id
    assert (house.bank.submissions, len(house.bank.payments())) == (1, 1)


@pytest.mark.behaviour("P10")
async def test_given_a_draft_that_the_bank_executes_later_a_look_finds_it_paid(house: House) -> None:
    house.bank.conducts = [Conduct.LEAVES_A_DRAFT]
    case = await house.released()
    await house.open_task(case, "payment_unclear")
    house.bank.move_all(PaymentState.EXECUTED)
    await house.resolve(case, "marek.hansen", "payment_unclear", Resolution.LOOK_AGAIN)
    await house.invoice(case, "paid")
    assert (house.bank.submissions, len(house.bank.payments())) == (1, 1)


@pytest.mark.behaviour("R3")
async def test_given_the_portal_cannot_be_read_at_first_it_is_looked_at_again_and_not_clicked(house: House) -> None:
    house.bank.conducts, house.bank.unreadable = [Conduct.ACCEPTS_IN_SILENCE], 1
    case = await house.released()
    await house.invoice(case, "paid")
    assert (house.bank.submissions, house.bank.probes, len(house.bank.payments())) == (1, 2, 1)


@pytest.mark.behaviour("P10")
async def test_given_three_attempts_came_to_nothing_only_a_person_opens_a_fourth(house: House) -> None:
    house.bank.conducts = [Conduct.LOSES_IT] * 3
    case = await house.released()
    paying = house.paying(case)
    for _ in range(3):
        await house.waits_for_the_portal(paying)
        await house.pass_time(paying, _SETTLED)
    task = await house.open_task(case, "payment_stopped")
    assert "3 tries" in task.content.message
    assert (house.bank.submissions, house.bank.payments()) == (3, [])
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.TRY_AGAIN)
    await house.invoice(case, "paid")
    assert (_attempt(house, case).number, len(house.bank.payments())) == (4, 1)


@pytest.mark.behaviour("P10", "R3")
async def test_given_the_books_take_a_posting_in_silence_it_is_posted_once(house: House) -> None:
    house.erp.conducts = [Conduct.ACCEPTS_IN_SILENCE]
    case, _ = await house.invoiced()
    await house.invoice(case, "posted")
    assert (house.erp.submissions, house.erp.postings()) == (1, ["KAB-1"])


@pytest.mark.behaviour("P10", "R3")
async def test_given_the_books_lose_a_posting_it_is_posted_by_a_second_attempt(house: House) -> None:
    house.erp.conducts = [Conduct.LOSES_IT]
    case, _ = await house.invoiced()
    await house.eventually(lambda: house.erp.probes)
    await house.waits_for_the_portal(house.posting(case))
    await house.pass_time(house.posting(case), _SETTLED)
    await house.invoice(case, "posted")
    assert (house.erp.submissions, house.erp.postings()) == (2, ["KAB-1"])
    with house.installation.store.read() as view:
        last = last_attempt(view, house.tenant, posting_slice(house.invoices(case)[-1].id))
    assert last is not None
    assert last.number == 2


@pytest.mark.behaviour("R10")
async def test_given_the_bank_has_it_and_two_people_say_so_the_payment_ends_paid_and_is_not_looked_at_again(
    house: House,
) -> None:
    house.bank.conducts = [Conduct.LEAVES_A_DRAFT]
    case = await house.released(quantity="80")
    task = await house.open_task(case, "payment_unclear")
    probes = house.bank.probes
    assert not house.settle(task, "marek.hansen", Resolution.DONE, proof="Signed at the counter, receipt 88")
    await house.invoice(case, "released")
    house.confirm(task, "ines.lindqvist")
    await house.invoice(case, "paid")
    await house.finished(house.paying(case))
    assert (house.bank.submissions, house.bank.probes) == (1, probes)


@pytest.mark.behaviour("R10")
async def test_given_two_people_say_that_it_was_not_done_it_is_paid_by_a_new_attempt(house: House) -> None:
    house.bank.conducts = [Conduct.LOSES_IT_BESIDE_ANOTHER]
    case = await house.released()
    task = await house.open_task(case, "payment_unclear")
    house.wall.put_forward(_SETTLED)
    assert not house.settle(task, "marek.hansen", Resolution.NOT_DONE)
    house.confirm(task, "ines.lindqvist")
    await house.invoice(case, "paid")
    assert (house.bank.submissions, _attempt(house, case).number) == (2, 2)


@pytest.mark.behaviour("R10")
async def test_given_a_person_takes_it_over_no_bot_submits_it_and_a_look_finds_what_they_did(house: House) -> None:
    house.bank.conducts = [Conduct.SHOWS_ANOTHER_ACCOUNT]
    case = await house.released()
    await house.resolve(case, "marek.hansen", "payment_stopped", Resolution.TAKE_OVER)
    mine = await house.open_task(case, "payment_taken_over")
    with house.installation.store.read() as view:
        content = intent_of(view, house.tenant, payment_slice(house.invoices(case)[-1].id)).content
    order = content.order(_attempt(house, case).reference, house.installation.store.now().date())
    assert isinstance(order, PaymentOrder)
    house.bank.enter(order, order.reference)
    house.bank.move_all(PaymentState.EXECUTED)
    house.settle(mine, "marek.hansen", Resolution.LOOK_AGAIN)
    await house.invoice(case, "paid")
    assert (house.bank.submissions, len(house.bank.payments())) == (1, 1)


@pytest.mark.behaviour("R10")
async def test_while_nobody_answers_the_bot_looks_by_itself_and_closes_the_task_once_it_finds_it(house: House) -> None:
    house.bank.conducts = [Conduct.LEAVES_A_DRAFT]
    case = await house.released()
    task = await house.open_task(case, "payment_unclear")
    house.bank.move_all(PaymentState.EXECUTED)
    await house.waits_for_the_portal(house.paying(case))
    await house.pass_time(house.paying(case), timedelta(minutes=16))
    await house.invoice(case, "paid")
    (settled,) = [each for each in house.tasks(case) if each.id == task.id]
    assert (settled.state, settled.resolution) == ("resolved", None)


@pytest.mark.behaviour("R4")
async def test_on_a_paused_portal_payments_wait_and_then_go_in_the_order_that_people_gave_them(house: House) -> None:
    store, treasurer = house.installation.store, house.signed_in("sofia.brandt")
    pause_portal(store, treasurer, ENTITY.bank_portal, "The bank's holiday")
    cases = [await _released(house, number) for number in (40, 30, 20)]
    items = [await house.eventually(partial(_parked, house, case)) for case in cases]
    prioritise_item(store, treasurer, items[2].reference, Priority.HIGH)
    assert (house.bank.submissions, house.bank.payments()) == (0, [])
    resume_portal(store, treasurer, ENTITY.bank_portal)
    for case in cases:
        await house.invoice(case, "paid")
    first, *_ = house.bank.payments()
    assert first[1] == house.invoices(cases[2])[-1].total.amount


async def _released(house: House, quantity: int) -> str:
    """As `House.released`, with a number and an amount of its own."""
    case, order = await house.ordered(quantity=str(quantity))
    house.receive(order, str(quantity))
    house.send_invoice(order, f"KAB-{quantity}")
    await house.decide(case, "sofia.brandt")
    return case


def _parked(house: House, case: str) -> StoredItem | None:
    with house.installation.store.read() as view:
        found = [item for queue in queues(view, house.tenant, house.wall()) for item in queue.waiting]
    return next((item for item in found if item.case == case and item.state is WorkState.PARKED), None)


def _change_account(house: House, vendor_id: str) -> None:
    with house.installation.store.change(house.tenant, Actor(system="test")) as work:
        supplier = vendor_of(work.connection, work.tenant, vendor_id)
        account = supplier.account.model_copy(update={"iban": HOUSE_ACCOUNT.iban})
        place = (vendor.c.tenant == work.tenant) & (vendor.c.id == vendor_id)
        work.execute(update(vendor).where(place).values(data=supplier.model_copy(update={"account": account})))
        work.record("vendor.changed", "vendor", vendor_id)


def _attempt(house: House, case: str) -> StoredAttempt:
    with house.installation.store.read() as view:
        found = last_attempt(view, house.tenant, payment_slice(house.invoices(case)[-1].id))
    assert found is not None
    return found

"""Until when payments have to be at the bank, and who hears of one that is about to miss it."""

from datetime import UTC, datetime, time, timedelta

import pytest

from models.calendar import CutOff
from models.errors import BusinessError
from models.payment import AttemptState
from models.portal import PortalState, ProbeResult
from store.cut_offs import PaymentCutOff, payment_cut_off, set_cut_off, warn_of_cut_offs
from store.intents import arm, claim, close_attempt, mark_sent, record_probe
from store.tasks import Task, open_tasks
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.houses import SYSTEM, signed_in
from tests.store.steps import invoice, released

pytestmark = pytest.mark.behaviour("S2")
_USUAL = time(15)


def cut_off(company: Company, invoice_id: str) -> PaymentCutOff:
    with company.store.read() as view:
        found = payment_cut_off(view, TENANT, invoice(company, invoice_id), _USUAL)
    assert found is not None
    return found


def warned(company: Company) -> list[Task]:
    warn_of_cut_offs(company.store, _USUAL)
    with company.store.read() as view:
        return [task for task in open_tasks(view, TENANT) if task.kind == "cut_off_near"]


def shortly_before(company: Company, found: PaymentCutOff, minutes: int = 90) -> None:
    company.clock.now = found.latest - timedelta(minutes=minutes)


def test_it_is_counted_back_from_the_invoices_due_date_by_the_banks_own_times(company: Company) -> None:
    invoice_id, _ = released(company)
    found = cut_off(company, invoice_id)
    assert (found.portal, found.zone) == ("sandbox-bank", "Europe/Berlin")
    assert found.value_date == invoice(company, invoice_id).document.due_date
    assert found.latest < datetime.combine(found.value_date, time(0), UTC)
    treasurer = signed_in(company.store, "sofia.brandt")
    own = CutOff(at=time(11, 30), zone="Europe/London", calendar="weekdays", days_to_payee=0)
    set_cut_off(company.store, treasurer, "sandbox-bank", own)
    later = cut_off(company, invoice_id)
    assert (later.zone, f"{later.latest:%H:%M}") == ("Europe/London", "11:30")
    with pytest.raises(BusinessError, match="no calendar 'moon'"):
        set_cut_off(company.store, treasurer, "sandbox-bank", own.model_copy(update={"calendar": "moon"}))
    with pytest.raises(BusinessError, match="may not do this"):
        set_cut_off(company.store, signed_in(company.store, "greta.holm"), "sandbox-bank", own)


def test_a_payment_without_its_release_is_told_of_once_shortly_before_and_no_sooner(company: Company) -> None:
    case = releasing(company)
    found = cut_off(company, company.pending(case).request.subject_id)
    shortly_before(company, found, minutes=121)
    assert warned(company) == []
    shortly_before(company, found)
    (task,) = warned(company)
    assert "15:00 (Europe/Berlin), and it waits for its release" in task.content.message
    assert [each.id for each in warned(company)] == [task.id]


def test_a_payment_that_waits_for_a_signature_at_the_bank_is_told_of_until_it_is_executed(company: Company) -> None:
    invoice_id, slice_id = released(company)
    wall = datetime(2026, 11, 20, 9, tzinfo=UTC)
    with company.store.change(TENANT, SYSTEM) as work:
        arm(work, slice_id)
        taken = claim(work, slice_id, 1, timedelta(seconds=20), wall)
        assert taken is not None and taken.claim_token is not None
        mark_sent(work, slice_id, 1, taken.claim_token, wall)
        look = ProbeResult(state=PortalState.WAITING_FOR_SIGNATURE, portal_text="1. Unterschrift fehlt", probed_at=wall)
        record_probe(work, slice_id, 1, look)
    shortly_before(company, cut_off(company, invoice_id))
    (task,) = warned(company)
    assert "the bank has it and waits for a signature" in task.content.message
    with company.store.change(TENANT, SYSTEM) as work:
        close_attempt(work, slice_id, 1, AttemptState.EXECUTED, {})
    assert warned(company) == []


def test_a_released_payment_that_no_bot_has_taken_is_told_of(company: Company) -> None:
    invoice_id, _ = released(company)
    shortly_before(company, cut_off(company, invoice_id))
    (task,) = warned(company)
    assert "it is released and waits for the bot" in task.content.message

"""Every way in which a portal can go wrong, in front of the bots: never twice, never lost, never a wrong word."""

from datetime import timedelta
from decimal import Decimal

import pytest

from bots.portals.sandbox_bank import SandboxBank
from bots.portals.sandbox_bank_b import SandboxBankB
from bots.portals.sandbox_bank_b_signature import SandboxBankBSignature
from bots.portals.sandbox_erp import SandboxErp
from bots.portals.sandbox_tax import SandboxTax
from finance.absence import verdict
from models.portal import ActionPortal, PortalContent, PortalState, PortalUnavailable, SubmissionOutcome
from sandbox import database
from sandbox.bank_b import ledger as bank_b_ledger
from sandbox.faults import CONFIRMATION_FAULTS, ENTRY_FAULTS, SUBMISSION_FAULTS, Fault, set_fault
from sandbox.submissions import submissions
from tests.bots.fakes import FakeClaims, FakeEvidence, wall_clock
from tests.bots.portals import test_sandbox_bank, test_sandbox_bank_b, test_sandbox_erp, test_sandbox_tax
from tests.bots.portals.conftest import Stage
from tests.bots.portals.fault_table import OF_EACH_KIND, TREATMENTS, Treatment

pytestmark = pytest.mark.behaviour("R1", "R3")

_SHORT, _AMPLE = timedelta(seconds=6), timedelta(seconds=20)
_AMOUNT = "12345.60"


def _window(treatment: Treatment) -> timedelta:
    """No longer than needed where the portal keeps silent; long enough for a slow machine where it answers."""
    return _AMPLE if treatment.outcome is SubmissionOutcome.ANSWERED else _SHORT


Doing = tuple[ActionPortal, PortalContent, Stage]


@pytest.fixture
def doing(
    bank: SandboxBank,
    bank_stage: Stage,
    bank_b: SandboxBankB,
    bank_b_stage: Stage,
    erp: SandboxErp,
    erp_stage: Stage,
    tax: SandboxTax,
    tax_stage: Stage,
) -> dict[str, Doing]:
    """What is to be done on each portal."""
    return {
        "bank": (bank, test_sandbox_bank.order(bank_stage), bank_stage),
        "bank_b": (bank_b, test_sandbox_bank_b.order(bank_b_stage), bank_b_stage),
        "erp": (erp, test_sandbox_erp.posting(), erp_stage),
        "tax": (tax, test_sandbox_tax.registration(), tax_stage),
    }


def test_every_fault_of_a_final_request_is_in_the_table() -> None:
    assert {each.fault for each in TREATMENTS} == set(SUBMISSION_FAULTS)
    handled = {*SUBMISSION_FAULTS, *CONFIRMATION_FAULTS, *ENTRY_FAULTS, Fault.LONG_LIST}
    of_their_own = {Fault.CHANGE_PAYEE_ACCOUNT, Fault.CHANGE_BUYER_VAT_ID, Fault.CUT_RECEIPT}
    assert set(Fault) - handled == of_their_own | {Fault.REWORDED, Fault.STRANGER, Fault.SMS_CODE, Fault.PUSH}


@pytest.mark.parametrize("treatment", TREATMENTS, ids=str)
async def test_a_payment_is_entered_at_most_once_and_the_probe_tells_what_the_bank_shows(
    bank: SandboxBank, bank_stage: Stage, treatment: Treatment
) -> None:
    set_fault(bank_stage.settings.db_path, treatment.fault, match=_AMOUNT, argument=treatment.argument)
    order = test_sandbox_bank.order(bank_stage)
    submission = await bank.submit(order, FakeClaims(_window(treatment)), FakeEvidence())
    assert submission.outcome is treatment.outcome, submission
    assert len(submissions(bank_stage.settings.db_path)) == 1
    assert len(test_sandbox_bank.paid(bank_stage)) == treatment.rows
    assert (await bank.probe(order, FakeEvidence())).state is treatment.probe


@pytest.mark.parametrize("treatment", OF_EACH_KIND, ids=str)
async def test_a_file_is_handed_in_at_most_once_and_the_probe_tells_what_the_bank_shows(
    bank_b: SandboxBankB, bank_b_stage: Stage, treatment: Treatment
) -> None:
    set_fault(bank_b_stage.settings.db_path, treatment.fault, match=_AMOUNT)
    order = test_sandbox_bank_b.order(bank_b_stage)
    submission = await bank_b.submit(order, FakeClaims(_window(treatment)), FakeEvidence())
    assert submission.outcome is treatment.outcome, submission
    assert len(bank_b_ledger.files(bank_b_stage.settings.db_path)) == treatment.rows
    assert (await bank_b.probe(order, FakeEvidence())).state is treatment.probe


@pytest.mark.behaviour("R13")
@pytest.mark.parametrize("fault", [Fault.REJECT_AFTERWARDS, Fault.ASK_IF_DUPLICATE], ids=str)
async def test_a_signature_is_given_at_most_once(
    bank_b: SandboxBankB, signing: SandboxBankBSignature, bank_b_stage: Stage, fault: Fault
) -> None:
    await bank_b.submit(test_sandbox_bank_b.order(bank_b_stage), FakeClaims(), FakeEvidence())
    bank_b_stage.set_fault(fault)
    wanted = test_sandbox_bank_b.signature()
    submission = await signing.submit(wanted, FakeClaims(_AMPLE), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    state = (await signing.probe(wanted, FakeEvidence())).state
    assert state is (PortalState.REJECTED if fault is Fault.REJECT_AFTERWARDS else PortalState.ABSENT)
    assert sum(Decimal(str(each)) for each in test_sandbox_bank_b.booked(bank_b_stage)) == 0


@pytest.mark.parametrize("treatment", OF_EACH_KIND, ids=str)
async def test_an_invoice_is_posted_at_most_once_and_the_probe_tells_what_the_journal_shows(
    erp: SandboxErp, erp_stage: Stage, treatment: Treatment
) -> None:
    erp_stage.set_fault(treatment.fault)
    submission = await erp.submit(test_sandbox_erp.posting(), FakeClaims(_window(treatment)), FakeEvidence())
    assert submission.outcome is treatment.outcome, submission
    assert len(test_sandbox_erp.posted(erp_stage)) == treatment.rows
    assert (await erp.probe(test_sandbox_erp.posting(), FakeEvidence())).state is treatment.probe


@pytest.mark.parametrize("treatment", OF_EACH_KIND, ids=str)
async def test_an_invoice_is_registered_at_most_once_and_the_probe_tells_what_the_register_shows(
    tax: SandboxTax, tax_stage: Stage, treatment: Treatment
) -> None:
    tax_stage.set_fault(treatment.fault)
    submission = await tax.submit(test_sandbox_tax.registration(), FakeClaims(_window(treatment)), FakeEvidence())
    assert submission.outcome is treatment.outcome, submission
    assert len(test_sandbox_tax.registered(tax_stage)) == treatment.rows
    assert (await tax.probe(test_sandbox_tax.registration(), FakeEvidence())).state is treatment.probe


async def test_what_is_shown_only_later_is_not_absent_until_the_portal_has_settled(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    bank_stage.set_fault(Fault.SHOW_LATER_AND_DROP)
    order, claims = test_sandbox_bank.order(bank_stage), FakeClaims(_SHORT)
    await bank.submit(order, claims, FakeEvidence())
    deadline = wall_clock()
    early = [await bank.probe(order, FakeEvidence()) for _ in range(2)]
    assert verdict(early, deadline, timedelta(minutes=5)) is PortalState.UNKNOWN

    with database.transaction(bank_stage.settings.db_path) as connection:
        connection.execute("UPDATE unseen SET until = 0")
    shown = await bank.probe(order, FakeEvidence())
    assert verdict([*early, shown], deadline, timedelta(minutes=5)) is PortalState.EXECUTED


async def test_when_a_notice_lies_over_the_final_button_nothing_goes_out(bank: SandboxBank, bank_stage: Stage) -> None:
    set_fault(bank_stage.settings.db_path, Fault.OVERLAY, match=_AMOUNT)
    order = test_sandbox_bank.order(bank_stage)
    submission = await bank.submit(order, FakeClaims(_SHORT), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert submissions(bank_stage.settings.db_path) == []
    assert (await bank.probe(order, FakeEvidence())).state is PortalState.ABSENT


async def test_a_window_that_opens_with_the_click_does_not_disturb_it(bank: SandboxBank, bank_stage: Stage) -> None:
    set_fault(bank_stage.settings.db_path, Fault.ADVERT_WINDOW, match=_AMOUNT)
    submission = await bank.submit(test_sandbox_bank.order(bank_stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    assert len(test_sandbox_bank.paid(bank_stage)) == 1


@pytest.mark.behaviour("R6")
async def test_fields_that_stand_elsewhere_are_found_by_their_labels(bank: SandboxBank, bank_stage: Stage) -> None:
    set_fault(bank_stage.settings.db_path, Fault.MOVED_FIELDS, times=-1)
    submission = await bank.submit(test_sandbox_bank.order(bank_stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.ANSWERED
    (row,) = test_sandbox_bank.paid(bank_stage)
    assert (row["amount"], row["payee_iban"]) == (_AMOUNT, "DE89370400440532013000")


@pytest.mark.behaviour("R6")
@pytest.mark.parametrize("name", ["bank", "erp", "tax"])
async def test_fields_with_other_labels_are_not_guessed(name: str, doing: dict[str, Doing]) -> None:
    portal, content, stage = doing[name]
    set_fault(stage.settings.db_path, Fault.RENAMED_FIELDS, times=-1)
    claims = FakeClaims()
    with pytest.raises(PortalUnavailable, match=r"Timeout|not exactly one field"):
        await portal.submit(content, claims, FakeEvidence())
    assert claims.claimed == 0
    assert submissions(stage.settings.db_path) == []


@pytest.mark.parametrize("name", ["bank", "bank_b", "erp", "tax"])
async def test_a_list_of_ten_thousand_rows_is_read_whole(name: str, doing: dict[str, Doing]) -> None:
    portal, content, stage = doing[name]
    stage.set_fault(Fault.LONG_LIST)
    probe = await portal.probe(content, FakeEvidence())
    assert (probe.state, probe.rows_read, probe.read_to_last_page) == (PortalState.ABSENT, 10_001, True)

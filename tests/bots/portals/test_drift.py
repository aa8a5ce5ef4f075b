"""Portals that renamed or moved something overnight: reads heal and say so, the final action leans on two ways."""

import pytest

from bots.portals.sandbox_bank import SandboxBank
from bots.portals.sandbox_bank_b import SandboxBankB
from bots.portals.sandbox_erp import SandboxErp
from bots.portals.sandbox_tax import SandboxTax
from bots.session import BLOCKED_STRANGER
from bots.ways import FOUND_ANOTHER_WAY
from models.portal import Finding, FindingKind, PortalUnavailable, SubmissionOutcome, WalkedPortal
from sandbox.faults import Fault
from sandbox.house_account import HOUSE_ACCOUNT
from sandbox.submissions import submissions
from tests.bots.fakes import FakeClaims, FakeEvidence
from tests.bots.portals.conftest import Stage
from tests.bots.portals.test_sandbox_bank import order, paid

pytestmark = pytest.mark.behaviour("R6")

TEN_DRIFTS = {
    ">Anmeldename<=>>Kundennummer<": ("field", "Anmeldename", "label", "name", "Kundennummer"),
    ">PIN<=>>Geheimzahl<": ("field", "PIN", "label", "kind", "Geheimzahl"),
    'value="Weiter"=>value="Fortfahren"': ("button", "Weiter", "words", "address", "Fortfahren"),
    ">TAN<=>>Sicherheitscode<": ("field", "TAN", "label", "name", "Sicherheitscode"),
    'value="Anmelden"=>value="Los"': ("button", "Anmelden", "words", "address", "Los"),
    ">Auszüge<=>>Umsätze<": ("link", "Auszüge", "words", "address", "Umsätze"),
    # The words stand beside the label, no longer in it.
    ">Buchungstag</label>=>></label>Buchungstag": ("field", "Buchungstag", "label", "name", "booking day, dd.mm.yyyy"),
    'value="Herunterladen"=>value="Datei holen"': ("button", "Herunterladen", "words", "address", "Datei holen"),
    ">Auftragsliste</a>=>>Zahlungen</a>": ("link", "Auftragsliste", "words", "address", "Zahlungen"),
    ">Auftragsliste</h1>=>>Zahlungen</h1>": ("heading", "Auftragsliste", "words", "columns", "Auftragsnummer"),
}


def drifts(evidence: FakeEvidence) -> list[Finding]:
    found = [step.finding for step in evidence.steps if step.action == FOUND_ANOTHER_WAY]
    return [finding for finding in found if finding is not None and finding.kind is FindingKind.DRIFT]


async def test_ten_renamed_or_moved_things_are_found_another_way_and_each_is_reported(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    for argument in TEN_DRIFTS:
        bank_stage.set_fault(Fault.REWORDED, argument, times=-1)
    evidence = FakeEvidence()
    (statement,) = await bank.fetch_statements(HOUSE_ACCOUNT.iban, bank_stage.settings.clock.today(), evidence)
    await bank.walk(evidence)
    assert statement.content
    told = {(each.element, each.sought): each for each in drifts(evidence)}
    assert told.keys() == {(element, sought) for element, sought, *_ in TEN_DRIFTS.values()}
    for element, sought, first, way, name in TEN_DRIFTS.values():
        finding = told[element, sought]
        assert (finding.expected_by, finding.found_by) == (first, way)
        assert finding.found.startswith(name)
    assert all(step.screenshot for step in evidence.steps if step.finding)


async def test_the_other_portals_heal_as_well(
    bank_b: SandboxBankB, bank_b_stage: Stage, erp: SandboxErp, erp_stage: Stage, tax: SandboxTax, tax_stage: Stage
) -> None:
    renamed: dict[Stage, tuple[WalkedPortal, str, str]] = {
        bank_b_stage: (bank_b, ">Teilnehmer<=>>Nutzer<", ">Auftragsliste</a>=>>Zahlungen</a>"),
        erp_stage: (erp, ">Kennwort<=>>Passwort<", ">Buchungsjournal</a>=>>Journal</a>"),
        tax_stage: (tax, ">Kennung<=>>Name<", ">Registerliste</a>=>>Verzeichnis</a>"),
    }
    for stage, (portal, *arguments) in renamed.items():
        for argument in arguments:
            stage.set_fault(Fault.REWORDED, argument, times=-1)
        evidence = FakeEvidence()
        await portal.walk(evidence)
        assert [finding.element for finding in drifts(evidence)] == ["field", "link"]


ONE_WAY_LEFT = ('value="Auftrag ausführen"=>value="Absenden"', 'title="execute the payment"=>title="go"')


async def test_a_final_button_of_another_name_is_pressed_while_two_ways_agree(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    bank_stage.set_fault(Fault.REWORDED, ONE_WAY_LEFT[0], times=-1)
    submission = await bank.submit(order(bank_stage), FakeClaims(), FakeEvidence())
    assert (submission.outcome, len(paid(bank_stage))) == (SubmissionOutcome.ANSWERED, 1)


async def test_a_final_button_to_which_one_way_alone_leads_is_never_pressed(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    for argument in ONE_WAY_LEFT:
        bank_stage.set_fault(Fault.REWORDED, argument, times=-1)
    submission = await bank.submit(order(bank_stage), FakeClaims(), FakeEvidence())
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert "not certain which element" in submission.portal_text
    assert submissions(bank_stage.settings.db_path) == []


@pytest.mark.behaviour("R12")
async def test_what_a_page_wants_from_elsewhere_does_not_go_out_and_is_reported(
    bank: SandboxBank, bank_stage: Stage
) -> None:
    bank_stage.set_fault(Fault.STRANGER, "https://tracker.example/pixel?account=secret", times=-1)
    evidence = FakeEvidence()
    await bank.walk(evidence)
    (step,) = [step for step in evidence.steps if step.action == BLOCKED_STRANGER]
    assert step.target == "GET https://tracker.example"
    assert step.finding == Finding(kind=FindingKind.BLOCKED, sought="https://tracker.example", found_by="GET")


@pytest.mark.behaviour("R12")
async def test_a_look_that_fails_reports_what_it_blocked_all_the_same(erp: SandboxErp, erp_stage: Stage) -> None:
    erp_stage.set_fault(Fault.STRANGER, "https://tracker.example/a.png", times=-1)
    erp_stage.set_fault(Fault.REWORDED, "Seite=>Blatt", times=-1)
    evidence = FakeEvidence()
    with pytest.raises(PortalUnavailable):
        await erp.walk(evidence)
    assert evidence.actions[-2:] == ["failed", BLOCKED_STRANGER]

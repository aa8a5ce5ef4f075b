"""What bots notice about a portal: counted, told once, seen to by a person, and told again when it comes back."""

from datetime import timedelta

import pytest

from audit.entry import parse_entry
from models.errors import BusinessError
from models.portal import EvidenceStep, Finding, FindingKind
from store.evidence import record_step
from store.log import entries
from store.portal_findings import StoredFinding, findings, open_count, settle_finding
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("R6", "R12")
_BANK = "sandbox-bank"
DRIFT = Finding(
    kind=FindingKind.DRIFT, element="link", sought="Auftragsliste", expected_by="words", found_by="address", found="X"
)


def met(company: Company, finding: Finding, run: str = "run-1") -> None:
    step = EvidenceStep(action="found another way", target="t", screenshot=run.encode(), finding=finding)
    with company.store.change(TENANT, SYSTEM, "", run) as work:
        record_step(work, company.files, _BANK, 1, step)


def known(company: Company) -> tuple[StoredFinding, ...]:
    with company.store.read() as view:
        return findings(view, TENANT)


def actions(company: Company) -> list[str]:
    with company.store.read() as view:
        found = [parse_entry(stored.data) for stored in entries(view, TENANT)]
    return [entry.action for entry in found if (entry.subject.kind, entry.subject.id) == ("portal", _BANK)]


def test_the_same_drift_is_one_note_that_counts_with_the_newest_picture(company: Company) -> None:
    first = company.store.now()
    met(company, DRIFT)
    company.clock.move(hours=1)
    met(company, DRIFT, "run-2")
    (note,) = known(company)
    assert (note.portal, note.finding, note.times) == (_BANK, DRIFT, 2)
    assert company.files.get(TENANT, note.screenshot) == b"run-2"
    assert note.last_seen - first == timedelta(hours=1)
    assert actions(company) == ["portal.drifted"]


def test_what_was_seen_to_is_listed_last_and_opens_again_when_it_comes_back(company: Company) -> None:
    met(company, DRIFT)
    settle_finding(company.store, signed_in(company.store, "sofia.brandt"), known(company)[0].id, "The bot was mended.")
    stranger = Finding(kind=FindingKind.BLOCKED, sought="https://tracker.example", found_by="GET")
    met(company, stranger)
    assert [(each.finding, each.settled_by, each.comment) for each in known(company)] == [
        (stranger, "", ""),
        (DRIFT, "sofia.brandt", "The bot was mended."),
    ]
    met(company, DRIFT)
    with company.store.read() as view:
        assert open_count(view, TENANT) == 2
    told = ["portal.drifted", "portal.finding_settled", "portal.request_blocked", "portal.drifted"]
    assert actions(company) == told


@pytest.mark.parametrize(
    ("person", "comment", "code"),
    [("greta.holm", "Harmless.", "right.missing"), ("sofia.brandt", "  ", "finding.no_comment")],
)
def test_who_may_not_or_says_nothing_settles_nothing(company: Company, person: str, comment: str, code: str) -> None:
    met(company, DRIFT)
    with pytest.raises(BusinessError) as refusal:
        settle_finding(company.store, signed_in(company.store, person), known(company)[0].id, comment)
    assert (refusal.value.code, known(company)[0].settled_by) == (code, "")


def test_what_is_not_there_is_not_settled(company: Company) -> None:
    with pytest.raises(BusinessError, match="There is no finding 'nothing'"):
        settle_finding(company.store, signed_in(company.store, "sofia.brandt"), "nothing", "Mended.")

"""What bots did, told by the steps they left: which run, about what, how it ended."""

from datetime import timedelta

import pytest

from models.portal import EvidenceStep
from models.work import WorkItem
from store.bot_runs import BotRun, RunEnd, Tally, recent_runs, tallies
from store.evidence import record_step
from store.portal_queue import announce
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM

pytestmark = pytest.mark.behaviour("R8", "C1")
_BANK = "sandbox-bank"
WAYS_TO_END = {
    RunEnd.WELL: ("signed in", "read back", "submitted: answered"),
    RunEnd.UNCLEAR: ("signed in", "read back", "submitted: unknown"),
    RunEnd.REFUSED: ("signed in", "read back: differs"),
    RunEnd.FAILED: ("signed in", "failed", "blocked a request"),
}


def ran(company: Company, run: str, *actions: str, portal: str = _BANK) -> None:
    company.clock.move(seconds=10)
    for position, action in enumerate(actions, 1):
        company.clock.move(seconds=2)
        with company.store.change(TENANT, SYSTEM, "", run) as work:
            record_step(work, company.files, portal, position, EvidenceStep(action=action, target="t"))


def runs(company: Company) -> tuple[BotRun, ...]:
    with company.store.read() as view:
        return recent_runs(view, TENANT, _BANK, company.store.now() - timedelta(days=30))


@pytest.mark.parametrize(("end", "actions"), WAYS_TO_END.items(), ids=list(WAYS_TO_END))
def test_a_run_ended_as_the_worst_of_its_steps_says(company: Company, end: RunEnd, actions: tuple[str, ...]) -> None:
    ran(company, "payment.1.1.5.abc", *actions)
    (run,) = runs(company)
    assert (run.end, tuple(step.action for step in run.steps)) == (end, actions)
    assert run.ended_at - run.began_at == timedelta(seconds=2 * (len(actions) - 1))


def test_the_newest_comes_first_and_says_what_it_was_about(company: Company) -> None:
    item = WorkItem(
        reference="R1", portal=_BANK, kind="payment", subject="payment.inv.1", case="", title="Pay 12 EUR", workflow="w"
    )
    with company.store.change(TENANT, SYSTEM) as work:
        announce(work, item)
        work.record("test.announced", "portal", _BANK)
    ran(company, "payment.inv.1.1.5.abcd", "signed in")
    ran(company, "request-7.1", "signed in")
    ran(company, "elsewhere.1", "signed in", portal="sandbox-erp")
    assert [(run.id, run.title, run.kind) for run in runs(company)] == [
        ("request-7.1", "", ""),
        ("payment.inv.1.1.5.abcd", "Pay 12 EUR", "payment"),
    ]


def test_the_ends_are_counted_by_portal_since_a_day(company: Company) -> None:
    ran(company, "long-ago.1", "failed")
    company.clock.move(hours=24 * 8)
    since = company.store.now()
    for number, actions in enumerate([*WAYS_TO_END.values(), ("signed in",), ("signed in",)]):
        ran(company, f"run-{number}.1", *actions)
    with company.store.read() as view:
        found = tallies(view, TENANT, since)
    assert found == {_BANK: Tally(ended={RunEnd.WELL: 3, RunEnd.UNCLEAR: 1, RunEnd.REFUSED: 1, RunEnd.FAILED: 1})}
    assert (found[_BANK].total, found[_BANK].percent_well, Tally(ended={}).percent_well) == (6, 50, 0)

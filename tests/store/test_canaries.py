"""What a canary's end does to a portal's queue."""

from datetime import UTC, datetime, timedelta

import pytest

from models.work import Lease, NotYet, WorkItem
from store.canaries import record_canary
from store.portal_queue import PortalQueue, is_paused, pause_portal, queues, resume_portal
from store.portal_turns import give_back, take_turn
from store.tasks import open_tasks
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in

pytestmark = [pytest.mark.behaviour("R7"), pytest.mark.usefixtures("bank_login")]
_BANK = "sandbox-bank"
_WALL = datetime(2026, 11, 20, 9, tzinfo=UTC)


def canary(company: Company, problem: str = "") -> None:
    with company.store.change(TENANT, SYSTEM) as work:
        record_canary(work, _BANK, problem, "15:00")


def asks(company: Company, kind: str) -> bool:
    """Whether work of this kind gets its turn now; it is given back at once."""
    item = WorkItem(reference=f"{kind}.1", portal=_BANK, kind=kind, subject="s", case="", title=kind, workflow="w")
    found = take_turn(company.store, TENANT, item, "host/1", _WALL, timedelta(seconds=15))
    if isinstance(found, NotYet):
        return False
    assert isinstance(found, Lease)
    give_back(company.store, found, _WALL)
    return True


def bank(company: Company) -> PortalQueue:
    with company.store.read() as view:
        return next(queue for queue in queues(view, TENANT, _WALL) if queue.portal == _BANK)


def test_after_a_failure_money_waits_and_whatever_only_reads_goes_on(company: Company) -> None:
    canary(company, "The list is gone.")
    assert [asks(company, kind) for kind in ("payment", "signature", "posting", "registration")] == [False] * 4
    assert [asks(company, kind) for kind in ("statement", "receipt", "canary")] == [True] * 3
    assert bank(company).canary_problem == "The list is gone."
    canary(company)
    assert (asks(company, "payment"), bank(company).canary_problem) == (True, "")


def test_success_lets_go_only_of_what_the_canary_held(company: Company) -> None:
    treasurer = signed_in(company.store, "sofia.brandt")
    pause_portal(company.store, treasurer, _BANK, "The bank's holiday")
    canary(company, "The list is gone.")
    canary(company)
    assert not asks(company, "payment") and bank(company).paused
    with company.store.change(TENANT, SYSTEM) as work:
        assert is_paused(work, _BANK)
    resume_portal(company.store, treasurer, _BANK)
    assert asks(company, "payment")


def test_a_person_who_lets_the_portal_go_on_does_not_let_money_through_a_failed_canary(company: Company) -> None:
    treasurer = signed_in(company.store, "sofia.brandt")
    canary(company, "The list is gone.")
    pause_portal(company.store, treasurer, _BANK, "Looking into it")
    resume_portal(company.store, treasurer, _BANK)
    assert not asks(company, "payment")


def test_who_must_know_is_told_once_with_the_days_cut_off_and_the_task_ends_by_itself(company: Company) -> None:
    for _ in range(2):
        canary(company, "The list is gone.")
    with company.store.read() as view:
        (task,) = [each for each in open_tasks(view, TENANT) if each.subject_kind == "portal"]
    assert "The list is gone." in task.content.message and "by 15:00" in task.content.message
    canary(company)
    with company.store.read() as view:
        assert open_tasks(view, TENANT) == ()

"""Whose turn it is at a portal's login, by the store's own functions; time passes only when a test says so."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from models.work import Lease, NotYet, Priority, WaitReason, WorkItem, WorkState
from store.outbox import undelivered
from store.portal_queue import (
    PortalRules,
    defer_item,
    pause_portal,
    prioritise_item,
    queues,
    resume_portal,
    set_rules,
)
from store.portal_turns import give_back, holds, park, renew, take_turn
from tests.console.company import TENANT, Company
from tests.store import racing
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("R4")
_LASTS = timedelta(seconds=15)
_PORTAL = "sandbox-bank"


@dataclass
class Login:
    """The bank's login, with a wall clock of its own."""

    company: Company
    wall: datetime = field(default=datetime(2026, 11, 20, 9, tzinfo=UTC))

    def pass_time(self, seconds: float) -> None:
        self.wall += timedelta(seconds=seconds)

    def ask(self, reference: str, holder: str = "host/1", due_on: date | None = None) -> Lease | NotYet:
        item = piece(reference, due_on)
        return take_turn(self.company.store, TENANT, item, holder, self.wall, _LASTS)

    def leave(self, lease: Lease) -> str:
        return give_back(self.company.store, lease, self.wall)

    def get(self, reference: str) -> Lease:
        lease = self.ask(reference)
        assert isinstance(lease, Lease), lease
        return lease

    def reason(self, reference: str) -> WaitReason | None:
        found = self.ask(reference)
        return found.reason if isinstance(found, NotYet) else None

    def stands(self, lease: Lease) -> bool:
        with self.company.store.change(TENANT, SYSTEM) as work:
            return holds(work.connection, lease, self.wall)

    def pause(self) -> None:
        pause_portal(self.company.store, signed_in(self.company.store, "sofia.brandt"), _PORTAL, "Bank holiday")

    def resume(self) -> None:
        resume_portal(self.company.store, signed_in(self.company.store, "sofia.brandt"), _PORTAL)

    def called(self) -> list[str]:
        """The workflows that were told to come."""
        with self.company.store.read() as connection:
            return [message.workflow_id for message in undelivered(connection) if message.workflow_id.startswith("w-")]


def piece(reference: str, due_on: date | None = None) -> WorkItem:
    return WorkItem(
        reference=reference,
        portal=_PORTAL,
        kind="payment",
        subject=f"payment.{reference}",
        case="PR-2026-0001",
        title=f"Pay {reference}",
        workflow=f"w-{reference}",
        due_on=due_on,
    )


@pytest.fixture
def login(company: Company, bank_login: None) -> Login:
    return Login(company)


def test_one_has_the_login_and_the_other_waits_until_it_is_given_back(login: Login) -> None:
    first = login.get("A")
    assert login.reason("B") is WaitReason.IN_USE
    login.leave(first)
    second = login.get("B")
    assert (second.fence > first.fence, login.stands(first), login.stands(second)) == (True, False, True)


def test_a_lease_whose_holder_died_runs_out_and_the_next_has_a_higher_fence(login: Login) -> None:
    dead = login.get("A")
    login.pass_time(14.9)
    assert login.reason("B") is WaitReason.IN_USE
    login.pass_time(0.2)
    assert login.get("B").fence == dead.fence + 1


def test_a_renewed_lease_goes_on_and_one_that_ran_out_is_not_renewed_although_nobody_took_it(login: Login) -> None:
    lease = login.get("A")
    login.pass_time(10)
    renewed = renew(login.company.store, lease, login.wall, _LASTS)
    assert renewed is not None and renewed.until == login.wall + _LASTS
    login.pass_time(15)
    assert not login.stands(renewed)
    assert renew(login.company.store, renewed, login.wall, _LASTS) is None


def test_who_wakes_after_another_took_the_login_neither_holds_renews_nor_gives_it_back(login: Login) -> None:
    frozen = login.get("A")
    login.pass_time(20)
    taken = login.get("B")
    assert not login.stands(frozen)
    assert renew(login.company.store, frozen, login.wall, _LASTS) is None
    login.leave(frozen)
    assert login.stands(taken)


def test_the_order_is_priority_then_the_day_it_is_due_then_as_they_came(login: Login) -> None:
    store, holder = login.company.store, login.get("X")
    for reference, due_on in (("A", None), ("B", date(2026, 12, 1)), ("C", date(2026, 11, 25)), ("D", None)):
        assert isinstance(login.ask(reference, due_on=due_on), NotYet)
        login.company.clock.move(seconds=1)
    prioritise_item(store, signed_in(store, "greta.holm"), "D", Priority.HIGH)
    turns = []
    while not all(each in turns for each in "ABCD"):
        login.leave(holder)
        (first,) = [each for each in "ABCD" if each not in turns and login.reason(each) is None]
        turns.append(first)
        with store.read() as connection:
            (bank,) = [queue for queue in queues(connection, TENANT, login.wall) if queue.portal == _PORTAL]
        assert bank.running is not None and bank.running.reference == first
        holder = Lease(tenant=TENANT, portal=_PORTAL, reference=first, fence=holder.fence + 1, until=login.wall)
    assert turns == ["D", "C", "B", "A"]


def test_one_whose_worker_died_while_it_waited_holds_nobody_up_for_long(login: Login) -> None:
    holder = login.get("X")
    login.ask("A")
    login.company.clock.move(seconds=1)
    login.ask("B")
    login.leave(holder)
    assert login.reason("B") is WaitReason.BEHIND
    login.pass_time(11)
    assert login.reason("B") is None


def test_on_a_paused_portal_nothing_begins_and_what_runs_goes_on(login: Login) -> None:
    running = login.get("A")
    login.pause()
    assert login.stands(running)
    assert renew(login.company.store, running, login.wall, _LASTS) is not None
    login.leave(running)
    assert login.reason("B") is WaitReason.PAUSED


def test_whoever_was_parked_is_told_to_come_when_the_portal_goes_on_and_comes_in_order(login: Login) -> None:
    login.pause()
    for reference in "ABC":
        assert login.reason(reference) is WaitReason.PAUSED
        login.company.clock.move(seconds=1)
    assert login.called() == []
    login.resume()
    assert sorted(login.called()) == ["w-A", "w-B", "w-C"]
    assert login.reason("C") is WaitReason.BEHIND, "A was told to come and has a few seconds for it"
    login.leave(login.get("A"))
    assert login.reason("C") is WaitReason.BEHIND
    login.pass_time(6)
    assert login.reason("C") is None, "B did not come"


def test_a_deferred_item_waits_until_its_time_and_holds_nobody_up(login: Login) -> None:
    store = login.company.store
    until = login.company.clock() + timedelta(hours=3)
    holder = login.get("X")
    login.ask("A")
    defer_item(store, signed_in(store, "marek.hansen"), "A", until)
    login.leave(holder)
    refused = login.ask("A")
    assert isinstance(refused, NotYet)
    assert (refused.reason, refused.defer_until) == (WaitReason.DEFERRED, until)
    login.leave(login.get("B"))
    login.company.clock.move(hours=3)
    assert login.reason("A") is None


def test_an_item_put_forward_again_is_told_to_come(login: Login) -> None:
    store, person = login.company.store, signed_in(login.company.store, "marek.hansen")
    login.leave(login.get("A"))
    login.pause()
    login.ask("A")
    defer_item(store, person, "A", login.company.clock() + timedelta(hours=3))
    login.resume()
    assert login.called() == []
    defer_item(store, person, "A", None)
    assert login.called() == ["w-A"]
    assert login.reason("A") is None


def test_what_gave_up_its_place_is_told_when_the_login_is_free(login: Login) -> None:
    holder = login.get("X")
    login.ask("A")
    park(login.company.store, TENANT, piece("A"))
    assert login.called() == []
    login.leave(holder)
    assert login.called() == ["w-A"]


def test_no_more_turns_begin_within_a_minute_than_the_portal_allows(login: Login) -> None:
    store = login.company.store
    set_rules(store, signed_in(store, "ines.lindqvist"), _PORTAL, PortalRules(actions_per_minute=3))
    for reference in "ABC":
        login.leave(login.get(reference))
        login.pass_time(5)
    assert login.reason("D") is WaitReason.RATE
    login.pass_time(44)
    assert login.reason("D") is WaitReason.RATE
    login.pass_time(2)
    login.leave(login.get("D"))
    assert login.reason("E") is WaitReason.RATE


def test_two_portals_do_not_wait_for_each_other(login: Login) -> None:
    login.get("A")
    other = piece("B").model_copy(update={"portal": "sandbox-erp"})
    assert isinstance(take_turn(login.company.store, TENANT, other, "host/1", login.wall, _LASTS), Lease)


def test_what_is_over_is_not_in_the_queue_any_more(login: Login) -> None:
    login.leave(login.get("A"))
    with login.company.store.read() as connection:
        items = [item for queue in queues(connection, TENANT, login.wall) for item in queue.waiting]
    assert [item for item in items if item.state is not WorkState.ENDED] == []


def test_of_twelve_processes_that_want_one_login_at_once_one_gets_it(company: Company, folder: Path) -> None:
    got = racing.race(racing.take_login, folder, [f"R{number}" for number in range(12)])
    assert sorted(filter(None, got)) == [1]

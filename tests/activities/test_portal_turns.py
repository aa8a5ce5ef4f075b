"""A worker's turns at a login: handed on in order, given back however the work ends, lost when the lease is."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities import portal_turns
from activities.portal_turns import LEASE, SENT_BACK, Turns
from installation import Installation
from models.clock import BusinessClock
from models.errors import BusinessError
from models.portal import PortalUnavailable
from models.work import Lease, Priority, WorkItem
from sandbox.company import ENTITY
from store.people import SignedIn, person_of
from store.portal_queue import defer_item, pause_portal, queues
from store.portal_turns import take_turn
from worker import VaultCredentials

pytestmark = pytest.mark.behaviour("R4")


class Worker:
    """One worker process at one installation, with a wall clock that a test may put forward."""

    def __init__(self, house: Installation, name: str = "host/1") -> None:
        self.house = house
        self.tenant = house.settings.tenant
        self.ahead = timedelta()
        self.turns = Turns(house.store, name, BusinessClock(), self.wall)
        self.done: list[str] = []

    def wall(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def work(self, reference: str, lasts: Callable[[], Awaitable[object]] | None = None) -> None:
        """One activity: waits for its turn, works, gives it back."""
        async with self.turns.taken(self.tenant, piece(reference)) as turn:
            if lasts is not None:
                await turn.cover(lasts())
            self.done.append(reference)

    def running(self) -> str:
        with self.house.store.read() as view:
            found = queues(view, self.tenant, self.wall())
        bank = next(queue for queue in found if queue.portal == ENTITY.bank_portal)
        return bank.running.reference if bank.running else ""

    def treasurer(self) -> SignedIn:
        with self.house.store.read() as view:
            return SignedIn(self.tenant, "sofia.brandt", person_of(view, self.tenant, "sofia.brandt"), csrf_token="")


def piece(reference: str) -> WorkItem:
    priority = Priority.HIGH if reference.startswith("!") else Priority.NORMAL
    return WorkItem(
        reference=reference,
        portal=ENTITY.bank_portal,
        kind="payment",
        subject=reference,
        case="",
        title=reference,
        workflow=f"w-{reference}",
        priority=priority,
    )


@pytest.fixture
def worker(installation: Installation) -> Worker:
    return Worker(installation)


def seconds_of(sent_back: pytest.ExceptionInfo[ApplicationError]) -> float:
    assert (sent_back.value.type, sent_back.value.non_retryable) == (SENT_BACK, True)
    return float(sent_back.value.details[0])


async def test_those_who_wait_in_a_worker_get_their_turns_by_priority_and_at_once(worker: Worker) -> None:
    at_work, may_end = asyncio.Event(), asyncio.Event()

    async def long_work() -> None:
        at_work.set()
        await may_end.wait()

    async def all_of_them() -> None:
        first = asyncio.create_task(worker.work("X", long_work))
        await at_work.wait()
        others = [asyncio.create_task(worker.work(each)) for each in ("A", "B", "!C")]
        while _waiting(worker) < 3:  # noqa: ASYNC110 - the store tells nobody what changed
            await asyncio.sleep(0.02)
        may_end.set()
        await asyncio.gather(first, *others)

    await ActivityEnvironment().run(all_of_them)
    assert (worker.done[:2], sorted(worker.done[2:]), worker.running()) == (["X", "!C"], ["A", "B"], "")


async def test_a_turn_is_given_back_when_the_work_fails(worker: Worker) -> None:
    async def failing() -> None:
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        await ActivityEnvironment().run(worker.work, "A", failing)
    await ActivityEnvironment().run(worker.work, "B")
    assert worker.done == ["B"]


async def test_work_whose_lease_is_lost_ends_and_the_login_stays_with_the_other(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(portal_turns, "RENEWED_EVERY", 0.01)
    other = Worker(worker.house, "host/2")
    other.ahead = LEASE * 2

    async def frozen_meanwhile() -> None:
        taken = take_turn(other.house.store, other.tenant, piece("B"), "host/2", other.wall(), LEASE)
        assert isinstance(taken, Lease)
        await asyncio.Event().wait()

    with pytest.raises(PortalUnavailable, match="lost its turn"):
        await ActivityEnvironment().run(worker.work, "A", frozen_meanwhile)
    assert (worker.done, other.running()) == ([], "B")


async def test_on_a_paused_portal_work_goes_back_to_its_workflow(worker: Worker) -> None:
    pause_portal(worker.house.store, worker.treasurer(), ENTITY.bank_portal, "Holiday")
    with pytest.raises(ApplicationError) as sent_back:
        await ActivityEnvironment().run(worker.work, "A")
    assert seconds_of(sent_back) == 15 * 60


async def test_deferred_work_goes_back_until_its_time(worker: Worker) -> None:
    store = worker.house.store
    await ActivityEnvironment().run(worker.work, "X")
    held = take_turn(store, worker.tenant, piece("X"), "host/2", worker.wall(), LEASE)
    assert isinstance(held, Lease)
    take_turn(store, worker.tenant, piece("A"), "host/2", worker.wall(), LEASE)
    worker.ahead = LEASE * 2
    clock = BusinessClock(start=store.now(), epoch=worker.wall(), speed=60)
    hurried = Turns(store, "host/1", clock, worker.wall)
    defer_item(store, worker.treasurer(), "A", store.now() + timedelta(hours=1))

    async def asked() -> None:
        async with hurried.taken(worker.tenant, piece("A")):
            pass

    with pytest.raises(ApplicationError) as sent_back:
        await ActivityEnvironment().run(asked)
    assert 55 < seconds_of(sent_back) <= 60, "an hour of business time takes a minute here"


async def test_what_waits_in_a_worker_that_has_to_end_goes_back_at_once(worker: Worker) -> None:
    held = take_turn(worker.house.store, worker.tenant, piece("X"), "host/2", worker.wall(), LEASE)
    assert isinstance(held, Lease)
    environment = ActivityEnvironment()
    environment.worker_shutdown()
    with pytest.raises(ApplicationError) as sent_back:
        await environment.run(worker.work, "A")
    assert seconds_of(sent_back) == 0


def _waiting(worker: Worker) -> int:
    with worker.house.store.read() as view:
        found = queues(view, worker.tenant, worker.wall())
    return sum(item.state == "waiting" for queue in found for item in queue.waiting)


@pytest.mark.behaviour("R3", "R5")
async def test_given_three_logins_on_two_workers_the_wrong_password_is_tried_once(installation: Installation) -> None:
    """The first to have its turn is refused; the others find the login parked, wherever they run."""
    workers = [Worker(installation, "host/1"), Worker(installation, "host/2")]
    together: list[int] = [0, 0]
    tried: list[str] = []

    async def sign_in() -> None:
        credential = VaultCredentials(installation)
        together[0] += 1
        together[1] = max(together)
        try:
            found = await credential.credential(ENTITY.bank_portal)
            tried.append(found.login)
            await asyncio.sleep(0)
            raise BusinessError("portal.login_refused", "The portal refused the password.")
        finally:
            together[0] -= 1

    async def run(worker: Worker, reference: str) -> str:
        with pytest.raises(BusinessError) as refused:
            await ActivityEnvironment().run(worker.work, reference, sign_in)
        return refused.value.code

    codes = await asyncio.gather(run(workers[0], "A"), run(workers[1], "B"), run(workers[0], "C"))
    assert sorted(codes) == ["portal.login_refused", "portal.no_credential", "portal.no_credential"]
    assert (tried, together[1]) == (["LMT01"], 1)

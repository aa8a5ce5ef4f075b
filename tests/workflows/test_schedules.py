"""Schedules on a real Temporal server: they fire, are told anew, and what they missed is asked about."""

from datetime import time, timedelta

import pytest

from models.calendar import BusinessCalendar
from models.errors import BusinessError
from models.ids import temporal_schedule
from models.portal import EvidenceSink
from models.schedule import Frequency, Job, RunState, Schedule, ScheduleRun, StatementDay, Timing
from models.work import WorkState
from sandbox.company import ENTITY
from store.calendars import set_calendar
from store.portal_queue import queues
from store.schedule_runs import run_now, runs_of
from store.schedules import pause_schedule, set_schedule
from store.statements import imported_statements
from store.tasks import Task, open_tasks
from tests.workflows.house import House
from workflows.schedules import ScheduleKeeper

_NAME = "statements"


def keeper(house: House) -> ScheduleKeeper:
    return ScheduleKeeper(house.client, house.installation.store, house.installation.settings.clock)


def keep(house: House, due_in: timedelta, job: Job = Job.STATEMENTS) -> None:
    """A schedule that is due `due_in` from now, on every day of the week."""
    store, boss = house.installation.store, house.signed_in("sofia.brandt")
    due = (store.now() + due_in).replace(microsecond=0)
    closed_never = BusinessCalendar.model_validate(
        {"id": "open", "name": "Open", "company_days": [{"day": due.date(), "name": "Open", "is_working": True}]}
    )
    set_calendar(store, boss, closed_never)
    timing = Timing(frequency=Frequency.DAILY, at=due.time(), zone="UTC", calendar="open")
    set_schedule(
        store,
        boss,
        Schedule(
            id=_NAME,
            title="By itself",
            job=job,
            target=ENTITY.id,
            timing=timing,
            statement_of=StatementDay.TODAY,
        ),
    )


class Walker:
    """A portal that is walked through on paper."""

    def __init__(self) -> None:
        self.problem = ""
        self.walks = 0

    async def walk(self, evidence: EvidenceSink) -> None:
        self.walks += 1
        if self.problem:
            raise BusinessError("portal.changed", self.problem)


def newest(house: House) -> ScheduleRun | None:
    with house.installation.store.read() as view:
        return next(iter(runs_of(view, house.tenant, _NAME)), None)


async def in_state(house: House, state: RunState) -> ScheduleRun:
    def look() -> ScheduleRun | None:
        run = newest(house)
        return run if run is not None and run.state is state else None

    return await house.eventually(look)


@pytest.mark.behaviour("S1")
async def test_a_schedule_fires_and_the_statements_come_in(house: House) -> None:
    keep(house, timedelta(seconds=3))
    await keeper(house).look_after()
    run = await in_state(house, RunState.DONE)
    assert (run.by_hand, run.produced) == (False, "2")


@pytest.mark.behaviour("S1")
async def test_the_server_is_told_the_next_runs_and_again_when_it_has_forgotten_them(house: House) -> None:
    keep(house, timedelta(hours=1))
    await keeper(house).look_after()
    handle = house.client.get_schedule_handle(temporal_schedule(house.tenant, _NAME))
    first = (await handle.describe()).info.next_action_times
    assert len(first) >= 5
    # The server is told full seconds, never early ones.
    assert first[0] - house.wall() <= timedelta(hours=1, seconds=1)
    await handle.delete()
    await keeper(house).look_after()
    assert (await handle.describe()).info.next_action_times == first


@pytest.mark.behaviour("S1")
async def test_a_paused_schedule_is_paused_on_the_server(house: House) -> None:
    keep(house, timedelta(hours=1))
    same = keeper(house)
    await same.look_after()
    pause_schedule(house.installation.store, house.signed_in("sofia.brandt"), _NAME, "Bank moves house")
    await same.look_after()
    handle = house.client.get_schedule_handle(temporal_schedule(house.tenant, _NAME))
    state = (await handle.describe()).schedule.state
    assert (state.paused, state.note) == (True, "Bank moves house")


@pytest.mark.behaviour("S1")
async def test_a_run_that_a_person_wants_now_runs_at_once(house: House) -> None:
    keep(house, timedelta(hours=1))
    run_now(house.installation.store, house.signed_in("sofia.brandt"), _NAME)
    assert (await in_state(house, RunState.DONE)).by_hand


@pytest.mark.behaviour("S3")
async def test_given_the_bank_sends_nothing_of_use_the_run_is_not_over(house: House) -> None:
    keep(house, timedelta(hours=1))
    house.bank.misprint = lambda content: b"no statement"
    run_now(house.installation.store, house.signed_in("sofia.brandt"), _NAME)

    def stuck() -> Task | None:
        with house.installation.store.read() as view:
            found = [task for task in open_tasks(view, house.tenant) if task.subject_kind == "statement_request"]
        return next(iter(found), None)

    await house.eventually(stuck)
    run = newest(house)
    assert run is not None and run.state is RunState.RUNNING
    assert run.silent_at is not None and run.silent_at > house.installation.store.now()


@pytest.mark.behaviour("R7")
async def test_a_failed_canary_holds_the_portals_money_until_one_walks_through_again(idle_house: House) -> None:
    house, walker = idle_house, Walker()
    store, boss = house.installation.store, house.signed_in("sofia.brandt")
    timing = Timing(frequency=Frequency.DAILY, at=time(4), zone="UTC", calendar="target2")
    canary = Schedule(id=_NAME, title="Try the bank", job=Job.CANARY, target=ENTITY.bank_portal, timing=timing)
    set_schedule(store, boss, canary)
    async with house.working(walked={ENTITY.bank_portal: walker}):
        walker.problem = "The entry page looks different."
        run_now(store, boss, _NAME)
        assert (await in_state(house, RunState.FAILED)).produced == walker.problem
        task = await house.open_task_about("portal", ENTITY.bank_portal)
        assert "looks different" in task.content.message and "by 15:00" in task.content.message
        case = await house.released()
        await house.eventually(lambda: parked(house, case))
        assert (house.bank.submissions, walker.walks) == (0, 1)
        house.ask_for_statement()
        await house.eventually(lambda: statements_in(house))
        walker.problem = ""
        run_now(store, boss, _NAME)
        await house.invoice(case, "paid")
        assert house.bank.submissions == 1
    with store.read() as view:
        assert [each for each in open_tasks(view, house.tenant) if each.subject_kind == "portal"] == []


@pytest.mark.behaviour("S1", "R4")
async def test_a_payment_run_pays_what_waits_for_it_each_once(house: House) -> None:
    keep(house, timedelta(hours=6), Job.PAYMENTS)
    first = await house.released()
    await house.eventually(lambda: parked(house, first))
    second, order = await house.ordered(price="17.25")
    house.receive(order)
    house.send_invoice(order, "KAB-2")
    await house.decide(second, "sofia.brandt")
    await house.eventually(lambda: parked(house, second))
    assert house.bank.submissions == 0
    keep(house, timedelta(seconds=4), Job.PAYMENTS)
    same = keeper(house)
    await same.look_after()
    run = await in_state(house, RunState.DONE)
    assert (run.by_hand, run.produced) == (False, "2")
    for case in (first, second):
        await house.invoice(case, "paid")
    assert (house.bank.submissions, len(house.bank.payments())) == (2, 2)


def parked(house: House, case: str) -> bool:
    with house.installation.store.read() as view:
        bank = next(q for q in queues(view, house.tenant, house.wall()) if q.portal == ENTITY.bank_portal)
    return any(item.state is WorkState.PARKED and item.case == case for item in bank.waiting)


def statements_in(house: House) -> bool:
    with house.installation.store.read() as view:
        return bool(imported_statements(view, house.tenant))

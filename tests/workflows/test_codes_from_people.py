"""A code that a person types for a bot in an activity of a real Temporal server, which never hears of it."""

from datetime import UTC, datetime, time, timedelta

import pytest
from temporalio.client import WorkflowHistory

from activities.typed_codes import TypedCodes
from models.portal import CodeKind, EvidenceSink
from models.schedule import Frequency, Job, RunState, Schedule, Timing
from sandbox.company import ENTITY
from store.schedule_runs import run_now
from store.schedules import set_schedule
from store.tasks import Task, open_tasks
from store.typed_codes import WANTED, give_code
from tests.workflows.house import House
from tests.workflows.test_schedules import in_state

pytestmark = pytest.mark.behaviour("R5")
_NAME, _CODE = "statements", "739104"


class Asking:
    """A portal on paper that wants a code."""

    def __init__(self, house: House, lasts: timedelta = timedelta(minutes=5)) -> None:
        self._house = house
        self._codes = TypedCodes(house.installation.store, lambda: datetime.now(UTC), lasts)
        self.typed = ""

    async def walk(self, evidence: EvidenceSink) -> None:
        code = await self._codes.wanted(self._house.tenant, ENTITY.bank_portal, CodeKind.SMS, "mTAN per SMS")
        self.typed = code.get_secret_value()


def begin(house: House) -> None:
    store, boss = house.installation.store, house.signed_in("sofia.brandt")
    timing = Timing(frequency=Frequency.DAILY, at=time(4), zone="UTC", calendar="target2")
    set_schedule(store, boss, Schedule(id=_NAME, title="Try", job=Job.CANARY, target=ENTITY.bank_portal, timing=timing))
    run_now(store, boss, _NAME)


def wanted(house: House) -> Task | None:
    with house.installation.store.read() as view:
        return next((task for task in open_tasks(view, house.tenant) if task.kind == WANTED), None)


async def histories(house: House) -> list[WorkflowHistory]:
    found = [each async for each in house.client.list_workflows()]
    return [await house.client.get_workflow_handle(each.id, run_id=each.run_id).fetch_history() for each in found]


async def test_the_code_reaches_the_bot_and_stands_in_no_history(idle_house: House) -> None:
    house = idle_house
    asking = Asking(house)
    async with house.working(walked={ENTITY.bank_portal: asking}):
        begin(house)
        task = await house.eventually(lambda: wanted(house))
        give_code(house.installation.store, house.signed_in("sofia.brandt"), task.subject_id, _CODE, house.wall())
        await in_state(house, RunState.DONE)
        assert asking.typed == _CODE
        found = await histories(house)
    said = b"".join(event.SerializeToString() for history in found for event in history.events)
    assert len(found) >= 2
    assert task.subject_id.encode() not in said
    assert _CODE.encode() not in said


async def test_given_nobody_types_it_in_time_the_walk_fails_and_nothing_waits_any_more(idle_house: House) -> None:
    house = idle_house
    async with house.working(walked={ENTITY.bank_portal: Asking(house, timedelta(seconds=1))}):
        begin(house)
        run = await in_state(house, RunState.FAILED)
    assert "the code that it sent in time" in run.produced
    assert wanted(house) is None

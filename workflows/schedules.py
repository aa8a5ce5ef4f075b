"""Keeps Temporal's Schedules as the store says, and looks for runs that did not come.

Temporal knows no business days: it is given the next runs one by one, and given anew whenever they change.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

import structlog
from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleCalendarSpec,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleRange,
    ScheduleSpec,
    ScheduleState,
    ScheduleUpdate,
    ScheduleUpdateInput,
)
from temporalio.service import RPCError, RPCStatusCode

from finance.schedule_plan import next_runs
from models.calendar import BusinessCalendar
from models.clock import BusinessClock
from models.ids import FLOWS_QUEUE, schedule_run_workflow, temporal_schedule
from store.cut_offs import warn_of_cut_offs
from store.schedule_watch import planned, watch
from store.schedules import StoredSchedule
from store.unit_of_work import Store

_AHEAD = 25
_CHECKED_ANEW = timedelta(minutes=5)
"""The server may have lost its schedules; what it was told is told again now and then."""

_PAUSE = 15.0
_log = structlog.get_logger(__name__)


@dataclass
class ScheduleKeeper:
    """Brings the server's schedules in line with the store's; remembers what it told the server."""

    client: Client
    store: Store
    clock: BusinessClock
    bank_cut_off: time = time(15)
    """Until when a bank takes payments that has no cut-off of its own."""
    _told: dict[str, tuple[object, datetime]] = field(default_factory=dict, init=False)

    async def run(self, pause: float = _PAUSE) -> None:
        """Looks after everything for ever. A failure is logged and tried again."""
        while True:
            try:
                await self.look_after()
            except Exception as error:
                _log.error("the schedules could not be looked after", problem=str(error)[:500])
            await asyncio.sleep(pause)

    async def look_after(self) -> None:
        await asyncio.to_thread(watch, self.store)
        await asyncio.to_thread(warn_of_cut_offs, self.store, self.bank_cut_off)
        for tenant, stored, calendar in await asyncio.to_thread(planned, self.store):
            await self._tell(tenant, stored, calendar)

    async def _tell(self, tenant: str, stored: StoredSchedule, calendar: BusinessCalendar) -> None:
        now = self.store.now()
        moments = self._moments(stored, calendar)
        key, wanted = temporal_schedule(tenant, stored.content.id), (stored.paused, stored.content, moments)
        told = self._told.get(key)
        if told is not None and told[0] == wanted and now - told[1] < _CHECKED_ANEW:
            return
        await self._put(key, _schedule(tenant, stored, moments, self._patience(stored)))
        self._told[key] = wanted, now

    def _moments(self, stored: StoredSchedule, calendar: BusinessCalendar) -> tuple[datetime, ...]:
        """The wall-clock times of the next runs, never early."""
        found = next_runs(stored.content.timing, calendar, stored.open_since(self.store.now()), _AHEAD)
        return tuple(_full_second(self.clock.wall_at(each.at)) for each in found if each.at is not None)

    def _patience(self, stored: StoredSchedule) -> timedelta:
        """Temporal refuses a shorter one than ten seconds; the store judges by business time anyway."""
        wall = self.clock.wall_duration(timedelta(minutes=stored.content.patience_minutes))
        return max(timedelta(seconds=10), wall)

    async def _put(self, key: str, wanted: Schedule) -> None:
        def replaced(known: ScheduleUpdateInput) -> ScheduleUpdate:
            return ScheduleUpdate(schedule=wanted)

        try:
            await self.client.get_schedule_handle(key).update(replaced)
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            await self.client.create_schedule(key, wanted)


def _schedule(tenant: str, stored: StoredSchedule, moments: Sequence[datetime], patience: timedelta) -> Schedule:
    content = stored.content
    return Schedule(
        action=ScheduleActionStartWorkflow(
            "ScheduledRun",
            {"tenant": tenant, "schedule": content.id},
            id=schedule_run_workflow(tenant, content.id),
            task_queue=FLOWS_QUEUE,
        ),
        spec=ScheduleSpec(calendars=[_exactly(moment) for moment in moments]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.BUFFER_ONE, catchup_window=patience),
        state=ScheduleState(paused=stored.paused or not moments, note=stored.pause_reason),
    )


def _exactly(moment: datetime) -> ScheduleCalendarSpec:
    """One second in one year, in UTC."""

    def only(number: int) -> tuple[ScheduleRange, ...]:
        return (ScheduleRange(number),)

    return ScheduleCalendarSpec(
        second=only(moment.second),
        minute=only(moment.minute),
        hour=only(moment.hour),
        day_of_month=only(moment.day),
        month=only(moment.month),
        year=only(moment.year),
    )


def _full_second(moment: datetime) -> datetime:
    return moment if not moment.microsecond else moment.replace(microsecond=0) + timedelta(seconds=1)

"""What happens without anybody: payments and statement go by schedule, one portal has changed, another does not work.

Every step follows from what the store shows, so that it can be taken up again after a crash at any moment.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from installation import Installation
from models.calendar import BusinessCalendar, CompanyDay
from models.schedule import Frequency, Job, RunState, Schedule, ScheduleRun, StatementDay, Timing
from models.work import MONEY_KINDS, WorkState
from sandbox.company import ENTITY
from sandbox.faults import Fault, clear_faults, set_fault
from store.calendars import set_calendar
from store.payment_runs import number_waiting
from store.people import SignedIn, person_of
from store.portal_findings import findings
from store.portal_queue import queues
from store.schedule_runs import run_now, runs_of
from store.schedules import next_run, schedules, set_schedule

_TREASURER = "sofia.brandt"
_STATEMENTS, _PAYMENTS, _CANARY, _CALENDAR = "statements", "payments", "try-second-bank", "demo"
SECOND_BANK, _CHANGED = "sandbox-bank-b", "sandbox-bank"
_RENAMED = ">Auftragsliste</a>=>>Zahlungsaufträge</a>"
_AHEAD = timedelta(seconds=25)
"""The schedules are looked after every fifteen seconds; one that is due sooner would be late."""

_PAYMENTS_AHEAD = timedelta(seconds=40)
"""By then most of what is bought waits to be paid."""

_PAUSE = timedelta(seconds=8)
_UNDER_WAY = (RunState.ASKED, RunState.RUNNING)


def disturb(portals: Path) -> None:
    """The bank calls its list of orders otherwise from now on, and the second bank is under maintenance."""
    clear_faults(portals / "bank_b" / "ledger.db")
    set_fault(portals / "bank" / "ledger.db", Fault.REWORDED, argument=_RENAMED, times=-1)
    set_fault(portals / "bank_b" / "ledger.db", Fault.MAINTENANCE, times=-1)


@dataclass(frozen=True)
class Night:
    house: Installation
    portals: Path
    since: datetime
    """When this run of the demo began."""

    def try_second_bank(self) -> None:
        """Has a bot walk through it; once more, when it works again and a payment waits there."""
        runs = self._runs(_CANARY)
        if not runs:
            self._keep(_CANARY, "Try out the second bank", Job.CANARY, SECOND_BANK, self._now + timedelta(hours=12))
            run_now(self.house.store, self._treasurer, _CANARY)
        elif runs[0].state is RunState.FAILED:
            clear_faults(self.portals / "bank_b" / "ledger.db")
            if self._holds_a_payment():
                run_now(self.house.store, self._treasurer, _CANARY)

    def pay(self) -> None:
        """By schedule, again where nothing was ready yet; what comes later is let go at once instead of tomorrow."""
        soon, planned = self._now + _PAYMENTS_AHEAD, self._planned(_PAYMENTS)
        if planned is not None and planned <= soon:
            return
        if not self._has_paid_by_schedule():
            self._keep(_PAYMENTS, "Pay what is released", Job.PAYMENTS, ENTITY.id, soon)
        elif self._runs(_PAYMENTS)[0].state not in _UNDER_WAY and self._waits_for_a_run():
            run_now(self.house.store, self._treasurer, _PAYMENTS)

    def fetch_statement(self) -> None:
        """By schedule, once both banks answer; once more at once where something was booked afterwards."""
        runs = self._runs(_STATEMENTS)
        if not self.has_failed:
            return
        if not runs:
            # Unless it is planned already: a change settles what was due before.
            if self._planned(_STATEMENTS) is None:
                due = self._now + _AHEAD
                self._keep(_STATEMENTS, "Fetch today's statements", Job.STATEMENTS, ENTITY.id, due)
        elif runs[0].state not in _UNDER_WAY and self._now - (runs[0].ended_at or runs[0].due_at) > _PAUSE:
            run_now(self.house.store, self._treasurer, _STATEMENTS)

    def is_over(self) -> bool:
        return self.has_failed and self._runs(_CANARY)[0].state is RunState.DONE

    def outcome(self) -> dict[str, bool]:
        """What had to happen, and whether it did."""
        tenant = self.house.settings.tenant
        with self.house.store.read() as view:
            healed = any(each.portal == _CHANGED and each.last_seen >= self.since for each in findings(view, tenant))
        return {
            "payments_by_schedule": self._has_paid_by_schedule(),
            "statement_by_schedule": bool(self._done_as_planned(_STATEMENTS)),
            "changed_portal_healed": healed,
            "failed_canary_parked": self.is_over(),
        }

    @property
    def has_failed(self) -> bool:
        """Whether a bot has found the second bank broken in this run."""
        return any(run.state is RunState.FAILED for run in self._runs(_CANARY))

    def _holds_a_payment(self) -> bool:
        with self.house.store.read() as view:
            found = queues(view, self.house.settings.tenant, datetime.now(UTC))
        waiting = next(each.waiting for each in found if each.portal == SECOND_BANK)
        return any(
            item.kind in MONEY_KINDS and item.state is WorkState.PARKED and item.defer_until is None for item in waiting
        )

    def _waits_for_a_run(self) -> bool:
        with self.house.store.read() as view:
            return number_waiting(view, self.house.settings.tenant, _PAYMENTS, self._now) > 0

    def _has_paid_by_schedule(self) -> bool:
        return any(int(run.produced) > 0 for run in self._done_as_planned(_PAYMENTS))

    def _planned(self, name: str) -> datetime | None:
        """When the next run is due that has not begun; None for a schedule that this run of the demo has not set."""
        with self.house.store.read() as view:
            known = {each.content.id: each for each in schedules(view, self.house.settings.tenant)}
            if name not in known or known[name].settled_until < self.since:
                return None
            return next_run(view, self.house.settings.tenant, known[name], known[name].settled_until)

    def _keep(self, name: str, title: str, job: Job, target: str, due: datetime) -> None:
        """A daily schedule on a calendar on which the bank is open today, whatever day it is."""
        zone = ZoneInfo(ENTITY.timezone)
        due = due.astimezone(zone)
        days = {due.date(), self._now.astimezone(zone).date()}
        open_days = tuple(CompanyDay(day=day, name="Demo", is_working=True) for day in sorted(days))
        set_calendar(
            self.house.store,
            self._treasurer,
            BusinessCalendar(id=_CALENDAR, name="Days of the demo", company_days=open_days),
        )
        timing = Timing(
            frequency=Frequency.DAILY, at=due.time().replace(microsecond=0), zone=zone.key, calendar=_CALENDAR
        )
        content = Schedule(id=name, title=title, job=job, target=target, timing=timing, statement_of=StatementDay.TODAY)
        set_schedule(self.house.store, self._treasurer, content)

    def _runs(self, name: str) -> list[ScheduleRun]:
        """Of this run of the demo, the newest first."""
        with self.house.store.read() as view:
            found = runs_of(view, self.house.settings.tenant, name)
        return [run for run in found if run.due_at >= self.since]

    def _done_as_planned(self, name: str) -> list[ScheduleRun]:
        return [run for run in self._runs(name) if run.state is RunState.DONE and not run.by_hand]

    @property
    def _now(self) -> datetime:
        return self.house.store.now()

    @cached_property
    def _treasurer(self) -> SignedIn:
        tenant = self.house.settings.tenant
        with self.house.store.read() as view:
            return SignedIn(tenant, _TREASURER, person_of(view, tenant, _TREASURER), csrf_token="")

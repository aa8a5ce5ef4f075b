"""What the run of a schedule does in the store, in the transaction in which it begins."""

from datetime import date

from finance.calendars import add_business_days
from models.schedule import Job, RunState, Schedule, ScheduleRun, StatementDay
from store.calendars import calendar_of
from store.masters import entity_of
from store.payment_runs import let_go
from store.schedule_runs import add_part, end_run
from store.statements import request_account
from store.unit_of_work import UnitOfWork


def start_job(work: UnitOfWork, content: Schedule, run: ScheduleRun) -> None:
    """Asks for what the run is to produce, or does it."""
    if content.job is Job.STATEMENTS:
        _request_statements(work, content, run)
    elif content.job is Job.PAYMENTS:
        end_run(work, run.id, RunState.DONE, f"{let_go(work, content.id)}")


def _request_statements(work: UnitOfWork, content: Schedule, run: ScheduleRun) -> None:
    day = _statement_day(work, content, run)
    for account in entity_of(work.connection, work.tenant, content.target).accounts:
        add_part(work, run, request_account(work, content.target, account, day))


def _statement_day(work: UnitOfWork, content: Schedule, run: ScheduleRun) -> date:
    timing = content.timing
    day = run.due_at.astimezone(timing.time_zone).date()
    if content.statement_of is StatementDay.TODAY:
        return day
    return add_business_days(calendar_of(work.connection, work.tenant, timing.calendar), day, -1)

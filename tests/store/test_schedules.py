"""Which runs begin, which are missed, and what people are asked about them."""

from datetime import date, timedelta

import pytest

from models.calendar import BusinessCalendar, CompanyDay
from models.errors import BusinessError
from models.party import Role
from models.schedule import RunState
from models.task import Resolution
from store.answers import TaskAnswer, resolve_task
from store.calendars import calendar_of, calendars, set_calendar, set_company_day
from store.outbox import undelivered
from store.schedule_jobs import start_job
from store.schedule_runs import begin_asked, end_run, part_done, run_now, runs_of, take_due
from store.schedule_watch import watch
from store.schedules import pause_schedule, resume_schedule, schedule_of, schedules, set_schedule
from store.tasks import Task, open_tasks, tasks_about
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, moment, signed_in, verified
from tests.store.schedules import MORNING, at, keep, looked_after, runs, statements, taken


@pytest.fixture
def morning(company: Company) -> Company:
    """A company that fetches its statements every bank day at seven, since a Thursday."""
    at(company, "2026-11-12T12:00")
    keep(company, statements())
    return company


def asked(store: Store) -> list[Task]:
    with store.read() as view:
        return [task for task in open_tasks(view, TENANT) if task.subject_kind == "schedule"]


def messages(store: Store, workflow: str) -> list[str]:
    with store.read() as view:
        return [each.workflow_id for each in undelivered(view) if each.workflow == workflow]


def answer(company: Company, task: Task, resolution: Resolution) -> None:
    given = TaskAnswer(resolution=resolution, comment="Looked into it.")
    resolve_task(company.store, signed_in(company.store, "sofia.brandt"), task.id, given, moment())


@pytest.mark.behaviour("S1")
def test_a_run_begins_once_when_it_is_due_however_often_it_is_asked_for(morning: Company) -> None:
    at(morning, "2026-11-13T05:59:59")
    assert taken(morning) is None
    at(morning, "2026-11-13T06:00:02")
    first = taken(morning)
    assert first is not None and f"{first.due_at:%a %H:%M}" == "Fri 06:00"
    assert taken(morning) == first
    assert taken(morning, "another workflow") is None
    assert runs(morning) == [("Fri 13 06:00", "running")]


@pytest.mark.behaviour("S1")
def test_given_nothing_worked_for_three_days_a_person_is_asked_and_nothing_is_caught_up(morning: Company) -> None:
    at(morning, "2026-11-17T15:00")
    looked_after(morning)
    looked_after(morning)
    assert taken(morning) is None
    assert runs(morning) == [("Fri 13 06:00", "missed"), ("Mon 16 06:00", "missed"), ("Tue 17 06:00", "missed")]
    (task,) = asked(morning.store)
    assert [detail.expected for detail in task.content.details] == [
        "2026-11-13 07:00 CET",
        "2026-11-16 07:00 CET",
        "2026-11-17 07:00 CET",
    ]
    assert messages(morning.store, "BankStatement") == []
    assert messages(morning.store, "Announcement") == [f"main/announcement/{task.id}"]
    answer(morning, task, Resolution.RUN_NOW)
    assert [state for _, state in runs(morning)][-1] == "asked"
    assert len(messages(morning.store, "ScheduledRun")) == 1


@pytest.mark.behaviour("S1")
def test_a_run_within_minutes_of_its_time_begins_by_itself_and_those_before_are_missed(morning: Company) -> None:
    at(morning, "2026-11-16T06:14")
    run = taken(morning)
    assert run is not None and f"{run.due_at:%a %H:%M}" == "Mon 06:00"
    assert runs(morning) == [("Fri 13 06:00", "missed"), ("Mon 16 06:00", "running")]


@pytest.mark.behaviour("S1")
def test_more_missed_runs_are_told_in_one_task_that_says_it_all(morning: Company) -> None:
    for day in ("2026-11-13T08:00", "2026-11-16T08:00"):
        at(morning, day)
        looked_after(morning)
    (task,) = asked(morning.store)
    assert [detail.expected[:10] for detail in task.content.details] == ["2026-11-13", "2026-11-16"]
    answer(morning, task, Resolution.NOTED)
    assert asked(morning.store) == [] and len(runs(morning)) == 2


@pytest.mark.behaviour("S1")
def test_while_paused_nothing_runs_and_nobody_is_asked(morning: Company) -> None:
    boss = signed_in(morning.store, "sofia.brandt")
    with pytest.raises(BusinessError, match="Say why"):
        pause_schedule(morning.store, boss, MORNING, " ")
    pause_schedule(morning.store, boss, MORNING, "The bank moves house")
    at(morning, "2026-11-16T06:01")
    looked_after(morning)
    assert taken(morning) is None
    resume_schedule(morning.store, boss, MORNING)
    looked_after(morning)
    assert (runs(morning), asked(morning.store)) == ([], [])


@pytest.mark.behaviour("S1")
def test_the_statements_of_the_bank_day_before_are_asked_for_each_account_once(morning: Company) -> None:
    at(morning, "2026-11-16T06:00")
    with morning.store.change(TENANT, SYSTEM) as work:
        found = take_due(work, MORNING, "w")
        assert found is not None and found.is_new
        start_job(work, schedule_of(work.connection, TENANT, MORNING).content, found.run)
    with morning.store.read() as view:
        wanted = [each.argument for each in undelivered(view) if each.workflow == "BankStatement"]
    assert [(each["portal"], each["day"]) for each in wanted] == [
        ("sandbox-bank", "2026-11-13"),
        ("sandbox-bank-b", "2026-11-13"),
    ]
    with morning.store.change(TENANT, SYSTEM) as work:
        part_done(work, wanted[0]["request"])
        part_done(work, wanted[0]["request"])
    assert runs(morning)[-1][1] == "running"
    with morning.store.change(TENANT, SYSTEM) as work:
        part_done(work, wanted[1]["request"])
    assert runs(morning)[-1][1] == "done"


@pytest.mark.behaviour("S3")
def test_a_run_that_produced_nothing_raises_an_alarm_and_is_quiet_again_when_it_ends_after_all(
    morning: Company,
) -> None:
    at(morning, "2026-11-13T06:00")
    run = taken(morning)
    assert run is not None
    at(morning, "2026-11-13T07:59")
    looked_after(morning)
    assert asked(morning.store) == []
    at(morning, "2026-11-13T08:00")
    looked_after(morning)
    looked_after(morning)
    (task,) = asked(morning.store)
    assert (task.kind, task.owner_role) == ("schedule_silent", Role.TREASURER)
    assert "produced nothing within 120 minutes" in task.content.message
    assert runs(morning)[-1][1] == "silent"
    with morning.store.change(TENANT, SYSTEM) as work:
        end_run(work, run.id, RunState.DONE, "2")
        end_run(work, run.id, RunState.FAILED, "late")
    assert (runs(morning)[-1][1], asked(morning.store)) == ("done", [])


@pytest.mark.behaviour("S3")
def test_watching_leaves_word_that_somebody_looked(morning: Company) -> None:
    watch(morning.store)
    with morning.store.read() as view:
        assert [each.watched_at for each in schedules(view, TENANT)] == [morning.clock.now]


@pytest.mark.behaviour("S1")
def test_a_run_by_hand_begins_once(morning: Company) -> None:
    boss = signed_in(morning.store, "sofia.brandt")
    run_id = run_now(morning.store, boss, MORNING)
    assert run_now(morning.store, boss, MORNING) == run_id
    for is_new in (True, False):
        with morning.store.change(TENANT, SYSTEM) as work:
            found = begin_asked(work, run_id, "w")
        assert found is not None and found.is_new is is_new
    with morning.store.change(TENANT, SYSTEM) as work:
        end_run(work, run_id, RunState.DONE, "")
    with morning.store.change(TENANT, SYSTEM) as work:
        assert begin_asked(work, run_id, "w") is None
    with morning.store.read() as view:
        assert [run.by_hand for run in runs_of(view, TENANT, MORNING)] == [True]


@pytest.mark.behaviour("S1")
def test_given_a_run_by_hand_has_begun_another_is_one_of_its_own_even_within_the_same_second(morning: Company) -> None:
    boss = signed_in(morning.store, "sofia.brandt")
    first = run_now(morning.store, boss, MORNING)
    with morning.store.change(TENANT, SYSTEM) as work:
        begin_asked(work, first, "w")
    morning.clock.now += timedelta(milliseconds=1)
    second = run_now(morning.store, boss, MORNING)
    assert second != first
    assert messages(morning.store, "ScheduledRun") == [f"main/schedule-run/{each}" for each in (first, second)]


@pytest.mark.behaviour("S1")
def test_a_changed_time_asks_nobody_about_dates_that_were_never_due(morning: Company) -> None:
    at(morning, "2026-11-13T14:00")
    taken(morning)
    timing = statements().timing.model_copy(update={"at": statements().timing.at.replace(hour=9)})
    set_schedule(morning.store, signed_in(morning.store, "sofia.brandt"), statements(timing=timing))
    looked_after(morning)
    assert runs(morning) == [("Fri 13 06:00", "missed")]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"target": "NOBODY"}, "entity.unknown"),
        ({"job": "canary", "target": "nowhere"}, "portal.unknown"),
        ({"timing": statements().timing.model_copy(update={"calendar": "moon"})}, "calendar.unknown"),
    ],
)
def test_a_schedule_about_nothing_is_refused(morning: Company, changes: dict[str, object], code: str) -> None:
    with pytest.raises(BusinessError) as refused:
        set_schedule(morning.store, signed_in(morning.store, "sofia.brandt"), statements(**changes))
    assert refused.value.code == code


def test_a_clerk_neither_keeps_schedules_nor_calendars(morning: Company) -> None:
    clerk = signed_in(morning.store, "greta.holm")
    calendar = BusinessCalendar(id="own", name="Own")
    for attempt in (
        lambda: set_schedule(morning.store, clerk, statements()),
        lambda: pause_schedule(morning.store, clerk, MORNING, "No."),
        lambda: resume_schedule(morning.store, clerk, MORNING),
        lambda: run_now(morning.store, clerk, MORNING),
        lambda: set_calendar(morning.store, clerk, calendar),
    ):
        with pytest.raises(BusinessError) as refused:
            attempt()
        assert refused.value.code == "right.missing"


@pytest.mark.behaviour("S1")
def test_a_companys_day_moves_the_next_run_and_is_on_record_with_the_data_it_rests_on(morning: Company) -> None:
    boss = signed_in(morning.store, "sofia.brandt")
    day = CompanyDay(day=date(2026, 11, 13), name="Works outing")
    set_company_day(morning.store, boss, "target2", day)
    at(morning, "2026-11-13T06:00")
    assert taken(morning) is None
    at(morning, "2026-11-16T06:00")
    assert taken(morning) is not None
    with morning.store.read() as view:
        assert calendar_of(view, TENANT, "target2").company_days == (day,)
        assert [each.id for each in calendars(view, TENANT)] == ["target2", "weekdays"]
        with pytest.raises(BusinessError, match="there are: target2, weekdays"):
            calendar_of(view, TENANT, "moon")
    assert verified(morning.store).ok


def test_a_task_about_another_schedule_is_left_alone(morning: Company) -> None:
    keep(morning, statements(id="evening", title="In the evening"))
    at(morning, "2026-11-13T12:00")
    looked_after(morning)
    with morning.store.read() as view:
        assert tasks_about(view, TENANT, "schedule", "evening") == ()

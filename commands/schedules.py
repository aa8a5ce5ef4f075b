"""`tallywright schedule`: what runs by itself, when and why; and `tallywright calendar`: on which days."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, opened, signed_in
from console.language import Language, read_languages
from console.schedule_words import timing_in_words
from console.views.schedules import PREVIEWED, PlannedRun, planned_runs
from finance.calendars import DATA_VERSION
from models.calendar import BusinessCalendar, CompanyDay, CutOff, Roll
from models.schedule import Frequency, Job, Schedule, StatementDay
from store.calendars import calendar_of, calendars, set_calendar, set_company_day, set_working_calendar
from store.cut_offs import set_cut_off
from store.schedule_runs import run_now, runs_of
from store.schedules import checked_schedule, pause_schedule, resume_schedule, schedule_of, schedules, set_schedule

app = typer.Typer(help="What runs by itself: when, why then, and steering it.", no_args_is_help=True)
calendar_app = typer.Typer(help="On which days banks, countries and the company work.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The schedule's short name, as `schedule list` shows it.")]


@app.command("list")
def list_schedules(json_output: Json = False) -> None:
    """Show every schedule with its last and its next run."""
    with opened() as house, house.store.read() as view:
        tenant, now = house.settings.tenant, house.store.now()
        found = []
        for stored in schedules(view, tenant):
            content = stored.content
            calendar = calendar_of(view, tenant, content.timing.calendar)
            coming = () if stored.paused else planned_runs(content, calendar, _english(), now, 1)
            last = runs_of(view, tenant, content.id, 1)
            found.append(
                {
                    "schedule": content.id,
                    "title": content.title,
                    "job": content.job,
                    "target": content.target,
                    "timing": timing_in_words(_english(), content.timing),
                    "paused": stored.paused,
                    "last": last[0].due_at if last else None,
                    "state": last[0].state if last else None,
                    "next": coming[-1].at if coming else None,
                }
            )
    Answer(json_output).show(found, lambda console: _draw_list(console, found))


@app.command()
def preview(
    schedule: Name,
    number: Annotated[int, typer.Option(min=1, max=200, help="How many runs.")] = PREVIEWED,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day, in the schedule's zone; now if left out.")
    ] = None,
    json_output: Json = False,
) -> None:
    """Show the next runs and why each is when it is."""
    with opened() as house, house.store.read() as view:
        content = schedule_of(view, house.settings.tenant, schedule).content
        calendar = calendar_of(view, house.settings.tenant, content.timing.calendar)
        after = since.replace(tzinfo=content.timing.time_zone) if since else house.store.now()
    runs = planned_runs(content, calendar, _english(), after, number)
    document = {
        "schedule": schedule,
        "calendar": calendar.id,
        "data": DATA_VERSION,
        "runs": [{"at": run.at and run.at.astimezone(content.timing.time_zone), "why": run.why} for run in runs],
    }
    Answer(json_output).show(document, lambda console: _draw_runs(console, content, runs))


@app.command("set")
def set_one(
    schedule: Annotated[str, typer.Argument(help="Its short name, e.g. bank-morning; a known one is changed.")],
    login: Login,
    title: Annotated[str, typer.Option(help="What people call it.")],
    job: Annotated[Job, typer.Option(help="What it does.")],
    target: Annotated[str, typer.Option(help="The legal entity; for a canary the portal.")],
    at: Annotated[str, typer.Option(help="Local time, e.g. 07:00.")],
    zone: Annotated[str, typer.Option(help="Time zone.")] = "Europe/Berlin",
    calendar: Annotated[str, typer.Option(help="Calendar, as `calendar list` shows it.")] = "target2",
    roll: Annotated[Roll, typer.Option(help="What becomes of a date that is no business day.")] = Roll.FOLLOWING,
    frequency: Annotated[Frequency, typer.Option(help="How often.")] = Frequency.DAILY,
    weekday: Annotated[list[int] | None, typer.Option(help="1 is Monday; may be repeated.")] = None,
    month_day: Annotated[int | None, typer.Option(help="For a monthly one.")] = None,
    business_day: Annotated[int | None, typer.Option(help="Which one of the month; negative from its end.")] = None,
    statement_of: Annotated[
        StatementDay, typer.Option(help="Which day's statements are fetched.")
    ] = StatementDay.PREVIOUS,
    patience_minutes: Annotated[int, typer.Option(help="How late a run may begin by itself.")] = 15,
    silent_after_minutes: Annotated[int, typer.Option(help="When to worry that nothing came.")] = 120,
    json_output: Json = False,
) -> None:
    """Add a schedule, or change one."""
    wanted = checked_schedule(
        {
            "id": schedule,
            "title": title,
            "job": job,
            "target": target,
            "statement_of": statement_of,
            "patience_minutes": patience_minutes,
            "silent_after_minutes": silent_after_minutes,
            "timing": {
                "frequency": frequency,
                "weekdays": weekday or [],
                "month_day": month_day,
                "business_day": business_day,
                "at": at,
                "zone": zone,
                "calendar": calendar,
                "roll": roll,
            },
        }
    )
    with signed_in(login) as (house, person):
        set_schedule(house.store, person, wanted)
    _recorded({"schedule": schedule}, json_output=json_output)


@app.command()
def pause(
    schedule: Name,
    login: Login,
    reason: Annotated[str, typer.Option(help="Why, for whoever waits.")] = "",
    json_output: Json = False,
) -> None:
    """Let nothing run by this schedule until it is resumed."""
    with signed_in(login) as (house, person):
        pause_schedule(house.store, person, schedule, reason)
    _recorded({"schedule": schedule, "paused": True}, json_output=json_output)


@app.command()
def resume(schedule: Name, login: Login, json_output: Json = False) -> None:
    """Let a schedule run again from now on; nothing is made up for."""
    with signed_in(login) as (house, person):
        resume_schedule(house.store, person, schedule)
    _recorded({"schedule": schedule, "paused": False}, json_output=json_output)


@app.command()
def run(schedule: Name, login: Login, json_output: Json = False) -> None:
    """Run a schedule once, now."""
    with signed_in(login) as (house, person):
        run_id = run_now(house.store, person, schedule)
    _recorded({"schedule": schedule, "run": run_id}, json_output=json_output)


@app.command("cut-off")
def set_bank_cut_off(
    portal: Annotated[str, typer.Argument(help="The bank's portal, as `bot queue` shows it.")],
    login: Login,
    at: Annotated[str, typer.Option(help="Local time until which it executes on the same day, e.g. 14:30.")],
    zone: Annotated[str, typer.Option(help="The bank's time zone.")] = "Europe/Berlin",
    calendar: Annotated[str, typer.Option(help="The bank's calendar.")] = "target2",
    days: Annotated[int, typer.Option(help="Bank days until the payee has it.")] = 1,
    json_output: Json = False,
) -> None:
    """Say until when a bank takes payments; approvals and payments show what follows from it."""
    wanted = CutOff.model_validate({"at": at, "zone": zone, "calendar": calendar, "days_to_payee": days})
    with signed_in(login) as (house, person):
        set_cut_off(house.store, person, portal, wanted)
    _recorded({"portal": portal, "cut_off": at}, json_output=json_output)


@calendar_app.command("list")
def list_calendars(json_output: Json = False) -> None:
    """Show every calendar with its sources and the company's own days."""
    with opened() as house, house.store.read() as view:
        found = calendars(view, house.settings.tenant)
    Answer(json_output).show(found, lambda console: _draw_calendars(console, found))


@calendar_app.command("set")
def set_sources(
    calendar: Annotated[str, typer.Argument(help="Its short name; a known one is changed.")],
    login: Login,
    name: Annotated[str, typer.Option(help="What people call it.")],
    source: Annotated[list[str] | None, typer.Option(help="TARGET2, DE, DE-SH, CN …; may be repeated.")] = None,
    json_output: Json = False,
) -> None:
    """Add a calendar, or change its name and sources; the company's own days stay."""
    with signed_in(login) as (house, person):
        with house.store.read() as view:
            known = {each.id: each for each in calendars(view, person.tenant)}
        days = known[calendar].company_days if calendar in known else ()
        wanted = BusinessCalendar(id=calendar, name=name, sources=tuple(source or ()), company_days=days)
        set_calendar(house.store, person, wanted)
    _recorded({"calendar": calendar}, json_output=json_output)


@calendar_app.command("work")
def set_work(
    calendar: Annotated[str, typer.Argument(help="The calendar's short name, as `calendar list` shows it.")],
    login: Login,
    json_output: Json = False,
) -> None:
    """Say by which calendar the company's people work: reminders and escalations count its days."""
    with signed_in(login) as (house, person):
        set_working_calendar(house.store, person, calendar)
    _recorded({"calendar": calendar}, json_output=json_output)


@calendar_app.command("day")
def set_day(
    calendar: Annotated[str, typer.Argument(help="The calendar's short name.")],
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day.")],
    login: Login,
    name: Annotated[str, typer.Option(help="What day that is, e.g. Works holidays.")],
    working: Annotated[bool, typer.Option("--working/--free", help="Whether the company works on it.")] = False,
    json_output: Json = False,
) -> None:
    """Say that the company works on a day, or does not, whatever the calendar's sources say."""
    own = CompanyDay(day=day.date(), name=name, is_working=working)
    with signed_in(login) as (house, person):
        set_company_day(house.store, person, calendar, own)
    _recorded({"calendar": calendar, "day": own.day, "working": working}, json_output=json_output)


def _english() -> Language:
    return read_languages()["en"]


def _recorded(document: dict[str, object], *, json_output: bool) -> None:
    Answer(json_output).show(document, lambda console: console.print("Recorded."))


def _draw_list(console: Console, found: list[dict[str, Any]]) -> None:
    if not found:
        console.print("Nothing runs by itself yet.")
        return
    table = Table("What", "When", "Last", "Next")
    table.add_column("Schedule", no_wrap=True)
    for each in found:
        last = f"{each['last']:%Y-%m-%d %H:%M} {each['state']}" if each["last"] else ""
        coming = "paused" if each["paused"] else f"{each['next']:%Y-%m-%d %H:%M} UTC" if each["next"] else ""
        table.add_row(f"{each['job']} {each['target']}", each["timing"], last, coming, each["schedule"])
    console.print(table)


def _draw_runs(console: Console, content: Schedule, runs: tuple[PlannedRun, ...]) -> None:
    table = Table("Run", "Why", title=f"{content.title}: {timing_in_words(_english(), content.timing)}")
    for each in runs:
        moment = f"{each.at.astimezone(content.timing.time_zone):%a %Y-%m-%d %H:%M}" if each.at else "-"
        table.add_row(moment, "; ".join(each.why))
    console.print(table)


def _draw_calendars(console: Console, found: tuple[BusinessCalendar, ...]) -> None:
    table = Table("Calendar", "Name", "Sources", "Own days")
    for each in found:
        days = ", ".join(f"{own.day} {own.name}{' (works)' if own.is_working else ''}" for own in each.company_days)
        table.add_row(each.id, each.name, ", ".join(each.sources), days)
    console.print(table)

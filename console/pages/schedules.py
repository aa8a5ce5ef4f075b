"""What runs by itself: when, the last and the next runs, and steering it."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console import schedule_words
from console.names import Names
from console.rights import SCHEDULE_READERS
from console.schedule_form import entered_schedule
from console.views.schedules import schedules_view
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.calendar import Roll
from models.errors import BusinessError
from models.schedule import Frequency, Job
from store.calendars import calendars
from store.masters import entities
from store.portal_queue import queues
from store.schedule_runs import run_now
from store.schedules import pause_schedule, resume_schedule, set_schedule

router = APIRouter()
_PAGE = "/schedules"


@router.get(_PAGE)
def show_schedules(visit: Member) -> Response:
    return _page(visit)


@router.post(_PAGE)
def keep(visit: MemberForm, form: Form) -> Response:
    """Adds a schedule or changes one."""
    try:
        set_schedule(visit.context.store, visit.signed_in, entered_schedule(form))
    except BusinessError as refusal:
        if refusal.code == "right.missing":
            raise
        return _page(visit, refusal)
    return see_other(_PAGE)


@router.post("/schedules/{schedule}/pause")
def pause(visit: MemberForm, schedule: str, form: Form) -> Response:
    try:
        pause_schedule(visit.context.store, visit.signed_in, schedule, str(form.get("reason", "")))
    except BusinessError as refusal:
        if refusal.code == "schedule.no_reason":
            return _page(visit, refusal)
        raise
    return see_other(_PAGE)


@router.post("/schedules/{schedule}/resume")
def resume(visit: MemberForm, schedule: str) -> Response:
    resume_schedule(visit.context.store, visit.signed_in, schedule)
    return see_other(_PAGE)


@router.post("/schedules/{schedule}/run")
def run(visit: MemberForm, schedule: str, background: BackgroundTasks) -> Response:
    run_now(visit.context.store, visit.signed_in, schedule)
    deliver_afterwards(visit.request, background)
    return see_other(_PAGE)


def _page(visit: MemberVisit, refusal: BusinessError | None = None) -> Response:
    visit.signed_in.require(*sorted(SCHEDULE_READERS))
    context, language = visit.context, visit.language
    with context.store.read() as view:
        names = Names.read(view, context)
        found = schedules_view(view, context.tenant, names, language, context.store.now())
        companies = entities(view, context.tenant)
        portals = [queue.portal for queue in queues(view, context.tenant, context.moment().wall)]
        known = calendars(view, context.tenant)
    return visit.page(
        "schedules.html",
        status=422 if refusal else 200,
        found=found,
        refusal=refusal,
        schedule_words=schedule_words,
        jobs=tuple(Job),
        frequencies=tuple(Frequency),
        rolls=tuple(Roll),
        calendars=known,
        targets={each.id: each.name for each in companies} | {each: names.portal(each) for each in portals},
        weekdays=schedule_words.weekdays(language),
        zone_name=companies[0].timezone if companies else "UTC",
    )

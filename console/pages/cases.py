"""The list of cases and the story of one."""

from itertools import groupby
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response

from console.event_words import BOT_STEPS
from console.names import Names
from console.pages.zones import zone_of_case, zone_of_entity
from console.progress import TITLES
from console.timeline import Event, timeline
from console.views.cases import case_view
from console.visit import Member, MemberVisit
from store.evidence import steps_of_case
from store.log import history
from store.reads import View, find_cases

router = APIRouter()
_LONGEST_SEARCH = 200
FILTERS = ("open", "closed", "all")


@router.get("/cases")
def show_cases(visit: Member, state: str = "open", q: str = "") -> Response:
    chosen = state if state in FILTERS else "open"
    context = visit.context
    with context.store.read() as view:
        found = find_cases(view, context.tenant, chosen, q[:_LONGEST_SEARCH])
        names, zone = Names.read(view, context), zone_of_entity(view, context, "")
    return visit.page("cases.html", cases=found, names=names, zone=zone, state=chosen, q=q)


@router.get("/cases/{case_id}")
def show_case(visit: Member, case_id: str) -> Response:
    context = visit.context
    with context.store.read() as view:
        names = Names.read(view, context)
        shown = case_view(view, context, names, case_id)
        zone = zone_of_case(view, context, case_id)
        steps = steps_of_case(view, context.tenant, case_id)
        days = _days(visit, view, names, case_id, zone)
    runs = [list(group) for _, group in groupby(steps, key=lambda step: step.run)]
    return visit.page(
        "case.html",
        case=shown,
        zone=zone,
        days=days,
        runs=runs,
        names=names,
        step_titles=TITLES,
        bot_steps=BOT_STEPS,
        recorded="recorded" in visit.request.query_params,
    )


@router.get("/cases/{case_id}/timeline")
def show_timeline(visit: Member, case_id: str) -> Response:
    """Progress and time line alone, which the page fetches again every few seconds."""
    context = visit.context
    with context.store.read() as view:
        names = Names.read(view, context)
        shown = case_view(view, context, names, case_id)
        zone = zone_of_case(view, context, case_id)
        days = _days(visit, view, names, case_id, zone)
    return visit.page("case_live.html", case=shown, zone=zone, days=days, step_titles=TITLES)


def _days(visit: MemberVisit, view: View, names: Names, case_id: str, zone: ZoneInfo) -> list[list[Event]]:
    """The time line by day of the zone, newest first in both."""
    tenant = visit.context.tenant
    told = timeline(history(view, tenant, case_id), steps_of_case(view, tenant, case_id), names, visit.language)
    newest_first = reversed(told)
    return [list(group) for _, group in groupby(newest_first, key=lambda event: event.time.astimezone(zone).date())]

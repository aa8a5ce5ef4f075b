"""The portals' work queues: what runs, what comes next, and steering it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console.names import Names
from console.pages.zones import zone_of_case
from console.rights import QUEUE_READERS
from console.views.portal_work import portal_work
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.errors import BusinessError
from models.work import Priority
from store.portal_findings import open_count
from store.portal_queue import defer_item, pause_portal, prioritise_item, resume_portal

router = APIRouter()


@router.get("/bots")
def show_queues(visit: Member) -> Response:
    return _page(visit, "bots.html")


@router.get("/bots/list")
def show_list(visit: Member) -> Response:
    """The queues alone, which the page fetches again every few seconds."""
    return _page(visit, "bots_list.html")


@router.post("/bots/portals/{portal}/pause")
def pause(visit: MemberForm, portal: str, form: Form) -> Response:
    try:
        pause_portal(visit.context.store, visit.signed_in, portal, str(form.get("reason", "")))
    except BusinessError as refusal:
        if refusal.code == "portal.no_reason":
            return _page(visit, "bots.html", refusal.message)
        raise
    return see_other("/bots")


@router.post("/bots/portals/{portal}/resume")
def resume(visit: MemberForm, portal: str, background: BackgroundTasks) -> Response:
    resume_portal(visit.context.store, visit.signed_in, portal)
    deliver_afterwards(visit.request, background)
    return see_other("/bots")


@router.post("/bots/items/{reference}/priority")
def prioritise(visit: MemberForm, reference: str, form: Form) -> Response:
    chosen = str(form.get("priority", ""))
    if chosen not in {str(int(each)) for each in Priority}:
        return _page(visit, "bots.html", "Choose one of the answers.")
    prioritise_item(visit.context.store, visit.signed_in, reference, Priority(int(chosen)))
    return see_other("/bots")


@router.post("/bots/items/{reference}/defer")
def defer(visit: MemberForm, reference: str, form: Form, background: BackgroundTasks) -> Response:
    """Until a day and a time in the company's zone; without them it may begin again at once."""
    typed = str(form.get("until", "")).strip()
    try:
        until = datetime.fromisoformat(typed).replace(tzinfo=_zone(visit)).astimezone(UTC) if typed else None
    except (ValueError, OverflowError):
        return _page(visit, "bots.html", "Give a day and a time.")
    defer_item(visit.context.store, visit.signed_in, reference, until)
    deliver_afterwards(visit.request, background)
    return see_other("/bots")


def _zone(visit: MemberVisit) -> ZoneInfo:
    with visit.context.store.read() as view:
        return zone_of_case(view, visit.context, "")


def _page(visit: MemberVisit, template: str, problem: str = "") -> Response:
    visit.signed_in.require(*sorted(QUEUE_READERS))
    with visit.context.store.read() as view:
        zone = zone_of_case(view, visit.context, "")
        found = portal_work(view, visit.context, Names.read(view, visit.context))
        findings = open_count(view, visit.context.tenant)
    tomorrow = (visit.context.store.now() + timedelta(days=1)).astimezone(zone).strftime("%Y-%m-%dT08:00")
    return visit.page(
        template,
        status=422 if problem else 200,
        portals=found,
        findings=findings,
        zone=zone,
        tomorrow=tomorrow,
        problem=problem,
    )

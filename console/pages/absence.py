"""My absence: who answers for me, until when, about what and how much; and for whom I answer."""

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response
from starlette.datastructures import FormData

from console.names import Names
from console.pages.zones import zone_of_entity
from console.views.conversation import ColleagueView
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.approval import ApprovalSubject
from models.authority import Delegation
from models.errors import BusinessError
from models.money import Money
from store.approval_candidates import overlaps_of_absence
from store.approvals import requests_waiting_for
from store.delegations import Absence, delegations, end_delegation, enter_absence, usual_limit
from store.reads import View

router = APIRouter()


@router.get("/absence")
def show_absence(visit: Member) -> Response:
    return _page(visit)


@router.post("/absence")
def enter(visit: MemberForm, form: Form, background: BackgroundTasks) -> Response:
    with visit.context.store.read() as view:
        zone = zone_of_entity(view, visit.context, "")
        usual = usual_limit(view, visit.context.tenant, visit.signed_in.person.id, visit.context.store.now())
    try:
        enter_absence(visit.context.store, visit.signed_in, _absence(form, zone, usual))
    except BusinessError as refusal:
        return _page(visit, refusal.message)
    deliver_afterwards(visit.request, background)
    return see_other("/absence?noted=1")


@router.post("/absence/{delegation}/end")
def end(visit: MemberForm, delegation: str, background: BackgroundTasks) -> Response:
    end_delegation(visit.context.store, visit.signed_in, delegation)
    deliver_afterwards(visit.request, background)
    return see_other("/absence?noted=1")


def _page(visit: MemberVisit, problem: str = "") -> Response:
    me, now = visit.signed_in.person.id, visit.context.store.now()
    with visit.context.store.read() as view:
        names = Names.read(view, visit.context)
        mine = [each for each in _current(view, visit.context.tenant, now) if me in (each.principal, each.delegate)]
        usual = usual_limit(view, visit.context.tenant, me, now)
        zone = zone_of_entity(view, visit.context, "")
        overlaps = overlaps_of_absence(view, visit.context.tenant, me, names.people, now)
        waiting = len(requests_waiting_for(view, visit.context.tenant, me, now))
    people = sorted((each for each in names.people.values() if each.id != me), key=lambda each: each.name)
    return visit.page(
        "absence.html",
        status=422 if problem else 200,
        problem=problem,
        noted="noted" in visit.request.query_params,
        away=[each for each in mine if each.principal == me],
        standing_in=[each for each in mine if each.delegate == me],
        colleagues=[ColleagueView(id=each.id, name=each.name) for each in people],
        overlaps=[each for each in overlaps if each.person != me],
        waiting=waiting,
        names=names,
        usual=usual,
        zone=zone,
        subjects=list(ApprovalSubject),
        today=now.astimezone(zone).date(),
    )


def _current(view: View, tenant: str, now: datetime) -> list[Delegation]:
    """What is in force or still to come."""
    return [
        each
        for each in delegations(view, tenant)
        if each.revoked_at is None and not each.request and (each.ends_at is None or each.ends_at > now)
    ]


def _absence(form: FormData, zone: ZoneInfo, usual: Money) -> Absence:
    """Raises BusinessError `delegation.form` naming what cannot be read."""
    subject, amount = str(form.get("subject", "")), str(form.get("limit", "")).strip()
    try:
        starts_at, ends_at = (
            datetime.fromisoformat(str(form.get(field, ""))).replace(tzinfo=zone).astimezone(UTC)
            for field in ("starts_at", "ends_at")
        )
        limit = Money(amount=Decimal(amount), currency=usual.currency) if amount else None
    except (ValueError, InvalidOperation):
        raise BusinessError("delegation.form", "Give both days with a time, and a limit such as 2500.00.") from None
    return Absence(
        delegate=str(form.get("delegate", "")),
        starts_at=starts_at,
        ends_at=ends_at,
        subjects=(ApprovalSubject(subject),) if subject in list(ApprovalSubject) else (),
        limit=limit,
        reason=str(form.get("reason", "")).strip()[:500],
    )

"""Segregation of duties on the console: the conflict report, its exceptions, and the check of any event log."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from console.control_sheets import sheets_of
from console.control_words import SEVERITIES
from console.language import message
from console.names import Names
from console.pages.zones import zone_of_entity
from console.segregation_words import FUNCTIONS
from console.sending import EXCEL, attachment
from console.views.controls import Checked, checked_log, controls_view
from console.views.conversation import ColleagueView
from console.visit import Form, Member, MemberForm, MemberVisit, see_other
from finance.conformance import functions_named, logged_acts
from finance.segregation import Function, SegregationException
from formats.csv_table import records
from formats.sheets import as_csv, as_excel
from models.errors import BusinessError
from store.conflict_report import READERS
from store.people import SignedIn
from store.signed_changes import end_exception, propose, refuse, sign
from store.unit_of_work import Store

router = APIRouter()
_PAGE = "/controls"
_LARGEST = 10_000_000
_SHOWN = 200
_OWN = message("Others have to decide about your own rights.")


@router.get(_PAGE)
def show_controls(visit: Member) -> Response:
    return _page(visit)


@router.get("/controls/report")
def download(visit: Member, part: str = "", form: str = "xlsx") -> Response:
    """Everything as an Excel file, or one list of it as CSV."""
    visit.signed_in.require(*READERS)
    with visit.context.store.read() as view:
        names, zone = Names.read(view, visit.context), zone_of_entity(view, visit.context, "")
        found = controls_view(view, visit.context, names, visit.language, visit.signed_in.person)
    sheets = sheets_of(found, visit.language, lambda at: f"{at.astimezone(zone):%Y-%m-%d %H:%M}")
    is_csv = form == "csv" and part in sheets
    content = as_csv(sheets[part]) if is_csv else as_excel(list(sheets.values()))
    name = f"conflicts-{part}.csv" if is_csv else "conflicts.xlsx"
    kind = "text/csv; charset=utf-8" if is_csv else EXCEL
    return Response(content, media_type=kind, headers={"Content-Disposition": attachment(name)})


@router.post("/controls/exceptions")
def except_somebody(visit: MemberForm, form: Form) -> Response:
    """Proposes an exception, which another person has to sign."""
    with visit.context.store.read() as view:
        zone = zone_of_entity(view, visit.context, "")
    try:
        propose(visit.context.store, visit.signed_in, _exception(form, zone), str(form.get("reason", "")))
    except BusinessError as refusal:
        return _refused(visit, refusal)
    return see_other(f"{_PAGE}?noted=1")


@router.post("/controls/changes/{change}/sign")
def sign_change(visit: MemberForm, change: str) -> Response:
    return _settled(visit, sign, change)


@router.post("/controls/changes/{change}/put-aside")
def put_aside(visit: MemberForm, change: str) -> Response:
    return _settled(visit, refuse, change)


@router.post("/controls/changes/{change}/end")
def end(visit: MemberForm, change: str) -> Response:
    return _settled(visit, end_exception, change)


@router.post("/controls/log")
def check_log(visit: MemberForm, form: Form) -> Response:
    """Reads any event log for violations; nothing of it is kept."""
    visit.signed_in.require(*READERS)
    sent = form.get("file")
    try:
        content = sent.file.read(_LARGEST + 1) if isinstance(sent, UploadFile) else b""
        if len(content) > _LARGEST:
            raise BusinessError("log.too_large", "The file is larger than 10 MB; hand in a smaller one.")
        acts = logged_acts(records(content))
        named = functions_named(line for line in str(form.get("names", "")).splitlines() if line.strip())
    except BusinessError as refusal:
        return _refused(visit, refusal)
    with visit.context.store.read() as view:
        checked = checked_log(view, visit.context, Names.read(view, visit.context), visit.language, acts, named)
    return _page(visit, checked=checked)


def _settled(visit: MemberVisit, act: Callable[[Store, SignedIn, str], None], change: str) -> Response:
    try:
        act(visit.context.store, visit.signed_in, change)
    except BusinessError as refusal:
        return _refused(visit, refusal)
    return see_other(f"{_PAGE}?noted=1")


def _refused(visit: MemberVisit, refusal: BusinessError) -> Response:
    if refusal.code == "right.missing":
        raise refusal
    return _page(visit, refusal)


def _page(visit: MemberVisit, refusal: BusinessError | None = None, checked: Checked | None = None) -> Response:
    visit.signed_in.require(*READERS)
    with visit.context.store.read() as view:
        names = Names.read(view, visit.context)
        found = controls_view(view, visit.context, names, visit.language, visit.signed_in.person)
        zone = zone_of_entity(view, visit.context, "")
    return visit.page(
        "controls.html",
        status=422 if refusal else 200,
        found=found,
        shown=found.happened[:_SHOWN],
        people=_people(names, visit.signed_in.person.id),
        zone=zone,
        refusal=refusal,
        checked=checked,
        functions=FUNCTIONS,
        severities=SEVERITIES,
        noted="noted" in visit.request.query_params,
    )


def _people(names: Names, me: str) -> list[ColleagueView]:
    return [
        ColleagueView(id=each.id, name=each.name, barred=_OWN if each.id == me else "")
        for each in sorted(names.people.values(), key=lambda one: one.name)
    ]


def _exception(form: FormData, zone: ZoneInfo) -> SegregationException:
    """Raises BusinessError `change.form` naming what is missing."""
    one, _, other = str(form.get("pair", "")).partition("|")
    try:
        last_day = date.fromisoformat(str(form.get("until", "")))
        both = Function(one), Function(other)
    except ValueError:
        raise BusinessError("change.form", "Choose a person, two functions and the last day.") from None
    ends_at = datetime.combine(last_day + timedelta(days=1), time(), zone).astimezone(UTC)
    person, reason = str(form.get("person", "")), str(form.get("reason", ""))
    return SegregationException(person=person, one=both[0], other=both[1], ends_at=ends_at, reason=reason)

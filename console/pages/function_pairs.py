"""Conflicting functions on the console: which two are kept apart, and proposals to change that."""

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import FormData

from console.control_words import MEANINGS, SEVERITIES, Words
from console.entered import NOT_CHOSEN, by_field
from console.limits_form import NO_REASON
from console.names import Names
from console.pages.zones import zone_of_entity
from console.views.function_pairs import pairs_view
from console.visit import Form, Member, MemberForm, MemberVisit, see_other
from finance.segregation import Function, SegregationPair, Severity
from models.errors import BusinessError, Finding
from store.conflict_report import READERS
from store.signed_changes import PROPOSERS, propose

router = APIRouter()
_PAGE = "/controls/functions"
_FIELDS = ("one", "other", "severity", "reason")


@router.get(_PAGE)
def show_pairs(visit: Member) -> Response:
    """With two functions in the address the form is about them."""
    asked = visit.request.query_params
    return _page(visit, {name: asked.get(name, "") for name in _FIELDS})


@router.post(_PAGE)
def propose_pair(visit: MemberForm, form: Form) -> Response:
    visit.signed_in.require(*PROPOSERS)
    typed = {name: str(form.get(name, "")).strip() for name in _FIELDS}
    try:
        propose(visit.context.store, visit.signed_in, _pair(form), typed["reason"])
    except BusinessError as refusal:
        return _page(visit, typed, refusal)
    return see_other(f"{_PAGE}?noted=1")


def _page(visit: MemberVisit, typed: dict[str, str], refusal: BusinessError | None = None) -> Response:
    visit.signed_in.require(*READERS)
    with visit.context.store.read() as view:
        words = Words(Names.read(view, visit.context), visit.language)
        found = pairs_view(view, visit.context, words, visit.signed_in.person)
        zone = zone_of_entity(view, visit.context, "")
    return visit.page(
        "function_pairs.html",
        status=422 if refusal else 200,
        found=found,
        typed=typed,
        problems=by_field(refusal.findings) if refusal else {},
        refusal=refusal,
        severities=SEVERITIES,
        meanings=MEANINGS,
        zone=zone,
        noted="noted" in visit.request.query_params,
    )


def _pair(form: FormData) -> SegregationPair:
    """Raises BusinessError `change.form` naming every field that is not right."""
    kinds = {"one": Function, "other": Function, "severity": Severity}
    wrong = [field for field, kind in kinds.items() if str(form.get(field, "")) not in list(kind)]
    findings = [Finding(field=field, problem=NOT_CHOSEN) for field in wrong]
    if not str(form.get("reason", "")).strip():
        findings.append(Finding(field="reason", problem=NO_REASON))
    if findings:
        raise BusinessError("change.form", "The change cannot be proposed yet.", tuple(findings))
    return SegregationPair.model_validate({field: form[field] for field in kinds})

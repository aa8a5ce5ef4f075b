"""People on the console: their roles, managers and limits, and proposals to change the last two."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from console.control_words import Words
from console.entered import NOT_CHOSEN, by_field
from console.limits_form import NO_REASON, LimitChoices, TypedLimits
from console.names import Names
from console.pages.zones import zone_of_entity
from console.views.rights import limits_preview, manager_preview, people_view, person_view
from console.visit import Form, Member, MemberForm, MemberVisit, see_other
from models.errors import BusinessError, Finding
from models.party import Person
from store.conflict_report import READERS
from store.masters import entities
from store.people import people, person_of
from store.reads import View
from store.signed_changes import PROPOSERS, ChangeKind, ManagerOf, changes, limits_at, propose, refuse_circle

router = APIRouter()
_PAGE = "/controls/people"


@dataclass(frozen=True)
class _Typed:
    """What was typed into one of the two forms of a person, and what is wrong with it."""

    limits: TypedLimits | None = None
    manager: str | None = None
    manager_reason: str = ""
    findings: tuple[Finding, ...] = ()
    refusal: BusinessError | None = None
    """What the store said about the whole."""
    is_preview: bool = False
    is_line_added: bool = False

    @property
    def is_refused(self) -> bool:
        return not self.is_preview and bool(self.findings or self.refusal)


@router.get(_PAGE)
def show_people(visit: Member) -> Response:
    visit.signed_in.require(*READERS)
    with visit.context.store.read() as view:
        words = Words(Names.read(view, visit.context), visit.language)
        found = people_view(view, visit.context, words)
    return visit.page("people_rights.html", people=found)


@router.get(f"{_PAGE}/{{person}}")
def show_person(visit: Member, person: str) -> Response:
    return _page(visit, person, _Typed())


@router.post(f"{_PAGE}/{{person}}/limits")
def answer_limits(visit: MemberForm, person: str, form: Form) -> Response:
    """Proposes them; or shows what they would do, or the form with a line more or less."""
    visit.signed_in.require(*PROPOSERS)
    typed, wanted = TypedLimits.from_form(form), str(form.get("do", "propose"))
    changed = typed.changed(wanted)
    if changed is not None:
        return _page(visit, person, _Typed(limits=changed, is_preview=True, is_line_added=wanted == "add"))
    with visit.context.store.read() as view:
        findings = typed.findings(_choices(view, visit, Names.read(view, visit.context)))
    if wanted == "preview":
        return _page(visit, person, _Typed(limits=typed, findings=findings, is_preview=True))
    findings += _without_reason(typed.reason)
    if findings:
        return _page(visit, person, _Typed(limits=typed, findings=findings))
    try:
        propose(visit.context.store, visit.signed_in, typed.content(person), typed.reason)
    except BusinessError as refusal:
        return _page(visit, person, _Typed(limits=typed, refusal=_of_page(refusal)))
    return see_other(f"{_PAGE}/{quote(person)}?noted=1")


@router.post(f"{_PAGE}/{{person}}/manager")
def answer_manager(visit: MemberForm, person: str, form: Form) -> Response:
    """Proposes another manager, or shows what would follow."""
    visit.signed_in.require(*PROPOSERS)
    above, reason = str(form.get("manager", "")), str(form.get("reason", "")).strip()
    content = ManagerOf(person=person, manager=above)
    findings = _wrong_manager(visit, content)
    typed = _Typed(manager=above, manager_reason=reason, findings=findings)
    if str(form.get("do", "propose")) == "preview":
        return _page(visit, person, replace(typed, is_preview=True))
    findings += _without_reason(reason)
    if findings:
        return _page(visit, person, replace(typed, findings=findings))
    try:
        propose(visit.context.store, visit.signed_in, content, reason)
    except BusinessError as refusal:
        return _page(visit, person, replace(typed, refusal=_of_page(refusal)))
    return see_other(f"{_PAGE}/{quote(person)}?noted=1")


def _of_page(refusal: BusinessError) -> BusinessError:
    """What the page can say beside its form; a missing right or person is a page of its own."""
    if refusal.code in ("right.missing", "person.unknown"):
        raise refusal
    return refusal


def _without_reason(reason: str) -> tuple[Finding, ...]:
    return () if reason else (Finding(field="reason", problem=NO_REASON),)


def _wrong_manager(visit: MemberVisit, content: ManagerOf) -> tuple[Finding, ...]:
    with visit.context.store.read() as view:
        known = {each.id for each in people(view, visit.context.tenant)}
        if content.manager and content.manager not in known:
            return (Finding(field="manager", problem=NOT_CHOSEN),)
        try:
            refuse_circle(view, visit.context.tenant, content)
        except BusinessError as refusal:
            return (Finding(field="manager", problem=refusal.message),)
    return ()


def _page(visit: MemberVisit, person_id: str, typed: _Typed) -> Response:
    visit.signed_in.require(*READERS)
    with visit.context.store.read() as view:
        person = person_of(view, visit.context.tenant, person_id)
        names = Names.read(view, visit.context)
        words = Words(names, visit.language)
        found = person_view(view, visit.context, words, person, visit.signed_in.person)
        values: dict[str, Any] = {
            "found": found,
            "zone": zone_of_entity(view, visit.context, ""),
            "choices": _choices(view, visit, names),
            "colleagues": sorted((each for each in names.people.values() if each.id != person.id), key=_by_name),
            "previews": _previews(view, visit, words, person, typed),
        }
    return visit.page(
        "person_rights.html",
        status=422 if typed.is_refused else 200,
        typed=typed,
        limits=typed.limits or TypedLimits.of(found.limits),
        manager=person.manager if typed.manager is None else typed.manager,
        problems=by_field(typed.findings),
        noted="noted" in visit.request.query_params,
        **values,
    )


def _previews(view: View, visit: MemberVisit, words: Words, person: Person, typed: _Typed) -> dict[str, Any]:
    """What the typed form would do; nothing while something is wrong with it."""
    limits, manager = typed.limits, typed.manager
    if typed.findings or (limits is not None and limits.findings(_choices(view, visit, words.names))):
        limits, manager = None, None
    return {
        "limits": limits_preview(view, visit.context, words, limits.content(person.id)) if limits else None,
        "manager": manager_preview(view, visit.context, words, manager) if manager is not None else None,
    }


def _choices(view: View, visit: MemberVisit, names: Names) -> LimitChoices:
    """The companies, cost centres and currencies; the last also of limits that are in force."""
    tenant, now = visit.context.tenant, visit.context.store.now()
    in_force = limits_at(changes(view, tenant, ChangeKind.RIGHTS), now)
    currencies = [each.currency for each in entities(view, tenant)]
    currencies += [each.limit.currency for each in in_force if each.limit]
    return LimitChoices(
        entities=names.entities,
        cost_centres={each: names.cost_centre(each) for each in names.cost_centres},
        currencies={each: each for each in currencies},
    )


def _by_name(person: Person) -> str:
    return person.name

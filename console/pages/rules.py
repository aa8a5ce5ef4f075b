"""Decision tables: where each stands, its grid, its files and its history."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from console.names import Names
from console.pages.zones import zone_of_entity
from console.rights import RULE_READERS
from console.rule_words import table_title
from console.sending import EXCEL, attachment
from console.views.rule_difference import difference_in_words
from console.views.rule_grid import grid_view
from console.views.rule_trial import trial_view
from console.views.rules import draft_lines, table_lines, version_lines
from console.visit import Form, Member, MemberForm, MemberVisit, see_other
from models.errors import BusinessError, Finding
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.excel.writer import write_workbook
from rules.table_file import read_table_file
from store.reads import View
from store.rule_cases import PastAnswer, past_answer, recent_answers
from store.rule_drafts import create_draft, draft_of
from store.rule_history import heat, version_difference
from store.rule_imports import take_into_new_draft
from store.rule_publications import content_of, in_force, newest, publication_of, publications
from store.rule_recall import ask_recall, confirm_recall, reevaluations

router = APIRouter()

_EXAMPLE_FAILED = "is answered otherwise now; look at the examples below"


@router.get("/rules")
def show_tables(visit: Member) -> Response:
    visit.signed_in.require(*RULE_READERS)
    context = visit.context
    with context.store.read() as view:
        names = Names.read(view, context)
        values: dict[str, Any] = {
            "lines": table_lines(view, context.tenant, visit.language, context.store.now()),
            "drafts": draft_lines(view, context.tenant, visit.language, names),
            "zone": zone_of_entity(view, context, ""),
        }
    return visit.page("rules.html", **values)


@router.get("/rules/{table}")
def show_table(visit: Member, table: str) -> Response:
    return _table_page(visit, table)


@router.post("/rules/{table}/try")
def try_it(visit: MemberForm, table: str, form: Form) -> Response:
    """What the version in force says to what was entered, or to a decision of the past."""
    return _table_page(visit, table, tried=form)


@router.post("/rules/{table}/drafts")
def begin_draft(visit: MemberForm, table: str, form: Form) -> Response:
    """A new draft: as the newest version is, or as the file says that was handed in."""
    store, name = visit.context.store, str(form.get("name", ""))
    content = file_in(form)
    try:
        if content is None:
            return see_other(f"/rules/drafts/{create_draft(store, visit.signed_in, table, name).id}")
        read = read_table_file(content)
        draft = take_into_new_draft(store, visit.signed_in, table, name, read.definitions, read.exported)
    except BusinessError as refusal:
        if refusal.code == "right.missing":
            raise
        return _table_page(visit, table, refusal, name)
    return see_other(f"/rules/drafts/{draft.id}?taken=1")


@router.get("/rules/{table}/file")
def download(visit: Member, table: str, draft: str = "", form: str = "xlsx") -> Response:
    """The newest version, or a draft, as an Excel file; as a DMN file where `form` is `dmn`."""
    visit.signed_in.require(*RULE_READERS)
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        if draft:
            xml = draft_of(view, tenant, draft).xml
        else:
            shown = newest(view, tenant, table) or publications(view, tenant, table)[0]
            xml = content_of(view, tenant, table, shown.version)
    definitions = read_definitions(xml)
    is_dmn = form == "dmn"
    content = write_definitions(definitions) if is_dmn else write_workbook(definitions, visit.language.code)
    file_name = f"{table}{f'-{draft}' if draft else ''}.{'dmn' if is_dmn else 'xlsx'}"
    headers = {"Content-Disposition": attachment(file_name)}
    return Response(content, media_type="application/xml" if is_dmn else EXCEL, headers=headers)


@router.get("/rules/{table}/versions/{number}")
def show_version(visit: Member, table: str, number: int) -> Response:
    return _version_page(visit, table, number)


@router.get("/rules/{table}/try")
@router.get("/rules/{table}/drafts")
def show_form_again(visit: Member, table: str) -> Response:
    """Where the browser stands after a form with problems, when it reloads or changes the language."""
    return see_other(f"/rules/{quote(table, safe='')}")


@router.get("/rules/{table}/versions/{number}/recall")
def show_recall_again(visit: Member, table: str, number: int) -> Response:
    return see_other(f"/rules/{quote(table, safe='')}/versions/{number}")


@router.post("/rules/{table}/versions/{number}/recall")
def recall(visit: MemberForm, table: str, number: int, form: Form) -> Response:
    """Asked by one person with a reason, confirmed by another."""
    store = visit.context.store
    try:
        if form.get("do") == "confirm":
            confirm_recall(store, visit.signed_in, table, number)
        else:
            ask_recall(store, visit.signed_in, table, number, str(form.get("reason", "")))
    except BusinessError as refusal:
        if refusal.code == "right.missing":
            raise
        return _version_page(visit, table, number, refusal.message)
    return see_other(f"/rules/{table}/versions/{number}")


def file_in(form: FormData) -> bytes | None:
    """The file of a form; None where none was chosen."""
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    return sent.file.read()


def chosen_answer(view: View, tenant: str, table: str, tried: FormData | None) -> PastAnswer | None:
    """The decision of the past that was chosen to try the table on; None where something was entered instead."""
    key = str(tried.get("past", "")) if tried and tried.get("do") == "past" else ""
    subject, _, digest = key.partition(" ")
    return past_answer(view, tenant, table, subject, digest) if key else None


def is_partial(visit: MemberVisit) -> bool:
    """Whether a script asks for the part of the page that it replaces."""
    return "hx-request" in visit.request.headers


def shown_findings(refusal: BusinessError) -> tuple[Finding, ...]:
    """The findings of a refusal; what an example gives instead is told where the examples stand."""
    return tuple(
        finding.model_copy(update={"problem": _EXAMPLE_FAILED, "field": finding.field.removeprefix("golden case ")})
        if finding.code == "rules.golden_case_failed"
        else finding
        for finding in refusal.findings
    )


def _table_page(
    visit: MemberVisit,
    table: str,
    refusal: BusinessError | None = None,
    name: str = "",
    tried: FormData | None = None,
) -> Response:
    visit.signed_in.require(*RULE_READERS)
    context, tenant = visit.context, visit.context.tenant
    with context.store.read() as view:
        history = publications(view, tenant, table)
        now = context.store.now()
        current = in_force(view, tenant, table, now)
        shown = current or history[0]
        definitions = read_definitions(content_of(view, tenant, table, shown.version))
        names = Names.read(view, context)
        values = {
            "table": table,
            "title": table_title(visit.language, table),
            "current": current,
            "grid": grid_view(visit.language, definitions, table, heat(view, tenant, table, now)),
            "trial": trial_view(
                definitions,
                None,
                table,
                recent_answers(view, tenant, table),
                visit.language,
                tried,
                chosen_answer(view, tenant, table, tried),
            ),
            "try_address": f"/rules/{table}/try",
            "drafts": draft_lines(view, tenant, visit.language, names, table),
            "versions": version_lines(history, current, names),
            "zone": zone_of_entity(view, context, ""),
        }
    return visit.page(
        "rule_try.html" if tried and is_partial(visit) else "rule_table.html",
        status=422 if refusal else 200,
        refusal=refusal,
        problems=shown_findings(refusal) if refusal else (),
        name=name,
        **values,
    )


def _version_page(visit: MemberVisit, table: str, number: int, problem: str = "") -> Response:
    visit.signed_in.require(*RULE_READERS)
    context, tenant = visit.context, visit.context.tenant
    with context.store.read() as view:
        history = publications(view, tenant, table)
        version = publication_of(view, tenant, table, number)
        names = Names.read(view, context)
        current = in_force(view, tenant, table, context.store.now())
        values = {
            "table": table,
            "title": table_title(visit.language, table),
            "version": version,
            "line": next(each for each in version_lines(history, current, names) if each.number == number),
            "asked_by": names.person(version.recall_asked_by or ""),
            "recalled_by": names.person(version.recalled_by or ""),
            "difference": difference_in_words(
                version_difference(view, tenant, table, number - 1, number),
                read_definitions(content_of(view, tenant, table, version.version)),
                table,
                visit.language,
            )
            if number > 1
            else None,
            "effects": reevaluations(view, tenant, table, number),
            "zone": zone_of_entity(view, context, ""),
        }
    return visit.page("rule_version.html", status=422 if problem else 200, problem=problem, **values)

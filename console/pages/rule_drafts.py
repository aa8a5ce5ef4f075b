"""A draft of a decision table: its grid while one types, trying it, handing it over, and publishing it."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from console.error_words import in_words
from console.finding_words import analysis_sentence
from console.names import Names
from console.pages.rules import chosen_answer, file_in, is_partial, shown_findings
from console.pages.zones import zone_of_entity
from console.rights import RULE_READERS, may_write_rules
from console.rule_words import table_title
from console.views.rule_difference import difference_in_words
from console.views.rule_examples import accepted, example_views, with_example
from console.views.rule_findings import findings_view
from console.views.rule_grid import column_views, field_views, grid_view, type_views
from console.views.rule_trial import entered, trial_view
from console.visit import Form, Member, MemberForm, MemberVisit, see_other
from models.errors import BusinessError
from rules.analysis.findings import AnalysisFinding
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.engine import compile_decision, decision_named
from rules.grid import EditedGrid, ReadGrid, read_grid
from rules.table_file import read_table_file
from store.reads import View
from store.rule_backtests import backtests_of
from store.rule_cases import recent_answers
from store.rule_drafts import (
    DraftState,
    RuleDraft,
    discard_draft,
    draft_of,
    rebase_draft,
    return_draft,
    save_draft,
)
from store.rule_history import draft_difference, heat
from store.rule_imports import take_into_draft
from store.rule_publications import content_of, publication_of
from store.rule_publishing import company_terms, draft_analysis, obstacles, publish_draft, submit_draft
from store.rule_shadows import start_shadow

router = APIRouter(prefix="/rules/drafts")

_NOT_READABLE = "Mend the marked cells first; nothing is saved yet."


@router.get("/{draft_id}")
def show_draft(visit: Member, draft_id: str) -> Response:
    return _page(visit, draft_id)


@router.post("/{draft_id}/grid")
def read_typed(visit: MemberForm, draft_id: str, form: Form) -> Response:
    """What is wrong with the grid as it stands in the browser; with `save` it is kept where it can be read."""
    tenant, store = visit.context.tenant, visit.context.store
    visit.signed_in.require(*RULE_READERS)
    with store.read() as view:
        draft = draft_of(view, tenant, draft_id)
        terms = company_terms(view, tenant)
        read = read_grid(read_definitions(draft.xml), draft.table, _typed(form), terms)
    table = decision_named(read.definitions, draft.table).table
    columns = column_views(visit.language, read.columns, table, terms) if table else ()
    answer = findings_view(visit, read.findings) | {"columns": [column.model_dump() for column in columns]}
    if not form.get("save"):
        return JSONResponse(answer)
    if not read.is_readable:
        return JSONResponse(answer | {"problem": in_words(visit.language, _NOT_READABLE)})
    return _saved(visit, draft_id, _revision(form), read, answer)


@router.post("/{draft_id}/try")
def try_it(visit: MemberForm, draft_id: str, form: Form) -> Response:
    """What the draft, as it stands in the browser, says to what was entered, or to a decision of the past."""
    return _page(visit, draft_id, tried=form)


@router.get("/{draft_id}/{form_name}")
def show_again(visit: Member, draft_id: str, form_name: str) -> Response:
    """Where the browser stands after a form with problems, when it reloads or changes the language."""
    return see_other(f"/rules/drafts/{quote(draft_id, safe='')}")


@router.post("/{draft_id}/examples")
def keep_examples(visit: MemberForm, draft_id: str, form: Form) -> Response:
    """Takes what the draft says to an example as right, drops an example, or keeps what was tried as one."""
    draft = _draft(visit, draft_id)
    definitions, name = read_definitions(draft.xml), str(form.get("name", ""))
    try:
        match form.get("do"):
            case "accept":
                cases = accepted(definitions, draft.table, draft.golden_cases, name)
            case "drop":
                cases = tuple(case for case in draft.golden_cases if case.name != name)
            case _:
                given = entered(compile_decision(definitions, draft.table), form)
                cases = with_example(definitions, draft.table, draft.golden_cases, name, given)
        save_draft(visit.context.store, visit.signed_in, draft_id, _revision(form), golden_cases=cases)
    except BusinessError as refusal:
        return _refused(visit, draft_id, refusal)
    return see_other(f"/rules/drafts/{draft_id}#examples")


@router.post("/{draft_id}/file")
def take_in_file(visit: MemberForm, draft_id: str, form: Form) -> Response:
    content = file_in(form)
    if content is None:
        return see_other(f"/rules/drafts/{draft_id}")
    try:
        read = read_table_file(content)
        take_into_draft(
            visit.context.store, visit.signed_in, draft_id, _revision(form), read.definitions, read.exported
        )
    except BusinessError as refusal:
        return _refused(visit, draft_id, refusal)
    return see_other(f"/rules/drafts/{draft_id}?taken=1")


@router.post("/{draft_id}/steps")
def take_step(visit: MemberForm, draft_id: str, form: Form) -> Response:
    """Submits, publishes, returns, rebases, discards, or runs beside the version in force."""
    store, signed_in, revision = visit.context.store, visit.signed_in, _revision(form)
    reason = str(form.get("reason", ""))
    step = str(form.get("do", ""))
    table = _draft(visit, draft_id).table
    try:
        match step:
            case "submit":
                submit_draft(store, signed_in, draft_id, revision, reason, _moment(visit, form))
            case "publish":
                publish_draft(store, signed_in, draft_id, revision)
            case "return":
                return_draft(store, signed_in, draft_id, revision, reason)
            case "rebase":
                rebase_draft(store, signed_in, draft_id, revision)
            case "shadow":
                start_shadow(store, signed_in, draft_id)
            case "discard":
                discard_draft(store, signed_in, draft_id, revision)
    except BusinessError as refusal:
        return _refused(visit, draft_id, refusal)
    return see_other(f"/rules/{table}" if step in ("publish", "discard") else f"/rules/drafts/{draft_id}")


def _saved(visit: MemberVisit, draft_id: str, revision: int, read: ReadGrid, answer: dict[str, Any]) -> Response:
    try:
        xml = write_definitions(read.definitions)
        saved = save_draft(visit.context.store, visit.signed_in, draft_id, revision, xml=xml)
    except BusinessError as refusal:
        return JSONResponse(answer | {"problem": in_words(visit.language, refusal.message)})
    source = decision_named(read.definitions, saved.table).table
    names = [rule.id for rule in source.rules] if source else []
    return JSONResponse(answer | {"revision": saved.revision, "names": names})


def _typed(form: FormData) -> EditedGrid:
    try:
        return EditedGrid.model_validate_json(str(form.get("grid", "")))
    except ValidationError as error:
        raise BusinessError("rules.bad_grid", "The grid cannot be read; open the page again.") from error


def _revision(form: FormData) -> int:
    typed = str(form.get("revision", ""))
    return int(typed) if typed.isdecimal() else 0


def _moment(visit: MemberVisit, form: FormData) -> datetime | None:
    typed = str(form.get("in_force_from", ""))
    if not typed:
        return None
    with visit.context.store.read() as view:
        zone = zone_of_entity(view, visit.context, "")
    try:
        return datetime.fromisoformat(typed).replace(tzinfo=zone).astimezone(UTC)
    except ValueError:
        raise BusinessError("rule.no_day", "Give a day and a time.") from None


def _draft(visit: MemberVisit, draft_id: str) -> RuleDraft:
    with visit.context.store.read() as view:
        return draft_of(view, visit.context.tenant, draft_id)


def _refused(visit: MemberVisit, draft_id: str, refusal: BusinessError) -> Response:
    if refusal.code in ("right.missing", "rule.unknown_draft"):
        raise refusal
    return _page(visit, draft_id, refusal)


def _addresses(visit: MemberVisit, draft: RuleDraft) -> dict[str, Any]:
    """Where the part of the page that tries sends to; examples are kept only in a draft that can be written in."""
    address = f"/rules/drafts/{draft.id}"
    is_editable = draft.state is DraftState.EDITING and may_write_rules(visit.signed_in.person)
    return {
        "try_address": f"{address}/try",
        "example_address": f"{address}/examples" if is_editable else "",
        "revision": draft.revision,
    }


def _candidate(kept: Definitions, table: str, tried: FormData | None) -> Definitions:
    """The draft as it stands in the browser where that was sent, else as it was saved."""
    if tried is None or not tried.get("grid"):
        return kept
    return read_grid(kept, table, _typed(tried), (), is_analysed=False).definitions


def _base(view: View, tenant: str, draft: RuleDraft) -> Definitions:
    version = publication_of(view, tenant, draft.table, draft.based_on).version
    return read_definitions(content_of(view, tenant, draft.table, version))


def _sentences(visit: MemberVisit, findings: Iterable[AnalysisFinding]) -> dict[str, str]:
    """What an analysis found, in the reader's language, by the English in which a refusal tells it."""
    return {found.message: analysis_sentence(visit.language, found, found.message) for found in findings}


def _page(
    visit: MemberVisit, draft_id: str, refusal: BusinessError | None = None, tried: FormData | None = None
) -> Response:
    visit.signed_in.require(*RULE_READERS)
    context, tenant, language = visit.context, visit.context.tenant, visit.language
    with context.store.read() as view:
        draft = draft_of(view, tenant, draft_id)
        definitions = read_definitions(draft.xml)
        counted = heat(view, tenant, draft.table, context.store.now())
        values = {
            "draft": draft,
            "title": table_title(language, draft.table),
            "grid": grid_view(language, definitions, draft.table, counted, company_terms(view, tenant)),
            "fields": field_views(language, definitions, draft.table),
            "types": type_views(language, definitions, draft.table),
            "trial": trial_view(
                _candidate(definitions, draft.table, tried),
                _base(view, tenant, draft),
                draft.table,
                recent_answers(view, tenant, draft.table),
                language,
                tried,
                chosen_answer(view, tenant, draft.table, tried),
            ),
            **_addresses(visit, draft),
            "difference": difference_in_words(
                draft_difference(view, tenant, draft), definitions, draft.table, language
            ),
            "examples": example_views(language, definitions, draft.table, draft.golden_cases),
            "backtests": backtests_of(view, tenant, draft),
            "obstacles": obstacles(view, tenant, draft, visit.signed_in.person.id)
            if draft.state is DraftState.SUBMITTED
            else (),
            "names": Names.read(view, context),
            "zone": zone_of_entity(view, context, ""),
        }
        is_told = refusal is not None or bool(values["obstacles"])
        sentences = _sentences(visit, draft_analysis(view, tenant, draft)) if is_told else {}
    return visit.page(
        "rule_try.html" if tried and is_partial(visit) else "rule_draft.html",
        status=422 if refusal else 200,
        refusal=refusal,
        problems=shown_findings(refusal) if refusal else (),
        sentences=sentences,
        taken="taken" in visit.request.query_params,
        **values,
    )

"""The tables and drafts as the pages about rules list them."""

from datetime import datetime

from console.language import Language
from console.names import Names
from console.rule_words import table_title
from models.base import Model
from store.reads import View
from store.rule_drafts import DraftState, RuleDraft, drafts
from store.rule_history import TableState, table_states
from store.rule_publications import Publication


class TableLine(Model):
    title: str
    state: TableState


class DraftLine(Model):
    id: str
    table: str
    title: str
    name: str
    state: DraftState
    changed_by: str
    changed_at: datetime


class VersionLine(Model):
    number: int
    state: str
    """`in_force`, `scheduled`, `earlier`, `recalled`, or `recall_asked` while it still decides."""
    in_force_from: datetime
    reason: str
    submitted_by: str
    published_by: str


def table_lines(view: View, tenant: str, language: Language, at: datetime) -> list[TableLine]:
    """By title, as a person looks for them."""
    lines = [TableLine(title=table_title(language, each.name), state=each) for each in table_states(view, tenant, at)]
    return sorted(lines, key=lambda line: line.title)


def draft_lines(view: View, tenant: str, language: Language, names: Names, table: str = "") -> list[DraftLine]:
    return [_draft(each, language, names) for each in drafts(view, tenant, table)]


def version_lines(history: tuple[Publication, ...], in_force: Publication | None, names: Names) -> list[VersionLine]:
    return [
        VersionLine(
            number=each.number,
            state=_state(each, in_force),
            in_force_from=each.in_force_from,
            reason=each.reason,
            submitted_by=names.person(each.submitted_by),
            published_by=names.person(each.published_by),
        )
        for each in history
    ]


def _state(version: Publication, in_force: Publication | None) -> str:
    if version.recalled_at is not None:
        return "recalled"
    if version.recall_asked_at is not None:
        return "recall_asked"
    if in_force is not None and version.number == in_force.number:
        return "in_force"
    return "scheduled" if in_force is None or version.in_force_from > in_force.in_force_from else "earlier"


def _draft(draft: RuleDraft, language: Language, names: Names) -> DraftLine:
    return DraftLine(
        id=draft.id,
        table=draft.table,
        title=table_title(language, draft.table),
        name=draft.name,
        state=draft.state,
        changed_by=names.person(draft.changed_by),
        changed_at=draft.changed_at,
    )

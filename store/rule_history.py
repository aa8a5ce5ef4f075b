"""What people ask about decision tables: where each stands, what changed, how often a row fired, and the same again."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from models.base import Model
from models.errors import BusinessError
from models.rule import RuleEvaluation
from rules.difference import TableDifference, difference
from rules.dmn import read_definitions
from rules.kept_inputs import restored
from store.rule_drafts import DraftState, RuleDraft, drafts
from store.rule_publications import (
    Publication,
    compiled,
    content_of,
    in_force,
    publication_of,
    publications,
    tables_known,
)
from store.rule_shadows import Shadow, shadows
from store.schema.rules import rule_evaluation

HEAT_SPAN = timedelta(days=90)
_BATCH = 1000


class TableState(Model):
    """Where a table stands at a moment."""

    name: str
    description: str
    in_force: Publication | None
    scheduled: tuple[Publication, ...]
    """Published, not recalled, in force later; the next one first."""
    editing: int
    submitted: int
    """Drafts that wait for a second person."""
    recall_asked: tuple[Publication, ...]
    shadow: Shadow | None
    """The candidate that runs beside it now."""


class Rerun(Model):
    """A decision taken again from what was kept of it. `same` means every byte, hash of the version included."""

    kept: RuleEvaluation
    again: RuleEvaluation
    evaluated_at: datetime
    same: bool


def table_states(connection: Connection, tenant: str, at: datetime) -> tuple[TableState, ...]:
    """Every table of the tenant by name, as it stands at `at` in business time."""
    waiting = drafts(connection, tenant)
    return tuple(_state(connection, tenant, name, at, waiting) for name in sorted(tables_known(connection, tenant)))


def draft_difference(connection: Connection, tenant: str, draft: RuleDraft) -> TableDifference:
    """What the draft changes in the version that it is to follow. Raises BusinessError of the reader."""
    base = publication_of(connection, tenant, draft.table, draft.based_on)
    return _difference(content_of(connection, tenant, draft.table, base.version), draft.xml, draft.table)


def version_difference(connection: Connection, tenant: str, table: str, before: int, after: int) -> TableDifference:
    """What version `after` changed in version `before`. Raises BusinessError `rule.unknown_version`."""
    old, new = (publication_of(connection, tenant, table, number).version for number in (before, after))
    contents = content_of(connection, tenant, table, old), content_of(connection, tenant, table, new)
    return _difference(*contents, table)


def heat(connection: Connection, tenant: str, table: str, at: datetime, span: timedelta = HEAT_SPAN) -> dict[str, int]:
    """How often each row decided in the `span` before `at`, by the row's id; rows that never did are left out."""
    query = select(rule_evaluation.c.data).where(
        rule_evaluation.c.tenant == tenant,
        rule_evaluation.c.table_name == table,
        rule_evaluation.c.evaluated_at > at - span,
        rule_evaluation.c.evaluated_at <= at,
    )
    rows = connection.execute(query, execution_options={"yield_per": _BATCH}).scalars()
    return dict(Counter(row for answer in rows for row in answer.matched))


def rerun(connection: Connection, tenant: str, table: str, subject_id: str) -> tuple[Rerun, ...]:
    """The decisions of `table` about a document, one per version of the document, each taken again; oldest first.

    Raises BusinessError `rule.unknown_decision` where there is none.
    """
    query = select(rule_evaluation.c.data, rule_evaluation.c.evaluated_at).where(
        rule_evaluation.c.tenant == tenant,
        rule_evaluation.c.table_name == table,
        rule_evaluation.c.subject_id == subject_id,
    )
    rows = connection.execute(query.order_by(rule_evaluation.c.evaluated_at)).all()
    if not rows:
        raise BusinessError("rule.unknown_decision", f"The table {table!r} decided nothing about {subject_id!r}.")
    return tuple(_again(connection, tenant, row.data, row.evaluated_at, table) for row in rows)


def _again(connection: Connection, tenant: str, kept: RuleEvaluation, at: datetime, table: str) -> Rerun:
    decision = compiled(content_of(connection, tenant, table, kept.version), table)
    again = decision.evaluate(restored(decision.variables, kept.inputs))
    same = again.model_dump_json() == kept.model_dump_json()
    return Rerun(kept=kept, again=again, evaluated_at=at, same=same)


def _state(connection: Connection, tenant: str, name: str, at: datetime, waiting: Iterable[RuleDraft]) -> TableState:
    history = publications(connection, tenant, name)
    current = in_force(connection, tenant, name, at)
    coming = [each for each in history if each.recalled_at is None and each.in_force_from > at]
    states = [draft.state for draft in waiting if draft.table == name]
    shown = current or history[0]
    return TableState(
        name=name,
        description=_description(content_of(connection, tenant, name, shown.version), name),
        in_force=current,
        scheduled=tuple(sorted(coming, key=lambda each: (each.in_force_from, each.number))),
        editing=states.count(DraftState.EDITING),
        submitted=states.count(DraftState.SUBMITTED),
        recall_asked=tuple(each for each in history if each.recall_asked_by and each.recalled_at is None),
        shadow=next((each for each in shadows(connection, tenant, name) if each.ended_at is None), None),
    )


def _description(xml: bytes, name: str) -> str:
    found = [each.description for each in read_definitions(xml).decisions if name in (each.name, each.id)]
    return found[0] if found else ""


def _difference(before: bytes, after: bytes, table: str) -> TableDifference:
    return difference(read_definitions(before), read_definitions(after), table)

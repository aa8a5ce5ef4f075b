"""Back-tests of drafts on the decisions of the past, and who looked at them."""

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from models.base import Model
from models.errors import BusinessError
from models.exact_json import read_exactly, write_exactly
from rules.backtest import Backtest, BacktestSummary, Change, ChangeKind, PastDecision, Said
from rules.feel.functions import plain_text
from store.people import SignedIn
from store.rule_drafts import AUTHORS, PUBLISHERS, RuleDraft, draft_of
from store.rule_publications import compiled, content_of, publication_of
from store.schema.rules import (
    rule_backtest,
    rule_backtest_change,
    rule_backtest_look,
    rule_evaluation,
)
from store.unit_of_work import Store

_BATCH = 1000


class RuleBacktest(Model):
    id: str
    table: str
    candidate: str
    """Version hash of the content that was tried."""
    live: str
    """Version hash of what it was compared with."""
    summary: BacktestSummary
    run_by: str
    run_at: datetime


class ChangedDecision(Model):
    """`before` and `after` are results in DMN's shape, or the words of a refusal; `reasons` are those of `after`."""

    position: int
    kind: ChangeKind
    subject_kind: str
    subject_id: str
    case: str
    decided_at: datetime
    value: Decimal | None
    before: Any
    after: Any
    reasons: tuple[str, ...]


def run_backtest(store: Store, signed_in: SignedIn, draft_id: str) -> RuleBacktest:
    """Runs every past decision of the draft's table against it and against the version it is to follow.

    The decisions are streamed and nothing is locked meanwhile; the result is kept. It has to be looked at apart.
    Raises BusinessError `rule.unknown_draft`, `right.missing`, or the engine's for content that cannot be run.
    """
    signed_in.require(*AUTHORS, *PUBLISHERS)
    with store.read() as connection:
        draft = draft_of(connection, signed_in.tenant, draft_id)
        base = publication_of(connection, signed_in.tenant, draft.table, draft.based_on)
        base_xml = content_of(connection, signed_in.tenant, draft.table, base.version)
        test = Backtest(compiled(base_xml, draft.table), compiled(draft.xml, draft.table))
        changes = list(test.changes(past_decisions(connection, signed_in.tenant, draft.table)))
    return _keep(store, signed_in, draft, base.version, test, changes)


def look_at_backtest(store: Store, signed_in: SignedIn, backtest_id: str) -> RuleBacktest:
    """The back-test; that the signed-in person saw it is on record. Raises BusinessError `rule.unknown_backtest`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = backtest_of(work.connection, work.tenant, backtest_id)
        place = {"tenant": work.tenant, "backtest": backtest_id, "person": signed_in.person.id}
        if work.execute(select(rule_backtest_look).filter_by(**place)).one_or_none() is None:
            work.execute(insert(rule_backtest_look).values(**place, at=work.now))
            work.record("rule.backtest_seen", "rule_table", found.table, after={"backtest": backtest_id})
    return found


def backtest_of(connection: Connection, tenant: str, backtest_id: str) -> RuleBacktest:
    """Raises BusinessError `rule.unknown_backtest`."""
    query = select(rule_backtest).where(rule_backtest.c.tenant == tenant, rule_backtest.c.id == backtest_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("rule.unknown_backtest", f"There is no back-test {backtest_id!r}.")
    return _backtest(row)


def backtests_of(connection: Connection, tenant: str, draft: RuleDraft) -> tuple[RuleBacktest, ...]:
    """The back-tests of the draft as it is now, against the version it is to follow; newest first."""
    rows = connection.execute(_of_draft(connection, tenant, draft).order_by(rule_backtest.c.run_at.desc()))
    return tuple(_backtest(row) for row in rows)


def changed_decisions(
    connection: Connection,
    tenant: str,
    backtest_id: str,
    kind: ChangeKind | None = None,
    offset: int = 0,
    limit: int = 100,
) -> tuple[ChangedDecision, ...]:
    """The list behind a summary, oldest decision first, of one kind or of all."""
    query = select(rule_backtest_change).where(
        rule_backtest_change.c.tenant == tenant, rule_backtest_change.c.backtest == backtest_id
    )
    if kind is not None:
        query = query.where(rule_backtest_change.c.kind == kind)
    rows = connection.execute(query.order_by(rule_backtest_change.c.position).offset(offset).limit(limit))
    return tuple(_changed(row) for row in rows)


def has_looked(connection: Connection, tenant: str, draft: RuleDraft, person: str) -> bool:
    """Whether `person` saw a back-test of exactly this content against the version it is to follow."""
    looks = rule_backtest.join(
        rule_backtest_look,
        (rule_backtest_look.c.tenant == rule_backtest.c.tenant) & (rule_backtest_look.c.backtest == rule_backtest.c.id),
    )
    query = _of_draft(connection, tenant, draft).select_from(looks).where(rule_backtest_look.c.person == person)
    return connection.execute(query.limit(1)).first() is not None


def version_in(draft: RuleDraft) -> str:
    """The hash that the draft's content would have as a version; empty while it cannot be compiled."""
    try:
        return compiled(draft.xml, draft.table).version
    except BusinessError:
        return ""


def past_decisions(connection: Connection, tenant: str, table: str) -> Iterator[PastDecision]:
    """Every kept decision of a table, oldest first, streamed from the database."""
    query = select(
        rule_evaluation.c.subject_kind,
        rule_evaluation.c.subject_id,
        rule_evaluation.c.case_id,
        rule_evaluation.c.evaluated_at,
        rule_evaluation.c.data,
    ).where(rule_evaluation.c.tenant == tenant, rule_evaluation.c.table_name == table)
    rows = connection.execute(query.order_by(rule_evaluation.c.evaluated_at), execution_options={"yield_per": _BATCH})
    for row in rows:
        yield PastDecision(
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            case=row.case_id,
            decided_at=row.evaluated_at,
            inputs=row.data.inputs,
        )


def _keep(
    store: Store, signed_in: SignedIn, draft: RuleDraft, live: str, test: Backtest, changes: Sequence[Change]
) -> RuleBacktest:
    backtest_id = uuid.uuid4().hex[:12]
    with store.change(signed_in.tenant, signed_in.actor) as work:
        work.execute(
            insert(rule_backtest).values(
                tenant=work.tenant,
                id=backtest_id,
                table_name=draft.table,
                candidate=test.candidate.version,
                live=live,
                summary=test.summary(),
                run_by=signed_in.person.id,
                run_at=work.now,
            )
        )
        for start in range(0, len(changes), _BATCH):
            part = changes[start : start + _BATCH]
            rows = [_row(work.tenant, backtest_id, place, change) for place, change in enumerate(part, start)]
            work.execute(insert(rule_backtest_change), rows)
        found = backtest_of(work.connection, work.tenant, backtest_id)
        after = found.model_dump(mode="json") | {"draft": draft.id}
        work.record("rule.backtested", "rule_table", draft.table, after=after)
    return found


def _row(tenant: str, backtest: str, position: int, change: Change) -> dict[str, Any]:
    return {
        "tenant": tenant,
        "backtest": backtest,
        "position": position,
        "kind": change.kind,
        "subject_kind": change.past.subject_kind,
        "subject_id": change.past.subject_id,
        "case_id": change.past.case,
        "decided_at": change.past.decided_at,
        "value": change.value,
        "before": _text(change.before),
        "after": _text(change.after),
        "reasons": write_exactly(change.after.reasons),
    }


def _text(said: Said) -> str:
    return write_exactly(said.problem or said.result, plain_text)


def _of_draft(connection: Connection, tenant: str, draft: RuleDraft) -> Select[Any]:
    base = publication_of(connection, tenant, draft.table, draft.based_on)
    return select(rule_backtest).where(
        rule_backtest.c.tenant == tenant,
        rule_backtest.c.table_name == draft.table,
        rule_backtest.c.candidate == version_in(draft),
        rule_backtest.c.live == base.version,
    )


def _backtest(row: Any) -> RuleBacktest:
    values = {name: getattr(row, name) for name in RuleBacktest.model_fields if name != "table"}
    return RuleBacktest(table=row.table_name, **values)


def _changed(row: Any) -> ChangedDecision:
    texts = {name: read_exactly(getattr(row, name)) for name in ("before", "after", "reasons")}
    apart = {"case", *texts}
    values = {name: getattr(row, name) for name in ChangedDecision.model_fields if name not in apart}
    return ChangedDecision(case=row.case_id, **values, **texts)

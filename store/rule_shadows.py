"""A candidate that runs beside the version in force: its answers are kept and never decide anything."""

import uuid
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from models.base import Model
from models.errors import BusinessError
from models.rule import RuleEvaluation
from rules.kept_inputs import restored
from rules.portable import same_value
from store.people import SignedIn
from store.rule_drafts import AUTHORS, PUBLISHERS, draft_of
from store.rule_publications import compiled
from store.schema.rules import rule_shadow, rule_shadow_answer
from store.unit_of_work import Store, UnitOfWork


class Shadow(Model):
    id: str
    table: str
    name: str
    version: str
    started_by: str
    started_at: datetime
    ended_by: str | None
    ended_at: datetime | None
    decisions: int
    differing: int


class ShadowAnswer(Model):
    """`answer` is None where the candidate could not answer; `problem` says why."""

    subject_kind: str
    subject_id: str
    case: str
    differs: bool
    live: RuleEvaluation
    answer: RuleEvaluation | None
    problem: str
    at: datetime


def start_shadow(store: Store, signed_in: SignedIn, draft_id: str) -> Shadow:
    """Has the draft's content of this moment answer beside the version in force, in place of an earlier candidate.

    Raises BusinessError `rule.unknown_draft`, `right.missing`, or the engine's for content that cannot be run.
    """
    signed_in.require(*AUTHORS, *PUBLISHERS)
    shadow_id = uuid.uuid4().hex[:12]
    with store.change(signed_in.tenant, signed_in.actor) as work:
        draft = draft_of(work.connection, work.tenant, draft_id)
        version = compiled(draft.xml, draft.table).version
        _end(work, draft.table, signed_in.person.id)
        work.execute(
            insert(rule_shadow).values(
                tenant=work.tenant,
                id=shadow_id,
                table_name=draft.table,
                name=draft.name,
                version=version,
                xml=draft.xml,
                started_by=signed_in.person.id,
                started_at=work.now,
            )
        )
        after = {"draft": draft_id, "version": version}
        work.record("rule.shadow_started", "rule_table", draft.table, after=after)
        return shadow_of(work.connection, work.tenant, shadow_id)


def end_shadow(store: Store, signed_in: SignedIn, table: str) -> None:
    """Raises BusinessError `rule.no_shadow` or `right.missing`."""
    signed_in.require(*AUTHORS, *PUBLISHERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        if not _end(work, table, signed_in.person.id):
            raise BusinessError("rule.no_shadow", f"No candidate runs beside the table {table!r}.")


def observe(
    work: UnitOfWork, table: str, subject_kind: str, subject_id: str, digest: str, live: RuleEvaluation
) -> None:
    """Keeps what the candidate would have said to a decision that was just taken. Nothing it does disturbs that."""
    query = select(rule_shadow).where(
        rule_shadow.c.tenant == work.tenant, rule_shadow.c.table_name == table, rule_shadow.c.ended_at.is_(None)
    )
    shadow = work.execute(query).one_or_none()
    if shadow is None:
        return
    answer, problem = _ask(shadow.xml, table, live)
    key = {"shadow": shadow.id, "subject_kind": subject_kind, "subject_id": subject_id, "digest": digest}
    try:
        # A failed insert would spoil the transaction that decides; the savepoint keeps it apart.
        with work.connection.begin_nested():
            work.execute(
                insert(rule_shadow_answer).values(
                    tenant=work.tenant,
                    **key,
                    case_id=work.case,
                    differs=answer is None or not _agree(answer, live),
                    live=live,
                    answer=answer,
                    problem=problem,
                    at=work.now,
                )
            )
    except SQLAlchemyError:
        structlog.get_logger().exception("shadow answer not kept", table=table, subject=subject_id)


def shadow_of(connection: Connection, tenant: str, shadow_id: str) -> Shadow:
    """Raises BusinessError `rule.no_shadow`."""
    found = _shadows(connection, tenant, rule_shadow.c.id == shadow_id)
    if not found:
        raise BusinessError("rule.no_shadow", f"There is no shadow {shadow_id!r}.")
    return found[0]


def shadows(connection: Connection, tenant: str, table: str) -> tuple[Shadow, ...]:
    """Every candidate that ran beside `table`, newest first; the first one may still run."""
    return _shadows(connection, tenant, rule_shadow.c.table_name == table)


def shadow_answers(
    connection: Connection,
    tenant: str,
    shadow_id: str,
    *,
    only_differing: bool = True,
    offset: int = 0,
    limit: int = 100,
) -> tuple[ShadowAnswer, ...]:
    """What the candidate said, oldest first."""
    query = select(rule_shadow_answer).where(
        rule_shadow_answer.c.tenant == tenant, rule_shadow_answer.c.shadow == shadow_id
    )
    if only_differing:
        query = query.where(rule_shadow_answer.c.differs.is_(True))
    order = query.order_by(rule_shadow_answer.c.at, rule_shadow_answer.c.subject_id)
    return tuple(_answer(row) for row in connection.execute(order.offset(offset).limit(limit)))


def _ask(xml: bytes, table: str, live: RuleEvaluation) -> tuple[RuleEvaluation | None, str]:
    try:
        decision = compiled(xml, table)
        return decision.evaluate(restored(decision.variables, live.inputs)), ""
    except BusinessError as error:
        return None, str(error)
    except Exception as error:
        # Whatever a candidate does, the decision beside it stands.
        return None, f"{type(error).__name__}: {error}"


def _agree(one: RuleEvaluation, other: RuleEvaluation) -> bool:
    return same_value(one.result, other.result)


def _end(work: UnitOfWork, table: str, person: str) -> bool:
    live = (
        (rule_shadow.c.tenant == work.tenant) & (rule_shadow.c.table_name == table) & rule_shadow.c.ended_at.is_(None)
    )
    is_ended = bool(work.execute(update(rule_shadow).where(live).values(ended_by=person, ended_at=work.now)).rowcount)
    if is_ended:
        work.record("rule.shadow_ended", "rule_table", table)
    return is_ended


def _shadows(connection: Connection, tenant: str, condition: Any) -> tuple[Shadow, ...]:
    query = select(rule_shadow).where(rule_shadow.c.tenant == tenant, condition)
    rows = connection.execute(query.order_by(rule_shadow.c.started_at.desc())).all()
    return tuple(_shadow(connection, row) for row in rows)


def _shadow(connection: Connection, row: Any) -> Shadow:
    query = (
        select(rule_shadow_answer.c.differs, func.count().label("number"))
        .where(rule_shadow_answer.c.tenant == row.tenant, rule_shadow_answer.c.shadow == row.id)
        .group_by(rule_shadow_answer.c.differs)
    )
    counts = {bool(each.differs): each.number for each in connection.execute(query)}
    apart = {"table", "decisions", "differing"}
    values = {name: getattr(row, name) for name in Shadow.model_fields if name not in apart}
    return Shadow(table=row.table_name, decisions=sum(counts.values()), differing=counts.get(True, 0), **values)


def _answer(row: Any) -> ShadowAnswer:
    values = {name: getattr(row, name) for name in ShadowAnswer.model_fields if name != "case"}
    return ShadowAnswer(case=row.case_id, **values)

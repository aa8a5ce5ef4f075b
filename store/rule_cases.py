"""Decisions that a table has taken, to try a draft on."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, or_, select

from models.base import Model
from models.errors import BusinessError
from models.rule import RuleEvaluation
from store.schema.rules import rule_evaluation


class PastAnswer(Model):
    """One decision, about one version (`digest`) of a document."""

    subject_kind: str
    subject_id: str
    digest: str
    case: str
    decided_at: datetime
    answer: RuleEvaluation


def recent_answers(
    connection: Connection, tenant: str, table: str, wanted: str = "", limit: int = 30
) -> tuple[PastAnswer, ...]:
    """The newest decisions of `table`, those whose case or document is named `wanted` alone where it is given."""
    query = _answers(tenant, table).order_by(rule_evaluation.c.evaluated_at.desc()).limit(limit)
    if wanted:
        query = query.where(or_(rule_evaluation.c.case_id == wanted, rule_evaluation.c.subject_id == wanted))
    return tuple(_past(row) for row in connection.execute(query))


def past_answer(connection: Connection, tenant: str, table: str, subject_id: str, digest: str) -> PastAnswer:
    """Raises BusinessError `rule.unknown_decision`."""
    query = _answers(tenant, table).where(
        rule_evaluation.c.subject_id == subject_id, rule_evaluation.c.digest == digest
    )
    row = connection.execute(query).first()
    if row is None:
        raise BusinessError("rule.unknown_decision", f"The table {table!r} decided nothing about {subject_id!r}.")
    return _past(row)


def _answers(tenant: str, table: str) -> Select[Any]:
    return select(rule_evaluation).where(rule_evaluation.c.tenant == tenant, rule_evaluation.c.table_name == table)


def _past(row: Any) -> PastAnswer:
    return PastAnswer(
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        digest=row.digest,
        case=row.case_id,
        decided_at=row.evaluated_at,
        answer=row.data,
    )

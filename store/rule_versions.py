"""The answers of decision tables, pinned per document version at the first evaluation."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from models.rule import RuleEvaluation
from store.rule_publications import deciding_now
from store.rule_shadows import observe
from store.schema.rules import rule_evaluation
from store.unit_of_work import UnitOfWork


def evaluate(
    work: UnitOfWork, table: str, subject_kind: str, subject_id: str, digest: str, inputs: Mapping[str, Any]
) -> RuleEvaluation:
    """The answer of `table` about this version (`digest`) of a document, evaluated once and pinned.

    Raises BusinessError of the engine for bad input, `rule.not_published` when no version is in force, and
    `rule.damaged` when its file was changed since it was published.
    """
    pinned = _pinned(work.connection, work.tenant, table, subject_kind, subject_id, digest)
    if pinned is not None:
        return pinned
    answer = deciding_now(work, table).evaluate(inputs)
    work.execute(
        insert(rule_evaluation).values(
            tenant=work.tenant,
            table_name=table,
            subject_kind=subject_kind,
            subject_id=subject_id,
            digest=digest,
            case_id=work.case,
            version=answer.version,
            data=answer,
            evaluated_at=work.now,
        )
    )
    work.record(
        "rule.evaluated", subject_kind, subject_id, after=answer.model_dump(mode="json"), reasons=answer.reasons
    )
    observe(work, table, subject_kind, subject_id, digest, answer)
    return answer


def _pinned(
    connection: Connection, tenant: str, table: str, subject_kind: str, subject_id: str, digest: str
) -> RuleEvaluation | None:
    found: RuleEvaluation | None = connection.execute(
        select(rule_evaluation.c.data).where(
            rule_evaluation.c.tenant == tenant,
            rule_evaluation.c.table_name == table,
            rule_evaluation.c.subject_kind == subject_kind,
            rule_evaluation.c.subject_id == subject_id,
            rule_evaluation.c.digest == digest,
        )
    ).scalar_one_or_none()
    return found

"""Which version of a decision table is in force, and its answers, pinned per document version."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, insert, select

from models.errors import BusinessError
from models.rule import RuleEvaluation
from rules.dmn import read_definitions
from rules.engine import CompiledDecision, compile_decision
from store.schema.approvals import rule_evaluation, rule_version
from store.unit_of_work import UnitOfWork


def import_first_versions(work: UnitOfWork, tables: Mapping[str, bytes]) -> None:
    """Takes in the shipped tables that have no version yet; from then on only the store's versions decide."""
    known = set(work.execute(select(rule_version.c.table_name).where(rule_version.c.tenant == work.tenant)).scalars())
    for name, xml in sorted(tables.items()):
        if name in known:
            continue
        version = _compiled(xml, name).version
        work.execute(
            insert(rule_version).values(
                tenant=work.tenant, table_name=name, version=version, xml=xml, in_force_from=work.now
            )
        )
        work.record("rule.imported", "rule_table", name, after={"version": version})


def evaluate(
    work: UnitOfWork, table: str, subject_kind: str, subject_id: str, digest: str, inputs: Mapping[str, Any]
) -> RuleEvaluation:
    """The answer of `table` about this version (`digest`) of a document, evaluated once and pinned.

    Raises BusinessError of the engine for bad input, and `rule.not_published` when no version is in force.
    """
    pinned = _pinned(work.connection, work.tenant, table, subject_kind, subject_id, digest)
    if pinned is not None:
        return pinned
    answer = decide(work.connection, work.tenant, table, inputs)
    work.execute(
        insert(rule_evaluation).values(
            tenant=work.tenant,
            table_name=table,
            subject_kind=subject_kind,
            subject_id=subject_id,
            digest=digest,
            data=answer,
            evaluated_at=work.now,
        )
    )
    work.record(
        "rule.evaluated", subject_kind, subject_id, after=answer.model_dump(mode="json"), reasons=answer.reasons
    )
    return answer


def decide(connection: Connection, tenant: str, table: str, inputs: Mapping[str, Any]) -> RuleEvaluation:
    """The answer of the version of `table` that is in force, not kept."""
    query = select(rule_version).where(rule_version.c.tenant == tenant, rule_version.c.table_name == table)
    row = connection.execute(query.order_by(rule_version.c.in_force_from.desc()).limit(1)).one_or_none()
    if row is None:
        raise BusinessError("rule.not_published", f"No version of the decision table {table!r} is in force.")
    answer: RuleEvaluation = _compiled(row.xml, table).evaluate(inputs)
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


@lru_cache(maxsize=256)
def _compiled(xml: bytes, name: str) -> CompiledDecision:
    return compile_decision(read_definitions(xml), name)

"""Taking a version back by two people. What open cases decided by it is decided anew, and the difference kept."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from finance.segregation import Function, conflicts
from models.approval import ApprovalRequest, Involvement
from models.base import Model
from models.errors import BusinessError
from models.rule import RuleEvaluation
from rules.backtest import speaks_of_approval
from rules.kept_inputs import restored
from rules.portable import same_value
from store.approval_rerouting import reroute
from store.people import SignedIn
from store.rule_drafts import AUTHORS, PUBLISHERS, required_reason
from store.rule_publications import Publication, deciding_now, publication_of
from store.schema.approvals import approval_request
from store.schema.purchasing import case_record
from store.schema.rules import rule_evaluation, rule_publication, rule_reevaluation
from store.unit_of_work import Store, UnitOfWork


class Effect(StrEnum):
    SAME = "same"
    """The version before decides alike."""
    REROUTED = "rerouted"
    """An approval that was open now asks whoever is due."""
    ANSWERED = "answered"
    """It is not about approval: from now on the other answer counts."""
    DECIDED = "decided"
    """It would be decided otherwise, but nothing of it is open any more: people look at the case."""
    FAILED = "failed"
    """The version before cannot answer, or nobody could approve: what was decided stands until people look."""


_LONGEST_SUBJECT = 80
_PINNED = (Effect.SAME, Effect.REROUTED, Effect.ANSWERED)
"""Where the decision of now takes the place of the recalled one."""


class Reevaluation(Model):
    """`before` is what the recalled version said, `after` what the version says that decides now."""

    table: str
    number: int
    subject_kind: str
    subject_id: str
    case: str
    before: RuleEvaluation
    after: RuleEvaluation | None
    effect: Effect
    problem: str
    at: datetime


def ask_recall(store: Store, signed_in: SignedIn, table: str, number: int, reason: str) -> Publication:
    """Asks to take a version back; it decides until a second person confirms.

    Raises BusinessError `rule.unknown_version`, `rule.recalled`, `rule.recall_asked`, `rule.nothing_before`,
    `rule.no_reason` or `right.missing`.
    """
    signed_in.require(*AUTHORS, *PUBLISHERS)
    why = required_reason(reason)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = _recallable(work, table, number)
        if found.recall_asked_by is not None:
            raise BusinessError("rule.recall_asked", f"{found.recall_asked_by} asked for this already; confirm it.")
        asked = {"recall_asked_by": signed_in.person.id, "recall_asked_at": work.now, "recall_reason": why}
        work.execute(update(rule_publication).where(_place(work, found)).values(**asked))
        work.record("rule.recall_asked", "rule_table", table, after={"number": number, "reason": why})
        return publication_of(work.connection, work.tenant, table, number)


def confirm_recall(store: Store, signed_in: SignedIn, table: str, number: int) -> tuple[Reevaluation, ...]:
    """Takes a version back at once, as a second person; the version before it decides again.

    Gives what became of every decision that open cases took by it. Raises BusinessError as `ask_recall`, and
    `rule.recall_not_asked`, `rule.segregation`. Every refusal is on record.
    """
    try:
        return _confirm(store, signed_in, table, number)
    except BusinessError as refusal:
        with store.change(signed_in.tenant, signed_in.actor) as work:
            detail = {"number": number, "refused": refusal.code, "why": str(refusal)}
            work.record("rule.refused_attempt", "rule_table", table[:_LONGEST_SUBJECT], after=detail)
        raise


def reevaluations(connection: Connection, tenant: str, table: str, number: int) -> tuple[Reevaluation, ...]:
    """What became of open cases when a version was recalled, by case."""
    query = select(rule_reevaluation).where(
        rule_reevaluation.c.tenant == tenant,
        rule_reevaluation.c.table_name == table,
        rule_reevaluation.c.number == number,
    )
    return tuple(_reevaluation(row) for row in connection.execute(query.order_by(rule_reevaluation.c.case_id)))


def _confirm(store: Store, signed_in: SignedIn, table: str, number: int) -> tuple[Reevaluation, ...]:
    signed_in.require(*PUBLISHERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = _recallable(work, table, number)
        if found.recall_asked_by is None:
            raise BusinessError("rule.recall_not_asked", f"Nobody asked to take back version {number} of {table!r}.")
        history = [Involvement(person=found.recall_asked_by, function=Function.ASKED_RECALL)]
        clashes = conflicts(signed_in.person.id, Function.CONFIRMED_RECALL, history)
        if clashes:
            raise BusinessError("rule.segregation", " ".join(clashes))
        confirmed = {"recalled_by": signed_in.person.id, "recalled_at": work.now}
        work.execute(update(rule_publication).where(_place(work, found)).values(**confirmed))
        after = {"number": number, "version": found.version, "asked_by": found.recall_asked_by}
        work.record("rule.recalled", "rule_table", table, after=after, reasons=(found.recall_reason or "",))
        for row in _decided_by(work, found):
            _decide_again(work, found, row)
        work.case = ""
        return reevaluations(work.connection, work.tenant, table, number)


def _recallable(work: UnitOfWork, table: str, number: int) -> Publication:
    found = publication_of(work.connection, work.tenant, table, number)
    if found.recalled_at is not None:
        raise BusinessError("rule.recalled", f"Version {number} of {table!r} was taken back already.")
    query = select(rule_publication.c.number).where(
        rule_publication.c.tenant == work.tenant,
        rule_publication.c.table_name == table,
        rule_publication.c.number != number,
        rule_publication.c.recalled_at.is_(None),
        rule_publication.c.in_force_from <= work.now,
    )
    if work.execute(query.limit(1)).first() is None:
        message = f"Without version {number} nothing would decide; publish another version first."
        raise BusinessError("rule.nothing_before", message)
    return found


def _decided_by(work: UnitOfWork, found: Publication) -> list[Row[Any]]:
    """The pinned decisions of cases that are open, taken by this version while it was in force."""
    open_cases = select(case_record.c.id).where(case_record.c.tenant == work.tenant, case_record.c.closed_at.is_(None))
    query = select(rule_evaluation).where(
        rule_evaluation.c.tenant == work.tenant,
        rule_evaluation.c.table_name == found.table,
        rule_evaluation.c.version == found.version,
        rule_evaluation.c.evaluated_at >= found.in_force_from,
        rule_evaluation.c.case_id.in_(open_cases),
    )
    return list(work.execute(query.order_by(rule_evaluation.c.evaluated_at)))


def _decide_again(work: UnitOfWork, recalled: Publication, row: Row[Any]) -> None:
    work.case = row.case_id
    before: RuleEvaluation = row.data
    after, effect, problem = None, Effect.FAILED, ""
    try:
        after = _answer_now(work, recalled.table, before)
        effect = _take_effect(work, before, after)
    except BusinessError as error:
        problem = str(error)
    if after is not None and effect in _PINNED:
        _pin(work, row, after)
    key = {"subject_kind": row.subject_kind, "subject_id": row.subject_id, "digest": row.digest}
    work.execute(
        insert(rule_reevaluation).values(
            tenant=work.tenant,
            table_name=recalled.table,
            number=recalled.number,
            case_id=row.case_id,
            before=before,
            after=after,
            effect=effect,
            problem=problem,
            at=work.now,
            **key,
        )
    )
    work.record(
        "rule.reevaluated",
        row.subject_kind,
        row.subject_id,
        before=before.model_dump(mode="json"),
        after={"effect": effect, "problem": problem, "answer": after and after.model_dump(mode="json")},
        reasons=after.reasons if after else (),
    )


def _answer_now(work: UnitOfWork, table: str, before: RuleEvaluation) -> RuleEvaluation:
    decision = deciding_now(work, table)
    return decision.evaluate(restored(decision.variables, before.inputs))


def _take_effect(work: UnitOfWork, before: RuleEvaluation, after: RuleEvaluation) -> Effect:
    if same_value(_kept(before).result, _kept(after).result):
        return Effect.SAME
    if not speaks_of_approval(before.result):
        return Effect.ANSWERED
    request = _pending_request(work, before)
    if request is None:
        return Effect.DECIDED
    reroute(work, request, after)
    return Effect.REROUTED


def _kept(evaluation: RuleEvaluation) -> RuleEvaluation:
    """As it reads back from the database, so that both sides are in the same form."""
    return RuleEvaluation.model_validate_json(evaluation.model_dump_json())


def _pending_request(work: UnitOfWork, evaluation: RuleEvaluation) -> ApprovalRequest | None:
    query = select(approval_request.c.data).where(
        approval_request.c.tenant == work.tenant,
        approval_request.c.case_id == work.case,
        approval_request.c.state == "pending",
    )
    asked_about = (evaluation.table, _kept(evaluation).inputs)
    waiting: list[ApprovalRequest] = list(work.execute(query).scalars())
    found = [each for each in waiting if (each.evaluation.table, _kept(each.evaluation).inputs) == asked_about]
    return found[0] if found else None


def _pin(work: UnitOfWork, row: Row[Any], after: RuleEvaluation) -> None:
    place = (
        (rule_evaluation.c.tenant == work.tenant)
        & (rule_evaluation.c.table_name == row.table_name)
        & (rule_evaluation.c.subject_kind == row.subject_kind)
        & (rule_evaluation.c.subject_id == row.subject_id)
        & (rule_evaluation.c.digest == row.digest)
    )
    work.execute(update(rule_evaluation).where(place).values(data=after, version=after.version, evaluated_at=work.now))


def _place(work: UnitOfWork, found: Publication) -> Any:
    return (
        (rule_publication.c.tenant == work.tenant)
        & (rule_publication.c.table_name == found.table)
        & (rule_publication.c.number == found.number)
    )


def _reevaluation(row: Any) -> Reevaluation:
    apart = {"table", "case"}
    values = {name: getattr(row, name) for name in Reevaluation.model_fields if name not in apart}
    return Reevaluation(table=row.table_name, case=row.case_id, **values)

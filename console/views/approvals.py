"""An approval's chain: who decides, who decided."""

from collections.abc import Sequence
from datetime import datetime

from console.names import Names
from models.approval import Decision, Outcome, Stage
from models.base import Model
from store.approvals import OVER, StoredRequest, decisions_of
from store.reads import View


class StageView(Model):
    """One step of a chain: who may decide, and who did."""

    role: str
    people: tuple[str, ...]
    state: str
    """`approve`, `reject`, `pending` (its turn), `later`, or `not_needed` after a rejection."""
    decided_by: str = ""
    decided_at: datetime | None = None
    comment: str = ""


class ApprovalView(Model):
    id: str
    subject: str
    title: str
    state: str
    created_at: datetime
    stages: tuple[StageView, ...]


def approval_view(view: View, tenant: str, names: Names, stored: StoredRequest) -> ApprovalView:
    request = stored.request
    answers = decisions_of(view, tenant, request.id)
    decisions = {answer.stage: answer for answer in answers}
    stages = []
    for stage in request.stages:
        people = tuple(names.person(person) for person in stage.answerers)
        answer = decisions.get(stage.position)
        given = sum(each.stage == stage.position for each in answers)
        if answer is None or (given < stage.needed and answer.outcome is Outcome.APPROVE):
            state = _open_stage(stored, stage)
            stages.append(StageView(role=stage.role, people=people, state=state))
            continue
        stages.append(
            StageView(
                role=stage.role,
                people=people,
                state=answer.outcome,
                decided_by=_deciders(names, [each for each in answers if each.stage == stage.position]),
                decided_at=answer.decided_at,
                comment=answer.comment,
            )
        )
    return ApprovalView(
        id=request.id,
        subject=request.subject,
        title=request.title,
        state=stored.state,
        created_at=stored.created_at,
        stages=tuple(stages),
    )


def _deciders(names: Names, answers: Sequence[Decision]) -> str:
    """Whoever answered, with whoever they answered for in brackets."""
    return ", ".join(
        f"{names.person(each.person)} ({names.person(each.on_behalf_of)})"
        if each.on_behalf_of
        else names.person(each.person)
        for each in answers
    )


def _open_stage(stored: StoredRequest, stage: Stage) -> str:
    if stored.state in OVER:
        return "not_needed"
    current = stored.request.stage_at(stored.stage)
    return "pending" if current is not None and stage.turn == current.turn else "later"

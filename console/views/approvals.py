"""An approval's chain: who decides, who decided."""

from datetime import datetime

from console.names import Names
from models.base import Model
from store.approvals import StoredRequest, decisions_of
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
    decisions = {answer.stage: answer for answer in decisions_of(view, tenant, request.id)}
    stages = []
    for stage in request.stages:
        people = tuple(names.person(person) for person in stage.people)
        answer = decisions.get(stage.position)
        if answer is None:
            state = _open_stage(stored, stage.position)
            stages.append(StageView(role=stage.role, people=people, state=state))
            continue
        stages.append(
            StageView(
                role=stage.role,
                people=people,
                state=answer.outcome,
                decided_by=names.person(answer.person),
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


def _open_stage(stored: StoredRequest, position: int) -> str:
    if stored.state != "pending":
        return "not_needed"
    return "pending" if position == stored.stage else "later"

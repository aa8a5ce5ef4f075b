"""Which approvals survive a change: exactly the stages whose inputs changed are asked again."""

from collections.abc import Iterable, Sequence

from finance.material_fields import stage_inputs
from models.approval import ApprovalRequest, Decision, Outcome, Stage
from models.base import Model


class Reapproval(Model):
    stages: tuple[Stage, ...]
    """What is decided already first, then what is still due."""
    voided: tuple[Stage, ...]
    """Stages that had answers, which count no more."""
    kept: tuple[Stage, ...]


def reapproval(
    request: ApprovalRequest, counted: Iterable[Decision], due: Sequence[Stage], changed: ApprovalRequest
) -> Reapproval:
    """The chain of `changed`, which takes the place of `request`: `due` is what the rules ask for now.

    A stage with answers is kept where the fields that it decides about are the same as before; it is then not asked
    again, though the rules may want more people for it than there were. Positions of stages are never used twice.
    """
    answers = [each for each in counted if each.outcome is Outcome.APPROVE]
    answered = [stage for stage in request.stages if any(each.stage == stage.position for each in answers)]
    left, kept = list(due), []
    for stage in (each for each in answered if _is_untouched(each, request, changed)):
        again = next((each for each in left if _same_question(each, stage)), None)
        if again is not None:
            left.remove(again)
        seats = tuple(each.seat for each in answers if each.stage == stage.position)
        if again is not None or len(seats) >= stage.needed:
            kept.append(_renewed(stage, again, seats))
    highest = max((stage.position for stage in request.stages), default=0)
    stages = [*kept, *(stage.model_copy(update={"position": highest + at}) for at, stage in enumerate(left, 1))]
    positions = {stage.position for stage in kept}
    ordered = tuple(_in_steps(stages, len(kept)))
    voided = tuple(stage for stage in answered if stage.position not in positions)
    return Reapproval(stages=ordered, voided=voided, kept=ordered[: len(kept)])


def _is_untouched(stage: Stage, before: ApprovalRequest, after: ApprovalRequest) -> bool:
    if before.digest == after.digest:
        return True
    return bool(stage.inputs) and stage.inputs == stage_inputs(after.subject, stage.role, after.material)


def _same_question(one: Stage, other: Stage) -> bool:
    return (one.role, one.cost_centres) == (other.role, other.cost_centres)


def _renewed(stage: Stage, again: Stage | None, seats: tuple[str, ...]) -> Stage:
    if again is None:
        return stage
    people = tuple(sorted({*again.people, *seats}))
    return stage.model_copy(update={"people": people, "needed": again.needed})


def _in_steps(stages: Sequence[Stage], kept: int) -> Iterable[Stage]:
    """Kept stages one after the other; the others in the steps that they had among themselves."""
    steps = {turn: number for number, turn in enumerate(dict.fromkeys(each.turn for each in stages[kept:]), kept + 1)}
    for at, stage in enumerate(stages):
        yield stage.model_copy(update={"step": at + 1 if at < kept else steps[stage.turn]})

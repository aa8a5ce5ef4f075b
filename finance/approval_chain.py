"""The chain of an approval: computed once from the rules' decision, then stored and obeyed."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from models.approval import ApprovalRequest, Decision, Outcome, Stage
from models.base import Model
from models.errors import BusinessError, Finding
from models.party import Person, Role
from models.rule import RuleEvaluation


class Directory(Model):
    """The people of a tenant at the moment the chain is computed."""

    people: tuple[Person, ...]

    def holders(self, role: Role) -> frozenset[str]:
        return frozenset(person.id for person in self.people if role in person.roles)

    def __contains__(self, person_id: str) -> bool:
        return any(person.id == person_id for person in self.people)


class ChainOutcome(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    REJECTED = "rejected"


def compute_chain(
    evaluation: RuleEvaluation, directory: Directory, cost_centre_owner: str, excluded: Mapping[str, str]
) -> tuple[Stage, ...]:
    """The stages in order, numbered from one; empty only where a matched row says "not required".

    `evaluation.result` is `{"approval": "required" or "not required", "stages": [role, ...]}`. `excluded` gives for
    each person barred by segregation of duties the sentence that says why. A stage whose only person is also the only
    person of the stage before is left out. Raises BusinessError `approval.no_rule` where no row decided,
    `approval.unknown_role`, or `approval.nobody` naming every stage that would be left without people.
    """
    roles = _roles(evaluation)
    candidates = [_candidates(role, directory, cost_centre_owner) for role in roles]
    _refuse_empty_stages(roles, candidates, excluded)
    staffed = [(role, tuple(sorted(people - excluded.keys()))) for role, people in zip(roles, candidates, strict=True)]
    kept = [
        stage
        for index, stage in enumerate(staffed)
        if index == 0 or len(stage[1]) > 1 or stage[1] != staffed[index - 1][1]
    ]
    return tuple(Stage(position=number, role=role, people=people) for number, (role, people) in enumerate(kept, 1))


def next_stage(request: ApprovalRequest, decisions: Iterable[Decision]) -> Stage | None:
    """The stage that waits for an answer; None once the chain is approved or rejected."""
    outcome, approved = _progress(request, decisions)
    return request.stages[approved] if outcome is ChainOutcome.PENDING else None


def chain_outcome(request: ApprovalRequest, decisions: Iterable[Decision]) -> ChainOutcome:
    """What the decisions on record amount to, whatever order they are given in.

    Only an answer to the stage whose turn it is counts, by a person of that stage, about this request and exactly the
    content that was asked about; every other answer changes nothing. The first rejection ends the chain.
    """
    return _progress(request, decisions)[0]


def _roles(evaluation: RuleEvaluation) -> tuple[Role, ...]:
    result: Any = evaluation.result
    if not evaluation.matched or not isinstance(result, Mapping):
        raise _no_rule(evaluation, "no row matched")
    approval, stages = result.get("approval"), result.get("stages") or ()
    if not isinstance(stages, list | tuple):
        raise _no_rule(evaluation, f"its stages are {stages!r} instead of a list of roles")
    if approval == "required" and stages:
        return _known_roles(stages)
    if approval == "not required" and not stages:
        return ()
    raise _no_rule(evaluation, f"it answers approval {approval!r} with {len(stages)} stages")


def _no_rule(evaluation: RuleEvaluation, why: str) -> BusinessError:
    """No rule is an error and never a yes."""
    return BusinessError(
        "approval.no_rule",
        f"Table {evaluation.table} does not say who approves: {why}. "
        'A row has to answer approval "required" with stages, or "not required" without',
    )


def _known_roles(names: Sequence[object]) -> tuple[Role, ...]:
    known = ", ".join(Role)
    findings = tuple(
        Finding(field=f"stages[{index}]", problem=f"{name!r} is no role; known are {known}")
        for index, name in enumerate(names)
        if name not in list(Role)
    )
    if findings:
        raise BusinessError("approval.unknown_role", "The approval table names roles that do not exist", findings)
    return tuple(role for name in names for role in Role if role == name)


def _candidates(role: Role, directory: Directory, cost_centre_owner: str) -> frozenset[str]:
    if role is Role.COST_CENTRE_OWNER:
        return frozenset({cost_centre_owner} if cost_centre_owner in directory else ())
    return directory.holders(role)


def _refuse_empty_stages(
    roles: tuple[Role, ...], candidates: list[frozenset[str]], excluded: Mapping[str, str]
) -> None:
    findings = tuple(
        Finding(field=f"stages[{index}]", problem=_nobody(role, people, excluded))
        for index, (role, people) in enumerate(zip(roles, candidates, strict=True))
        if not people - excluded.keys()
    )
    if findings:
        raise BusinessError("approval.nobody", "Nobody is left who may approve", findings)


def _nobody(role: Role, people: frozenset[str], excluded: Mapping[str, str]) -> str:
    if not people:
        return f"nobody holds the role {role}; give it to somebody"
    reasons = " ".join(f"{person}: {excluded[person]}" for person in sorted(people))
    return f"everybody with the role {role} is excluded. {reasons} Give the role to somebody else as well"


def _progress(request: ApprovalRequest, decisions: Iterable[Decision]) -> tuple[ChainOutcome, int]:
    """The outcome, and how many stages have approved."""
    approved = 0
    for decision in sorted(decisions, key=lambda each: (each.decided_at, each.id)):
        if approved == len(request.stages):
            break
        if not _counts(decision, request, request.stages[approved]):
            continue
        if decision.outcome is Outcome.REJECT:
            return ChainOutcome.REJECTED, approved
        approved += 1
    done = approved == len(request.stages)
    return (ChainOutcome.APPROVED if done else ChainOutcome.PENDING), approved


def _counts(decision: Decision, request: ApprovalRequest, stage: Stage) -> bool:
    return (
        decision.request == request.id
        and decision.stage == stage.position
        and decision.person in stage.people
        and decision.digest == request.digest
    )

"""The chain of an approval: computed once from the rules' decision, then stored and obeyed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic import Field

from finance.approvers import Approver, ApproverKind, read_steps
from finance.rights import beyond_rights
from models.approval import ApprovalScope, Stage
from models.authority import RightLimit
from models.base import Model
from models.errors import BusinessError, Finding
from models.party import Person, Role
from models.rule import RuleEvaluation


class Directory(Model):
    """The people of a tenant at the moment the chain is computed."""

    people: tuple[Person, ...]

    def holders(self, role: str) -> frozenset[str]:
        return frozenset(person.id for person in self.people if role in person.roles)

    def manager_of(self, person_id: str) -> str:
        """Empty where nobody is above them."""
        return next((person.manager for person in self.people if person.id == person_id), "")

    def __contains__(self, person_id: str) -> bool:
        return any(person.id == person_id for person in self.people)


class Asked(Model):
    """What the people of a chain are looked up by."""

    requester: str = ""
    owners: dict[str, str] = Field(default_factory=dict)
    """The owner of each cost centre of the document, in the order of its lines."""
    scope: ApprovalScope | None = None
    limits: tuple[RightLimit, ...] = ()
    """The limits of everybody's rights."""


class _Question(Model):
    """One stage before it is known who of its candidates is left."""

    field: str
    approver: Approver
    candidates: frozenset[str]
    cost_centres: tuple[str, ...] = ()


def compute_chain(
    evaluation: RuleEvaluation, directory: Directory, asked: Asked, excluded: Mapping[str, str]
) -> tuple[Stage, ...]:
    """The stages in order, numbered from one; empty only where a matched row says "not required".

    `evaluation.result` is `{"approval": "required" or "not required", "stages": [step, ...]}`, the steps as in
    `finance.approvers`. `excluded` gives for each person barred by segregation of duties the sentence that says why;
    whoever's rights do not reach this document is left out as well. A stage that asks for one person who is the only
    one of a stage of the step before is left out. Raises BusinessError `approval.no_rule` where no row decided,
    `approval.unknown_role`, or `approval.nobody` naming every stage that would be left with too few people.
    """
    steps = [
        tuple(_questions(f"stages[{index}]", approvers, directory, asked))
        for index, approvers in enumerate(read_steps(_cells(evaluation)))
    ]
    barred = _barred(steps, directory, asked, excluded)
    _refuse_empty_stages(steps, barred)
    return tuple(_numbered(_without_repeats([_staffed(step, barred) for step in steps])))


def _cells(evaluation: RuleEvaluation) -> Sequence[object]:
    result: Any = evaluation.result
    if not evaluation.matched or not isinstance(result, Mapping):
        raise _no_rule(evaluation, "no row matched")
    approval, stages = result.get("approval"), result.get("stages") or ()
    if not isinstance(stages, list | tuple):
        raise _no_rule(evaluation, f"its stages are {stages!r} instead of a list of roles")
    if approval == "required" and stages:
        return stages
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


def _questions(field: str, approvers: Iterable[Approver], directory: Directory, asked: Asked) -> Iterable[_Question]:
    for approver in approvers:
        if approver.name == Role.COST_CENTRE_OWNER:
            yield from _of_owners(field, approver, directory, asked)
        else:
            yield _Question(field=field, approver=approver, candidates=_candidates(approver, directory, asked))


def _of_owners(field: str, approver: Approver, directory: Directory, asked: Asked) -> Iterable[_Question]:
    """One question per owner, about all the cost centres that are theirs."""
    centres_of: dict[str, list[str]] = {}
    for centre, owner in asked.owners.items():
        known = owner if owner in directory else ""
        wanted = directory.manager_of(known) if approver.kind is ApproverKind.MANAGER else known
        centres_of.setdefault(wanted, []).append(centre)
    for person, centres in (centres_of or {"": []}).items():
        yield _Question(
            field=field,
            approver=approver,
            candidates=frozenset({person} if person in directory else ()),
            cost_centres=tuple(centres) if len(asked.owners) > 1 else (),
        )


def _candidates(approver: Approver, directory: Directory, asked: Asked) -> frozenset[str]:
    match approver.kind:
        case ApproverKind.ROLE:
            return directory.holders(approver.name)
        case ApproverKind.MANAGER:
            named = directory.manager_of(asked.requester)
        case ApproverKind.PERSON:
            named = approver.name
    return frozenset({named} if named in directory else ())


def _barred(
    steps: Iterable[Iterable[_Question]], directory: Directory, asked: Asked, excluded: Mapping[str, str]
) -> dict[str, str]:
    """Everybody who may not answer, with the reason."""
    people = {person for step in steps for question in step for person in question.candidates}
    beyond = {person: beyond_rights(person, asked.scope, asked.limits) for person in people if person in directory}
    return {person: why for person, why in beyond.items() if why} | dict(excluded)


def _refuse_empty_stages(steps: Iterable[Iterable[_Question]], barred: Mapping[str, str]) -> None:
    findings = tuple(
        Finding(field=question.field, problem=_nobody(question, barred))
        for step in steps
        for question in step
        if len(question.candidates - barred.keys()) < question.approver.needed
    )
    if findings:
        raise BusinessError("approval.nobody", "Nobody is left who may approve", findings)


def _nobody(question: _Question, barred: Mapping[str, str]) -> str:
    title, needed = question.approver.title, question.approver.needed
    if not question.candidates:
        return f"nobody holds the role {title}; give it to somebody"
    reasons = " ".join(f"{person}: {barred[person]}" for person in sorted(question.candidates & barred.keys()))
    left = len(question.candidates - barred.keys())
    who = f"everybody with the role {title} is excluded" if not left else f"it takes {needed} people and {left} is left"
    return " ".join(part for part in (f"{who}.", reasons, "Give the role to somebody else as well") if part)


def _staffed(step: Iterable[_Question], barred: Mapping[str, str]) -> list[Stage]:
    return [
        Stage(
            position=1,
            role=question.approver.title,
            people=tuple(sorted(question.candidates - barred.keys())),
            needed=question.approver.needed,
            cost_centres=question.cost_centres,
        )
        for question in step
    ]


def _without_repeats(steps: Iterable[list[Stage]]) -> Iterable[list[Stage]]:
    """Only the same single person twice in a row is asked once."""
    before: set[tuple[str, ...]] = set()
    for step in steps:
        kept: list[Stage] = []
        for stage in step:
            asked = before | {each.people for each in kept}
            if len(stage.people) > 1 or stage.people not in asked:
                kept.append(stage)
        if kept:
            before = {stage.people for stage in kept}
            yield kept


def _numbered(steps: Iterable[list[Stage]]) -> Iterable[Stage]:
    position = 0
    for number, step in enumerate(steps, 1):
        for stage in step:
            position += 1
            yield stage.model_copy(update={"position": position, "step": number})

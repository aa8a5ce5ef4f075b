"""How a row of an approval table says whom to ask.

A cell lists the steps in order, each of them a text:

    finance_director                     anybody with this role
    cost_centre_owner                    the owner of each cost centre of the document, each of them
    2 of treasurer                       two different people with this role
    manager of requester                 who is above whoever asked; also `manager of cost_centre_owner`
    person karl.lindqvist                this person
    purchasing + finance_director        both, at the same time
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from models.base import Model
from models.errors import BusinessError, Finding
from models.party import Role

_WORDING = re.compile(r"(?:(?P<needed>[1-9]\d?) of )?(?:(?P<kind>manager of|person) )?(?P<name>\S+)")
_MANAGED = ("requester", Role.COST_CENTRE_OWNER.value)


class ApproverKind(StrEnum):
    ROLE = "role"
    MANAGER = "manager"
    PERSON = "person"


class Approver(Model):
    """Who has to answer one question."""

    kind: ApproverKind
    name: str
    """A role, whose manager (`requester` or `cost_centre_owner`), or a person's id."""
    needed: int = 1

    @property
    def title(self) -> str:
        """What the stage is called: the role, `manager` or `person`."""
        return self.name if self.kind is ApproverKind.ROLE else self.kind.value


def read_steps(cells: Sequence[object]) -> tuple[tuple[Approver, ...], ...]:
    """The steps in order. Raises BusinessError `approval.unknown_role` naming every text that says nothing."""
    findings: list[Finding] = []
    steps: list[tuple[Approver, ...]] = []
    for index, cell in enumerate(cells):
        read = [_read(part) for part in cell.split(" + ")] if isinstance(cell, str) else [None]
        steps.append(tuple(each for each in read if each is not None))
        if None in read:
            findings.append(Finding(field=f"stages[{index}]", problem=_unknown(cell)))
    if findings:
        raise BusinessError(
            "approval.unknown_role", "The approval table names roles that do not exist", tuple(findings)
        )
    return tuple(steps)


def _read(wording: str) -> Approver | None:
    found = _WORDING.fullmatch(wording.strip())
    if found is None:
        return None
    name, needed = found["name"], int(found["needed"] or 1)
    match found["kind"]:
        case None:
            return Approver(kind=ApproverKind.ROLE, name=name, needed=needed) if name in list(Role) else None
        case "person":
            return Approver(kind=ApproverKind.PERSON, name=name) if needed == 1 else None
        case _:
            is_known = name in _MANAGED and needed == 1
            return Approver(kind=ApproverKind.MANAGER, name=name) if is_known else None


def _unknown(cell: object) -> str:
    known = ", ".join(Role)
    return (
        f"{cell!r} is no role; known are {known}. "
        'Also possible: "2 of ROLE", "manager of requester", "person ID", "ROLE + ROLE"'
    )

"""Who has to approve what, and what they answered."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from models.base import Model
from models.party import Role
from models.rule import RuleEvaluation


class Stage(Model):
    """One step of the chain: any one of `people`, none of whom is excluded by segregation of duties, may decide it."""

    position: int = Field(ge=1)
    role: Role
    people: tuple[str, ...] = Field(min_length=1)
    """Person ids, sorted."""


class Outcome(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class Decision(Model):
    """An answer as it was recorded, before any workflow heard of it."""

    id: str
    request: str
    stage: int
    person: str
    account: str
    outcome: Outcome
    comment: str = ""
    digest: str
    """SHA-256 of the material content that the person saw."""
    decided_at: datetime


class ApprovalSubject(StrEnum):
    PURCHASE = "purchase"
    INVOICE = "invoice"
    PAYMENT = "payment"
    SALE = "sale"


class Involvement(Model):
    """One person had one function in the history of a document."""

    person: str
    function: str
    """A value of `finance.segregation.Function`, for instance `requested_purchase`."""


class ApprovalRequest(Model):
    """A chain computed once from the rules' decision and obeyed from then on."""

    id: str
    case: str
    subject: ApprovalSubject
    subject_id: str
    title: str
    digest: str
    stages: tuple[Stage, ...]
    evaluation: RuleEvaluation

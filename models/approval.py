"""Who has to approve what, and what they answered."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from models.base import Model
from models.money import Money
from models.rule import RuleEvaluation


class Stage(Model):
    """One question of the chain: `needed` different people of `people` have to say yes to it.

    Segregation of duties excluded nobody of `people` when they were chosen; it is asked again at every answer.
    """

    position: int = Field(ge=1)
    """Names the stage within its request and is never given to another one."""
    role: str
    """A role, or `manager` or `person`."""
    people: tuple[str, ...] = Field(min_length=1)
    """Person ids, sorted."""
    step: int = Field(default=0, ge=0)
    """Stages of one step are asked at the same time; 0 in a stage of before there were steps."""
    needed: int = Field(default=1, ge=1)
    cost_centres: tuple[str, ...] = ()
    """Whose owner is asked, where the lines are split among cost centres."""
    inputs: str = ""
    """SHA-256 of the material fields that this stage decides about; empty where all of the content is."""
    escalated_to: tuple[str, ...] = ()
    """Who may answer as well because nobody of `people` did in time."""

    @property
    def turn(self) -> int:
        """Which step of the chain it belongs to."""
        return self.step or self.position

    @property
    def answerers(self) -> tuple[str, ...]:
        return (*self.people, *self.escalated_to)


class Outcome(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    SEND_BACK = "send_back"
    """Whoever asked has to change or explain something; then the same stage is asked again."""


class Decision(Model):
    """An answer as it was recorded, before any workflow heard of it."""

    id: str
    request: str
    stage: int
    """The stage's position."""
    person: str
    """Who answered."""
    account: str
    on_behalf_of: str = ""
    """For whom `person` answered as their delegate; empty for an answer of their own."""
    outcome: Outcome
    comment: str = ""
    digest: str
    """SHA-256 of the material content that the person saw."""
    inputs: str = ""
    """SHA-256 of the fields that the stage decided about, as the person saw them."""
    decided_at: datetime

    @property
    def seat(self) -> str:
        """Whose answer it is: nobody has two, their own and a delegate's."""
        return self.on_behalf_of or self.person


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


class ApprovalScope(Model):
    """What rights and delegations are measured against."""

    entity: str
    cost_centres: tuple[str, ...]
    amount: Money


class FieldChange(Model):
    """One material field of a document, before and after it was changed."""

    field: str
    before: str
    after: str


class Revision(Model):
    """A change of the document while its approval was under way."""

    at: datetime
    person: str
    comment: str
    changes: tuple[FieldChange, ...]
    voided: tuple[str, ...]
    """Roles of the stages whose approval counts no more."""
    kept: tuple[str, ...]
    """Roles of the stages whose approval still stands."""


class ApprovalWanted(Model):
    """A document that is to be approved, whoever that takes."""

    subject: ApprovalSubject
    subject_id: str
    title: str
    digest: str
    requester: str = ""
    """Person id of who asked; empty where nobody did, as for a vendor's invoice."""
    scope: ApprovalScope | None = None
    """None in a request of before there were limits to rights."""
    material: dict[str, str] = Field(default_factory=dict)
    """The material fields with their values; empty where any change is a new document."""


class ApprovalRequest(ApprovalWanted):
    """A chain computed once from the rules' decision and obeyed from then on."""

    id: str
    case: str
    stages: tuple[Stage, ...]
    evaluation: RuleEvaluation
    revisions: tuple[Revision, ...] = ()
    timed_out_at: datetime | None = None
    """When it was rejected because nobody answered in time. There is no time-out that approves."""

    def stage_at(self, position: int) -> Stage | None:
        """The stage with this position; None for one that is not in the chain any more."""
        return next((stage for stage in self.stages if stage.position == position), None)

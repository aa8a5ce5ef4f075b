"""Where a payment can be struck, and what can strike it there."""

from collections.abc import Mapping
from enum import StrEnum

from sandbox.faults import CONFIRMATION_FAULTS, ENTRY_FAULTS, SUBMISSION_FAULTS, Fault


class Point(StrEnum):
    """A moment on a payment's way, in their order. The process that reaches it waits for the harness to let it go."""

    INTENT_WRITTEN = "intent written"
    ATTEMPT_ARMED = "attempt armed"
    LEASE_TAKEN = "lease taken"
    """The turn at the bank's login is this worker's; no page is open yet."""
    PREPARE = "prepare"
    """All fields are filled."""
    READ_BACK = "read-back"
    """The confirmation page shows; it is not read yet."""
    CLAIM = "claim"
    """Read back and equal; nothing is claimed."""
    CLAIM_COMMIT = "claim commit"
    """Claim and audit entry are written; their transaction is open."""
    CLAIMED = "claimed"
    BEFORE_CLICK = "before click"
    GATE_REACHED = "between click and gate"
    """The click was made; its request waits, and the gate has not looked at the claim yet."""
    GATE_COMMIT = "gate's look commit"
    BEFORE_SENDING = "gate before sending"
    """The gate's last look is written down; the request has not left."""
    AFTER_SENDING = "gate after sending"
    """The bank has the payment and has not answered yet."""
    ANSWERED = "answer received"
    """Neither evidence nor Temporal know of it."""
    EVIDENCE_WRITTEN = "evidence written"
    ACTIVITY_DONE = "activity completion"
    """The activity has its result; Temporal does not."""
    PROBE = "probe begins"
    PROBE_READ = "probe read"
    """The bank's list was read; what it showed is not kept yet."""
    PROBE_KEPT = "probe kept"
    OUTCOME_COMMIT = "state + audit commit"
    """The attempt's end and its audit entry are written; their transaction is open."""
    OUTCOME_KEPT = "state + audit committed"
    TASK_OPENED = "person asked"
    DECISION_ON_ITS_WAY = "person's decision on its way"
    """The person has pressed; the console may or may not have recorded it."""
    DECISION_RECORDED = "person's decision recorded"
    STATEMENT_FETCHED = "statement fetched"
    STATEMENT_COMMIT = "statement import commit"
    STATEMENT_IMPORTED = "statement imported"


class Blow(StrEnum):
    """What happens at a point."""

    KILL_WORKER = "kill worker"
    """SIGKILL to the process that has reached the point; its browser is left to notice."""
    KILL_BROWSER = "kill browser"
    KILL_DRIVER = "kill driver"
    """The process between worker and browser."""
    KILL_SERVER = "kill Temporal server"
    KILL_CONSOLE = "kill console"
    KILL_BANK = "kill bank"
    TERMINATE = "terminate worker"
    """SIGTERM to the process that has reached the point."""
    FREEZE = "freeze worker past the deadline"
    """SIGSTOP, and SIGCONT once the deadline has passed."""
    FREEZE_LONG = "freeze worker until another paid"
    """SIGSTOP, and SIGCONT once the payment is over or somebody is asked about it."""
    TWICE = "second workflow on two workers"
    """Somebody starts another workflow by hand for the same payment."""


_ANY_PROCESS = (Blow.KILL_WORKER, Blow.TERMINATE, Blow.KILL_SERVER)
_WITH_BROWSER = (*_ANY_PROCESS, Blow.KILL_BROWSER, Blow.KILL_DRIVER, Blow.TWICE)
_FREEZING = (Blow.FREEZE, Blow.FREEZE_LONG)
# A process that is frozen inside a transaction holds the database's one write lock, and everything waits for it.
_IN_TRANSACTION = (Blow.KILL_WORKER, Blow.TERMINATE, Blow.KILL_SERVER)
_DECIDING = (Blow.KILL_CONSOLE, Blow.KILL_SERVER)

BLOWS: Mapping[Point, tuple[Blow, ...]] = {
    Point.INTENT_WRITTEN: _ANY_PROCESS,
    Point.ATTEMPT_ARMED: (*_ANY_PROCESS, Blow.TWICE),
    Point.LEASE_TAKEN: (*_ANY_PROCESS, Blow.KILL_BANK, Blow.TWICE, Blow.FREEZE_LONG),
    Point.PREPARE: (*_WITH_BROWSER, Blow.KILL_BANK, Blow.FREEZE_LONG),
    Point.READ_BACK: (*_WITH_BROWSER, Blow.FREEZE_LONG),
    Point.CLAIM: (*_WITH_BROWSER, Blow.KILL_BANK, Blow.FREEZE_LONG),
    Point.CLAIM_COMMIT: _IN_TRANSACTION,
    Point.CLAIMED: (*_WITH_BROWSER, *_FREEZING),
    Point.BEFORE_CLICK: (*_WITH_BROWSER, Blow.KILL_BANK, *_FREEZING),
    Point.GATE_REACHED: (*_WITH_BROWSER, *_FREEZING),
    Point.GATE_COMMIT: _IN_TRANSACTION,
    Point.BEFORE_SENDING: (*_WITH_BROWSER, Blow.KILL_BANK, *_FREEZING),
    Point.AFTER_SENDING: (*_WITH_BROWSER, Blow.KILL_BANK, *_FREEZING),
    Point.ANSWERED: (*_WITH_BROWSER, Blow.KILL_BANK, *_FREEZING),
    Point.EVIDENCE_WRITTEN: (*_ANY_PROCESS, *_FREEZING),
    Point.ACTIVITY_DONE: (*_ANY_PROCESS, Blow.TWICE, *_FREEZING),
    Point.PROBE: (*_WITH_BROWSER, Blow.KILL_BANK),
    Point.PROBE_READ: (*_WITH_BROWSER,),
    Point.PROBE_KEPT: _ANY_PROCESS,
    Point.OUTCOME_COMMIT: _IN_TRANSACTION,
    Point.OUTCOME_KEPT: (*_ANY_PROCESS, Blow.TWICE),
    Point.TASK_OPENED: _ANY_PROCESS,
    Point.DECISION_ON_ITS_WAY: _DECIDING,
    Point.DECISION_RECORDED: _DECIDING,
    Point.STATEMENT_FETCHED: (*_ANY_PROCESS, Blow.KILL_BROWSER),
    Point.STATEMENT_COMMIT: _IN_TRANSACTION,
    Point.STATEMENT_IMPORTED: _ANY_PROCESS,
}

ASKING = frozenset({Point.TASK_OPENED, Point.DECISION_ON_ITS_WAY, Point.DECISION_RECORDED})
"""Reached only where a person is asked, so the harness sees to it that one is."""

STATEMENTS = frozenset({Point.STATEMENT_FETCHED, Point.STATEMENT_COMMIT, Point.STATEMENT_IMPORTED})
"""Reached when the statement of the account is fetched, after its payments."""

PORTAL_FAULTS: Mapping[Fault, str] = {
    **dict.fromkeys(SUBMISSION_FAULTS, ""),
    **dict.fromkeys(CONFIRMATION_FAULTS, ""),
    **dict.fromkeys(ENTRY_FAULTS, ""),
    Fault.CHANGE_PAYEE_ACCOUNT: "",
    Fault.LONG_LIST: "300",
    Fault.ANSWER_SLOWLY: "3",
    Fault.DRIP_AFTER_ACCEPTING: "8",
    Fault.DRIP_WITHOUT_ACCEPTING: "8",
    # What a bank shows later than its settle window cannot be told from what it never had.
    Fault.SHOW_LATER: "2",
    Fault.SHOW_LATER_AND_DROP: "2",
}
"""What the bank can do to a payment, with the fault's argument."""

DRAFTS = frozenset({Fault.LEAVE_DRAFT, Fault.LEAVE_DRAFT_AND_DROP})
"""They leave something that a person has to finish at the bank."""

FAULTY_LOOKS = (Point.PROBE, Point.PROBE_READ, Point.PROBE_KEPT, Point.OUTCOME_COMMIT, Point.OUTCOME_KEPT)
"""Points that are reached whatever the bank made of the final request, so that a blow and a fault can meet."""

SILENT = "portal silent"
"""The bank takes the payment and shows the maintenance page from then on."""

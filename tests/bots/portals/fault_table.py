"""What a bot must make of every way in which a portal can treat the final request."""

from dataclasses import dataclass

from models.portal import PortalState, SubmissionOutcome
from sandbox.faults import Fault

_ANSWERED, _UNKNOWN = SubmissionOutcome.ANSWERED, SubmissionOutcome.UNKNOWN


@dataclass(frozen=True)
class Treatment:
    """`rows` is how many entries the portal's own ledger then holds, in whatever state."""

    fault: Fault
    outcome: SubmissionOutcome
    probe: PortalState
    rows: int
    argument: str = ""

    def __str__(self) -> str:
        return self.fault.value


TREATMENTS = (
    Treatment(Fault.ANSWER_SLOWLY, _ANSWERED, PortalState.EXECUTED, 1, "1"),
    Treatment(Fault.TIME_OUT_AFTER_ACCEPTING, _UNKNOWN, PortalState.EXECUTED, 1),
    Treatment(Fault.TIME_OUT_WITHOUT_ACCEPTING, _UNKNOWN, PortalState.ABSENT, 0),
    Treatment(Fault.DROP_AFTER_ACCEPTING, _UNKNOWN, PortalState.EXECUTED, 1),
    Treatment(Fault.DROP_WITHOUT_ACCEPTING, _UNKNOWN, PortalState.ABSENT, 0),
    Treatment(Fault.ERROR_AFTER_ACCEPTING, _UNKNOWN, PortalState.EXECUTED, 1),
    Treatment(Fault.ERROR_WITHOUT_ACCEPTING, _UNKNOWN, PortalState.ABSENT, 0),
    Treatment(Fault.DRIP_AFTER_ACCEPTING, _UNKNOWN, PortalState.EXECUTED, 1),
    Treatment(Fault.DRIP_WITHOUT_ACCEPTING, _UNKNOWN, PortalState.ABSENT, 0),
    Treatment(Fault.MAINTENANCE_AFTER_ACCEPTING, _UNKNOWN, PortalState.EXECUTED, 1),
    Treatment(Fault.MAINTENANCE_WITHOUT_ACCEPTING, _UNKNOWN, PortalState.ABSENT, 0),
    Treatment(Fault.ASK_IF_DUPLICATE, _ANSWERED, PortalState.ABSENT, 0),
    Treatment(Fault.LEAVE_DRAFT, _ANSWERED, PortalState.DRAFT, 1),
    Treatment(Fault.LEAVE_DRAFT_AND_DROP, _UNKNOWN, PortalState.DRAFT, 1),
    Treatment(Fault.SHOW_LATER, _ANSWERED, PortalState.ABSENT, 1),
    Treatment(Fault.SHOW_LATER_AND_DROP, _UNKNOWN, PortalState.ABSENT, 1),
    Treatment(Fault.REJECT_AFTERWARDS, _ANSWERED, PortalState.REJECTED, 1),
    Treatment(Fault.REJECT_AFTERWARDS_AND_DROP, _UNKNOWN, PortalState.REJECTED, 1),
)
OF_EACH_KIND = tuple(
    each
    for each in TREATMENTS
    if each.fault
    in (Fault.ASK_IF_DUPLICATE, Fault.LEAVE_DRAFT, Fault.SHOW_LATER_AND_DROP, Fault.REJECT_AFTERWARDS_AND_DROP)
)
"""Enough where only the portal's own words for its states are another's."""

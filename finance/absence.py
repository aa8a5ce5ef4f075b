"""When a portal's silence proves that an action did not happen, so that a new attempt may be made.

A wrong "absent" pays twice. Every doubt therefore stays unknown and goes to a person.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from models.portal import PortalState, ProbeResult

_LOOKS = 2
"""How many complete looks must agree."""


def absence_proven(probes: Sequence[ProbeResult], deadline: datetime, settle: timedelta) -> bool:
    """Whether `probes`, all those of one attempt, prove that its request was never carried out.

    `deadline` is when the claim's right to send ended, `settle` how late the portal may still show a submitted item.
    Two looks at different moments must each have found nothing after both had passed, with the old login dead, the
    list read to its last page and a known row seen in it; and no look, however early, may have found anything.
    """
    if any(_found_something(probe) for probe in probes):
        return False
    complete = {probe.probed_at for probe in probes if not any(doubts(probe, deadline, settle))}
    return len(complete) >= _LOOKS


def agrees_with_absence(probes: Sequence[ProbeResult], deadline: datetime, settle: timedelta, since: datetime) -> bool:
    """Whether the newest look, taken after `since`, is complete and found nothing, and none before it found anything.

    One such look is no proof; it is what a person's word that nothing happened may lean on.
    """
    newest = max(probes, key=lambda probe: probe.probed_at, default=None)
    if newest is None or newest.probed_at <= since or any(_found_something(probe) for probe in probes):
        return False
    return not any(doubts(newest, deadline, settle))


def verdict(probes: Sequence[ProbeResult], deadline: datetime, settle: timedelta) -> PortalState:
    """What the looks at the portal amount to: its own state where our reference was found exactly once in the newest
    look, ABSENT only where proven, UNKNOWN in every other case."""
    if absence_proven(probes, deadline, settle):
        return PortalState.ABSENT
    newest = max(probes, key=lambda probe: probe.probed_at, default=None)
    if newest is None or not newest.reference_found or newest.matches != 1 or newest.state is PortalState.ABSENT:
        return PortalState.UNKNOWN
    return newest.state


def doubts(probe: ProbeResult, deadline: datetime, settle: timedelta) -> Iterator[str]:
    """Why this look alone does not count as absence, in words for the person who gets the case; none when it does."""
    if probe.reference_found or probe.matches:
        yield "our reference stands on the portal"
    if probe.lookalikes:
        yield f"{probe.lookalikes} entries have our amount and payee but not our reference"
    if probe.state is not PortalState.ABSENT:
        yield f"the portal's answer reads as {probe.state}, not as absent"
    if probe.probed_at <= deadline + settle:
        yield f"it was taken before {(deadline + settle).isoformat()}, until when the entry could still appear"
    if not probe.old_login_dead:
        yield "the login that may have sent the request was still alive"
    if not probe.read_to_last_page:
        yield f"the list was not read to its last page ({probe.rows_read} rows read)"
    if not probe.known_row_seen or not probe.rows_read:
        yield "no entry known to be there was seen in the list"


def _found_something(probe: ProbeResult) -> bool:
    named = probe.state not in (PortalState.ABSENT, PortalState.UNKNOWN)
    return named or probe.reference_found or probe.matches > 0 or probe.lookalikes > 0

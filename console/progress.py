"""How far a purchase has come, from the request to the reconciled payment, and how any progress is told."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from console.language import message
from models.base import Model
from models.matching import OpenOrderLine
from store.cases import Case
from store.invoices import OVER_STATES, PAID_STATES

TITLES = {
    "requested": message("Requested"),
    "approved": message("Approved"),
    "ordered": message("Ordered"),
    "received": message("Received"),
    "invoiced": message("Invoiced"),
    "paid": message("Paid"),
    "reconciled": message("Reconciled"),
    "credit": message("Credit"),
    "delivered": message("Delivered"),
    "registered": message("Registered"),
    "sent": message("Sent"),
}
"""Of every step of every process."""
_PURCHASE = ("requested", "approved", "ordered", "received", "invoiced", "paid", "reconciled")
_REFUSED = frozenset(OVER_STATES) - {"closed"}
_PAID = frozenset(PAID_STATES) - {"released"}


class StepState(StrEnum):
    DONE = "done"
    PARTLY = "partly"
    """Under way; nothing behind it is next."""
    NEXT = "next"
    LATER = "later"
    STOPPED = "stopped"
    """The case ended before it."""


class Share(StrEnum):
    """How much of the work of a step is done."""

    NONE = "none"
    SOME = "some"
    ALL = "all"


class Step(Model):
    name: str
    state: StepState


def progress(
    case: Case, lines: Sequence[OpenOrderLine], invoices: Iterable[str], *, requested: bool
) -> tuple[Step, ...]:
    """Every step with its state, from the order's lines and the states of the invoices.

    A case that began with an invoice begins there.
    """
    live = [state for state in invoices if state not in _REFUSED]
    invoiced = (
        share_of(line.invoiced >= line.ordered for line in lines) if lines else share_of(bool(each) for each in live)
    )
    if live and invoiced is Share.NONE:
        invoiced = Share.SOME
    ordered = Share.ALL if lines else Share.NONE
    shares = {
        "requested": Share.ALL,
        "approved": ordered,
        "ordered": ordered,
        "received": _received(lines),
        "invoiced": invoiced,
        "paid": as_far_as(invoiced, share_of(state in _PAID for state in live)),
        "reconciled": as_far_as(invoiced, share_of(state == "closed" for state in live)),
    }
    names = _PURCHASE if requested else _PURCHASE[-3:]
    return tuple(steps_of(names, shares, is_over=case.closed_at is not None))


def _received(lines: Sequence[OpenOrderLine]) -> Share:
    if all(line.received >= line.ordered for line in lines):
        return Share.ALL if lines else Share.NONE
    return Share.SOME if any(line.received for line in lines) else Share.NONE


def share_of(done: Iterable[bool]) -> Share:
    """None where nothing is asked about."""
    marks = list(done)
    if marks and all(marks):
        return Share.ALL
    return Share.SOME if any(marks) else Share.NONE


def as_far_as(invoiced: Share, share: Share) -> Share:
    """While more invoices are to come, no payment is the last."""
    return Share.SOME if share is Share.ALL and invoiced is not Share.ALL else share


def steps_of(names: Sequence[str], shares: Mapping[str, Share], *, is_over: bool) -> Iterator[Step]:
    """The steps `names` in order; the first that is not done is the next, unless the case is over."""
    is_current_found = False
    for name in names:
        share = shares[name]
        state = StepState.DONE if share is Share.ALL else StepState.PARTLY
        if share is Share.NONE:
            state = StepState.STOPPED if is_over else StepState.LATER if is_current_found else StepState.NEXT
        is_current_found = is_current_found or state is not StepState.DONE
        yield Step(name=name, state=state)

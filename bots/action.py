"""The portal action: prepare, read back, claim, commit, probe. A bot author writes the pages; the order is ours.

prepare goes to the portal's confirmation page and may be repeated freely. What that page shows must equal the approved
content. The claim is then taken in the store, the page is read once more, and the one final click runs behind the
commit gate. From the claim on nothing is an error any more: whatever happens is a `Submission`, and any doubt in it is
UNKNOWN, which only the probe resolves.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from playwright.async_api import Error as PlaywrightError

from bots.boundary import Boundary
from bots.browser import Browser
from bots.carried_login import CarriedLogin
from bots.gate import CommitLost, GateAnswer
from bots.readback import ConfirmationReading, Expectations, compare
from bots.session import Session
from models.errors import BusinessError
from models.portal import (
    Claim,
    Claims,
    Difference,
    EvidenceSink,
    PortalUnavailable,
    ProbeResult,
    Submission,
    SubmissionOutcome,
)

PREPARE_TIMEOUT = 180.0
"""Seconds from the first page to the read-back; a portal slower than this is not available."""

EVIDENCE_TIMEOUT = 10.0
"""Seconds for the picture after the commit, which must not hold up the outcome."""

CLICK_END_TIMEOUT = 2.0
"""Seconds for the click to return once the answer is known; it waits for the page it led to."""

_PORTAL_TEXT_LENGTH = 500

ContentT = TypeVar("ContentT", contravariant=True)
ResultT = TypeVar("ResultT")


class PortalRefused(Exception):
    """The portal refused the content before its confirmation page; the message is its own text."""


class PortalAction(ABC, Generic[ContentT]):
    """One kind of action on one portal. The methods only steer and read pages; none of them sends anything final."""

    name: str
    """The portal's name, by which its credential is found."""

    boundary: Boundary

    @abstractmethod
    def expectations(self, content: ContentT) -> Expectations:
        """The approved values that the confirmation page must show, by field name."""

    @abstractmethod
    async def prepare(self, session: Session, content: ContentT) -> None:
        """Logs in, fills serially, goes to the confirmation page and stops there.

        Raises PortalRefused, PortalUnavailable, or BusinessError `portal.login_refused`.
        """

    @abstractmethod
    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        """What the confirmation page now says it is about to do, from the page's own text."""

    @abstractmethod
    async def press(self, session: Session) -> None:
        """The one final click."""

    @abstractmethod
    async def read_answer(self, session: Session) -> str:
        """The portal's own words after the final request, with its order number."""

    @abstractmethod
    async def probe(self, session: Session, content: ContentT) -> ProbeResult:
        """Logs in afresh and looks, read-only, what became of `content`. Raises PortalUnavailable."""


@dataclass(frozen=True)
class Attempt:
    """What one run of a portal action works with. `clock` gives wall-clock UTC."""

    browser: Browser
    claims: Claims
    evidence: EvidenceSink
    clock: Callable[[], datetime]
    login: CarriedLogin


async def submit(action: PortalAction[ContentT], content: ContentT, attempt: Attempt) -> Submission:
    """Carries `action` out at most once.

    Raises PortalUnavailable or BusinessError only before the claim, and whatever evidence sink or `claim()` raised;
    in each of these cases nothing was sent. From the claim on it always returns: cancellation is absorbed (the task's
    `cancelling()` still counts it), so that the caller can report, and the claim's deadline bounds the wait.
    """
    carried = await attempt.login.taken()
    session = await attempt.browser.new_session(action.boundary, attempt.evidence, attempt.clock, carried)
    try:
        stopped = await _reading(session, _prepared(action, content, session))
        if stopped is not None:
            return stopped
        return await _uncancellable(_claimed(action, content, session, attempt))
    finally:
        await _uncancellable(_ended_session(session))


async def look(
    browser: Browser,
    boundary: Boundary,
    evidence: EvidenceSink,
    clock: Callable[[], datetime],
    login: CarriedLogin,
    reading: Callable[[Session], Awaitable[ResultT]],
    patience: float = PREPARE_TIMEOUT,
) -> ResultT:
    """Runs `reading` in a session whose gate stays closed: final requests cannot go out.

    `patience` is how many seconds it may take. Raises PortalUnavailable for every technical problem, BusinessError as
    the bot raises it.
    """
    async with browser.open_session(boundary, evidence, clock, await login.taken()) as session:
        try:
            found = await _reading(session, reading(session), patience)
        finally:
            await _quietly(session.report_strangers())
        _check_boundary(session, boundary)
        await login.keep(session)
        return found


async def _reading(session: Session, work: Awaitable[ResultT], patience: float = PREPARE_TIMEOUT) -> ResultT:
    """Turns technical problems into PortalUnavailable without the secrets that Playwright's messages repeat."""
    try:
        async with asyncio.timeout(patience) as session.hurry:
            return await work
    except BusinessError as error:
        await _record_quietly(session, "stopped", error.message)
        raise
    except (PlaywrightError, PortalRefused, PortalUnavailable) as error:
        problem = session.explain(error)
    except TimeoutError:
        problem = f"not done within {patience:.0f} seconds"
    await _record_quietly(session, "failed", problem)
    raise PortalUnavailable(problem)


async def _prepared(action: PortalAction[ContentT], content: ContentT, session: Session) -> Submission | None:
    """The submission that ends here, None when the confirmation page shows what was approved."""
    try:
        await action.prepare(session, content)
    except PortalRefused as refusal:
        await session.record("refused", action.name)
        return _submission(session, SubmissionOutcome.REFUSED, str(refusal))
    differences = await _differences(action, content, session)
    await session.record("read back" if not differences else "read back: differs", action.name)
    _check_boundary(session, action.boundary)
    if differences:
        return _submission(session, SubmissionOutcome.MISMATCH, differences=differences)
    return None


def _check_boundary(session: Session, boundary: Boundary) -> None:
    if session.gate.breaches:
        portal, tried = ", ".join(sorted(boundary.origins)), ", ".join(session.gate.breaches)
        raise BusinessError("portal.boundary_crossed", f"on {portal} the bot tried {tried}; it must be corrected")


async def _differences(action: PortalAction[ContentT], content: ContentT, session: Session) -> tuple[Difference, ...]:
    return compare(action.expectations(content), await action.read_confirmation(session))


async def _claimed(action: PortalAction[ContentT], content: ContentT, session: Session, attempt: Attempt) -> Submission:
    claim = await attempt.claims.claim()
    if claim is None:
        return _submission(session, SubmissionOutcome.NOT_CLAIMED)
    submission = await _committed(action, content, session, attempt, claim)
    await _record_quietly(session, f"submitted: {submission.outcome.value}", submission.portal_text)
    if submission.outcome is SubmissionOutcome.ANSWERED:
        await attempt.login.keep(session)
    return submission


async def _committed(
    action: PortalAction[ContentT], content: ContentT, session: Session, attempt: Attempt, claim: Claim
) -> Submission:
    left = (claim.deadline - attempt.clock()).total_seconds()
    try:
        async with asyncio.timeout(max(0.0, left)):
            return await _read_again_and_pressed(action, content, session, attempt.claims, claim)
    except TimeoutError:
        return _submission(session, SubmissionOutcome.UNKNOWN, "no answer before the deadline")
    except (Exception, asyncio.CancelledError) as error:
        return _submission(session, SubmissionOutcome.UNKNOWN, session.explain(error))
    finally:
        session.gate.seal()


async def _read_again_and_pressed(
    action: PortalAction[ContentT], content: ContentT, session: Session, claims: Claims, claim: Claim
) -> Submission:
    differences = await _differences(action, content, session)
    if differences:
        text = "the confirmation page changed after the claim; nothing went out"
        return _submission(session, SubmissionOutcome.UNKNOWN, text, differences)
    session.gate.open(claim, claims)
    try:
        answer = await _pressed(action, session)
    except CommitLost as lost:
        return _submission(session, SubmissionOutcome.UNKNOWN, str(lost))
    if answer.status >= 400:
        return _submission(session, SubmissionOutcome.UNKNOWN, f"the portal answered with status {answer.status}")
    return _submission(session, SubmissionOutcome.ANSWERED, await action.read_answer(session))


async def _pressed(action: PortalAction[ContentT], session: Session) -> GateAnswer:
    """What the portal answered. An error of the click counts only when no request has reached the gate."""
    pressing = asyncio.ensure_future(action.press(session))
    answering = asyncio.ensure_future(session.gate.answer())
    try:
        await asyncio.wait({pressing, answering}, return_when=asyncio.FIRST_COMPLETED)
        if pressing.done() and pressing.exception() is not None and session.gate.seal():
            await pressing
        return await answering
    finally:
        await _ended(pressing, answering)


async def _ended(*tasks: "asyncio.Future[Any]") -> None:
    await asyncio.wait(tasks, timeout=CLICK_END_TIMEOUT)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _ended_session(session: Session) -> None:
    await _quietly(session.report_strangers())
    await session.close()


async def _record_quietly(session: Session, action: str, target: str) -> None:
    await _quietly(session.record(action, target))


async def _quietly(recording: Awaitable[None]) -> None:
    # What happened must reach the caller even when its picture cannot be taken or kept.
    with suppress(Exception):
        async with asyncio.timeout(EVIDENCE_TIMEOUT):
            await recording


def _submission(
    session: Session, outcome: SubmissionOutcome, text: str = "", differences: tuple[Difference, ...] = ()
) -> Submission:
    return Submission(
        outcome=outcome,
        differences=differences,
        portal_text=session.redact(text)[:_PORTAL_TEXT_LENGTH],
        blocked=session.gate.blocked,
    )


async def _uncancellable(work: Awaitable[ResultT]) -> ResultT:
    """Waits for `work` to its end, whoever cancels the waiter meanwhile."""
    task = asyncio.ensure_future(work)
    while not task.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)
    return task.result()

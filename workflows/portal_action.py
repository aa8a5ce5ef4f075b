"""One thing to be done once on a portal: prepare, claim, commit, and then look until there is no doubt.

Whatever happens to a commit, its result is read from the store and from the portal, never from Temporal.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities.asking import Question
    from activities.portal_bots import UNAVAILABLE, PortalBots
    from activities.portal_steps import ArmedAttempt, PortalSteps
    from activities.references import IntentRef
    from activities.signing import Signing
    from activities.status_reports import StatusReportBots
    from models.base import Model
    from models.ids import portal_action_workflow
    from models.payment import AttemptState
    from models.portal import Submission, SubmissionOutcome
    from models.task import Resolution, TaskDetail
    from store.outcomes import Finding, Verdict
    from store.portal_answers import OWNER_OF
    from store.signatures import Signature
    from store.tasks import TaskSubject
    from workflows.children import run_child
    from workflows.steps import act_once, business_cause, look, reason_of, step
    from workflows.waiting import Waits

_MOST_TRIES = 5
_WITHOUT_GIVING_UP = ("registration",)
"""An invoice that has its number has to be registered."""

_OVER = (Resolution.TRY_AGAIN, Resolution.CANCEL)
_STOPPED = (Resolution.TRY_AGAIN, Resolution.DONE, Resolution.TAKE_OVER, Resolution.CANCEL)
_UNCLEAR = (
    Resolution.LOOK_AGAIN,
    Resolution.DONE,
    Resolution.NOT_DONE,
    Resolution.TAKE_OVER,
    Resolution.CANCEL,
)
_TAKEN_OVER = (Resolution.LOOK_AGAIN, Resolution.DONE, Resolution.NOT_DONE, Resolution.CANCEL)
_BOOKED_AFTER_SIGNING = timedelta(seconds=1)
_FIRST_LOOK_MEANWHILE = timedelta(minutes=15)
_LATEST_LOOK_MEANWHILE = timedelta(hours=6)


class _Problem(Model):
    """Why an attempt that nobody has claimed cannot go on."""

    message: str
    details: tuple[TaskDetail, ...] = ()
    is_technical: bool = False
    """The portal was away, or the bot broke or died: it may be tried again, and the store says whether it claimed."""


class PortalActionResult(Model):
    state: AttemptState
    """EXECUTED or CANCELLED."""


@workflow.defn
class PortalAction(Waits):
    @workflow.run
    async def run(self, ref: IntentRef) -> PortalActionResult:
        tries = 0
        while True:
            attempt = await self._arm(ref)
            if attempt is None:
                return PortalActionResult(state=AttemptState.CANCELLED)
            if attempt.exhausted:
                await self._give_up(attempt, _Problem(message=attempt.exhausted))
                continue
            if not attempt.state.is_open:
                return PortalActionResult(state=attempt.state)
            if attempt.state is AttemptState.SUBMITTING:
                await self._find_out(attempt)
                continue
            tries += 1
            problem = await self._submit(attempt)
            if problem is None:
                continue
            if problem.is_technical and tries < _MOST_TRIES:
                await workflow.sleep(timedelta(seconds=2**tries))
                continue
            tries = 0
            if not problem.is_technical or await self._is_unclaimed(ref):
                await self._give_up(attempt, problem)

    async def _arm(self, ref: IntentRef) -> ArmedAttempt | None:
        """The attempt to work on; None once the intent was cancelled."""
        try:
            return await step(PortalSteps.arm_attempt, ref)
        except FailureError as error:
            cause = business_cause(error)
            if cause is not None and cause.type == "intent.cancelled":
                return None
            raise

    async def _is_unclaimed(self, ref: IntentRef) -> bool:
        attempt = await self._arm(ref)
        return attempt is not None and attempt.state is AttemptState.ARMED

    async def _submit(self, attempt: ArmedAttempt) -> _Problem | None:
        """None when the store has to be asked what happened; a problem when nothing was claimed, or, where it is a
        technical one, most likely not."""
        try:
            submission: Submission = await self.in_turn(
                lambda: act_once(PortalBots.submit, attempt.ref, attempt.portal, attempt.ref.tenant)
            )
        except ActivityError as error:
            business = business_cause(error)
            if business is not None:
                return _Problem(message=business.message)
            return _Problem(message=_technical_reason(error), is_technical=True)
        if submission.outcome is SubmissionOutcome.MISMATCH:
            return _Problem(
                message="The portal's confirmation page shows something other than what was approved. "
                "Nothing was sent.",
                details=tuple(
                    TaskDetail(label=each.field, expected=each.approved, actual=each.shown)
                    for each in submission.differences
                ),
            )
        if submission.outcome is SubmissionOutcome.REFUSED:
            return _Problem(message=f"The portal refused it: {submission.portal_text}")
        if submission.outcome is SubmissionOutcome.NOT_CLAIMED:
            await workflow.sleep(timedelta(seconds=1))
        return None

    async def _find_out(self, attempt: ArmedAttempt) -> None:
        """Looks at the portal until the attempt's end is certain or a person has said what became of it."""
        pause, booking = _FIRST_LOOK_MEANWHILE, _BOOKED_AFTER_SIGNING
        while True:
            unreadable = await self._probe(attempt)
            verdict: Verdict = await step(PortalSteps.judge_attempt, attempt.ref)
            match verdict.finding:
                case Finding.EXECUTED | Finding.ABSENT:
                    return None
                case Finding.REJECTED:
                    return await self._after_rejection(attempt, verdict.reason)
                case Finding.LOOK_AGAIN if not unreadable:
                    await workflow.sleep(timedelta(seconds=verdict.seconds))
                case Finding.SIGNATURE if not unreadable:
                    if await self._signed(attempt, verdict.reason, pause):
                        await workflow.sleep(booking)
                        booking = min(2 * booking, _FIRST_LOOK_MEANWHILE)
                    else:
                        pause = min(2 * pause, _LATEST_LOOK_MEANWHILE)
                case _:
                    answer = await self._ask_what_became(attempt, unreadable or verdict.reason, pause)
                    if answer not in (None, Resolution.LOOK_AGAIN):
                        return None
                    pause = min(2 * pause, _LATEST_LOOK_MEANWHILE)

    async def _probe(self, attempt: ArmedAttempt) -> str:
        """Looks once; the reason when the portal could not be read."""
        try:
            await self.in_turn(lambda: look(PortalBots.probe, attempt.ref, attempt.portal, attempt.ref.tenant))
        except ActivityError as error:
            return reason_of(error)
        return ""

    async def _signed(self, attempt: ArmedAttempt, reason: str, patience: timedelta) -> bool:
        """Whether the bank's second login has signed; where it may not, a person is told and the bot looks on."""
        signature: Signature = await step(Signing.open_signature, attempt.ref)
        if signature.slice:
            ref = IntentRef(tenant=attempt.ref.tenant, slice=signature.slice)
            if await carry_out(ref) is AttemptState.EXECUTED:
                return True
        why = signature.waits_for or "the bot's signature was cancelled"
        message = f"The bank has it and executes it once it is signed ({reason}): {why}."
        await self._ask(attempt, "waiting", message, (), (Resolution.LOOK_AGAIN,), patience)
        return False

    async def _give_up(self, attempt: ArmedAttempt, problem: _Problem) -> None:
        """A person decides about an attempt that nobody has claimed, or whether there is to be one more."""
        ways_out = _OVER if attempt.exhausted else _STOPPED
        await self._ask(attempt, "stopped", problem.message, problem.details, ways_out)

    async def _after_rejection(self, attempt: ArmedAttempt, reason: str) -> None:
        """The portal itself says that it was not done: trying again is a new attempt."""
        why = await self._reported(attempt) if workflow.patched("the bank's report") else ""
        message = f"The portal rejected it: {reason}" + (f". It says why: {why}" if why else "")
        await self._ask(attempt, "rejected", message, (), _OVER)

    async def _reported(self, attempt: ArmedAttempt) -> str:
        """Why, in the bank's own report; "" without one, for the person can do without."""
        try:
            fetch = StatusReportBots.archive_status_report
            why: str = await self.in_turn(lambda: look(fetch, attempt.ref, attempt.portal, attempt.ref.tenant))
        except ActivityError as error:
            workflow.logger.warning("no report of the bank: %s", error.cause)
            return ""
        return why

    async def _ask_what_became(self, attempt: ArmedAttempt, reason: str, patience: timedelta) -> Resolution | None:
        """It may have been done: nothing is repeated on the word of one, and the bot looks again meanwhile."""
        if attempt.is_taken_over:
            message = f"A person carries this out; the bot only looks: {reason}"
            return await self._ask(attempt, "taken_over", message, (), _TAKEN_OVER, patience)
        message = f"It was sent, and the portal does not show clearly what became of it: {reason}"
        return await self._ask(attempt, "unclear", message, (), _UNCLEAR, patience)

    async def _ask(
        self,
        attempt: ArmedAttempt,
        kind: str,
        message: str,
        details: tuple[TaskDetail, ...],
        ways_out: tuple[Resolution, ...],
        patience: timedelta | None = None,
    ) -> Resolution | None:
        """The store does what the answer says; the workflow looks there what to do next."""
        if attempt.kind in _WITHOUT_GIVING_UP:
            ways_out = tuple(each for each in ways_out if each is not Resolution.CANCEL)
        return await self.ask(
            Question(
                tenant=attempt.ref.tenant,
                case=attempt.case,
                subject=TaskSubject(
                    kind=f"{attempt.kind}_{kind}",
                    subject_kind="intent",
                    subject_id=attempt.ref.slice,
                    workflow=workflow.info().workflow_id,
                ),
                owner=OWNER_OF[attempt.kind],
                title=f"{attempt.summary}: {kind.replace('_', ' ')}",
                message=message,
                details=details,
                resolutions=ways_out,
                with_picture=True,
            ),
            patience,
        )


def _technical_reason(error: ActivityError) -> str:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.type == UNAVAILABLE:
        return cause.message
    return "The bot broke off before anything was sent. The log of the bots' worker says why."


async def carry_out(ref: IntentRef) -> AttemptState:
    """Runs the intent's own workflow to its end: EXECUTED or CANCELLED."""
    result: PortalActionResult = await run_child(PortalAction.run, ref, portal_action_workflow(ref.tenant, ref.slice))
    return result.state

"""The order that no bot author can change: prepare, read back, evidence, claim, read again, one request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
import pytest_asyncio
from pydantic import SecretStr

from bots.action import Attempt, PortalRefused, look, submit
from bots.browser import Browser
from bots.carried_login import CarriedLogin
from bots.session import Session
from models.errors import BusinessError
from models.portal import Claim, Credential, PortalUnavailable, Submission, SubmissionOutcome
from tests.bots.fakes import FakeClaims, FakeCredentials, FakeEvidence, wall_clock
from tests.bots.tiny_portal import PAGES, TinyPayment
from tests.bots.tiny_server import Answer, Arrived, TinyServer, serving


class Case:
    """One submission with everything a test wants to look at afterwards."""

    def __init__(self, browser: Browser, site: TinyServer) -> None:
        self.browser = browser
        self.site = site
        self.action = TinyPayment(site.url)
        self.claims = FakeClaims()
        self.evidence = FakeEvidence()
        self.login = CarriedLogin(FakeCredentials(Credential(login="anna", password=SecretStr("secret"))), "tiny")

    async def submit(self, payee: str = "Anna") -> Submission:
        attempt = Attempt(self.browser, self.claims, self.evidence, wall_clock, self.login)
        return await submit(self.action, payee, attempt)

    @property
    def sent(self) -> int:
        return self.site.count("POST", "/confirm")


@pytest_asyncio.fixture(loop_scope="session")
async def case(browser: Browser) -> AsyncIterator[Case]:
    async with serving(dict(PAGES)) as site:
        yield Case(browser, site)


class StruckClaims(FakeClaims):
    """Awaits `strike` after the claim or at the last look."""

    def __init__(
        self,
        *,
        after_claim: Callable[[], Awaitable[None]] | None = None,
        at_look: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        super().__init__()
        self._after_claim = after_claim
        self._at_look = at_look

    async def claim(self) -> Claim | None:
        claim = await super().claim()
        if self._after_claim:
            await self._after_claim()
        return claim

    async def may_send(self, claim: Claim) -> bool:
        if self._at_look:
            await self._at_look()
        return await super().may_send(claim)


@pytest.mark.behaviour("R1", "R8")
async def test_the_read_back_is_recorded_before_the_claim_and_the_outcome_after_the_answer(case: Case) -> None:
    recorded: list[list[str]] = []
    case.claims.on_claim = lambda: recorded.append(list(case.evidence.actions))
    submission = await case.submit()
    assert (submission.outcome, submission.portal_text, case.sent) == (SubmissionOutcome.ANSWERED, "Paid", 1)
    assert recorded == [["read back"]]
    assert case.evidence.actions == ["read back", "submitted: answered"]


@pytest.mark.behaviour("R1", "R8")
async def test_when_the_read_back_cannot_be_recorded_nothing_is_claimed(case: Case) -> None:
    case.evidence = FakeEvidence(fails_at="read back")
    with pytest.raises(OSError, match="no space left"):
        await case.submit()
    assert case.claims.claimed == case.sent == 0


@pytest.mark.behaviour("R8")
async def test_when_the_outcome_cannot_be_recorded_it_is_reported_all_the_same(case: Case) -> None:
    case.evidence = FakeEvidence(fails_at="submitted")
    assert (await case.submit()).outcome is SubmissionOutcome.ANSWERED


@pytest.mark.behaviour("R1")
async def test_whoever_finds_the_claim_taken_sends_nothing(case: Case) -> None:
    case.claims.armed = False
    assert (await case.submit()).outcome is SubmissionOutcome.NOT_CLAIMED
    assert case.sent == 0


@pytest.mark.behaviour("R1")
async def test_when_the_claim_itself_fails_the_error_comes_out_and_nothing_was_sent(case: Case) -> None:
    def fail() -> None:
        raise OSError("the database is gone")

    case.claims.on_claim = fail
    with pytest.raises(OSError, match="the database is gone"):
        await case.submit()
    assert case.sent == 0


@pytest.mark.behaviour("R2")
async def test_a_difference_on_the_confirmation_page_shows_both_values_and_nothing_is_claimed(case: Case) -> None:
    submission = await case.submit("Bert")
    assert submission.outcome is SubmissionOutcome.MISMATCH
    assert [(one.approved, one.shown) for one in submission.differences] == [("Bert", "Anna")]
    assert case.claims.claimed == case.sent == 0


@pytest.mark.behaviour("R2")
async def test_when_the_page_changes_between_read_back_and_click_nothing_goes_out(case: Case) -> None:
    page = asyncio.get_running_loop().create_future()

    async def remember(session: Session) -> None:
        page.set_result(session.page)

    async def meddle() -> None:
        await (await page).evaluate("document.querySelector('td').textContent = 'Mallory'")

    case.action.on_prepare = remember
    case.claims = StruckClaims(after_claim=meddle)
    submission = await case.submit()
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert [one.shown for one in submission.differences] == ["Mallory"]
    assert case.sent == 0


@pytest.mark.behaviour("R3")
async def test_what_the_portal_refuses_is_refused_without_a_claim_and_without_secrets(case: Case) -> None:
    async def refuse(session: Session) -> None:
        await session.page.set_content('<input aria-label="PIN">')
        await session.type_secret(session.page.get_by_label("PIN"), SecretStr("canary-4711"))
        raise PortalRefused("the PIN canary-4711 may not pay")

    case.action.on_prepare = refuse
    submission = await case.submit()
    assert (submission.outcome, submission.portal_text) == (SubmissionOutcome.REFUSED, "the PIN ••• may not pay")
    assert case.claims.claimed == 0


@pytest.mark.behaviour("R3")
async def test_a_technical_problem_before_the_claim_is_portal_unavailable_with_a_picture(case: Case) -> None:
    case.site.pages["GET /"] = None
    with pytest.raises(PortalUnavailable, match="ERR_EMPTY_RESPONSE"):
        await case.submit()
    assert case.claims.claimed == 0
    assert case.evidence.actions == ["failed"]


@pytest.mark.behaviour("R1")
async def test_a_bot_that_clicks_the_final_button_while_preparing_is_stopped_and_reported(case: Case) -> None:
    async def hasty(session: Session) -> None:
        await session.page.get_by_role("button", name="Pay").click()
        await session.page.wait_for_url("chrome-error://**")
        await session.page.goto(case.site.url + "/")

    case.action.on_prepare = hasty
    with pytest.raises(BusinessError, match="POST /confirm") as stopped:
        await case.submit()
    assert stopped.value.code == "portal.boundary_crossed"
    assert case.claims.claimed == case.sent == 0


@pytest.mark.behaviour("R1")
async def test_a_bot_that_clicks_the_final_button_while_looking_is_stopped_and_reported(case: Case) -> None:
    async def hasty(session: Session) -> None:
        await session.page.goto(case.site.url + "/")
        await session.page.get_by_role("button", name="Pay").click()
        await session.page.wait_for_url("chrome-error://**")

    with pytest.raises(BusinessError, match="POST /confirm"):
        await look(case.browser, case.action.boundary, case.evidence, wall_clock, case.login, hasty)
    assert case.sent == 0


@pytest.mark.behaviour("R1")
async def test_when_the_button_is_gone_it_is_unknown_at_once_and_nothing_went_out(case: Case) -> None:
    page = asyncio.get_running_loop().create_future()

    async def remember(session: Session) -> None:
        session.page.set_default_timeout(300)
        page.set_result(session.page)

    async def remove() -> None:
        await (await page).evaluate("document.querySelector('button').remove()")

    case.action.on_prepare = remember
    case.claims = StruckClaims(after_claim=remove)
    async with asyncio.timeout(10):
        submission = await case.submit()
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert "Timeout" in submission.portal_text
    assert case.sent == 0


@pytest.mark.behaviour("R1")
async def test_when_the_answer_cannot_be_read_it_is_unknown(case: Case) -> None:
    async def fail(session: Session) -> None:
        raise ValueError("no order number")

    case.action.on_answer = fail
    submission = await case.submit()
    assert (submission.outcome, submission.portal_text, case.sent) == (SubmissionOutcome.UNKNOWN, "no order number", 1)


@pytest.mark.behaviour("R1")
async def test_when_the_browser_dies_at_the_last_look_it_is_unknown(case: Case) -> None:
    case.claims = StruckClaims(at_look=case.browser.stop)
    submission = await case.submit()
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert case.sent <= 1


@pytest.mark.behaviour("R1")
async def test_when_the_portal_stays_silent_until_the_deadline_it_is_unknown(case: Case) -> None:
    async def silence(request: Arrived) -> Answer:
        await asyncio.Event().wait()
        return Answer()

    case.site.pages["POST /confirm"] = silence
    case.claims = FakeClaims(timedelta(seconds=2))
    submission = await case.submit()
    assert submission.outcome is SubmissionOutcome.UNKNOWN
    assert "deadline" in submission.portal_text or "did not answer" in submission.portal_text
    assert case.sent == 1


@pytest.mark.behaviour("R1")
async def test_a_claim_whose_deadline_has_passed_sends_nothing(case: Case) -> None:
    case.claims = FakeClaims(timedelta(seconds=-1))
    assert (await case.submit()).outcome is SubmissionOutcome.UNKNOWN
    assert case.sent == 0


@pytest.mark.behaviour("R1")
async def test_a_submission_cancelled_before_the_claim_ends_without_one(case: Case) -> None:
    preparing = asyncio.Event()

    async def linger(session: Session) -> None:
        preparing.set()
        await asyncio.Event().wait()

    case.action.on_prepare = linger
    running = asyncio.create_task(case.submit())
    await preparing.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert case.claims.claimed == case.sent == 0


@pytest.mark.behaviour("R1")
async def test_a_submission_cancelled_after_the_claim_is_carried_through_and_reported(case: Case) -> None:
    async def cancelled() -> None:
        running.cancel()
        await asyncio.sleep(0)

    case.claims = StruckClaims(after_claim=cancelled, at_look=cancelled)
    running = asyncio.create_task(case.submit())
    submission = await running
    assert (submission.outcome, case.sent) == (SubmissionOutcome.ANSWERED, 1)
    assert running.cancelling() == 2


@pytest.mark.behaviour("R1")
async def test_a_second_request_of_the_page_is_stopped_and_reported_with_the_submission(case: Case) -> None:
    case.site.pages["POST /confirm"] = Answer("<h1>Paid</h1><script>fetch('/confirm', {method: 'POST'})</script>")

    async def until_stopped(session: Session) -> None:
        async with asyncio.timeout(10):
            while not session.gate.blocked:
                await session.page.evaluate("0")

    case.action.on_answer = until_stopped
    submission = await case.submit()
    assert (submission.outcome, submission.blocked) == (SubmissionOutcome.ANSWERED, ("POST /confirm",))
    assert case.sent == 1

"""What a person may say about work that a bot is stuck with, and what the store makes of it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from models.errors import BusinessError
from models.party import Role
from models.payment import AttemptState
from models.portal import PortalState, ProbeResult
from models.task import Proof, Resolution, TaskContent
from store.answers import Moment, TaskAnswer, confirm_answer, proposal_digest, resolve_task
from store.cases import documents
from store.intents import StoredAttempt, arm, claim, intent_of, last_attempt, mark_sent, record_probe
from store.outcomes import Finding, judge
from store.portal_queue import PortalRules, set_rules
from store.schema.audit import audit_entry
from store.tasks import Task, TaskSubject, open_task, task_of
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in
from tests.store.steps import armed_payment, intent, invoice

pytestmark = pytest.mark.behaviour("R10", "P10")
_WALL = datetime(2026, 11, 20, 9, tzinfo=UTC)
_LASTS, _SETTLE = timedelta(seconds=20), timedelta(seconds=30)
_LATER = _WALL + timedelta(minutes=5)
"""Long after the deadline and the settle window."""
_ALL = tuple(Resolution)
_PROOF = Proof(text="Order 2026-000318 on the bank's list")


@dataclass
class Stuck:
    """A payment of 4,414.90 EUR that Sofia Brandt released; the bot does not know what became of it."""

    company: Company
    slice: str
    task: str
    wall: datetime = field(default=_LATER)

    @property
    def attempt(self) -> StoredAttempt:
        with self.company.store.read() as connection:
            found = last_attempt(connection, TENANT, self.slice)
        assert found is not None
        return found

    @property
    def found(self) -> Task:
        with self.company.store.read() as connection:
            return task_of(connection, TENANT, self.task)

    def say(self, resolution: Resolution, person: str = "marek.hansen", proof: Proof = _PROOF) -> bool:
        answer = TaskAnswer(resolution=resolution, comment="I telephoned the bank.", proof=proof)
        who = signed_in(self.company.store, person)
        return resolve_task(self.company.store, who, self.task, answer, Moment(self.wall, _SETTLE))

    def refused(self, resolution: Resolution, person: str = "marek.hansen", proof: Proof = _PROOF) -> str:
        with pytest.raises(BusinessError) as refusal:
            self.say(resolution, person, proof)
        return refusal.value.code

    def confirm(self, person: str = "ines.lindqvist", *, agreed: bool = True, digest: str = "") -> None:
        proposal = self.found.proposal
        digest = digest or (proposal_digest(proposal) if proposal else "")
        who = signed_in(self.company.store, person)
        confirm_answer(self.company.store, who, self.task, digest, "Seen.", Moment(self.wall, _SETTLE), agreed=agreed)

    def saw(self, state: PortalState = PortalState.ABSENT, minutes_ago: float = 1, **more: object) -> None:
        """One look, complete unless `more` says otherwise."""
        complete = {"rows_read": 12, "read_to_last_page": True, "known_row_seen": True, "old_login_dead": True}
        at = self.wall - timedelta(minutes=minutes_ago)
        look = {"state": state, "portal_text": f"shown: {state}", "probed_at": at}
        with self.company.store.change(TENANT, SYSTEM) as work:
            record_probe(work, self.slice, 1, ProbeResult.model_validate(complete | look | more))

    def limit(self, amount: str) -> None:
        rules = PortalRules(second_person_above=Decimal(amount))
        set_rules(self.company.store, signed_in(self.company.store, "ines.lindqvist"), "sandbox-bank", rules)

    def refusals(self) -> int:
        query = select(audit_entry.c.sequence).where(audit_entry.c.action == "task.refused_attempt")
        with self.company.store.read() as connection:
            return len(connection.execute(query).all())


def task_about(company: Company, slice_id: str) -> str:
    content = TaskContent(title="Pay", message="Unclear.", resolutions=_ALL)
    subject = TaskSubject(kind="payment_unclear", subject_kind="intent", subject_id=slice_id, workflow="w")
    with company.store.change(TENANT, SYSTEM, intent(company, slice_id).case) as work:
        return open_task(work, subject, Role.TREASURER, content, timedelta(hours=8))


@pytest.fixture
def unclear(company: Company, bank_login: None) -> Stuck:
    slice_id = armed_payment(company)
    with company.store.change(TENANT, SYSTEM) as work:
        claimed = claim(work, slice_id, 1, _LASTS, _WALL)
        assert claimed is not None and claimed.claim_token is not None
        assert mark_sent(work, slice_id, 1, claimed.claim_token, _WALL)
    return Stuck(company, slice_id, task_about(company, slice_id))


@pytest.fixture
def stopped(company: Company, bank_login: None) -> Stuck:
    """As `unclear`, but nobody has claimed it."""
    slice_id = armed_payment(company)
    return Stuck(company, slice_id, task_about(company, slice_id))


# done - here is proof


def test_done_below_the_limit_ends_the_attempt_as_executed_by_attestation(unclear: Stuck) -> None:
    unclear.limit("10000")
    assert unclear.say(Resolution.DONE)
    assert (unclear.attempt.state, unclear.found.state) == (AttemptState.EXECUTED, "resolved")
    assert invoice(unclear.company, intent(unclear.company, unclear.slice).invoice).state == "paid"


def test_done_about_something_that_was_never_claimed_keeps_every_bot_from_it(stopped: Stuck) -> None:
    stopped.limit("10000")
    assert stopped.say(Resolution.DONE)
    with stopped.company.store.change(TENANT, SYSTEM) as work:
        assert claim(work, stopped.slice, 1, _LASTS, stopped.wall) is None


def test_a_file_that_proves_it_is_filed_with_the_case(unclear: Stuck) -> None:
    unclear.limit("10000")
    digest = unclear.company.files.put(TENANT, b"%PDF-1.7 advice")
    assert unclear.say(
        Resolution.DONE, proof=Proof(sha256=digest, file_name="advice.pdf", media_type="application/pdf")
    )
    with unclear.company.store.read() as connection:
        papers = documents(connection, TENANT, unclear.found.case)
    assert ("Proof of the outcome", digest) in {(paper.title, paper.sha256) for paper in papers}


def test_done_without_proof_is_refused_and_on_record(unclear: Stuck) -> None:
    assert unclear.refused(Resolution.DONE, proof=Proof(text="  ")) == "task.no_proof"
    assert (unclear.attempt.state, unclear.refusals()) == (AttemptState.SUBMITTING, 1)


def test_done_above_the_limit_counts_only_once_a_second_person_confirms_it(unclear: Stuck) -> None:
    assert not unclear.say(Resolution.DONE)
    assert (unclear.attempt.state, unclear.found.state) == (AttemptState.SUBMITTING, "open")
    unclear.confirm()
    assert (unclear.attempt.state, unclear.found.resolved_by) == (AttemptState.EXECUTED, "marek.hansen")


def test_done_against_what_the_portal_shows_takes_a_second_person_however_small_it_is(unclear: Stuck) -> None:
    unclear.limit("10000")
    unclear.saw(PortalState.ABSENT)
    assert not unclear.say(Resolution.DONE)


# a second person


def test_nobody_confirms_their_own_answer_by_whatever_account(unclear: Stuck) -> None:
    unclear.say(Resolution.DONE)
    with pytest.raises(BusinessError) as refusal:
        unclear.confirm("marek.hansen")
    assert (refusal.value.code, unclear.attempt.state) == ("task.same_person", AttemptState.SUBMITTING)
    store, proposal = unclear.company.store, unclear.found.proposal
    assert proposal is not None
    other_account = signed_in(store, "marek.hansen", login="marek.private")
    moment = Moment(unclear.wall, _SETTLE)
    with pytest.raises(BusinessError, match="you proposed it yourself"):
        confirm_answer(store, other_account, unclear.task, proposal_digest(proposal), "Me.", moment, agreed=True)
    assert unclear.refusals() == 2


@pytest.mark.parametrize(("person", "code"), [("sofia.brandt", "task.segregation"), ("greta.holm", "right.missing")])
def test_who_released_it_or_has_no_right_neither_answers_nor_confirms(unclear: Stuck, person: str, code: str) -> None:
    assert unclear.refused(Resolution.DONE, person) == code
    unclear.say(Resolution.DONE)
    with pytest.raises(BusinessError) as refusal:
        unclear.confirm(person)
    assert (refusal.value.code, unclear.attempt.state) == (code, AttemptState.SUBMITTING)


def test_a_second_person_confirms_only_what_they_saw(unclear: Stuck) -> None:
    unclear.say(Resolution.DONE)
    first = unclear.found.proposal
    unclear.say(Resolution.NOT_DONE)
    assert first is not None
    with pytest.raises(BusinessError, match="not proposed any more"):
        unclear.confirm(digest=proposal_digest(first))
    assert unclear.attempt.state is AttemptState.SUBMITTING


def test_a_declined_answer_leaves_the_task_to_another(unclear: Stuck) -> None:
    unclear.say(Resolution.DONE)
    unclear.confirm(agreed=False)
    assert (unclear.found.proposal, unclear.found.state) == (None, "open")
    assert unclear.say(Resolution.LOOK_AGAIN)


# not done - safe to repeat


def test_not_done_leans_on_a_fresh_complete_look_and_opens_a_new_attempt(unclear: Stuck) -> None:
    unclear.limit("10000")
    unclear.saw()
    assert unclear.say(Resolution.NOT_DONE)
    assert unclear.attempt.state is AttemptState.ABSENT
    with unclear.company.store.change(TENANT, SYSTEM) as work:
        assert arm(work, unclear.slice).number == 2


@pytest.mark.parametrize(
    "look",
    [
        {"minutes_ago": 11},
        {"read_to_last_page": False},
        {"known_row_seen": False},
        {"old_login_dead": False},
        {"lookalikes": 1},
    ],
)
def test_not_done_without_such_a_look_takes_a_second_person(unclear: Stuck, look: dict[str, Any]) -> None:
    unclear.limit("10000")
    if look.get("minutes_ago"):
        unclear.wall += timedelta(hours=1)
    unclear.saw(**look)
    assert not unclear.say(Resolution.NOT_DONE)
    states = [unclear.attempt.state]
    unclear.confirm()
    assert [*states, unclear.attempt.state] == [AttemptState.SUBMITTING, AttemptState.ABSENT]


def test_not_done_without_any_look_takes_a_second_person(unclear: Stuck) -> None:
    unclear.limit("10000")
    assert not unclear.say(Resolution.NOT_DONE)


@pytest.mark.parametrize("resolution", [Resolution.NOT_DONE, Resolution.CANCEL, Resolution.TAKE_OVER])
def test_while_the_request_may_still_arrive_nobody_says_that_it_did_not(unclear: Stuck, resolution: Resolution) -> None:
    unclear.wall = _WALL + timedelta(seconds=50)
    assert unclear.refused(resolution) == "task.too_early"


def test_a_portals_own_longer_window_counts(unclear: Stuck) -> None:
    store = unclear.company.store
    rules = PortalRules(settle_seconds=3600)
    set_rules(store, signed_in(store, "ines.lindqvist"), "sandbox-bank", rules)
    assert unclear.refused(Resolution.NOT_DONE) == "task.too_early"


@pytest.mark.parametrize("resolution", [Resolution.NOT_DONE, Resolution.CANCEL])
@pytest.mark.parametrize("state", [PortalState.EXECUTED, PortalState.DRAFT, PortalState.WAITING_FOR_SIGNATURE])
def test_what_the_portal_shows_nobody_may_deny_not_even_two(
    unclear: Stuck, resolution: Resolution, state: PortalState
) -> None:
    unclear.saw(state, reference_found=True, matches=2)
    assert unclear.refused(resolution) == "task.portal_shows_it"


def test_what_the_portal_shows_by_the_time_of_the_second_person_is_not_denied_either(unclear: Stuck) -> None:
    assert not unclear.say(Resolution.NOT_DONE)
    unclear.saw(PortalState.DRAFT, reference_found=True, matches=1)
    with pytest.raises(BusinessError) as refusal:
        unclear.confirm()
    assert (refusal.value.code, unclear.attempt.state) == ("task.portal_shows_it", AttemptState.SUBMITTING)


# I take over


def test_who_takes_over_takes_it_from_every_bot_until_a_look_finds_it(stopped: Stuck) -> None:
    assert stopped.say(Resolution.TAKE_OVER)
    assert (stopped.attempt.state, stopped.attempt.taken_over_by) == (AttemptState.SUBMITTING, "marek.hansen")
    with stopped.company.store.change(TENANT, SYSTEM) as work:
        assert claim(work, stopped.slice, 1, _LASTS, stopped.wall) is None
    for minutes_ago in (3, 2, 1):
        stopped.saw(minutes_ago=-minutes_ago)
    stopped.wall += timedelta(minutes=10)
    assert judged(stopped) is Finding.PERSON, "silence proves nothing while a person is at it"
    stopped.saw(PortalState.EXECUTED, reference_found=True, matches=1)
    assert judged(stopped) is Finding.EXECUTED


def test_a_bot_that_holds_the_claim_lets_nothing_out_once_it_is_taken_over(company: Company, bank_login: None) -> None:
    slice_id = armed_payment(company)
    with company.store.change(TENANT, SYSTEM) as work:
        claimed = claim(work, slice_id, 1, timedelta(), _WALL)
    assert claimed is not None and claimed.claim_token is not None
    stuck = Stuck(company, slice_id, task_about(company, slice_id))
    assert stuck.say(Resolution.TAKE_OVER)
    with company.store.change(TENANT, SYSTEM) as work:
        assert not mark_sent(work, slice_id, 1, claimed.claim_token, _WALL - timedelta(seconds=1))


def test_who_took_it_over_does_not_attest_it_alone(stopped: Stuck) -> None:
    stopped.limit("10000")
    stopped.say(Resolution.TAKE_OVER)
    again = Stuck(stopped.company, stopped.slice, task_about(stopped.company, stopped.slice))
    assert not again.say(Resolution.DONE)
    again.confirm()
    assert again.attempt.state is AttemptState.EXECUTED


# cancel


def test_what_was_never_claimed_is_given_up_by_one_person(stopped: Stuck) -> None:
    assert stopped.say(Resolution.CANCEL)
    assert intent(stopped.company, stopped.slice).state == "cancelled"


def test_what_was_sent_is_given_up_only_by_two_or_with_the_portals_silence(unclear: Stuck) -> None:
    assert not unclear.say(Resolution.CANCEL)
    assert intent(unclear.company, unclear.slice).state == "open"
    unclear.confirm("karl.lindqvist")
    assert intent(unclear.company, unclear.slice).state == "cancelled"


@pytest.mark.parametrize("resolution", [Resolution.DONE, Resolution.NOT_DONE, Resolution.TAKE_OVER])
def test_about_a_try_that_is_over_there_is_nothing_to_say(unclear: Stuck, resolution: Resolution) -> None:
    unclear.saw(PortalState.EXECUTED, reference_found=True, matches=1)
    task = unclear.task
    assert judged(unclear) is Finding.EXECUTED
    assert unclear.found.state == "resolved", "the question is settled by what the portal shows"
    unclear.task = task_about(unclear.company, unclear.slice)
    assert unclear.task != task
    assert unclear.refused(resolution) == "attempt.ended"


def judged(stuck: Stuck) -> Finding:
    with stuck.company.store.change(TENANT, SYSTEM) as work:
        assert intent_of(work.connection, TENANT, stuck.slice)
        return judge(work, stuck.slice, 1, _SETTLE, stuck.wall).finding

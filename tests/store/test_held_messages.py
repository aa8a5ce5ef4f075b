"""Messages that can wait come at the hour that people chose, in one; alarms at once; what is over not at all."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time

import pytest

from activities.mailing import Mailing
from models.approval import Outcome
from models.errors import BusinessError
from models.message import DeliveryFailed, Notice
from models.party import Role
from models.target import Amounts, MessagePolicy, MessageTimes
from models.task import Resolution, TaskContent
from notifications.render import render
from store.approval_answers import record_decision
from store.approvals import request_of, settle_request
from store.held_messages import set_times
from store.notices import is_sent
from store.outbox import undelivered
from store.targets import set_policy
from store.tasks import Task, TaskSubject, open_task, open_tasks, task_of
from store.unfinished import unfinished
from store.vault import Vault
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("N1")
AYSE = "Ayşe Kaya"
EVENING, MORNING = datetime(2026, 11, 2, 21, tzinfo=UTC), datetime(2026, 11, 3, 7, tzinfo=UTC)
QUIET = MessageTimes(quiet_from=time(20), quiet_until=time(8))
"""In Berlin: until 7 o'clock UTC."""


@dataclass
class Post:
    down: bool = False
    taken: list[tuple[str, str, str]] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        if self.down:
            raise DeliveryFailed("busy")
        rendered = render(notice.template, notice.language, {**notice.values, "recipient_name": notice.recipient_name})
        self.taken.append((notice.template, notice.recipient_name, f"{rendered.title}\n{rendered.text}"))

    def of(self, name: str) -> list[str]:
        return [template for template, recipient, _ in self.taken if recipient == name]


@dataclass
class Night:
    """Ayşe has chosen when her messages come; it is evening."""

    company: Company
    post: Post = field(default_factory=Post)

    @property
    def mailing(self) -> Mailing:
        return Mailing(self.company.store, Vault.of(bytes(32)), self.post, "http://console.example")

    def choose(self, times: MessageTimes, person: str = "ayse.kaya", zone: str = "") -> None:
        set_times(self.company.store, signed_in(self.company.store, person), times, zone)

    def ask(self) -> str:
        request = self.company.pending(self.company.file()).request.id
        self.mailing.ask_for_approval(TENANT, request, 1)
        return request

    def morning(self) -> None:
        """What the workflow does when the hour has come."""
        self.company.clock.now = MORNING
        self.mailing.send_held(TENANT, "ayse.kaya", MORNING)

    def decide(self, request: str, person: str = "ayse.kaya") -> None:
        store = self.company.store
        with store.read() as view:
            digest = request_of(view, TENANT, request).request.digest
        record_decision(store, signed_in(store, person), request, Outcome.APPROVE, "", digest)
        with store.change(TENANT, SYSTEM) as work:
            settle_request(work, request)

    def task(self, kind: str) -> Task:
        content = TaskContent(title="Look", message="It is stuck.", resolutions=(Resolution.NOTED,))
        subject = TaskSubject(kind=kind, subject_kind="portal", subject_id="bank", workflow="")
        with self.company.store.change(TENANT, SYSTEM) as work:
            return task_of(work.connection, TENANT, open_task(work, subject, Role.COST_CENTRE_OWNER, content, None))

    def waiting(self) -> list[str]:
        """The workflows that are to send what is held."""
        with self.company.store.read() as view:
            return [each.workflow_id for each in undelivered(view) if each.workflow == "HeldMessages"]


@pytest.fixture
def night(company: Company) -> Night:
    made = Night(company)
    made.choose(QUIET)
    company.clock.now = EVENING
    return made


def test_in_quiet_hours_a_message_is_held_until_they_end_and_then_sent_once(night: Night) -> None:
    night.ask()
    assert night.post.of(AYSE) == []
    assert night.waiting() == ["main/held-messages/ayse.kaya.20261103T070000"]
    night.mailing.send_held(TENANT, "ayse.kaya", MORNING)
    assert night.post.of(AYSE) == [], "it is still night"
    night.morning()
    night.morning()
    assert night.post.of(AYSE) == ["approval_wanted"]


def test_several_come_in_one_message_that_names_each_and_holds_one_link(night: Night) -> None:
    for _ in range(3):
        night.ask()
    night.morning()
    [(template, _, text)] = [each for each in night.post.taken if each[1] == AYSE]
    assert (template, text.splitlines()[0]) == ("digest", "3 things wait for you")
    assert all(f"PR-2026-000{number}" in text for number in (1, 2, 3))
    assert text.count("EUR 2,405.40") == 3
    assert text.count("http") == 1


def test_an_alarm_breaks_through_and_an_ordinary_task_does_not(night: Night) -> None:
    night.mailing.announce_task(TENANT, night.task("stuck"))
    assert night.post.of(AYSE) == []
    night.mailing.announce_task(TENANT, night.task("cut_off_near"))
    assert night.post.of(AYSE) == ["task_opened"]


def test_what_is_an_alarm_is_the_companys_choice(night: Night) -> None:
    boss = signed_in(night.company.store, "oliver.stein")
    set_policy(night.company.store, boss, MessagePolicy(urgent_tasks=("stuck",)))
    night.mailing.announce_task(TENANT, night.task("cut_off_near"))
    assert night.post.of(AYSE) == []
    night.mailing.announce_task(TENANT, night.task("stuck"))
    assert night.post.of(AYSE) == ["task_opened"]


def test_what_was_decided_or_settled_over_night_is_not_asked_for_any_more(night: Night) -> None:
    night.decide(night.ask())
    open_still = night.ask()
    night.morning()
    [(template, _, text)] = [each for each in night.post.taken if each[1] == AYSE]
    assert (template, open_still in text) == ("approval_wanted", True)


def test_a_reminder_of_what_the_same_message_asks_for_is_left_out(night: Night) -> None:
    request = night.ask()
    night.mailing.remind(TENANT, request, 1, "ayse.kaya", 1)
    night.morning()
    assert night.post.of(AYSE) == ["approval_wanted"]


def test_what_is_decided_is_not_reminded_of(night: Night) -> None:
    request = night.ask()
    night.decide(request)
    night.choose(MessageTimes())
    night.mailing.remind(TENANT, request, 1, "ayse.kaya", 1)
    assert night.post.of(AYSE) == []


def test_decided_by_somebody_else_takes_the_place_of_the_open_reminder(night: Night) -> None:
    """Mara asked, Ayşe decided at night: in the morning Mara reads one answer."""
    night.choose(QUIET, "mara.voss")
    request = night.ask()
    night.decide(request)
    night.mailing.tell_answer(TENANT, request)
    night.company.clock.now = MORNING
    night.mailing.send_held(TENANT, "mara.voss", MORNING)
    night.morning()
    assert (night.post.of("Mara Voss"), night.post.of(AYSE)) == (["approval_decided"], [])


def test_a_digest_comes_at_the_persons_hour_in_their_zone(night: Night) -> None:
    night.choose(MessageTimes(digest_at=time(9)), zone="Asia/Shanghai")
    night.ask()
    assert night.waiting()[-1].endswith("ayse.kaya.20261103T010000")


def test_a_digest_that_does_not_leave_is_tried_again_whole_and_comes_once(night: Night) -> None:
    for _ in range(2):
        night.ask()
    night.post.down = True
    with pytest.raises(DeliveryFailed):
        night.morning()
    night.post.down = False
    night.morning()
    night.morning()
    assert night.post.of(AYSE) == ["digest"]


def test_a_digest_that_arrives_nowhere_is_told_to_the_administrators_and_nothing_of_it_counts_as_sent(
    night: Night,
) -> None:
    for _ in range(2):
        night.ask()
    night.post.down = True
    with pytest.raises(DeliveryFailed):
        night.morning()
    night.morning()
    with night.company.store.read() as view:
        assert "person_unreachable" in [task.kind for task in open_tasks(view, TENANT)]
        assert not is_sent(view, TENANT, "AP-2026-0001.1.ayse.kaya")
        assert [each for each in unfinished(view) if each.workflow == "HeldMessages"] == []


def test_what_is_held_is_taken_up_again_by_a_server_that_forgot_it(night: Night) -> None:
    night.ask()
    with night.company.store.read() as view:
        [held] = [each for each in unfinished(view) if each.workflow == "HeldMessages"]
    assert [held.workflow_id] == night.waiting()
    night.morning()
    with night.company.store.read() as view:
        assert [each for each in unfinished(view) if each.workflow == "HeldMessages"] == []


def test_a_digest_says_no_amount_where_none_may_stand(night: Night) -> None:
    policy = MessagePolicy(amounts=Amounts.NOWHERE)
    set_policy(night.company.store, signed_in(night.company.store, "oliver.stein"), policy)
    for _ in range(2):
        night.ask()
    night.morning()
    [(template, _, text)] = [each for each in night.post.taken if each[1] == AYSE]
    assert (template, text.splitlines()[0]) == ("waits_for_you", "Several things wait for you (2)")
    assert "2,405" not in text


def test_an_unknown_zone_is_refused(night: Night) -> None:
    with pytest.raises(BusinessError, match="Europe/Kiel is no time zone"):
        night.choose(QUIET, zone="Europe/Kiel")

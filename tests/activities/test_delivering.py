"""A message goes to the first place that takes it; what became of it everywhere is on record."""

from dataclasses import dataclass, field, replace

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from activities.delivering import UNREACHABLE
from activities.mailing import Mailing
from installation import Installation
from models.errors import BusinessError
from models.message import DeliveryFailed, NotConfigured, NotDeliverable, Notice
from models.party import Role
from models.target import MAIL, Amounts, MessagePolicy, Target
from models.task import Resolution, TaskContent, TaskDetail
from notifications.render import render
from store.notices import is_sent, last_deliveries
from store.outbox import undelivered
from store.people import SignedIn
from store.schema.audit import audit_body
from store.schema.messages import message_target
from store.targets import add_target, hide_amounts, policy_of, put_first, remove_target, set_policy, targets_of
from store.tasks import Task, TaskSubject, open_task, open_tasks, task_of
from store.unit_of_work import Store
from store.vault import Vault
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("N1")
TENANT = "main"
IBAN = "DE89370400440532013000"


class AnyAddress:
    """Takes every address; what it may be is the business of `notifications.services`."""

    def check(self, address: SecretStr) -> str:
        return "ntfy"


@dataclass
class Post:
    """Keeps what arrived by where it went; `failing` says what happens at a place."""

    failing: dict[str, DeliveryFailed] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    arrived: list[tuple[str, str]] = field(default_factory=list)

    def send(self, notice: Notice) -> None:
        place = notice.address.get_secret_value() if notice.address else notice.recipient_email
        self.tried.append(place)
        if place in self.failing:
            raise self.failing[place]
        text = render(notice.template, notice.language, {**notice.values, "recipient_name": notice.recipient_name})
        self.arrived.append((place, f"{text.title}\n{text.text}"))


@dataclass
class Office:
    """Sofia, a treasurer, with places for her messages; Marek is the other treasurer."""

    house: Installation
    post: Post = field(default_factory=Post)

    @property
    def store(self) -> Store:
        return self.house.store

    @property
    def sofia(self) -> SignedIn:
        return signed_in(self.store, "sofia.brandt")

    @property
    def mailing(self) -> Mailing:
        return Mailing(self.store, self.house.vault, self.post, "http://console.example")

    def add(self, name: str, address: str, hides: bool = False) -> Target:
        return add_target(self.store, self.house.vault, AnyAddress(), self.sofia, name, SecretStr(address), hides)

    def task(self, about: str = "P-1") -> Task:
        content = TaskContent(
            title=f"Pay 4,414.90 EUR to {IBAN}",
            message="The bank says 4,414.90 EUR.",
            details=(TaskDetail(label="IBAN", expected=IBAN, actual="-"),),
            resolutions=(Resolution.NOTED,),
        )
        subject = TaskSubject(kind="stuck", subject_kind="intent", subject_id=about, workflow="")
        with self.store.change(TENANT, SYSTEM) as work:
            return task_of(work.connection, TENANT, open_task(work, subject, Role.TREASURER, content, None))

    def announce(self, task: Task) -> None:
        self.mailing.announce_task(TENANT, task)

    def sofias(self) -> list[str]:
        return [place for place in self.post.tried if "marek" not in place]

    def about_unreachable(self) -> list[Task]:
        with self.store.read() as view:
            return [task for task in open_tasks(view, TENANT) if task.kind == UNREACHABLE]


@pytest.fixture
def office(installation: Installation) -> Office:
    return Office(installation)


MAILBOX = "sofia.brandt@lindqvist.example"


def test_the_first_place_has_the_message_and_no_other(office: Office) -> None:
    phone = office.add("Phone", "phone")
    task = office.task()
    office.announce(task)
    assert office.sofias() == [MAILBOX]
    put_first(office.store, office.sofia, phone.id)
    office.announce(task)
    assert office.sofias() == [MAILBOX], "it has arrived"
    office.announce(office.task("P-2"))
    assert office.sofias() == [MAILBOX, "phone"]


def test_given_a_place_fails_twice_the_next_has_the_message_and_both_results_are_kept(office: Office) -> None:
    phone = office.add("Phone", "phone")
    put_first(office.store, office.sofia, phone.id)
    office.post.failing = {"phone": DeliveryFailed("no answer")}
    task = office.task()
    with pytest.raises(DeliveryFailed, match="Sofia Brandt: no answer"):
        office.announce(task)
    office.announce(task)
    office.announce(task)
    assert office.sofias() == ["phone", "phone", MAILBOX]
    with office.store.read() as view:
        results = last_deliveries(view, TENANT, "sofia.brandt")
        assert is_sent(view, TENANT, f"{task.id}.sofia.brandt")
    assert {target: (each.state, each.tries, each.problem) for target, each in results.items()} == {
        phone.id: ("failed", 2, "no answer"),
        MAIL: ("sent", 1, ""),
    }
    assert office.about_unreachable() == []


def test_what_no_try_will_help_goes_to_the_next_place_at_once(office: Office) -> None:
    put_first(office.store, office.sofia, office.add("Phone", "phone").id)
    office.post.failing = {"phone": NotDeliverable("web.example leads to 10.0.0.1, which is inside.")}
    office.announce(office.task())
    assert office.sofias() == ["phone", MAILBOX]


def test_a_try_that_worked_after_a_failure_is_not_repeated_elsewhere(office: Office) -> None:
    office.add("Phone", "phone")
    task = office.task()
    office.post.failing = {MAILBOX: DeliveryFailed("busy")}
    with pytest.raises(DeliveryFailed):
        office.announce(task)
    office.post.failing = {}
    office.announce(task)
    assert office.sofias() == [MAILBOX, MAILBOX]


def test_when_every_place_fails_the_administrators_get_one_task_until_a_message_arrives(office: Office) -> None:
    office.add("Phone", "phone")
    office.post.failing = {"phone": NotDeliverable("unknown topic"), MAILBOX: NotDeliverable("550 no such user")}
    office.announce(office.task())
    [alarm] = office.about_unreachable()
    assert (alarm.owner_role, alarm.content.title) == (Role.ADMINISTRATOR, "No message reaches Sofia Brandt")
    assert "E-mail: 550 no such user\nPhone: unknown topic" in alarm.content.message
    with office.store.read() as view:
        assert [each.workflow for each in undelivered(view)] == ["Announcement"]
    office.post.failing = {}
    office.announce(office.task("P-2"))
    assert office.about_unreachable() == []


def test_when_the_administrators_are_not_reached_either_there_is_no_end_of_tasks(office: Office) -> None:
    administrator = "oliver.stein@lindqvist.example"
    office.post.failing = {each: NotDeliverable("550") for each in (MAILBOX, administrator)}
    office.announce(office.task())
    [alarm] = office.about_unreachable()
    office.announce(alarm)
    assert administrator in office.post.tried
    assert office.about_unreachable() == [alarm]


def test_where_the_house_sends_no_mail_nobody_is_called_unreachable_and_own_services_work(office: Office) -> None:
    office.post.failing = {each: NotConfigured("no mail") for each in (MAILBOX, "marek.hansen@lindqvist.example")}
    office.announce(office.task())
    assert office.about_unreachable() == []
    office.add("Phone", "phone")
    office.announce(office.task("P-2"))
    assert [place for place, _ in office.post.arrived] == ["phone"]


@pytest.mark.parametrize(
    ("policy", "own_choice", "mail_says", "phone_says"),
    [
        (Amounts.EVERYWHERE, False, True, True),
        (Amounts.EVERYWHERE, True, True, False),
        (Amounts.IN_MAIL, False, True, False),
        (Amounts.NOWHERE, False, False, False),
    ],
)
def test_amounts_and_accounts_stand_only_where_policy_and_person_let_them(
    office: Office, policy: Amounts, own_choice: bool, mail_says: bool, phone_says: bool
) -> None:
    set_policy(office.store, signed_in(office.store, "oliver.stein"), MessagePolicy(amounts=policy))
    phone = office.add("Phone", "phone", own_choice)
    office.announce(office.task())
    put_first(office.store, office.sofia, phone.id)
    office.announce(office.task("P-2"))
    said = {place: text for place, text in office.post.arrived if "marek" not in place}
    for place, says in ((MAILBOX, mail_says), ("phone", phone_says)):
        assert ("4,414.90" in said[place], IBAN in said[place]) == (says, says)
        assert "http://console.example/tasks/" in said[place]


def test_only_administrators_and_directors_set_what_messages_may_say(office: Office) -> None:
    with pytest.raises(BusinessError, match="may not do this"):
        set_policy(office.store, office.sofia, MessagePolicy(amounts=Amounts.NOWHERE))
    with office.store.read() as view:
        assert policy_of(view, TENANT).amounts is Amounts.EVERYWHERE


def test_an_address_is_sealed_and_stands_in_no_row_and_no_audit_entry(office: Office) -> None:
    added = office.add("Phone", "ntfys://ntfy.sh/canary-77x")
    office.post.failing = {"ntfys://ntfy.sh/canary-77x": NotDeliverable("no")}
    put_first(office.store, office.sofia, added.id)
    office.announce(office.task())
    with office.store.read() as view:
        kept = [str(row) for row in (*view.execute(select(message_target)), *view.execute(select(audit_body)))]
    assert "canary" not in "".join(kept)
    assert office.sofias()[0] == "ntfys://ntfy.sh/canary-77x"


def test_an_address_that_no_key_opens_leaves_the_message_to_the_next_place(office: Office) -> None:
    put_first(office.store, office.sofia, office.add("Phone", "phone").id)
    mailing = replace(office.mailing, vault=Vault.of(b"x" * 32))
    mailing.announce_task(TENANT, office.task())
    assert office.sofias() == [MAILBOX]


def test_a_test_message_tries_one_place_once_and_says_what_became_of_it(office: Office) -> None:
    phone = office.add("Phone", "phone")
    office.post.failing = {"phone": DeliveryFailed("no answer")}
    office.mailing.test_target(TENANT, "sofia.brandt", phone.id, "test.1")
    office.mailing.test_target(TENANT, "sofia.brandt", MAIL, "test.2")
    office.mailing.test_target(TENANT, "sofia.brandt", "gone", "test.3")
    assert office.post.tried == ["phone", MAILBOX]
    with office.store.read() as view:
        results = last_deliveries(view, TENANT, "sofia.brandt")
    assert (results[phone.id].problem, results[MAIL].problem) == ("no answer", "")
    assert "http://console.example/account" in office.post.arrived[0][1]


def test_places_are_few_named_apart_and_the_mailbox_stays(office: Office) -> None:
    added = [office.add(f"Phone {number}", "x") for number in range(3)]
    for name, code in (("Phone 3", "target.too_many"), (" ", "target.name"), ("x" * 61, "target.name")):
        with pytest.raises(BusinessError) as refused:
            office.add(name, "x")
        assert refused.value.code == code
    for target, code in ((MAIL, "target.mail"), ("gone", "target.unknown")):
        with pytest.raises(BusinessError) as refused:
            remove_target(office.store, office.sofia, target)
        assert refused.value.code == code
    remove_target(office.store, office.sofia, added[1].id)
    hide_amounts(office.store, office.sofia, MAIL, hidden=True)
    with pytest.raises(BusinessError, match="Give it another name"):
        office.add("Phone 0", "x")
    with office.store.read() as view:
        known = targets_of(view, TENANT, "sofia.brandt")
        assert targets_of(view, TENANT, "marek.hansen") == (Target(id=MAIL, name="E-mail", service=""),)
    assert [(each.name, each.hides_amounts) for each in known] == [
        ("E-mail", True),
        ("Phone 0", False),
        ("Phone 2", False),
    ]


def test_nobody_changes_the_places_of_others(office: Office) -> None:
    phone = office.add("Phone", "phone")
    marek = signed_in(office.store, "marek.hansen")
    for change in (put_first, remove_target):
        with pytest.raises(BusinessError, match="None of your places"):
            change(office.store, marek, phone.id)

"""What was decided reaches whoever asked, and whoever was asked learns that nothing is left to do."""

import pytest

from activities.mailing import Mailing
from models.approval import Outcome
from models.message import Notice
from notifications.render import render
from store.approval_answers import record_decision
from store.approvals import request_of, settle_request
from store.vault import Vault
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("N1", "A11")


class Post:
    """Every message, put into words."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str, str]] = []

    def send(self, notice: Notice) -> None:
        values = {**notice.values, "recipient_name": notice.recipient_name}
        rendered = render(notice.template, notice.language, values)
        self.taken.append((notice.template, notice.recipient_name, rendered.text))

    def told(self) -> dict[str, str]:
        """The text of each answer by who got it."""
        return {name: text for template, name, text in self.taken if template == "approval_decided"}


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def mailing(company: Company, post: Post) -> Mailing:
    return Mailing(company.store, Vault.of(bytes(32)), post, "http://console.example")


def decide(company: Company, person: str, request: str, outcome: Outcome, comment: str = "") -> None:
    with company.store.read() as view:
        digest = request_of(view, TENANT, request).request.digest
    record_decision(company.store, signed_in(company.store, person), request, outcome, comment, digest)
    with company.store.change(TENANT, SYSTEM) as work:
        settle_request(work, request)


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome.APPROVE, "Ayşe Kaya has approved your purchase."),
        (Outcome.REJECT, "Ayşe Kaya has rejected your purchase."),
        (Outcome.SEND_BACK, "Ayşe Kaya has sent back your purchase. Change or explain it, then send it again."),
    ],
)
def test_whoever_asked_is_told_the_answer_once(
    company: Company, mailing: Mailing, post: Post, outcome: Outcome, said: str
) -> None:
    request = company.pending(company.file()).request.id
    decide(company, "ayse.kaya", request, outcome, "Because.")
    mailing.tell_answer(TENANT, request)
    mailing.tell_answer(TENANT, request)
    assert len(post.taken) == 1
    text = post.told()["Mara Voss"]
    assert said in text
    assert "Because." in text


def test_whoever_was_asked_and_did_not_answer_is_told_that_nothing_is_left_to_do(
    company: Company, mailing: Mailing, post: Post
) -> None:
    request = company.pending(releasing(company)).request.id
    mailing.ask_for_approval(TENANT, request, 1)
    asked = {name for template, name, _ in post.taken if template == "approval_wanted"}
    assert {"Sofia Brandt", "Marek Hansen"} <= asked
    decide(company, "sofia.brandt", request, Outcome.APPROVE)
    mailing.tell_answer(TENANT, request)
    told = post.told()
    assert told.keys() == asked - {"Sofia Brandt"}
    text = told["Marek Hansen"]
    assert "Sofia Brandt has approved the payment that you were asked about. Nothing is left for you to do." in text


def test_of_what_was_sent_back_only_the_requester_hears(company: Company, mailing: Mailing, post: Post) -> None:
    request = company.pending(company.file()).request.id
    mailing.ask_for_approval(TENANT, request, 1)
    decide(company, "ayse.kaya", request, Outcome.SEND_BACK, "Which project?")
    mailing.tell_answer(TENANT, request)
    assert post.told().keys() == {"Mara Voss"}

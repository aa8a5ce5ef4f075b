"""A question reaches everybody who may answer it, each once."""

import pytest

from activities.asking import Asking, Question
from activities.mailing import Mailing
from installation import Installation
from models.message import DeliveryFailed, Notice
from models.party import Role
from models.task import Resolution
from store.tasks import TaskSubject

_SOFIA, _MAREK = "sofia.brandt@lindqvist.example", "marek.hansen@lindqvist.example"
_QUESTION = Question(
    tenant="main",
    case="",
    subject=TaskSubject(kind="stuck", subject_kind="statement_request", subject_id="ST-1", workflow="main/statement/1"),
    owner=Role.TREASURER,
    title="The statement cannot go on",
    message="It does not add up.",
    resolutions=(Resolution.TRY_AGAIN,),
)


class Post:
    """Keeps what it takes; `refuses` have no mailbox."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refuses: set[str] = set()

    def send(self, notice: Notice) -> None:
        if notice.recipient_email in self.refuses:
            raise DeliveryFailed("no such mailbox")
        self.taken.append(notice.recipient_email)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def asking(installation: Installation, post: Post) -> Asking:
    return Asking(installation.store, Mailing(installation.store, installation.vault, post, "http://console.example"))


def test_everybody_with_the_role_is_told_and_a_repetition_tells_nobody_again(asking: Asking, post: Post) -> None:
    task = asking.ask_person(_QUESTION)
    asking.announce_task(task)
    asking.announce_task(task)
    assert sorted(post.taken) == [_MAREK, _SOFIA]


def test_given_one_mailbox_refuses_the_others_are_told_and_the_failure_comes_up(asking: Asking, post: Post) -> None:
    task = asking.ask_person(_QUESTION)
    post.refuses = {_MAREK}
    with pytest.raises(DeliveryFailed, match="Marek Hansen"):
        asking.announce_task(task)
    assert post.taken == [_SOFIA]
    post.refuses = set()
    asking.announce_task(task)
    assert post.taken == [_SOFIA, _MAREK]


def test_asking_the_same_again_while_it_is_open_is_the_same_task(asking: Asking) -> None:
    assert asking.ask_person(_QUESTION) == asking.ask_person(_QUESTION)


def test_a_question_that_is_too_long_for_a_task_is_cut_instead_of_lost(asking: Asking) -> None:
    long = _QUESTION.model_copy(update={"title": "t" * 5000, "message": "m" * 50_000})
    answer = asking.read_answer(asking.ask_person(long))
    assert (answer.is_open, answer.resolution) == (True, None)

"""What a person has to sort out before a case can go on."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from models.base import Model


class Resolution(StrEnum):
    ACCEPT_VARIANCE = "accept_variance"
    NOT_A_DUPLICATE = "not_a_duplicate"
    REJECT = "reject"
    SEND_BACK = "send_back"
    CORRECT = "correct"
    WAIT = "wait"
    TRY_AGAIN = "try_again"
    LOOK_AGAIN = "look_again"
    DONE = "done"
    """It was carried out on the portal, and here is proof."""
    NOT_DONE = "not_done"
    """It was not carried out, and a further attempt is safe."""
    TAKE_OVER = "take_over"
    """A person carries it out; the bot only looks from then on."""
    CANCEL = "cancel"
    RUN_NOW = "run_now"
    NOTED = "noted"


class Proof(Model):
    """What a person shows for their word: text, a stored file, or both."""

    text: str = Field(default="", max_length=2000)
    sha256: str = ""
    """Of a file in the file store."""
    file_name: str = ""
    media_type: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text.strip() and not self.sha256


class Proposal(Model):
    """An answer that counts once a second person confirms it."""

    resolution: Resolution
    comment: str
    proof: Proof
    person: str
    proposed_at: datetime
    because: tuple[str, ...]
    """Why one person is not enough."""


class TaskDetail(Model):
    """One line of the task's explanation, e.g. the approved and the shown account."""

    label: str
    expected: str = ""
    actual: str = ""


class TaskContent(Model):
    title: str
    message: str
    """What happened and what is needed, in a clerk's words."""
    details: tuple[TaskDetail, ...] = ()
    resolutions: tuple[Resolution, ...]
    screenshot: str = ""
    """SHA-256 of a picture in the file store."""

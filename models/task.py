"""What a person has to sort out before a case can go on."""

from enum import StrEnum

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
    CANCEL = "cancel"
    NOTED = "noted"


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

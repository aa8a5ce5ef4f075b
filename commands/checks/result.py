"""What a check says: the state, what was found, and what to do about it."""

import re
from enum import StrEnum

from pydantic import field_validator

from models.base import Model

_SIGN_IN_OF_ADDRESS = re.compile(r"//[^/?#@\s]*@")


class CheckKind(StrEnum):
    SETTINGS = "settings"
    CLOCK = "clock"
    HOME = "home"
    DISK = "disk"
    KEYS = "keys"
    DATABASE = "database"
    AUDIT = "audit"
    LOGIN = "login"
    MESSAGES = "messages"
    TASKS = "tasks"
    TEMPORAL = "temporal"
    QUEUE = "queue"
    WORKER = "worker"
    """Right for the machine of a worker alone, so that it is looked at only where it is asked for."""
    PORTAL = "portal"
    MAIL = "mail"
    CONSOLE = "console"
    CHROMIUM = "chromium"
    FONTS = "fonts"


DEFAULT_KINDS = tuple(kind for kind in CheckKind if kind is not CheckKind.WORKER)


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """Works, with less than it should have."""
    BROKEN = "broken"


class Check(Model):
    name: str
    """What was looked at, e.g. `database` or `queue.flows`; what stands before the dot is the name of the kind."""
    state: State
    found: str
    remedy: str = ""
    """What to do; empty where all is well."""

    @field_validator("found", "remedy")
    @classmethod
    def _names_no_password(cls, text: str) -> str:
        return _SIGN_IN_OF_ADDRESS.sub("//***@", text)

    @property
    def kind(self) -> CheckKind:
        return CheckKind(self.name.partition(".")[0])


def ok(name: str, found: str) -> Check:
    return Check(name=name, state=State.OK, found=found)


def warning(name: str, found: str, remedy: str) -> Check:
    return Check(name=name, state=State.WARNING, found=found, remedy=remedy)


def broken(name: str, found: str, remedy: str) -> Check:
    return Check(name=name, state=State.BROKEN, found=found, remedy=remedy)

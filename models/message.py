"""A message to a person, before it is put into words; the protocol through which activities send it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import Field

from models.base import Model

_FILE_NAME_PATTERN = r'^[^\x00-\x1f\x7f"\\/]{1,120}$'


class Attachment(Model):
    """A file that goes with a message. An empty file is refused: services drop it without a word."""

    name: str = Field(pattern=_FILE_NAME_PATTERN)
    media_type: str = Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$")
    content: bytes = Field(min_length=1, repr=False)


@dataclass(frozen=True)
class Notice:
    """What to tell whom: a template's name and the nouns it is filled with."""

    template: str
    recipient_name: str
    recipient_email: str
    language: str
    values: Mapping[str, Any]
    attachments: tuple[Attachment, ...] = ()


class DeliveryFailed(Exception):
    """The message was not accepted, or nobody can say whether it was. Trying again is safe: at worst it comes twice."""


class NotConfigured(DeliveryFailed):
    """Nobody has set where messages go; trying again does not help."""


class Notifier(Protocol):
    def send(self, notice: Notice) -> None:
        """Blocks until the message was handed over. Raises DeliveryFailed."""

"""A message to a person, before it is put into words; the protocol through which activities send it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from models.base import Model


class Attachment(Model):
    name: str
    media_type: str
    content: bytes


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
    """The message did not leave; its text says why, without secrets."""


class NotConfigured(DeliveryFailed):
    """Nobody has set where messages go; trying again does not help."""


class Notifier(Protocol):
    def send(self, notice: Notice) -> None:
        """Blocks until the message was handed over. Raises DeliveryFailed."""

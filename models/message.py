"""A message to a person, before it is put into words; the protocol through which activities send it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import Field, SecretStr

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
    address: SecretStr | None = None
    """The service of the recipient's own that it goes to; None: their e-mail address, by the house's mail server."""


class DeliveryFailed(Exception):
    """The message was not accepted, or nobody can say whether it was. Trying again is safe: at worst it comes twice."""


class NotDeliverable(DeliveryFailed):
    """It will not arrive there, however often it is tried."""


class NotConfigured(NotDeliverable):
    """Nobody has set where messages go; trying again does not help."""


class Notifier(Protocol):
    def send(self, notice: Notice) -> None:
        """Blocks until the message was handed over. Raises DeliveryFailed, NotDeliverable where no try will help."""


class ServiceAddresses(Protocol):
    def check(self, address: SecretStr) -> str:
        """What the service of a person's own is called, e.g. "ntfy". Nothing is sent.

        Raises BusinessError `target.*` for an address that nothing can be sent to, or that leads inside the house.
        """

"""Puts a notice into words and hands it to the service that carries it."""

from dataclasses import dataclass

from models.message import DeliveryFailed, NotConfigured, Notice
from notifications.message import Message
from notifications.render import render
from notifications.sender import Sender


@dataclass(frozen=True)
class AppriseNotifier:
    """A `models.message.Notifier` over one Apprise address."""

    sender: Sender

    def send(self, notice: Notice) -> None:
        rendered = render(notice.template, notice.language, {**notice.values, "recipient_name": notice.recipient_name})
        try:
            self.sender.send(
                Message(
                    recipient_name=notice.recipient_name,
                    recipient_email=notice.recipient_email,
                    language=notice.language,
                    title=rendered.title,
                    body_text=rendered.text,
                    body_html=rendered.html,
                    attachments=notice.attachments,
                )
            )
        except ValueError as error:
            raise DeliveryFailed(
                f"{notice.template} for {notice.recipient_name!r} cannot be written: {error}"
            ) from error


class SilentNotifier:
    """Where no address for messages is set: says so for every message, and the inbox is all there is."""

    def send(self, notice: Notice) -> None:
        raise NotConfigured("No address for messages is set (TALLYWRIGHT_NOTIFY_URL).")

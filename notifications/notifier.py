"""Puts a notice into words and hands it to the service that carries it."""

from dataclasses import dataclass

from models import message
from notifications.message import Attachment, Message
from notifications.render import render
from notifications.sender import DeliveryFailed, Sender


@dataclass(frozen=True)
class AppriseNotifier:
    """A `models.message.Notifier` over one Apprise address."""

    sender: Sender

    def send(self, notice: message.Notice) -> None:
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
                    attachments=tuple(
                        Attachment(name=file.name, media_type=file.media_type, content=file.content)
                        for file in notice.attachments
                    ),
                )
            )
        except DeliveryFailed as error:
            raise message.DeliveryFailed(str(error)) from error


class SilentNotifier:
    """Where no address for messages is set: says so for every message, and the inbox is all there is."""

    def send(self, notice: message.Notice) -> None:
        raise message.NotConfigured("No address for messages is set (TALLYWRIGHT_NOTIFY_URL).")

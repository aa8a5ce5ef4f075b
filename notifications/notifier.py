"""Puts a notice into words and hands it to the service that carries it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import SecretStr

from models.message import DeliveryFailed, NotConfigured, NotDeliverable, Notice
from models.task import TaskDetail
from notifications.egress import Network, guarded
from notifications.message import Message
from notifications.render import render
from notifications.sender import Sender
from notifications.services import service_at

_OWN_SERVICE_SECONDS = 15


@dataclass(frozen=True)
class AppriseNotifier:
    """A `models.message.Notifier`: mail by the house's own service, everything else by the recipient's."""

    mail: Sender | None
    """None where no address for messages is set: the inbox is all there is for whoever has no service."""
    inside: Sequence[Network] = ()
    """What people's own services may reach beside the internet."""
    task_words: Callable[[str, str], str] = lambda language, text: text
    """A task's English title or message in a language."""
    detail_words: Callable[[str, str], str] = lambda language, text: text
    """A label or a value of a task's list of differences in a language."""

    def send(self, notice: Notice) -> None:
        values = {**self._in_words(notice), "recipient_name": notice.recipient_name}
        rendered = render(notice.template, notice.language, values)
        try:
            message = Message(
                recipient_name=notice.recipient_name,
                recipient_email=notice.recipient_email,
                language=notice.language,
                title=rendered.title,
                body_text=rendered.text,
                body_html=rendered.html,
                attachments=notice.attachments,
            )
        except ValueError as error:
            problem = f"{notice.template} for {notice.recipient_name!r} cannot be written: {error}"
            raise NotDeliverable(problem) from error
        if notice.address is None:
            self._by_mail(message)
        else:
            self._by_service(notice.address, message)

    def _in_words(self, notice: Notice) -> dict[str, Any]:
        """The notice's values with its tasks, which are kept in English, in the recipient's language."""
        values, said = dict(notice.values), partial(self.task_words, notice.language)
        if "task" in values:
            task = values["task"]
            details = tuple(self._detail_in_words(notice.language, each) for each in task.details)
            said_all = {"title": said(task.title), "message": said(task.message), "details": details}
            values["task"] = task.model_copy(update=said_all)
        if "items" in values:
            values["items"] = [
                {**item, "title": said(item["title"])} if item["about"] == "task_opened" else item
                for item in values["items"]
            ]
        return values

    def _detail_in_words(self, language: str, detail: TaskDetail) -> TaskDetail:
        return TaskDetail(**{name: self.detail_words(language, said) for name, said in detail.model_dump().items()})

    def _by_mail(self, message: Message) -> None:
        if self.mail is None:
            raise NotConfigured("No address for messages is set (TALLYWRIGHT_NOTIFY_URL).")
        try:
            self.mail.send(message)
        except ValueError as error:
            raise DeliveryFailed(f"{message.title!r} cannot be sent: {error}") from error

    def _by_service(self, address: SecretStr, message: Message) -> None:
        """What the name leads to is looked up again: it may lead elsewhere than when it was stored."""
        inside = tuple(self.inside)
        service_at(address, inside)
        with guarded(inside):
            Sender(address.get_secret_value(), _OWN_SERVICE_SECONDS).send(message)

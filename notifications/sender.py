"""The one place that knows Apprise."""

import re
from urllib.parse import quote, unquote

from apprise import Apprise, AppriseAsset, NotifyFormat
from apprise.attachment.memory import AttachMemory
from apprise.exception import AppriseException
from apprise.plugins.base import NotifyBase
from apprise.result import AppriseResult, AppriseResultStatus

from models.message import Attachment, DeliveryFailed, NotDeliverable
from notifications.message import Message

RECIPIENT = "{email}"
_HIDDEN = "***"
_SHORTEST_SECRET = 4


class Sender:
    """Sends each message to its one recipient through the Apprise service at `url_template`.

    `{email}` in the template stands for the recipient's address. A plain local mail server without sign-in or TLS is
    `mailto://127.0.0.1:2525?from=tallywright@example.com&name=Tallywright&to={email}`. Safe to share between threads.
    """

    def __init__(self, url_template: str, timeout_seconds: float = 45) -> None:
        self._url_template = url_template
        self._asset = quiet_asset(timeout_seconds)

    def send(self, message: Message) -> None:
        """Blocks until the service has taken the message, `timeout_seconds` at most. Raises DeliveryFailed."""
        apprise, service = self._service_for(message)
        as_html = _carries_html_pages(service)
        result = apprise.notify(
            title=message.title,
            body=message.body_html if as_html else message.body_text,
            body_format=NotifyFormat.HTML if as_html else NotifyFormat.TEXT,
            attach=[self._in_memory(attachment) for attachment in message.attachments] or None,
        )
        if not result:
            raise DeliveryFailed(f"{_what(message)} was not delivered: {self._reason(result)}")

    def service_name(self) -> str:
        """What the messages go out by, e.g. "E-Mail". Raises DeliveryFailed when the address cannot be used."""
        _, service = self._accepted("somebody@example.com")
        return str(service.service_name)

    def _accepted(self, recipient_email: str) -> tuple[Apprise, NotifyBase]:
        apprise = Apprise(asset=self._asset)
        accepted = apprise.add(self._url_template.replace(RECIPIENT, quote(recipient_email, safe="")))
        if not accepted or len(apprise.services) != 1 or not isinstance(apprise.services[0], NotifyBase):
            raise NotDeliverable(
                "Apprise does not accept the notification address "
                f"({_service_name(self._url_template)}); it wants exactly one service such as "
                "mailto://mail.example:25?from=tallywright@example.com&to={email}"
            )
        return apprise, apprise.services[0]

    def _service_for(self, message: Message) -> tuple[Apprise, NotifyBase]:
        try:
            apprise, service = self._accepted(message.recipient_email)
        except NotDeliverable as error:
            raise NotDeliverable(f"{_what(message)} was not delivered: {error}") from None
        if message.attachments and not service.attachment_support:
            # Apprise would leave the files out and call it delivered.
            raise NotDeliverable(f"{_what(message)} was not delivered: {service.service_name} carries no attachments")
        return apprise, service

    def _in_memory(self, attachment: Attachment) -> AttachMemory:
        try:
            return AttachMemory(  # type: ignore[no-untyped-call]
                content=attachment.content, name=attachment.name, mimetype=attachment.media_type, asset=self._asset
            )
        except AppriseException as error:
            raise DeliveryFailed(f"attachment {attachment.name} ({attachment.media_type}): {error}") from None

    def _reason(self, result: AppriseResult) -> str:
        if result.status == AppriseResultStatus.TIMEOUT:
            return "the service did not answer in time; the message may have arrived all the same"
        said = "; ".join(dict.fromkeys(entry.message for entry in result.logs()))
        return _without(_secrets(self._url_template), said) or "the service gave no reason"


def quiet_asset(timeout_seconds: float = 45) -> AppriseAsset:
    """How Apprise is used here: it follows nobody and keeps nothing."""
    return AppriseAsset(
        app_id="Tallywright",
        app_desc="Tallywright",
        storage_mode="memory",
        # A redirect could carry a message, and the credentials in its address, to a server nobody configured.
        http_redirects=False,
        service_timeout=timeout_seconds,
    )


def _carries_html_pages(service: NotifyBase) -> bool:
    """True for mail and its like. A service without titles of its own puts ours into the HTML without escaping it."""
    return service.title_maxlen > 0 and service.resolve_format(NotifyFormat.HTML) == NotifyFormat.HTML


def _what(message: Message) -> str:
    return f"{message.title!r} for {message.recipient_name} <{message.recipient_email}>"


def _service_name(url_template: str) -> str:
    scheme, separator, _ = url_template.partition("://")
    return f"{scheme}://{_HIDDEN}" if separator and re.fullmatch(r"[A-Za-z0-9.+-]{1,30}", scheme) else "no scheme"


def _secrets(url_template: str) -> set[str]:
    """Every part of the address that may be a credential; a mail server's name is none, a chat service's may be."""
    scheme, _, rest = url_template.partition("://")
    location, _, query = rest.partition("?")
    authority, _, path = location.partition("/")
    user, _, host = authority.rpartition("@")
    parts = {*user.split(":"), *path.split("/"), *re.findall(r"=([^&]*)", query)}
    if scheme not in ("mailto", "mailtos"):
        parts.add(host)
    parts |= {unquote(part) for part in parts}
    return {part for part in parts if len(part) >= _SHORTEST_SECRET and RECIPIENT not in part}


def _without(secrets: set[str], text: str) -> str:
    for secret in sorted(secrets, key=len, reverse=True):
        text = re.sub(re.escape(secret), _HIDDEN, text, flags=re.IGNORECASE)
    return text

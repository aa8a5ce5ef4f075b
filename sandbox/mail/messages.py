"""Messages as files, one `.eml` each, numbered in the order in which they arrived."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

_ENVELOPE = "X-Envelope-To"


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class StoredMessage:
    """A received message; `recipients` are those of the envelope, hidden copies included."""

    id: str
    sender: str
    recipients: str
    subject: str
    date: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def store(home: Path, recipients: Sequence[str], content: bytes) -> str:
    """Keeps a message as it came, its envelope recipients in front, and gives its id. For one writer per folder."""
    home.mkdir(parents=True, exist_ok=True)
    message_id = f"{len(_ids(home)) + 1:06d}"
    partial = home / f"{message_id}.part"
    partial.write_bytes(f"{_ENVELOPE}: {', '.join(recipients)}\r\n".encode() + content)
    partial.rename(home / f"{message_id}.eml")
    return message_id


def messages(home: Path) -> list[StoredMessage]:
    """Every message, oldest first."""
    return [_parse(message_id, home / f"{message_id}.eml") for message_id in _ids(home)]


def message(home: Path, message_id: str) -> StoredMessage | None:
    path = home / f"{message_id}.eml"
    return _parse(message_id, path) if re.fullmatch(r"\d{6}", message_id) and path.exists() else None


def _ids(home: Path) -> list[str]:
    return sorted(path.stem for path in home.glob("*.eml"))


def _parse(message_id: str, path: Path) -> StoredMessage:
    parsed = message_from_bytes(path.read_bytes(), policy=policy.default)
    return StoredMessage(
        id=message_id,
        sender=str(parsed["From"] or ""),
        recipients=str(parsed[_ENVELOPE] or ""),
        subject=str(parsed["Subject"] or ""),
        date=str(parsed["Date"] or ""),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=tuple(_attachment(part, number) for number, part in enumerate(parsed.iter_attachments(), start=1)),
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    return "" if part is None else str(part.get_content())


def _attachment(part: EmailMessage, number: int) -> Attachment:
    content = part.get_payload(decode=True)
    name = part.get_filename() or f"attachment-{number}"
    return Attachment(name, part.get_content_type(), content if isinstance(content, bytes) else b"")

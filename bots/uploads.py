"""Files that a bot hands to a portal, and the multipart body in which they go out whole.

What a page is about to upload reaches the gate without its files where they lie on disk, and sent on like that the
portal would get an empty file. So the bot declares each file, and the gate puts the declared bytes in its place.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

_LINE = b"\r\n"


class UploadBroken(Exception):
    """The body is not what was declared; the message says in which way."""


@dataclass(frozen=True)
class Upload:
    """A file for one field of a page. `name` has letters, digits, dots and dashes alone, so that no browser spells it
    in another way. Raises ValueError for another name and for an empty file."""

    name: str
    media_type: str
    content: bytes

    def __post_init__(self) -> None:
        if not self.content or not self.name.replace(".", "").replace("-", "").isalnum() or not self.name.isascii():
            raise ValueError(f"{self.name!r} is no plain file name, or the file is empty")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def carries_file(content_type: str, body: bytes) -> bool:
    """Whether a file belongs to the body, even one that is not shown in it."""
    return content_type.lower().startswith("multipart/") and (not body or b"filename=" in body)


def whole_body(content_type: str, shown: bytes, uploads: Mapping[str, Upload]) -> bytes:
    """The body as the page meant it: every part as shown, each declared file in its place, by name, exactly once.

    Raises UploadBroken when a file was not declared, is not the declared one, or a declared one is missing.
    """
    boundary = _boundary(content_type)
    delimiter = b"--" + boundary
    opening, *parts = (_LINE + shown).split(_LINE + delimiter)
    if opening or len(parts) < 2 or parts[-1].strip() != b"--":
        raise UploadBroken("the upload has no readable parts")
    left = dict(uploads)
    rebuilt = [_part(part, left) for part in parts[:-1]]
    if left:
        raise UploadBroken(f"the page did not take {', '.join(sorted(left))} along")
    body = b"".join(delimiter + part + _LINE for part in rebuilt) + delimiter + parts[-1]
    _check(body, uploads)
    return body


def _part(part: bytes, left: dict[str, Upload]) -> bytes:
    head, blank, content = part.partition(_LINE * 2)
    if not blank:
        raise UploadBroken("a part of the upload has no end of its headers")
    name = _file_name(head)
    if not name:
        return part
    upload = left.pop(name, None)
    if upload is None:
        raise UploadBroken(f"the page uploads {name!r}, which was not declared or is there twice")
    if content and content != upload.content:
        raise UploadBroken(f"the page changed {name!r} before sending it")
    return head + blank + upload.content


def _check(body: bytes, uploads: Mapping[str, Upload]) -> None:
    """Reads the finished body once more: what leaves is compared, not what was put together."""
    for upload in uploads.values():
        start = body.index(_LINE * 2, body.index(b'filename="' + upload.name.encode() + b'"')) + len(_LINE * 2)
        content = body[start : start + len(upload.content)]
        ends = body[start + len(content) :].startswith(_LINE + b"--")
        if not ends or hashlib.sha256(content).hexdigest() != upload.sha256:
            raise UploadBroken(f"{upload.name!r} did not get whole into the upload")


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_boundary()
    if not boundary:
        raise UploadBroken("the upload names no boundary of its parts")
    return boundary.encode()


def _file_name(head: bytes) -> str:
    """Empty for a part that is no file, and for a file field that was left empty."""
    _, marker, rest = head.partition(b'filename="')
    return rest.partition(b'"')[0].decode(errors="replace") if marker else ""

"""SWIFT text blocks: the fields of every message in a file, whatever envelope the bank put around them."""

import re
from typing import NamedTuple

from models.errors import BusinessError

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_TAG = re.compile(r"^:\n?(\d{2}[A-Z]?|NS):", re.MULTILINE)
"""Some savings banks break the line within the tag."""
_END = re.compile(r"^-(?:\}.*|[\x03\x04]|XXX)?[ \t]*$", re.MULTILINE)
"""A hyphen alone ends the message; SWIFT closes its block, banks add ETX or XXX."""
_FIRST = "20"


class SwiftField(NamedTuple):
    """`tag` without its colons (`60F`), `value` with its line breaks."""

    tag: str
    value: str


SwiftMessage = tuple[SwiftField, ...]


def read_messages(data: bytes) -> list[SwiftMessage]:
    """The messages in `data`; whatever stands outside of fields (headers of banks, trailers) is left out.

    A message begins with field 20; an extract that has none is one message. Raises BusinessError `document.empty`.
    """
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise BusinessError("document.empty", "The file is empty; ask the bank to send it again.")
    messages: list[list[SwiftField]] = []
    for block in _END.split(text):
        is_new = True
        for field in _fields(block):
            if is_new or field.tag == _FIRST:
                messages.append([])
            is_new = False
            messages[-1].append(field)
    return [tuple(message) for message in messages]


def _fields(block: str) -> list[SwiftField]:
    matches = list(_TAG.finditer(block))
    ends = [*(match.start() for match in matches), len(block)][1:]
    return [SwiftField(match[1], _value(block[match.end() : end])) for match, end in zip(matches, ends, strict=True)]


def _value(text: str) -> str:
    """Without the blank lines that some banks leave between fields."""
    return "\n".join(line for line in text.split("\n") if line.strip())


def _decode(data: bytes) -> str:
    """SWIFT allows ASCII alone; banks write UTF-8 or Windows-1252 where names need it."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")

"""Reads a document in a child process, so that a hostile or damaged file harms nothing but its own reading."""

import hashlib
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from formats.xml import too_large
from models.document import DocumentType, ReadResult
from models.errors import BusinessError
from reading.limits import DEFAULT_LIMITS, Limits
from reading.official_rules import check_official_rules
from reading.process import run_module, unreadable

_CHUNK = 1024 * 1024


class _File(NamedTuple):
    """`content` ends at the limit; hash and size are those of the whole file."""

    content: bytes
    sha256: str
    size: int


def read_document(path: Path, limits: Limits = DEFAULT_LIMITS, *, official_rules: bool = False) -> ReadResult:
    """What the file at `path` was read as, refusals included: bad content never raises.

    With `official_rules` an invoice is also checked against the published rules of what it says it follows, where they
    are installed (the extra `validation`); that costs about half a second more.

    What is hashed is what is parsed: the file is opened once. Raises OSError where the file cannot be opened and
    RuntimeError where the reading process cannot start, which is no fault of the file.
    """
    file = _load(path, limits.file_bytes)
    if file.size > limits.file_bytes:
        return _refused(file, too_large(file.size, limits.file_bytes))
    try:
        result = _read_in_child(file.content, limits)
    except BusinessError as error:
        return _refused(file, error)
    if official_rules and result.invoice is not None:
        result = check_official_rules(result, result.invoice, file.content)
    return result.model_copy(update={"sha256": file.sha256, "size": file.size})


def _load(path: Path, max_bytes: int) -> _File:
    if not path.is_file():
        raise FileNotFoundError(f"{path} is not a file")
    digest, kept, size = hashlib.sha256(), bytearray(), 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            kept += chunk[: max(0, max_bytes - size)]
            size += len(chunk)
    return _File(bytes(kept), digest.hexdigest(), size)


def _read_in_child(content: bytes, limits: Limits) -> ReadResult:
    output = run_module("reading.child", content, limits)
    try:
        return ReadResult.model_validate_json(output)
    except ValidationError:
        raise unreadable() from None


def _refused(file: _File, error: BusinessError) -> ReadResult:
    return ReadResult(
        type=DocumentType.UNKNOWN,
        findings=error.findings,
        refused=True,
        code=error.code,
        reason=error.message,
        sha256=file.sha256,
        size=file.size,
    )

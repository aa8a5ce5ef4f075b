"""Reads a document in a child process, so that a hostile or damaged file harms nothing but its own reading."""

import hashlib
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, NamedTuple

from pydantic import ValidationError

from formats.xml import too_large
from models.document import DocumentType, ReadResult
from models.errors import BusinessError
from reading.child import OUT_OF_MEMORY, PARSER_FAILED
from reading.limits import DEFAULT_LIMITS, Limits

_ROOT = Path(__file__).resolve().parent.parent
_CHUNK = 1024 * 1024


class _File(NamedTuple):
    """`content` ends at the limit; hash and size are those of the whole file."""

    content: bytes
    sha256: str
    size: int


def read_document(path: Path, limits: Limits = DEFAULT_LIMITS) -> ReadResult:
    """What the file at `path` was read as, refusals included: bad content never raises.

    What is hashed is what is parsed: the file is opened once. Raises OSError where the file cannot be opened and
    RuntimeError where the reading process cannot start, which is no fault of the file.
    """
    file = _load(path, limits.file_bytes)
    if file.size > limits.file_bytes:
        return _refused(file, too_large(file.size, limits.file_bytes))
    try:
        return _read_in_child(file.content, limits).model_copy(update={"sha256": file.sha256, "size": file.size})
    except BusinessError as error:
        return _refused(file, error)


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
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        code = _run(content, limits, output, errors)
        if error := refusal_of_exit(code):
            raise error
        if code:
            errors.seek(0)
            raise RuntimeError(f"the reading process ended with {code}: {errors.read(2000).decode(errors='replace')}")
        output.seek(0)
        return _answer(output.read())


def _run(content: bytes, limits: Limits, output: IO[bytes], errors: IO[bytes]) -> int:
    """The child's exit code. It gets no environment: whatever it may be made to do, it knows no secret."""
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module, no part of it from outside
            [sys.executable, "-m", "reading.child", limits.model_dump_json()],
            input=content,
            stdout=output,
            stderr=errors,
            timeout=limits.wall_seconds,
            cwd=_ROOT,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -signal.SIGXCPU
    return child.returncode


def refusal_of_exit(code: int) -> BusinessError | None:
    """The refusal that an exit code of the child stands for; None where it answered or could not work at all."""
    if code == -signal.SIGXCPU:
        return BusinessError(
            "document.too_slow",
            "The file takes too long to read, far longer than any invoice or statement; ask for it in smaller parts.",
        )
    if code == OUT_OF_MEMORY:
        return BusinessError(
            "document.too_demanding",
            "The file needs more memory than any invoice or statement does; ask for it in smaller parts.",
        )
    if code == PARSER_FAILED or code < 0:
        return _unreadable()
    return None


def _unreadable() -> BusinessError:
    return BusinessError(
        "document.unreadable",
        "The file is built in a way that the reader cannot cope with; nothing of it was used. Ask the sender for a "
        "new file.",
    )


def _answer(output: bytes) -> ReadResult:
    try:
        return ReadResult.model_validate_json(output)
    except ValidationError:
        raise _unreadable() from None


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

"""Runs one of our modules over an untrusted file in a process of its own, with limits."""

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from models.errors import BusinessError
from reading.child import OUT_OF_MEMORY, PARSER_FAILED
from reading.limits import Limits

_ROOT = Path(__file__).resolve().parent.parent


def run_module(module: str, content: bytes, limits: Limits, *arguments: str) -> bytes:
    """What `python -m module LIMITS ARGUMENTS` writes, given `content` as its standard input.

    Raises BusinessError where the content broke a limit or the parser, RuntimeError where the process could not work,
    which is no fault of the content.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        code = _run([module, limits.model_dump_json(), *arguments], content, limits.wall_seconds, output, errors)
        if error := refusal_of_exit(code):
            raise error
        if code:
            errors.seek(0)
            raise RuntimeError(f"the reading process ended with {code}: {errors.read(2000).decode(errors='replace')}")
        output.seek(0)
        return output.read()


def _run(command: list[str], content: bytes, seconds: float, output: IO[bytes], errors: IO[bytes]) -> int:
    """The child's exit code. It gets no environment: whatever it may be made to do, it knows no secret."""
    try:
        child = subprocess.run(  # noqa: S603 - our own interpreter and module, no part of it from outside
            [sys.executable, "-m", *command],
            input=content,
            stdout=output,
            stderr=errors,
            timeout=seconds,
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
        return unreadable()
    return None


def unreadable() -> BusinessError:
    """The refusal of a file that nothing better can be said of."""
    return BusinessError(
        "document.unreadable",
        "The file is built in a way that the reader cannot cope with; nothing of it was used. Ask the sender for a "
        "new file.",
    )

"""Runs one of our modules over an untrusted file in a process of its own, with limits."""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from models.errors import BusinessError
from reading.child import OUT_OF_MEMORY, PARSER_FAILED
from reading.limits import Limits

_ROOT = Path(__file__).resolve().parent.parent
_SPARE_SECONDS = 10.0
"""Beyond the limit, for a machine that is slow to end a process."""

_TOO_SLOW = (-signal.SIGXCPU, -signal.SIGALRM)
_TOO_DEMANDING = (OUT_OF_MEMORY, 2)
"""Saxon's engine ends the process with 2 where it gets no memory to begin with."""


def run_module(module: str, content: bytes, limits: Limits, *arguments: str) -> bytes:
    """What `main([LIMITS, *arguments])` of `module` writes, given `content` as its standard input.

    Raises BusinessError where the content broke a limit or the parser, RuntimeError where the process could not work,
    which is no fault of the content.
    """
    request = json.dumps([module, limits.wall_seconds, limits.model_dump_json(), *arguments]).encode()
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        given.write(content)
        given.seek(0)
        code = _exit_code(request, [given.fileno(), output.fileno(), errors.fileno()], limits.wall_seconds)
        if error := refusal_of_exit(code):
            raise error
        if code:
            errors.seek(0)
            raise RuntimeError(f"the reading process ended with {code}: {errors.read(2000).decode(errors='replace')}")
        output.seek(0)
        return output.read()


def refusal_of_exit(code: int) -> BusinessError | None:
    """The refusal that an exit code of the child stands for; None where it answered or could not work at all."""
    if code in _TOO_SLOW:
        return BusinessError(
            "document.too_slow",
            "The file takes too long to read, far longer than any invoice or statement; ask for it in smaller parts.",
        )
    if code in _TOO_DEMANDING:
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


class _Standby:
    """The process that forks the others, started when it is first needed and again when it died."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None

    def send(self, request: bytes, descriptors: Sequence[int]) -> None:
        """Raises RuntimeError when the process cannot be started."""
        with self._lock:
            if self._process is not None and self._sent(request, descriptors):
                return
            self._end()
            self._start()
            if not self._sent(request, descriptors):
                raise RuntimeError("the process that reads files cannot be started")

    def end(self) -> None:
        with self._lock:
            self._end()

    def _sent(self, request: bytes, descriptors: Sequence[int]) -> bool:
        try:
            return self._requests is not None and socket.send_fds(self._requests, [request], descriptors) > 0
        except OSError:
            return False

    def _start(self) -> None:
        """It gets no environment: whatever a file may make its forks do, they know no secret."""
        atexit.register(self.end)
        self._requests, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no part of it from outside
                [sys.executable, "-m", "reading.standby", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                cwd=_ROOT,
                env={},
            )

    def _end(self) -> None:
        if self._requests is not None:
            self._requests.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = self._requests = None
        atexit.unregister(self.end)


_standby = _Standby()


def _exit_code(request: bytes, streams: Sequence[int], seconds: float) -> int:
    ended, ends = os.pipe()
    try:
        try:
            _standby.send(request, [*streams, ends])
        finally:
            os.close(ends)
        readable, _, _ = select.select([ended], [], [], seconds + _SPARE_SECONDS)
        code = os.read(ended, 16) if readable else b""
    finally:
        os.close(ended)
    if not code:
        # Whoever ended it may have ended the process that forks as well, which would lose the next request.
        _standby.end()
        raise RuntimeError("the reading process was ended from outside")
    return int(code)

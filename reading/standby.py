"""The process that stands by with the parsers imported and forks one process per file: `python -m reading.standby FD`.

Starting Python and importing the parsers takes a quarter of a second, forking a few milliseconds. A request comes over
the socket FD as `MODULE`, `WALL_SECONDS` and the module's arguments in JSON, with the descriptors of the file, of its
output, of its errors and of a pipe that gets the exit code.
"""

import importlib
import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Sequence

import reading.child  # noqa: F401 - so that a forked process finds it imported

LARGEST_REQUEST = 64 * 1024
_DESCRIPTORS = 4
_STANDARD_STREAMS = 3


def main(requests: socket.socket) -> None:
    """Serves until the other end is closed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forked ones, so the system buries them
    while True:
        message, descriptors, _, _ = socket.recv_fds(requests, LARGEST_REQUEST, _DESCRIPTORS)
        if not message:
            return
        if os.fork() == 0:
            _supervise(message, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)


def _supervise(message: bytes, descriptors: Sequence[int]) -> None:
    """Forks the process that works on the file and tells how it ended, however it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    *streams, status = descriptors
    working = os.fork()
    if working == 0:
        os._exit(_work(message, streams))
    _, ended = os.waitpid(working, 0)
    os.write(status, str(os.waitstatus_to_exitcode(ended)).encode())
    os._exit(0)


def _work(message: bytes, streams: Sequence[int]) -> int:
    for standard, stream in enumerate(streams):
        os.dup2(stream, standard)
    # A file that takes its parser over must find nothing open but itself and where its answer goes.
    os.closerange(_STANDARD_STREAMS, os.sysconf("SC_OPEN_MAX"))
    try:
        module, seconds, *arguments = json.loads(message)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        code: int = importlib.import_module(module).main(arguments)
    except BaseException:
        os.write(2, traceback.format_exc().encode())
        return 1
    return code


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))

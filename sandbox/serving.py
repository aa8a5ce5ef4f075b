"""Running a portal: as a process of its own until SIGTERM, or in a thread of a test."""

import asyncio
import contextlib
import signal
import socket
import sys
import threading
from collections.abc import Iterator

from starlette.types import ASGIApp
from uvicorn import Config, Server

from sandbox.transport import DroppableProtocol

_HOST = "127.0.0.1"
_KEEP_ALIVE_SECONDS = 75
_GRACE_SECONDS = 1


class _Server(Server):
    """Announces when it accepts connections and leaves signals to its caller."""

    def __init__(self, application: ASGIApp) -> None:
        super().__init__(
            Config(
                application,
                http=DroppableProtocol,
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                timeout_keep_alive=_KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=_GRACE_SECONDS,
            )
        )
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def run(name: str, application: ASGIApp, port: int, host: str = _HOST) -> None:
    """Serves until SIGTERM or SIGINT; prints `NAME ready at URL` once connections are accepted."""
    asyncio.run(serve(name, application, port, host))


async def serve(name: str, application: ASGIApp, port: int, host: str = _HOST) -> None:
    server = _Server(application)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, setattr, server, "should_exit", True)
    with _listening_socket(port, host) as listener:
        sys.stdout.write(f"{name} ready at {_url(listener)}\n")
        sys.stdout.flush()
        await server.serve([listener])


@contextlib.contextmanager
def serve_in_thread(application: ASGIApp, port: int = 0) -> Iterator[str]:
    """Serves on 127.0.0.1 (a free port when 0) while the block runs; gives the base URL without trailing slash."""
    server = _Server(application)
    with _listening_socket(port) as listener:
        thread = threading.Thread(target=_run_until_told, args=(server, listener), daemon=True)
        thread.start()
        server.ready.wait()
        if not server.started:
            raise RuntimeError("the portal did not start; its log says why")
        try:
            yield _url(listener)
        finally:
            server.should_exit = True
            thread.join()


def _run_until_told(server: _Server, listener: socket.socket) -> None:
    try:
        server.run([listener])
    finally:
        server.ready.set()


def _listening_socket(port: int, host: str = _HOST) -> socket.socket:
    return socket.create_server((host, port), backlog=128)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}"

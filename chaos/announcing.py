"""How a process tells the harness that it has reached a point, and waits until it may go on."""

import asyncio
import json
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from chaos.points import Point

_PATIENCE = 120.0


@dataclass(frozen=True)
class Arrival:
    """The process `pid` has reached `point` with the payment that has `key`: its slice, amount or statement request."""

    point: Point
    key: str
    pid: int


@dataclass(frozen=True)
class Announcer:
    """A process's way to the harness: one connection for each arrival, from whichever thread it is made."""

    address: Path

    def reach(self, point: Point, key: str) -> None:
        """Returns when the harness lets this process go on. What comes after waits too: the whole process is held."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(_PATIENCE)
            # A harness that is gone holds nobody up.
            with suppress(OSError):
                connection.connect(str(self.address))
                connection.sendall(f"{json.dumps([point, key, os.getpid()])}\n".encode())
                connection.recv(1)


@asynccontextmanager
async def listening(address: Path, arrived: Callable[[Arrival], Awaitable[None]]) -> AsyncIterator[None]:
    """Hears every arrival while the block runs; the process goes on when `arrived` returns."""

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if line := await reader.readline():
                point, key, pid = json.loads(line)
                await arrived(Arrival(Point(point), key, pid))
                writer.write(b".")
                await writer.drain()
        except ConnectionError:
            return
        finally:
            writer.close()

    server = await asyncio.start_unix_server(hear, address)
    try:
        yield
    finally:
        server.close()

"""A web server of a few lines that keeps connections alive, counts what arrives and can drop a connection."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Arrived:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def encoded(self) -> bytes:
        content = self.body.encode()
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Length": str(len(content)),
            **dict(self.headers),
        }
        lines = [f"HTTP/1.1 {self.status} Told", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


Page = Callable[[Arrived], Awaitable["Answer | None"]]


@dataclass
class TinyServer:
    """`pages` answer by method and path; None drops the connection without a word."""

    pages: dict[str, Answer | Page | None] = field(default_factory=dict)
    arrived: list[Arrived] = field(default_factory=list)
    url: str = ""
    connections: set[asyncio.StreamWriter] = field(default_factory=set)

    def count(self, method: str, path: str) -> int:
        return sum(1 for request in self.arrived if (request.method, request.path) == (method, path))

    async def deserted(self) -> None:
        """Waits until nobody is connected any more."""
        while self.connections:
            with suppress(ConnectionError):
                await next(iter(self.connections)).wait_closed()

    async def answer(self, request: Arrived) -> Answer | None:
        self.arrived.append(request)
        page = self.pages.get(f"{request.method} {request.path}", Answer("not found", 404))
        return await page(request) if callable(page) else page


@asynccontextmanager
async def serving(pages: dict[str, Answer | Page | None]) -> AsyncIterator[TinyServer]:
    site = TinyServer(pages)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        site.connections.add(writer)
        try:
            while (request := await _read(reader)) and (answer := await site.answer(request)):
                writer.write(answer.encoded())
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            site.connections.discard(writer)
            writer.close()

    listener = await asyncio.start_server(serve, "127.0.0.1", 0)
    site.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield site
    finally:
        listener.close()
        for writer in tuple(site.connections):
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Arrived | None:
    head = (await reader.readline()).decode().split()
    if not head:
        return None
    headers: dict[str, str] = {}
    while line := (await reader.readline()).decode().strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Arrived(head[0], head[1], headers, body)

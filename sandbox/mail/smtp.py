"""An SMTP server that takes every message for anybody and sends none on."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mail.messages import store


class _Mailbox:
    def __init__(self, home: Path) -> None:
        self._home = home

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        content = envelope.content
        message_id = store(self._home, envelope.rcpt_tos, content if isinstance(content, bytes) else b"")
        return f"250 2.0.0 Kept as {message_id}"


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A listening socket; the port 0 takes a free one."""
    return socket.create_server((host, port))


@asynccontextmanager
async def smtp_server(home: Path, listener: socket.socket) -> AsyncIterator[None]:
    """Takes messages on `listener` into `home` while the block runs."""
    loop = asyncio.get_running_loop()
    mailbox = _Mailbox(home)
    server = await loop.create_server(
        lambda: SMTP(mailbox, hostname="mail.lindqvist.example", enable_SMTPUTF8=True, loop=loop), sock=listener
    )
    try:
        yield
    finally:
        server.close()

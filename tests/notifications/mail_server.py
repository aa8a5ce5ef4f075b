"""A real SMTP server on a free port that keeps what it takes and can refuse."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class MailServer:
    """`refusal` is the SMTP answer to every recipient, e.g. `550 5.1.1 no such user`; empty: everybody is welcome."""

    port: int
    refusal: str = ""
    envelopes: list[Envelope] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=tallywright@lindqvist.example&name=Tallywright&to={{email}}"

    @property
    def received(self) -> list[EmailMessage]:
        contents = [envelope.content for envelope in self.envelopes]
        return [message_from_bytes(raw, policy=policy.default) for raw in contents if isinstance(raw, bytes)]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 OK"


@asynccontextmanager
async def running_mail_server() -> AsyncIterator[MailServer]:
    listener = socket.create_server(("127.0.0.1", 0))
    mail = MailServer(port=listener.getsockname()[1])
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mail, hostname="localhost", loop=loop), sock=listener)
    try:
        yield mail
    finally:
        server.close()

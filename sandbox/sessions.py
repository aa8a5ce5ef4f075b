"""Sessions of a portal: one per login, ended by time, by log-out or by the next login."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Session:
    token: str
    login: str
    last_seen: float
    drafts: dict[str, Any] = field(default_factory=dict)
    """Forms in progress by their number."""


@dataclass
class Sessions:
    """`timeout` in real seconds; `now` gives the epoch seconds of real time."""

    timeout: float
    now: Callable[[], float]
    _live: dict[str, Session] = field(default_factory=dict)
    _tickets: dict[str, str] = field(default_factory=dict)

    def ticket(self, login: str) -> str:
        """A token for who has given the password and still owes the one-time code."""
        ticket = secrets.token_urlsafe(24)
        self._tickets[ticket] = login
        return ticket

    def ticket_holder(self, ticket: str) -> str | None:
        return self._tickets.get(ticket)

    def use_ticket(self, ticket: str) -> None:
        self._tickets.pop(ticket, None)

    def open(self, login: str) -> Session:
        """A new session; the login's older one is ended."""
        self._live = {token: session for token, session in self._live.items() if session.login != login}
        session = Session(secrets.token_urlsafe(24), login, self.now())
        self._live[session.token] = session
        return session

    def find(self, token: str) -> Session | None:
        """The live session, kept alive by being asked for."""
        session = self._live.get(token)
        if session is None:
            return None
        if self.now() - session.last_seen > self.timeout:
            self.end(session)
            return None
        session.last_seen = self.now()
        return session

    def end(self, session: Session) -> None:
        self._live.pop(session.token, None)

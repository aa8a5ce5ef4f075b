"""A small portal with login, entry form, confirmation page and list, for bots of portals we may not practise on.

It keeps everything in memory. What it was sent is its own account of what happened: `saves` and `entries`.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.transport import drop_connection

REFERENCE = "Reference"
"""The field that holds the reference of whoever enters."""

_COOKIE = "STANDIN"
_PAGE_SIZE = 5
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "stand_in"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Misfortune(StrEnum):
    """What happens to the next entry that is saved."""

    LOST_ANSWER = "lost_answer"
    """It is saved, and the connection is cut before the answer."""
    LOST_REQUEST = "lost_request"
    """The connection is cut before it is saved."""


@dataclass
class StandIn:
    """`fields` are the labels of the entry form in their order, `listed` those that the list shows.

    With `line_columns` the form has fields "Line 1 COLUMN" and so on, for as many as `lines`.
    """

    title: str
    fields: Sequence[str]
    listed: Sequence[str]
    line_columns: Sequence[str] = ()
    lines: int = 0
    login: str = "CLERK"
    password: str = field(default_factory=lambda: secrets.token_urlsafe(9))
    known_number: str = "E-0001"
    """Of an old entry that stands in every list."""
    shows_instead: dict[str, str] = field(default_factory=dict)
    """What the confirmation page shows in place of what was entered, by field."""
    misfortune: Misfortune | None = None
    saves: int = 0
    """Final requests that arrived, saved or not."""
    entries: list[dict[str, str]] = field(default_factory=list)
    wrong_passwords: int = 0
    _token: str = ""
    _draft: dict[str, str] | None = None

    @property
    def application(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/login", self._show_login, methods=["GET"]),
                Route("/login", self._sign_in, methods=["POST"]),
                Route("/home", self._inside(self._home)),
                Route("/entry", self._inside(self._entry)),
                Route("/entry/check", self._inside(self._check), methods=["POST"]),
                Route("/entry/save", self._inside(self._save), methods=["POST"]),
                Route("/entries", self._inside(self._list)),
            ]
        )

    @property
    def _labels(self) -> list[str]:
        cells = [f"Line {number} {column}" for number in range(1, self.lines + 1) for column in self.line_columns]
        return [*self.fields, *cells]

    async def _show_login(self, request: Request) -> Response:
        return self._page("login.html", message="")

    async def _sign_in(self, request: Request) -> Response:
        form = await request.form()
        if (form.get("user"), form.get("password")) != (self.login, self.password):
            self.wrong_passwords += 1
            return self._page("login.html", message="User or password is wrong.")
        self._token = secrets.token_urlsafe(16)
        answer = RedirectResponse("/home", status_code=303)
        answer.set_cookie(_COOKIE, self._token, httponly=True, samesite="lax")
        return answer

    def _inside(self, handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            # A new login ends the older session.
            if not self._token or request.cookies.get(_COOKIE) != self._token:
                return self._page("ended.html")
            return await handler(request)

        return endpoint

    async def _home(self, request: Request) -> Response:
        return self._page("home.html")

    async def _entry(self, request: Request) -> Response:
        return self._page("entry.html", labels=self._labels, message="")

    async def _check(self, request: Request) -> Response:
        form = await request.form()
        entered = {label: str(form.get(label, "")).strip() for label in self._labels}
        if not entered[self.fields[0]]:
            return self._page("entry.html", labels=self._labels, message=f"{self.fields[0]} is missing.")
        self._draft = {label: text for label, text in entered.items() if text or label in self.fields}
        return self._page("confirm.html", shown=self._draft | self._line_count(self._draft) | self.shows_instead)

    def _line_count(self, draft: Mapping[str, str]) -> dict[str, str]:
        if not self.line_columns:
            return {}
        return {
            "Lines": str(sum(f"Line {number} {self.line_columns[0]}" in draft for number in range(1, self.lines + 1)))
        }

    async def _save(self, request: Request) -> Response:
        misfortune, self.misfortune = self.misfortune, None
        self.saves += 1
        if misfortune is Misfortune.LOST_REQUEST:
            return await drop_connection(request)
        if self._draft is not None:
            self.entries.append(self._draft)
            self._draft = None
        if misfortune is Misfortune.LOST_ANSWER:
            return await drop_connection(request)
        return self._page("saved.html", number=self._number(len(self.entries)))

    async def _list(self, request: Request) -> Response:
        old = [[self.known_number, "", *("-" for _ in self.listed), "executed"]]
        rows = old + [
            [
                self._number(position),
                entry.get(REFERENCE, ""),
                *(entry.get(label, "") for label in self.listed),
                "executed",
            ]
            for position, entry in enumerate(self.entries, 1)
        ]
        last = -(-len(rows) // _PAGE_SIZE)
        page = min(int(request.query_params.get("page", "1")), last)
        shown = rows[(page - 1) * _PAGE_SIZE : page * _PAGE_SIZE]
        return self._page(
            "entries.html", headings=["Number", REFERENCE, *self.listed, "State"], rows=shown, page=page, last=last
        )

    def _number(self, position: int) -> str:
        return f"E-{1000 + position}"

    def _page(self, template: str, **values: Any) -> HTMLResponse:
        return HTMLResponse(_TEMPLATES.get_template(template).render(title=self.title, **values))

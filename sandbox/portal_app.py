"""What the old portals share: signed-in pages and pages of a list. What may go wrong is in misbehaviour.py."""

import secrets
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox import iban
from sandbox.clock import BusinessClock
from sandbox.disfigured import moved, renamed, reworded, with_stranger
from sandbox.faults import ENTRY_FAULTS, Fault, hidden, standing, take_fault
from sandbox.german import format_amount, format_date
from sandbox.logins import PasswordCheck, check_password
from sandbox.sessions import Session, Sessions

PAGE_SIZE = 10
_MANY_ROWS = 10_000
_ON_EVERY_PAGE = {Fault.REWORDED: reworded, Fault.STRANGER: with_stranger}
_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class PortalSettings:
    """`home` holds the portal's database and its credentials; times are in real seconds."""

    home: Path
    clock: BusinessClock = field(default_factory=BusinessClock)
    session_timeout: float = 600
    totp_period: int = 30
    now: Callable[[], float] = time.time
    """Epoch seconds of real time, for sessions and one-time codes."""

    @property
    def db_path(self) -> Path:
        return self.home / "ledger.db"

    @property
    def credentials_path(self) -> Path:
        return self.home / "credentials.json"


class Portal:
    """One running portal: its settings, its live sessions and its templates."""

    def __init__(self, folder: str, settings: PortalSettings) -> None:
        self.settings = settings
        self.cookie = f"{folder.upper()}SID"
        self.db_path = settings.db_path
        self.clock = settings.clock
        self.sessions = Sessions(settings.session_timeout, settings.now)
        self._templates = _environment(folder)

    def page(self, template: str, **values: Any) -> HTMLResponse:
        """A rendered page; old portals answer 200 whatever the page says."""
        return HTMLResponse(self.text(template, **values))

    def text(self, template: str, **values: Any) -> str:
        page = str(self._templates.get_template(template).render(**values))
        for fault in standing(self.db_path, _ON_EVERY_PAGE):
            page = _ON_EVERY_PAGE[fault.kind](page, fault.argument)
        return page

    def session_of(self, request: Request) -> Session | None:
        return self.sessions.find(request.cookies.get(self.cookie, ""))

    def start_session(self, login: str, page: str) -> Response:
        """Ends the login's older session and sends the browser to `page` with a new one."""
        answer = RedirectResponse(page, status_code=303)
        answer.set_cookie(self.cookie, self.sessions.open(login).token, httponly=True, samesite="lax")
        return answer

    def under_maintenance(self) -> HTMLResponse | None:
        """The maintenance page, when a fault asks for it on every page."""
        if take_fault(self.db_path, (Fault.MAINTENANCE,)) is None:
            return None
        return self.page("wartung.html")


@dataclass(frozen=True)
class Visit:
    """A request of somebody who is signed in."""

    request: Request
    portal: Portal
    session: Session

    def page(self, template: str, **values: Any) -> HTMLResponse:
        return self.portal.page(template, session=self.session, **values)

    def entry_page(self, template: str, entered: Collection[str], **values: Any) -> HTMLResponse:
        """A page with fields, unless a fault that is due for what was entered before disfigures it."""
        fault = take_fault(self.portal.db_path, ENTRY_FAULTS, entered)
        if fault is None:
            return self.page(template, **values)
        disfigure = moved if fault.kind is Fault.MOVED_FIELDS else renamed
        return HTMLResponse(disfigure(self.portal.text(template, session=self.session, **values)))

    async def form(self) -> dict[str, str]:
        fields = await self.request.form()
        return {name: value.strip() for name, value in fields.items() if isinstance(value, str)}

    def page_number(self) -> int:
        number = self.request.query_params.get("seite", "1")
        return max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1


Endpoint = Callable[[Request], Awaitable[Response]]


def signed_in(handler: Callable[[Visit], Awaitable[Response]]) -> Endpoint:
    """An endpoint that shows the "session expired" page, and changes nothing, without a live session."""

    async def endpoint(request: Request) -> Response:
        portal: Portal = request.app.state.portal
        session = portal.session_of(request)
        if session is None:
            return portal.page("abgelaufen.html")
        return portal.under_maintenance() or await handler(Visit(request, portal, session))

    return endpoint


def signed_out(handler: Callable[[Request, Portal], Awaitable[Response]]) -> Endpoint:
    """An endpoint that needs no session."""

    async def endpoint(request: Request) -> Response:
        portal: Portal = request.app.state.portal
        return portal.under_maintenance() or await handler(request, portal)

    return endpoint


def frame(template: str) -> Endpoint:
    """An endpoint that shows a page without anything to enter: frames, navigation, banner."""

    async def show(visit: Visit) -> Response:
        return visit.page(template, jetzt=visit.portal.clock.now())

    return signed_in(show)


def static_file(path: str) -> Endpoint:
    """An endpoint that gives a style sheet or a script of the package."""

    async def show(request: Request) -> Response:
        return FileResponse(_FOLDER / path)

    return show


@dataclass(frozen=True)
class PasswordSignIn:
    """A sign-in page at `path` (template `login.html`) that asks for a password alone and leads to `home`."""

    path: str
    login_field: str
    password_field: str
    home: str
    refusals: Mapping[PasswordCheck, str]

    def routes(self) -> list[Route]:
        return [
            Route(self.path, signed_out(self._show), methods=["GET"]),
            Route(self.path, signed_out(self._enter), methods=["POST"]),
        ]

    async def _show(self, request: Request, portal: Portal) -> Response:
        return portal.page("login.html", meldung="")

    async def _enter(self, request: Request, portal: Portal) -> Response:
        form = await request.form()
        login = str(form.get(self.login_field, "")).strip()
        check = check_password(portal.db_path, login, str(form.get(self.password_field, "")))
        if check is not PasswordCheck.RIGHT:
            return portal.page("login.html", meldung=self.refusals[check])
        return portal.start_session(login, self.home)


@signed_in
async def log_out(visit: Visit) -> Response:
    visit.portal.sessions.end(visit.session)
    return visit.portal.page("abgemeldet.html")


@dataclass(frozen=True)
class ListPage:
    """One page of a list, oldest first; numbers start at 1."""

    rows: Sequence[Any]
    number: int
    count: int


def list_page(rows: Sequence[Any], number: int) -> ListPage:
    count = max(1, -(-len(rows) // PAGE_SIZE))
    start = (min(number, count) - 1) * PAGE_SIZE
    return ListPage(rows[start : start + PAGE_SIZE], min(number, count), count)


def shown_page(visit: Visit, rows: Sequence[Any], reference_of: Callable[[Any], str]) -> ListPage:
    """The page of the list that was asked for, without what a fault hides and with the rows that one adds."""
    portal = visit.portal
    unseen = hidden(portal.db_path, portal.settings.now())
    seen = [row for row in rows if reference_of(row) not in unseen]
    fault = take_fault(portal.db_path, (Fault.LONG_LIST,))
    if fault is None:
        return list_page(seen, visit.page_number())
    return ListPage([*seen[:1] * int(fault.argument or _MANY_ROWS), *seen], 1, 1)


def _environment(folder: str) -> Environment:
    loader = FileSystemLoader([_FOLDER / folder / "templates", _FOLDER / "templates"])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals["new_id"] = lambda: f"ctl{secrets.token_hex(4)}"
    environment.filters["amount"] = format_amount
    environment.filters["day"] = format_date
    environment.filters["iban"] = iban.grouped
    return environment

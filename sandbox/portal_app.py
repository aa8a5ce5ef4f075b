"""What the old portals share: signed-in pages, pages of a list, and submissions that may go wrong."""

import asyncio
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
from sandbox.faults import SUBMISSION_FAULTS, ActiveFault, Fault, take_fault
from sandbox.german import format_amount, format_date
from sandbox.logins import PasswordCheck, check_password
from sandbox.sessions import Session, Sessions
from sandbox.submissions import record_submission
from sandbox.transport import drop_connection, stay_silent

PAGE_SIZE = 10
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
        return HTMLResponse(self._templates.get_template(template).render(**values))

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


def style_sheet(path: str) -> Endpoint:
    """An endpoint that gives a style sheet of the package."""

    async def show(request: Request) -> Response:
        return FileResponse(_FOLDER / path, media_type="text/css")

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


async def confirmation(visit: Visit, subjects: Collection[str], show: Callable[[], Response]) -> Response:
    """The confirmation page, unless a fault puts the maintenance page there or ends the session behind it."""
    fault = take_fault(visit.portal.db_path, (Fault.MAINTENANCE, Fault.DROP_LOGIN_BEFORE_SUBMIT), subjects)
    if fault is None:
        return show()
    if fault.kind is Fault.MAINTENANCE:
        return visit.portal.page("wartung.html")
    page = show()
    visit.portal.sessions.end(visit.session)
    return page


async def submission(visit: Visit, subjects: Collection[str], accept: Callable[[], Response]) -> Response:
    """Accepts what was submitted and answers, or does what a fault asks for instead.

    Every request that arrives is accepted anew: like the old portals it does not recognise a repetition.
    """
    portal = visit.portal
    fault = take_fault(portal.db_path, SUBMISSION_FAULTS, subjects)
    record_submission(portal.db_path, portal.clock.now(), visit.session.login, fault.kind if fault else "")
    if fault is not None and fault.kind in _WITHOUT_ACCEPTING:
        return await _WITHOUT_ACCEPTING[fault.kind](visit)
    answer = accept()
    return answer if fault is None else await _misbehave_after_accepting(visit, fault, answer)


async def _misbehave_after_accepting(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    if fault.kind is Fault.ANSWER_SLOWLY:
        await asyncio.sleep(float(fault.argument or 1))
        return answer
    return await _AFTER_ACCEPTING[fault.kind](visit)


async def _error(visit: Visit) -> Response:
    return Response("Internal Server Error (ORA-03113)", status_code=500, media_type="text/plain")


async def _drop(visit: Visit) -> Response:
    return await drop_connection(visit.request)


async def _silence(visit: Visit) -> Response:
    return await stay_silent(visit.request)


_WITHOUT_ACCEPTING = {
    Fault.DROP_WITHOUT_ACCEPTING: _drop,
    Fault.TIME_OUT_WITHOUT_ACCEPTING: _silence,
    Fault.ERROR_WITHOUT_ACCEPTING: _error,
}
_AFTER_ACCEPTING = {
    Fault.DROP_AFTER_ACCEPTING: _drop,
    Fault.TIME_OUT_AFTER_ACCEPTING: _silence,
    Fault.ERROR_AFTER_ACCEPTING: _error,
}


def _environment(folder: str) -> Environment:
    loader = FileSystemLoader([_FOLDER / folder / "templates", _FOLDER / "templates"])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals["new_id"] = lambda: f"ctl{secrets.token_hex(4)}"
    environment.filters["amount"] = format_amount
    environment.filters["day"] = format_date
    environment.filters["iban"] = iban.grouped
    return environment

"""KONTOR/3 Finanzbuchhaltung: sign-in, frames and the list of its pages."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.erp import invoice_entry, journal_pages, ledger
from sandbox.logins import PasswordCheck, check_password, open_login
from sandbox.portal_app import Portal, PortalSettings, Visit, signed_in, signed_out

LOGIN = "KREDITOREN"


def build(settings: PortalSettings) -> Starlette:
    """The portal as an ASGI application; opens its books and its login in `settings.home`."""
    ledger.create(settings.db_path, settings.clock)
    open_login(settings.db_path, settings.credentials_path, LOGIN, with_totp=False)
    application = Starlette(routes=[*_ROUTES, *journal_pages.ROUTES, *invoice_entry.ROUTES])
    application.state.portal = Portal("erp", settings)
    return application


@signed_out
async def show_login(request: Request, portal: Portal) -> Response:
    return portal.page("login.html", meldung="")


@signed_out
async def enter_password(request: Request, portal: Portal) -> Response:
    form = await request.form()
    login = str(form.get("benutzer", "")).strip()
    check = check_password(portal.db_path, login, str(form.get("kennwort", "")))
    if check is not PasswordCheck.RIGHT:
        return portal.page("login.html", meldung=_REFUSALS[check])
    return portal.start_session(login, "/kontor")


@signed_in
async def show_frames(visit: Visit) -> Response:
    return visit.page("rahmen.html")


@signed_in
async def show_client_area(visit: Visit) -> Response:
    return visit.page("mandant.html")


@signed_in
async def show_title_bar(visit: Visit) -> Response:
    return visit.page("titel.html", heute=visit.portal.clock.today())


@signed_in
async def show_menu(visit: Visit) -> Response:
    return visit.page("menue.html")


@signed_in
async def show_start(visit: Visit) -> Response:
    return visit.page("start.html")


@signed_in
async def log_out(visit: Visit) -> Response:
    visit.portal.sessions.end(visit.session)
    return visit.portal.page("abgemeldet.html")


async def show_style(request: Request) -> Response:
    style = Path(__file__).parent / "templates" / "kontor.css"
    return Response(style.read_text(), media_type="text/css")


_REFUSALS = {
    PasswordCheck.WRONG: "K3-0107: Benutzer oder Kennwort falsch.",
    PasswordCheck.LOCKED: "K3-0111: Der Benutzer ist gesperrt. Bitte an den Systemverwalter wenden.",
}
_ROUTES = [
    Route("/", lambda request: RedirectResponse("/login")),
    Route("/login", show_login, methods=["GET"]),
    Route("/login", enter_password, methods=["POST"]),
    Route("/kontor", show_frames),
    Route("/mandant", show_client_area),
    Route("/titel", show_title_bar),
    Route("/menue", show_menu),
    Route("/start", show_start),
    Route("/logout", log_out),
    Route("/kontor.css", show_style),
]

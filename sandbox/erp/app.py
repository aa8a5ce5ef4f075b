"""KONTOR/3 Finanzbuchhaltung: sign-in, frames and the list of its pages."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.erp import invoice_entry, journal_pages, ledger
from sandbox.logins import PasswordCheck, check_password, open_login
from sandbox.portal_app import Portal, PortalSettings, frame, log_out, signed_out, style_sheet

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


_REFUSALS = {
    PasswordCheck.WRONG: "K3-0107: Benutzer oder Kennwort falsch.",
    PasswordCheck.LOCKED: "K3-0111: Der Benutzer ist gesperrt. Bitte an den Systemverwalter wenden.",
}
_ROUTES = [
    Route("/", lambda request: RedirectResponse("/login")),
    Route("/login", show_login, methods=["GET"]),
    Route("/login", enter_password, methods=["POST"]),
    Route("/kontor", frame("rahmen.html")),
    Route("/mandant", frame("mandant.html")),
    Route("/titel", frame("titel.html")),
    Route("/menue", frame("menue.html")),
    Route("/start", frame("start.html")),
    Route("/logout", log_out),
    Route("/kontor.css", style_sheet("erp/templates/kontor.css")),
]

"""Nordhafen Bank Online-Banking: sign-in, frames and the list of its pages."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.bank import account_pages, ledger, payment_entry, payment_pages
from sandbox.house_account import HOUSE_ACCOUNT
from sandbox.logins import PasswordCheck, check_password, open_login, use_code
from sandbox.portal_app import Portal, PortalSettings, frame, log_out, signed_out, style_sheet

LOGIN = "LINDQVIST01"
_TICKET_COOKIE = "NHBANKVOR"


def build(settings: PortalSettings) -> Starlette:
    """The portal as an ASGI application; opens its books and its login in `settings.home`."""
    ledger.create(settings.db_path, settings.clock, HOUSE_ACCOUNT)
    open_login(settings.db_path, settings.credentials_path, LOGIN, with_totp=True)
    application = Starlette(routes=[*_ROUTES, *account_pages.ROUTES, *payment_pages.ROUTES, *payment_entry.ROUTES])
    application.state.portal = Portal("bank", settings)
    return application


@signed_out
async def show_login(request: Request, portal: Portal) -> Response:
    return portal.page("anmeldung.html", meldung="")


@signed_out
async def enter_password(request: Request, portal: Portal) -> Response:
    form = await request.form()
    login = str(form.get("kennung", "")).strip()
    check = check_password(portal.db_path, login, str(form.get("pin", "")))
    if check is not PasswordCheck.RIGHT:
        return portal.page("anmeldung.html", meldung=_REFUSALS[check])
    ticket = portal.sessions.ticket(login)
    answer = RedirectResponse("/tan", status_code=303)
    answer.set_cookie(_TICKET_COOKIE, ticket, httponly=True, samesite="lax")
    return answer


@signed_out
async def show_code(request: Request, portal: Portal) -> Response:
    return portal.page("tan.html", meldung="")


@signed_out
async def enter_code(request: Request, portal: Portal) -> Response:
    form = await request.form()
    ticket = request.cookies.get(_TICKET_COOKIE, "")
    login = portal.sessions.ticket_holder(ticket)
    if login is None:
        return portal.page("abgelaufen.html")
    settings = portal.settings
    code = str(form.get("tan", "")).strip()
    if not use_code(portal.db_path, login, code, settings.totp_period, settings.now()):
        return portal.page("tan.html", meldung="Die TAN ist ungültig oder wurde bereits verwendet.")
    portal.sessions.use_ticket(ticket)
    return portal.start_session(login, "/banking")


_REFUSALS = {
    PasswordCheck.WRONG: "Anmeldename oder PIN ist falsch.",
    PasswordCheck.LOCKED: "Ihr Zugang ist gesperrt. Bitte wenden Sie sich an Ihre Filiale.",
}
_ROUTES = [
    Route("/", lambda request: RedirectResponse("/anmeldung")),
    Route("/anmeldung", show_login, methods=["GET"]),
    Route("/anmeldung", enter_password, methods=["POST"]),
    Route("/tan", show_code, methods=["GET"]),
    Route("/tan", enter_code, methods=["POST"]),
    Route("/banking", frame("rahmen.html")),
    Route("/arbeitsbereich", frame("arbeitsbereich.html")),
    Route("/kopf", frame("kopf.html")),
    Route("/navigation", frame("navigation.html")),
    Route("/abmelden", log_out),
    Route("/bank.css", style_sheet("bank/templates/bank.css")),
]

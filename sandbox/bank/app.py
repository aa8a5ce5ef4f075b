"""Nordhafen Bank Online-Banking: sign-in, frames and the list of its pages."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox import phones
from sandbox.bank import account_pages, ledger, payment_entry, payment_pages
from sandbox.faults import Fault, take_fault
from sandbox.house_account import HOUSE_ACCOUNT
from sandbox.logins import PasswordCheck, check_password, open_login, use_code
from sandbox.portal_app import Portal, PortalSettings, frame, log_out, signed_out, static_file

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
    _ask_on_the_phone(portal, ticket)
    answer = RedirectResponse("/tan", status_code=303)
    answer.set_cookie(_TICKET_COOKIE, ticket, httponly=True, samesite="lax")
    return answer


@signed_out
async def show_code(request: Request, portal: Portal) -> Response:
    return _code_page(portal, request.cookies.get(_TICKET_COOKIE, ""), "")


@signed_out
async def enter_code(request: Request, portal: Portal) -> Response:
    form = await request.form()
    ticket = request.cookies.get(_TICKET_COOKIE, "")
    login = portal.sessions.ticket_holder(ticket)
    if login is None:
        return portal.page("abgelaufen.html")
    refusal = _refusal(portal, ticket, login, str(form.get("tan", "")).strip())
    if refusal:
        return _code_page(portal, ticket, refusal)
    portal.sessions.use_ticket(ticket)
    return portal.start_session(login, "/banking")


def _ask_on_the_phone(portal: Portal, ticket: str) -> None:
    fault = take_fault(portal.db_path, (Fault.SMS_CODE, Fault.PUSH))
    if fault is not None:
        send = phones.send_code if fault.kind is Fault.SMS_CODE else phones.ask_to_confirm
        send(portal.db_path, ticket)


def _code_page(portal: Portal, ticket: str, refusal: str) -> Response:
    awaited = phones.awaits(portal.db_path, ticket)
    if awaited == "push":
        return portal.page("freigabe.html", meldung=refusal)
    return portal.page("tan.html", meldung=refusal, per_sms=awaited == "sms")


def _refusal(portal: Portal, ticket: str, login: str, code: str) -> str:
    """Why the second factor is not accepted; empty when it is."""
    db_path, settings = portal.db_path, portal.settings
    awaited = phones.awaits(db_path, ticket)
    if awaited == "push":
        return "" if phones.is_confirmed(db_path, ticket) else "Die Anmeldung ist noch nicht freigegeben."
    if awaited == "sms":
        return "" if phones.is_code(db_path, ticket, code) else "Die mTAN ist falsch."
    is_used = use_code(db_path, login, code, settings.totp_period, settings.now())
    return "" if is_used else "Die TAN ist ungültig oder wurde bereits verwendet."


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
    Route("/bank.css", static_file("bank/templates/bank.css")),
]

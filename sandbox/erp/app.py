"""KONTOR/3 Finanzbuchhaltung: sign-in, frames and the list of its pages."""

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

from sandbox.erp import entry_form, entry_ledger, invoice_entry, journal_pages, ledger
from sandbox.logins import PasswordCheck, open_login
from sandbox.portal_app import PasswordSignIn, Portal, PortalSettings, frame, log_out, static_file

LOGIN = "KREDITOREN"


def build(settings: PortalSettings) -> Starlette:
    """The portal as an ASGI application; opens its books and its login in `settings.home`."""
    ledger.create(settings.db_path, settings.clock)
    entry_ledger.create(settings.db_path, settings.clock)
    open_login(settings.db_path, settings.credentials_path, LOGIN, with_totp=False)
    application = Starlette(routes=[*_ROUTES, *journal_pages.ROUTES, *invoice_entry.ROUTES, *entry_form.ROUTES])
    application.state.portal = Portal("erp", settings)
    return application


_SIGN_IN = PasswordSignIn(
    path="/login",
    login_field="benutzer",
    password_field="kennwort",  # noqa: S106 - the name of a form field
    home="/kontor",
    refusals={
        PasswordCheck.WRONG: "K3-0107: Benutzer oder Kennwort falsch.",
        PasswordCheck.LOCKED: "K3-0111: Der Benutzer ist gesperrt. Bitte an den Systemverwalter wenden.",
    },
)
_ROUTES = [
    Route("/", lambda request: RedirectResponse("/login")),
    *_SIGN_IN.routes(),
    Route("/kontor", frame("rahmen.html")),
    Route("/mandant", frame("mandant.html")),
    Route("/titel", frame("titel.html")),
    Route("/menue", frame("menue.html")),
    Route("/start", frame("start.html")),
    Route("/logout", log_out),
    Route("/kontor.css", static_file("erp/templates/kontor.css")),
]

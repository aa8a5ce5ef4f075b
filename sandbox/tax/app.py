"""Landesfinanzkasse Online, Rechnungsregister: sign-in, frames and the list of its pages."""

from starlette.applications import Starlette
from starlette.responses import RedirectResponse
from starlette.routing import Route

from sandbox.logins import PasswordCheck, open_login
from sandbox.portal_app import PasswordSignIn, Portal, PortalSettings, frame, log_out, static_file
from sandbox.tax import ledger, register_pages, registration_entry

LOGIN = "LINDQVIST-USt"


def build(settings: PortalSettings) -> Starlette:
    """The portal as an ASGI application; opens its register and its login in `settings.home`."""
    ledger.create(settings.db_path, settings.clock)
    open_login(settings.db_path, settings.credentials_path, LOGIN, with_totp=False)
    application = Starlette(routes=[*_ROUTES, *register_pages.ROUTES, *registration_entry.ROUTES])
    application.state.portal = Portal("tax", settings)
    return application


_SIGN_IN = PasswordSignIn(
    path="/anmelden",
    login_field="kennung",
    password_field="passwort",  # noqa: S106 - the name of a form field
    home="/lfk",
    refusals={
        PasswordCheck.WRONG: "LFK 107: Kennung oder Passwort ist falsch.",
        PasswordCheck.LOCKED: "LFK 108: Die Kennung ist gesperrt. Bitte wenden Sie sich an die Landesfinanzkasse.",
    },
)
_ROUTES = [
    Route("/", lambda request: RedirectResponse("/anmelden")),
    *_SIGN_IN.routes(),
    Route("/lfk", frame("rahmen.html")),
    Route("/amt", frame("amt.html")),
    Route("/banner", frame("banner.html")),
    Route("/verzeichnis", frame("verzeichnis.html")),
    Route("/auskunft", frame("auskunft.html")),
    Route("/abmelden", log_out),
    Route("/lfk.css", static_file("tax/templates/lfk.css")),
]

"""Ostsee Kreditbank Firmenportal: sign-in, menu and the list of its pages."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from sandbox.bank import account_pages
from sandbox.bank_b import file_pages, ledger, order_pages, signature_pages
from sandbox.house_account import SECOND_HOUSE_ACCOUNT
from sandbox.logins import PasswordCheck, open_login
from sandbox.portal_app import PasswordSignIn, Portal, PortalSettings, Visit, log_out, signed_in, static_file


def build(settings: PortalSettings) -> Starlette:
    """The portal as an ASGI application; opens its books and its two logins in `settings.home`."""
    ledger.create(settings.db_path, settings.clock, SECOND_HOUSE_ACCOUNT)
    open_login(settings.db_path, settings.credentials_path, ledger.SUBMITTER, with_totp=False)
    open_login(settings.db_path, signer_credentials_path(settings.home), ledger.SIGNER, with_totp=False)
    application = Starlette(
        routes=[
            *_ROUTES,
            *account_pages.ROUTES,
            *file_pages.ROUTES,
            *order_pages.ROUTES,
            *signature_pages.ROUTES,
        ]
    )
    application.state.portal = Portal("bank_b", settings)
    return application


def signer_credentials_path(home: Path) -> Path:
    """Where the credentials of the second login lie, the one that may sign and not hand in."""
    return home / "credentials-signer.json"


@signed_in
async def show_start(visit: Visit) -> Response:
    return visit.page("start.html")


_SIGN_IN = PasswordSignIn(
    path="/login",
    login_field="teilnehmer",
    password_field="kennwort",  # noqa: S106 - the name of a form field
    home="/start",
    refusals={
        PasswordCheck.WRONG: "Teilnehmer oder Kennwort ist nicht richtig.",
        PasswordCheck.LOCKED: "Der Teilnehmer ist gesperrt. Bitte wenden Sie sich an Ihre Beraterin.",
    },
)
_ROUTES = [
    Route("/", lambda request: RedirectResponse("/login")),
    *_SIGN_IN.routes(),
    Route("/start", show_start),
    Route("/logout", log_out),
    Route("/okb.css", static_file("bank_b/templates/okb.css")),
    Route("/vorschau.js", static_file("bank_b/templates/vorschau.js")),
]

"""Signing in where a portal asks for a login name and a password alone, and going on where somebody is still in."""

from dataclasses import dataclass

from playwright.async_api import Locator, Page

from bots.locators import Scope, first_of
from bots.notices import Notices
from bots.portal import PortalAccess, login_refused
from bots.session import Session
from bots.ways import Sought, button, field
from models.portal import PortalUnavailable


@dataclass(frozen=True)
class PasswordPage:
    """The page at `path` with its two fields by label, the login's by its technical name and hint, too; `greeting` is
    what `home` shows to who is in."""

    path: str
    home: str
    login: str
    password: str
    greeting: str
    login_name: str
    login_hint: str


async def sign_in(
    session: Session, access: PortalAccess, sign_in_page: PasswordPage, notices: Notices, area: Scope
) -> None:
    """Signs in until `area` shows the greeting, or goes on with the login of the case before.

    Raises BusinessError `portal.login_refused` on a refused password, PortalUnavailable when the portal stops there.
    """
    greeting = area.get_by_text(sign_in_page.greeting)
    if await still_in(session, access, sign_in_page.home, greeting, notices, area):
        return
    credential = await access.credentials.credential(access.name)
    page = session.page
    await page.goto(f"{access.base_url}{sign_in_page.path}")
    login = field(page, sign_in_page.login, name=sign_in_page.login_name, hint=sign_in_page.login_hint)
    await (await notices.reached(session, page, login)).fill(credential.login)
    password = await password_field(page, sign_in_page.password).found(session)
    await session.type_secret(password, credential.password)
    await (await button(page, "Anmelden", address=sign_in_page.path, hint="sign in").found(session)).click()
    seen = await first_of(
        inside=greeting,
        refused=page.locator(notices.message),
        stopped=area.locator(notices.message),
    )
    if seen == "refused":
        raise login_refused(access.name, await notices.text(page))
    if seen == "stopped":
        raise PortalUnavailable(await notices.text(area))
    await session.record("signed in", credential.login)


def password_field(page: Page, label: str) -> Sought:
    """The one field of `page` that hides what is typed."""
    ways = {"label": page.get_by_label(label, exact=True), "kind": page.locator("input[type=password]")}
    return Sought("field", label, ways)


async def still_in(
    session: Session, access: PortalAccess, home: str, inside: Locator, notices: Notices, area: Scope
) -> bool:
    """Whether the login that `session` carries still opens `home`, which then shows `inside` in its `area`."""
    if not session.carries_login:
        return False
    await session.page.goto(f"{access.base_url}{home}")
    outside, stopped = session.page.locator(notices.message), area.locator(notices.message)
    if await first_of(inside=inside, outside=outside, stopped=stopped) != "inside":
        return False
    await session.record("still signed in", access.name)
    return True

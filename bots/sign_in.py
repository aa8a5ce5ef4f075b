"""Signing in where a portal asks for a login name and a password alone."""

from dataclasses import dataclass

from bots.locators import Scope, first_of
from bots.notices import Notices
from bots.portal import PortalAccess, login_refused
from bots.session import Session
from models.portal import PortalUnavailable


@dataclass(frozen=True)
class PasswordPage:
    """The page at `path` with its two fields by label; `greeting` is what the portal shows once somebody is in."""

    path: str
    login: str
    password: str
    greeting: str


async def sign_in(
    session: Session, access: PortalAccess, sign_in_page: PasswordPage, notices: Notices, area: Scope
) -> None:
    """Signs in until `area` shows the greeting.

    Raises BusinessError `portal.login_refused` on a refused password, PortalUnavailable when the portal stops there.
    """
    credential = await access.credentials.credential(access.name)
    page = session.page
    await page.goto(f"{access.base_url}{sign_in_page.path}")
    await notices.expect(page, page.get_by_label(sign_in_page.login))
    await page.get_by_label(sign_in_page.login).fill(credential.login)
    await session.type_secret(page.get_by_label(sign_in_page.password), credential.password)
    await page.get_by_role("button", name="Anmelden").click()
    seen = await first_of(
        inside=area.get_by_text(sign_in_page.greeting),
        refused=page.locator(notices.message),
        stopped=area.locator(notices.message),
    )
    if seen == "refused":
        raise login_refused(access.name, await notices.text(page))
    if seen == "stopped":
        raise PortalUnavailable(await notices.text(area))
    await session.record("signed in", credential.login)

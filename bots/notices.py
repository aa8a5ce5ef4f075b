"""How a portal tells that it will not go on, and whether that is about the content or about the portal itself."""

from dataclasses import dataclass

from playwright.async_api import Locator

from bots.action import PortalRefused
from bots.locators import Scope, first_of, shown_fields
from bots.session import Session
from bots.ways import Sought
from models.portal import PortalUnavailable


@dataclass(frozen=True)
class Notices:
    """`message` and `heading` are the selectors of a portal's messages and page headings.

    `technical` are the headings of pages that speak of the portal (maintenance, expired session).
    """

    message: str
    heading: str
    technical: frozenset[str]

    async def expect(self, scope: Scope, wanted: Locator) -> None:
        """Waits for `wanted`. Raises PortalRefused or PortalUnavailable when the portal shows a message instead."""
        if await self.instead_of(wanted, scope):
            raise PortalRefused(await self.text(scope))

    async def reached(self, session: Session, scope: Scope, sought: Sought) -> Locator:
        """`sought`, however it is found; anything but the first way is on record. Raises as `expect` does."""
        await self.expect(scope, sought.anyhow)
        return await sought.found(session)

    async def instead_of(self, wanted: Locator, scope: Scope) -> bool:
        """Whether `scope` shows a message before `wanted` appears."""
        return await first_of(wanted=wanted, message=scope.locator(self.message)) == "message"

    async def text(self, scope: Scope) -> str:
        """The portal's own words. Raises PortalUnavailable when they are about the portal rather than the content."""
        text = " ".join(await scope.locator(self.message).all_inner_texts())
        heading = " ".join(await scope.locator(self.heading).all_inner_texts()).strip()
        if heading in self.technical:
            raise PortalUnavailable(f"{heading}: {text}")
        return text

    async def answer(self, scope: Scope, *, asked: str, done: str, number: str) -> str:
        """The portal's words once the page headed `asked` is left: heading and message, on success (the heading is
        `done`) the portal's own number, which stands in the field `number`. Raises PortalUnavailable as `text` does."""
        headings = scope.locator(self.heading)
        await headings.filter(has_not_text=asked).wait_for()
        told = (await headings.inner_text()).strip()
        if told == done:
            return f"{told}: {(await shown_fields(scope)).get(number, '')}"
        return f"{told}: {await self.text(scope)}"

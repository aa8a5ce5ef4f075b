"""Several independent ways to one element: by its words, by where it leads, by its hint.

Portals move and rename things overnight. On a read the next way heals, and that it was needed is on record. On a commit
nothing is healed: at least two ways have to lead to the same one visible element, and no way to another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise

from playwright.async_api import ElementHandle, FrameLocator, Locator, Page
from playwright.async_api import Error as PlaywrightError

from bots.locators import first_of
from bots.session import Session
from models.portal import Finding, FindingKind, PortalUnavailable

FOUND_ANOTHER_WAY = "found another way"
"""The step that the evidence has of a drift."""

_NAME_LENGTH = 80
_NAME = """element => {
    const isField = element.matches('input, select, textarea')
    const isButton = ['submit', 'button'].includes(element.type)
    const labels = [...(element.labels ?? [])].map(label => label.innerText).join(' ')
    const shown = isField ? (isButton ? element.value : '') : element.innerText
    return (labels || shown || element.title || element.name || '').replace(/\\s+/g, ' ').trim()
}"""
"""What a person would call the element. Never what was typed into it, which may be a secret."""


@dataclass(frozen=True)
class Sought:
    """One element of a page and the independent ways to it, in order of preference.

    `element` is `link`, `field`, `button`, `heading` or empty, `name` what the bot knows it by.
    """

    element: str
    name: str
    ways: Mapping[str, Locator]

    @property
    def anyhow(self) -> Locator:
        """Whatever way shows it, to wait for."""
        return reduce(lambda one, other: one.or_(other), self.ways.values())

    async def found(self, session: Session) -> Locator:
        """The element that the first of the ways shows; anything but the first is recorded as a drift.

        For reads and for going from page to page. Raises Playwright's TimeoutError when no way shows anything.
        """
        await first_of(**self.ways)
        leading = [way for way, locator in self.ways.items() if len(await _shown(locator)) == 1]
        if not leading:
            raise PortalUnavailable(f"no way leads to one {self.name}: tried {', '.join(self.ways)}")
        first, way = next(iter(self.ways)), leading[0]
        if way != first:
            await self._report(session, first, way)
        return self.ways[way]

    async def agreed(self) -> ElementHandle:
        """See `agreed`."""
        return await agreed(f"{self.element} {self.name}", **self.ways)

    async def _report(self, session: Session, first: str, way: str) -> None:
        finding = Finding(
            kind=FindingKind.DRIFT,
            element=self.element,
            sought=self.name,
            expected_by=first,
            found_by=way,
            found=str(await self.ways[way].evaluate(_NAME))[:_NAME_LENGTH],
        )
        await session.record(FOUND_ANOTHER_WAY, f"{self.name}: by {way}, no longer by {first}", finding)


Area = Page | FrameLocator | Locator


def link(area: Area, words: str, *, address: str = "", hint: str = "") -> Sought:
    """A link by its words, by how the address ends that it leads to, by its hint."""
    ways = {"words": area.get_by_role("link", name=words, exact=True)}
    return Sought("link", words, ways | _address(area, f"a[href$='{address}']", address) | _hint(area, hint))


def field(area: Area, label: str, *, name: str = "", hint: str = "") -> Sought:
    """A field by its label, by its technical name, by its hint."""
    ways = {"label": area.get_by_label(label, exact=True)}
    named = {"name": area.locator(f"[name='{name}']")} if name else {}
    return Sought("field", label, ways | named | _hint(area, hint))


def button(area: Area, words: str, *, address: str = "", hint: str = "") -> Sought:
    """A button by its words, by how the address ends that its form is sent to, by its hint."""
    ways = {"words": area.get_by_role("button", name=words, exact=True)}
    return Sought("button", words, ways | _address(area, _submit(address), address) | _hint(area, hint))


def list_page(area: Page | FrameLocator, heading: str, columns: tuple[str, str]) -> Sought:
    """The page of a list, by its heading or by two column headings that no other list has both of."""
    titles = area.locator("tr").filter(has_text=columns[0]).filter(has_text=columns[1])
    return Sought("heading", heading, {"words": area.locator("h1").filter(has_text=heading), "columns": titles})


async def found(session: Session, what: str, **ways: Locator) -> Locator:
    """See `Sought.found`; for an element that is neither link nor field nor button."""
    return await Sought("", what, ways).found(session)


async def agreed(what: str, **ways: Locator) -> ElementHandle:
    """The one visible element to which at least two of `ways` lead, and none of them to another.

    For the final action. Raises PortalUnavailable with what each way found.
    """
    await first_of(**ways)
    shown = {name: await _shown(locator) for name, locator in ways.items()}
    named = {name: elements[0] for name, elements in shown.items() if len(elements) == 1}
    if len(named) >= 2 and all([await _is_same(one, other) for one, other in pairwise(named.values())]):
        return next(iter(named.values()))
    told = ", ".join(f"{name} to {len(elements)}" for name, elements in shown.items())
    raise PortalUnavailable(f"it is not certain which element is {what}: the ways lead by {told}")


def _address(area: Area, selector: str, address: str) -> dict[str, Locator]:
    return {"address": area.locator(selector)} if address else {}


def _submit(address: str) -> str:
    return f"form[action$='{address}'] [type=submit]"


def _hint(area: Area, hint: str) -> dict[str, Locator]:
    return {"hint": area.get_by_title(hint, exact=True)} if hint else {}


async def _shown(locator: Locator) -> list[ElementHandle]:
    return [element for element in await locator.element_handles() if await element.is_visible()]


async def _is_same(one: ElementHandle, other: ElementHandle) -> bool:
    try:
        return bool(await one.evaluate("(one, other) => one === other", other))
    except PlaywrightError:
        # Two frames have no element in common.
        return False

"""Finding and reading what a page shows. Ids change with every load on old portals; words and labels do not."""

import asyncio

from playwright.async_api import FrameLocator, Locator, Page

Scope = Page | FrameLocator
"""A window, or a frame inside one."""


async def first_of(**alternatives: Locator) -> str:
    """The name of the alternative that becomes visible first, across frames and windows.

    None of them may stand on the page that is being left. Raises Playwright's TimeoutError when none appears.
    """
    waits = {name: asyncio.ensure_future(locator.first.wait_for()) for name, locator in alternatives.items()}
    try:
        await asyncio.wait(waits.values(), return_when=asyncio.FIRST_COMPLETED)
        seen = [name for name, wait in waits.items() if wait.done() and wait.exception() is None]
        if not seen:
            await asyncio.gather(*waits.values())
        return seen[0]
    finally:
        for wait in waits.values():
            wait.cancel()
        await asyncio.gather(*waits.values(), return_exceptions=True)


_VISIBLE_ROWS = """root => [...root.querySelectorAll('tr')]
    .filter(row => [...row.cells].some(cell => cell.tagName === 'TD'))
    .filter(row => row.checkVisibility({visibilityProperty: true}))"""
"""In the page itself: Playwright's own `:has` takes minutes for ten thousand rows."""

_FIELDS = f"""root => ({_VISIBLE_ROWS})(root)
    .map(row => [row.querySelector(':scope > th'), row.querySelector(':scope > td')])
    .filter(([heading]) => heading)
    .map(([heading, cell]) => [heading.innerText, cell.innerText])"""

_ROWS = f"""(root, width) => ({_VISIBLE_ROWS})(root)
    .filter(row => row.cells.length === width)
    .map(row => [...row.cells].map(cell => cell.innerText.trim()))"""


async def shown_fields(scope: Scope) -> dict[str, str]:
    """The visible two-column rows of `scope`: heading cell to text. A heading shown twice gives both texts."""
    rows = await scope.locator(":root").evaluate(_FIELDS)
    fields: dict[str, str] = {}
    for heading, text in rows:
        name = heading.strip().rstrip(":")
        fields[name] = f"{fields[name]} / {text.strip()}" if name in fields else text.strip()
    return fields


async def shown_rows(scope: Scope, width: int) -> list[list[str]]:
    """The visible rows of `width` cells in the list of `scope`, its headings included, as texts."""
    rows: list[list[str]] = await scope.locator(":root").evaluate(_ROWS, width)
    return rows

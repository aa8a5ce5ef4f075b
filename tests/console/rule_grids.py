"""A draft of the purchase approval table in a browser of one's own."""

from collections.abc import Awaitable, Callable

from playwright.async_api import Page as Tab
from playwright.async_api import ViewportSize, expect

TABLE = "/rules/purchase_approval"
DESK, PHONE = ViewportSize(width=1280, height=900), ViewportSize(width=390, height=844)

SignIn = Callable[..., Awaitable[Tab]]


async def draft_in_grid(sign_in: SignIn, viewport: ViewportSize = DESK) -> Tab:
    tab = await sign_in("greta.holm", TABLE, viewport)
    await tab.get_by_label("What the change is about").fill("Trying the grid")
    await tab.get_by_role("button", name="Begin a draft").click()
    await expect(tab.locator("#grid-findings")).to_contain_text("No findings")
    return tab


async def texts(tab: Tab, column: int = 1) -> list[str]:
    return await tab.locator(f"tbody td:nth-of-type({column})").all_inner_texts()


async def names_of_rows(tab: Tab) -> list[str]:
    return await tab.locator("tbody .row-name").all_inner_texts()

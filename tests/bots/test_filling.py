"""Fields are found by their labels, wherever they stand, and none is touched while any is in doubt."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page

from bots import filling
from bots.boundary import Boundary
from bots.browser import Browser
from bots.filling import fill_in
from models.portal import PortalUnavailable
from tests.bots.fakes import FakeEvidence, wall_clock

NOWHERE = Boundary(frozenset())
FORM = """<table>
<tr><td><label for=b>IBAN:</label><td><input id=b oninput="heard += 'i'" onchange="heard += 'c'">
<tr><td><label for=a>  Payee
 name </label><td><input id=a>
<tr><td><label>Text <textarea></textarea></label>
<tr style="display: none"><td><label for=h>IBAN</label><td><input id=h value=hidden>
</table><script>let heard = ''</script>"""


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Page]:
    monkeypatch.setattr(filling, "FIELDS_TIMEOUT", 0.5)
    async with browser.open_session(NOWHERE, FakeEvidence(), wall_clock) as session:
        await session.page.set_content(FORM)
        yield session.page


async def held(page: Page) -> list[str]:
    values: list[str] = await page.locator("input, textarea").evaluate_all("fields => fields.map(each => each.value)")
    return values


async def test_each_text_stands_in_the_field_of_its_label_and_the_page_hears_of_it(page: Page) -> None:
    await fill_in(page, {"Payee name": "Anna", "IBAN": "DE89 3704", "Text": "zwei\nZeilen"})
    assert await held(page) == ["DE89 3704", "Anna", "zwei\nZeilen", "hidden"]
    assert await page.evaluate("heard") == "ic"


async def test_a_field_that_comes_late_is_waited_for(page: Page) -> None:
    later = "setTimeout(() => document.body.insertAdjacentHTML('beforeend', '<label>BIC <input></label>'), 100)"
    await page.evaluate(later)
    await fill_in(page, {"IBAN": "DE89", "BIC": "COBADEFF"})
    assert (await held(page))[-1] == "COBADEFF"


@pytest.mark.behaviour("R2")
async def test_where_a_label_has_no_field_or_two_nothing_is_typed_and_both_are_named(page: Page) -> None:
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<label>Text <input></label>')")
    with pytest.raises(PortalUnavailable, match=r"'Text' \(2 fields\), 'Amount' \(0 fields\)"):
        await fill_in(page, {"IBAN": "DE89", "Text": "once", "Amount": "1,00"})
    assert "DE89" not in await held(page)


@pytest.mark.parametrize("attribute", ["disabled", "readonly"])
async def test_what_nobody_can_type_into_is_no_field(page: Page, attribute: str) -> None:
    await page.evaluate("name => document.getElementById('b').setAttribute(name, '')", attribute)
    with pytest.raises(PortalUnavailable, match="IBAN"):
        await fill_in(page, {"IBAN": "DE89"})

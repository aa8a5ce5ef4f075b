"""Columns of a table in the grid, as a finance person adds, changes, moves and removes them."""

import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from rules.definitions import DecisionTable
from rules.dmn import read_definitions
from store.rule_drafts import drafts
from tests.console.company import TENANT, Company
from tests.console.rule_grids import PHONE, SignIn, draft_in_grid, texts


async def _heads(tab: Tab) -> list[str]:
    texts = await tab.locator("thead tr:nth-child(2) th").all_inner_texts()
    return [text.split("\n")[0] for text in texts]


async def _add(tab: Tab, **fields: str) -> None:
    await tab.get_by_role("button", name="New column").click()
    dialog = tab.get_by_role("dialog")
    if "band" in fields:
        await dialog.get_by_label("What the column is for").select_option(fields["band"])
    for label, name in (("What it asks for", "asks"), ("Heading", "heading"), ("Allowed values", "allowed")):
        if name in fields:
            await dialog.get_by_label(label).fill(fields[name])
    if "type" in fields:
        await dialog.get_by_label("What it takes").select_option(fields["type"])
    await dialog.get_by_role("button", name="Take it over").click()
    await expect(dialog).to_be_hidden()


def _kept(company: Company) -> DecisionTable:
    with company.store.read() as view:
        (draft,) = drafts(view, TENANT)
    table = read_definitions(draft.xml).decisions[0].table
    assert table is not None
    return table


@pytest.mark.behaviour("A2", "A3")
async def test_a_condition_is_added_filled_and_kept_and_asks_nothing_where_it_is_blank(
    sign_in: SignIn, company: Company
) -> None:
    tab = await draft_in_grid(sign_in)
    await tab.locator("tbody tr:nth-child(1) td:nth-of-type(4)").click()
    await _add(tab, asks="amount / 2", heading="Half of it", type="number", allowed=">= 0")
    assert (await _heads(tab))[4:6] == ["Over budget", "Half of it"]
    assert set(await texts(tab, 5)) == {"-"}
    await expect(tab.locator("thead tr:nth-child(2) th").nth(5)).to_contain_text("number, >= 0")
    await expect(tab.locator("#grid-findings")).to_contain_text("No findings")
    await tab.keyboard.type("<= 1,000")
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#grid-findings")).to_contain_text("could be read in two ways")
    await tab.keyboard.press("Control+z")
    await tab.keyboard.press("Control+s")
    await expect(tab.locator("#grid-state")).to_have_text("Saved")
    column = _kept(company).inputs[4]
    assert (column.label, column.expression, column.allowed_values) == ("Half of it", "amount / 2", ">= 0")
    await tab.reload()
    assert (await _heads(tab))[5] == "Half of it"


@pytest.mark.behaviour("A2")
async def test_a_known_field_of_the_case_brings_its_type_and_heading(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    await tab.get_by_role("button", name="New column").click()
    dialog = tab.get_by_role("dialog")
    await dialog.get_by_label("What it asks for").fill("over_budget")
    await expect(dialog.get_by_label("Heading")).to_have_value("Over budget")
    await expect(dialog.get_by_label("What it takes")).to_have_value("boolean")
    await dialog.get_by_role("button", name="Cancel").click()
    assert len(await _heads(tab)) == 8


@pytest.mark.behaviour("A2", "A3")
async def test_an_answer_is_added_and_its_blanks_are_marked_at_their_cells(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    await tab.locator("tbody tr:nth-child(1) td:nth-of-type(6)").click()
    await _add(tab, band="then", heading="Speed", type="string", allowed="slow, fast")
    first = tab.locator("tbody tr:nth-child(1) td:nth-of-type(7)")
    await expect(first).to_have_attribute("aria-invalid", "true")
    await first.click()
    await tab.keyboard.type("fa")
    await expect(tab.get_by_role("option", name="fast")).to_be_visible()
    await tab.keyboard.press("Enter")
    await expect(first).to_have_text("fast")
    await expect(first).not_to_have_attribute("aria-invalid", "true")


@pytest.mark.behaviour("A2")
async def test_columns_are_changed_moved_and_deleted_with_the_keyboard_and_all_of_it_undone(
    sign_in: SignIn, company: Company
) -> None:
    tab = await draft_in_grid(sign_in)
    before, categories = await _heads(tab), await texts(tab, 2)
    await tab.locator("tbody tr:nth-child(2) td:nth-of-type(2)").click()
    await tab.keyboard.press("Alt+ArrowLeft")
    assert (await _heads(tab))[1:3] == ["Category", "Net total in EUR"]
    assert await texts(tab, 1) == categories
    await tab.keyboard.press("Shift+F2")
    await tab.get_by_role("dialog").get_by_label("Heading").fill("Kind of goods")
    await tab.keyboard.press("Enter")
    assert (await _heads(tab))[1] == "Kind of goods"
    await tab.get_by_role("button", name="Save").click()
    await expect(tab.locator("#grid-state")).to_have_text("Saved")
    assert [column.label for column in _kept(company).inputs[:2]] == ["Kind of goods", "Net total in EUR"]
    await tab.locator("tbody tr:nth-child(2) td").first.click()
    await tab.keyboard.press("Alt+Shift+Backspace")
    assert (await _heads(tab))[1:3] == ["Net total in EUR", "Cost centre"]
    for _ in range(3):
        await tab.get_by_role("button", name="Undo").click()
    assert await _heads(tab) == before
    await tab.get_by_role("button", name="Save").click()
    await expect(tab.locator("#grid-state")).to_have_text("Saved")
    assert [column.label for column in _kept(company).inputs[:2]] == ["Net total in EUR", "Category"]
    assert await texts(tab, 2) == categories


@pytest.mark.behaviour("A2", "A3")
async def test_what_is_wrong_with_a_column_is_marked_at_its_heading(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    await _add(tab, asks="nowhere", heading="Nowhere")
    head = tab.locator("thead th", has_text="Nowhere")
    await expect(head).to_have_class("band-if error")
    await tab.get_by_role("button", name="Undo").click()
    await expect(tab.locator("#grid-findings")).to_contain_text("No findings")


@pytest.mark.behaviour("A2", "C1")
async def test_a_column_is_added_on_a_phone(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in, PHONE)
    await tab.locator("tbody tr:nth-child(1) td").first.click()
    await _add(tab, asks="category", heading="Category again", type="string")
    assert await tab.locator("tbody tr:nth-child(1) td").nth(1).get_attribute("data-label") == "Category again"
    assert await tab.evaluate("document.documentElement.scrollWidth") <= 390

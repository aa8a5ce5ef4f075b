"""What a finance person does with a rule, in a real browser: in Excel and back, and in the grid."""

from pathlib import Path

import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from models.rule import RuleEvaluation
from store.rule_cases import recent_answers
from store.rule_drafts import drafts
from store.rule_publications import publications
from tests.console.company import TENANT, Company
from tests.console.rule_grids import PHONE, TABLE, SignIn, draft_in_grid, names_of_rows, texts
from tests.rules.excel.spreadsheet import Spreadsheet


def _office(company: Company, price: str) -> str:
    line = {"number": 1, "description": "Paper", "quantity": "10", "unit_price": price}
    return company.file(category="office", lines=[line])


def _decided(company: Company, case: str) -> RuleEvaluation:
    with company.store.read() as view:
        (found,) = recent_answers(view, TENANT, "purchase_approval", case)
    return found.answer


async def _in_excel(tab: Tab, folder: Path, **cells: str) -> Path:
    """Downloads the table of the page, changes it in a spreadsheet and saves it there."""
    async with tab.expect_download() as started:
        await tab.get_by_role("link", name="Download for Excel").click()
    file = folder / "changed.xlsx"
    await (await started.value).save_as(file)
    sheet = Spreadsheet(file.read_bytes())
    for cell, text in cells.items():
        sheet[cell] = text
    file.write_bytes(sheet.saved())
    return file


async def _hand_in(tab: Tab, file: Path) -> None:
    await tab.get_by_label("What the change is about").fill("Office supplies up to EUR 100")
    await tab.get_by_label("Excel file, if you changed it there").set_input_files(file)
    await tab.get_by_role("button", name="Begin a draft").click()


@pytest.mark.behaviour("A2", "A3", "A4", "A5", "C1")
async def test_a_rule_changed_in_excel_is_tried_published_by_a_second_person_and_decides_the_next_case(
    sign_in: SignIn, company: Company, tmp_path: Path
) -> None:
    before = _office(company, "7.50")
    assert _decided(company, before).matched == ("small_office",)

    author = await sign_in("greta.holm", TABLE)
    broken = await _in_excel(author, tmp_path, B9="<= 1,00", B10="above 100 to below 5000")
    await _hand_in(author, broken)
    await expect(author.get_by_text("Purchase approval!B9")).to_be_visible()
    await expect(author.get_by_text("could be read in two ways")).to_be_visible()

    await author.goto(TABLE)
    await _hand_in(author, await _in_excel(author, tmp_path, B9="<= 100", B10="above 100 to below 5000"))
    await expect(author.get_by_text("The file is taken in.")).to_be_visible()
    await expect(author.locator("#grid-findings")).to_contain_text("No findings")
    await expect(author.locator(".differences")).to_contain_text("above 50 to below 5000")

    await author.get_by_role("button", name="Try it on all past decisions").click()
    await expect(author.get_by_text("1 of 1 past decision would change")).to_be_visible()
    await expect(author.locator(".changes")).to_contain_text("Nobody would approve any more")
    await author.get_by_role("link", name="Draft", exact=True).click()

    await author.get_by_role("button", name="The new answer is right").click()
    await expect(author.get_by_text("14 examples come out right")).to_be_visible()
    await author.get_by_label("Why, for whoever publishes it").fill("Paper has become dearer.")
    await author.get_by_role("button", name="Hand over to a second person").click()
    await expect(author.get_by_text("Waits for a second person")).to_be_visible()
    await expect(author.get_by_role("button", name="Publish it")).to_have_count(0)
    assert _decided(company, _office(company, "7.40")).matched == ("small_office",)

    second = await sign_in("ines.lindqvist", "/rules")
    await second.get_by_role("link", name="Office supplies up to EUR 100").click()
    await expect(second.get_by_text("Try it on all past decisions first")).to_be_visible()
    await second.get_by_role("button", name="Try it on all past decisions").click()
    await second.get_by_role("link", name="Draft", exact=True).click()
    await second.get_by_role("button", name="Publish it").click()
    await expect(second.get_by_text("version 2 since")).to_be_visible()

    after = _decided(company, _office(company, "7.30"))
    assert (after.matched, after.result["approval"]) == (("petty_office",), "not required")
    assert _decided(company, before).matched == ("small_office",)
    with company.store.read() as view:
        newest = publications(view, TENANT, "purchase_approval")[0]
    assert (newest.version, newest.submitted_by, newest.published_by) == (
        after.version,
        "greta.holm",
        "ines.lindqvist",
    )


@pytest.mark.behaviour("A2", "A3")
async def test_findings_stand_at_their_cells_while_one_types_and_go_when_they_are_mended(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    first = tab.locator("tbody tr:nth-child(1) td").first
    await first.click()
    await tab.keyboard.type("<= 5,000")
    await tab.keyboard.press("Enter")
    await expect(first).to_have_attribute("aria-invalid", "true")
    await expect(tab.locator("#grid-findings")).to_contain_text("could be read in two ways")
    await tab.keyboard.press("Control+z")
    await expect(tab.locator("#grid-findings")).to_contain_text("No findings")
    await tab.locator("tbody tr:nth-child(1) td").first.click()
    await tab.keyboard.type("<= 40")
    await tab.keyboard.press("Enter")
    await expect(tab.locator("#grid-findings")).to_contain_text("no row matches")


@pytest.mark.behaviour("A2")
async def test_rows_are_inserted_copied_moved_deleted_and_all_of_it_undone(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    names = await names_of_rows(tab)
    await tab.locator("tbody tr:nth-child(2) td").first.click()
    await tab.keyboard.press("Alt+ArrowUp")
    assert (await names_of_rows(tab))[:2] == [names[1], names[0]]
    await tab.get_by_role("button", name="Copy row").click()
    await tab.get_by_role("button", name="Insert above").click()
    assert (await names_of_rows(tab))[:4] == [names[1], "new", "new", names[0]]
    await tab.keyboard.press("Alt+Backspace")
    assert (await names_of_rows(tab))[:3] == [names[1], "new", names[0]]
    for _ in range(4):
        await tab.keyboard.press("Control+z")
    assert await names_of_rows(tab) == names
    await tab.get_by_role("button", name="Redo").click()
    assert (await names_of_rows(tab))[:2] == [names[1], names[0]]


@pytest.mark.behaviour("A2")
async def test_cells_are_copied_and_pasted_as_spreadsheets_do(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    await tab.locator("tbody tr:nth-child(11) td").first.click()
    await tab.evaluate(
        'navigator.clipboard.writeText(\'> 1000\\tgoods\\r\\n> 2000\\t"it, ""x"""\\r\\n> 3000\\toffice\\r\\n\')'
    )
    await tab.keyboard.press("Control+v")
    assert (await texts(tab))[10:] == ["> 1000", "> 2000", "> 3000"]
    assert (await texts(tab, 2))[10:] == ["goods", 'it, "x"', "office"]
    assert (await names_of_rows(tab))[-1] == "new"
    await tab.keyboard.press("Control+c")
    copied = await tab.evaluate("navigator.clipboard.readText()")
    assert copied == '> 1000\tgoods\n> 2000\t"it, ""x"""\n> 3000\toffice'


@pytest.mark.behaviour("A2")
async def test_roles_and_cost_centres_are_completed(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    stages = tab.locator("tbody tr:nth-child(2) td:nth-of-type(6)")
    await stages.click()
    await tab.keyboard.type("cost")
    await expect(tab.get_by_role("option", name="cost centre owner", exact=True)).to_have_attribute(
        "aria-selected", "true"
    )
    await tab.keyboard.press("Enter")
    await tab.keyboard.type(", tre")
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Enter")
    await expect(stages).to_have_text("cost centre owner, treasurer")
    await tab.locator("tbody tr:nth-child(2) td:nth-of-type(3)").click()
    await tab.keyboard.type("40")
    await expect(tab.get_by_role("option", name="4000")).to_be_visible()
    await tab.keyboard.press("Escape")
    await expect(tab.locator("tbody tr:nth-child(2) td:nth-of-type(3)")).to_have_text("-")


@pytest.mark.behaviour("A2", "A4")
async def test_a_draft_is_tried_on_a_past_case_before_it_is_saved(sign_in: SignIn, company: Company) -> None:
    _office(company, "7.50")
    tab = await draft_in_grid(sign_in)
    for row, text in ((1, "<= 100"), (2, "above 100 to below 5000")):
        await tab.locator(f"tbody tr:nth-child({row}) td").first.click()
        await tab.keyboard.type(text)
        await tab.keyboard.press("Enter")
    await tab.get_by_label("With a decision of the past").select_option(index=1)
    await expect(tab.locator("#try-answer")).to_contain_text("not required")
    await expect(tab.locator("#try-answer")).to_contain_text("Different from what is in force")
    await expect(tab.locator("tbody tr:nth-child(1)")).to_have_class("matched")
    await tab.get_by_text("Keep this as an example").click()
    await tab.get_by_label("What it is an example of").fill("A box of paper")
    await tab.get_by_role("button", name="Keep it", exact=True).click()
    await expect(tab.get_by_text("Answered otherwise")).to_be_visible()
    with company.store.read() as view:
        (draft,) = drafts(view, TENANT)
    assert draft.golden_cases[-1].name == "A box of paper"
    assert draft.golden_cases[-1].expected["approval"] == "not required"


@pytest.mark.behaviour("A2")
async def test_what_was_saved_is_there_after_a_reload_under_the_names_that_rows_got(sign_in: SignIn) -> None:
    tab = await draft_in_grid(sign_in)
    await tab.locator("tbody tr:nth-child(1) td").first.click()
    await tab.get_by_role("button", name="Copy row").click()
    await tab.keyboard.press("Control+s")
    await expect(tab.locator("#grid-state")).to_have_text("Saved")
    assert (await names_of_rows(tab))[1] == "row-1"
    await tab.reload()
    assert (await names_of_rows(tab))[:2] == ["petty_office", "row-1"]
    await expect(tab.locator("#grid-findings")).to_contain_text("petty_office")


@pytest.mark.behaviour("A2")
async def test_what_is_not_saved_yet_is_saved_before_the_draft_is_tried_or_handed_over(
    sign_in: SignIn, company: Company
) -> None:
    _office(company, "7.50")
    tab = await draft_in_grid(sign_in)
    await tab.locator("tbody tr:nth-child(2) td:nth-of-type(6)").click()
    await tab.keyboard.type("cost centre owner, finance director")
    await tab.keyboard.press("Enter")
    await tab.get_by_role("button", name="Save").click()
    await tab.get_by_role("button", name="Try it on all past decisions").click()
    await expect(tab.locator(".changes")).to_contain_text("Somebody more would decide")


@pytest.mark.behaviour("C1")
async def test_no_page_about_rules_is_wider_than_a_phone(sign_in: SignIn, company: Company) -> None:
    _office(company, "7.50")
    tab = await draft_in_grid(sign_in, PHONE)
    address = tab.url
    for path in ("/rules", TABLE, f"{TABLE}/versions/1", address):
        await tab.goto(path)
        assert await _width(tab) <= PHONE["width"], path
    stages = tab.locator("tbody tr:nth-child(2) td:nth-of-type(6)")
    await stages.click()
    await tab.keyboard.type("cost centre owner, finance director")
    await tab.keyboard.press("Enter")
    await tab.get_by_role("button", name="Try it on all past decisions").click()
    await expect(tab.locator(".changes")).to_contain_text("Somebody more would decide")
    assert await _width(tab) <= PHONE["width"]


async def _width(tab: Tab) -> int:
    return int(await tab.evaluate("document.documentElement.scrollWidth"))

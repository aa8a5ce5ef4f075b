"""The pages about rules for somebody who reads Chinese: files, findings, refusals and trying a table."""

import io
import re

import pytest
from httpx import Client

from store.rule_drafts import create_draft, draft_of, save_draft
from tests.console.browsing import Page, hidden_fields
from tests.console.company import TENANT, Company
from tests.rules.excel.spreadsheet import Spreadsheet

pytestmark = pytest.mark.behaviour("A2", "A3", "C1")
TABLE = "/rules/purchase_approval"
_ENGLISH = re.compile(r"could be read|holds a formula|no row matches|is blank|cannot be|expected")


@pytest.fixture
def chinese(page: Page) -> Page:
    page.sign_in("chen.wei")
    return page


def _draft(company: Company) -> str:
    signed_in = company.signed_in("chen.wei")
    return create_draft(company.store, signed_in, "purchase_approval", "办公用品").id


def test_the_workbook_is_in_the_language_of_whoever_downloads_it(chinese: Page) -> None:
    sheet = Spreadsheet(chinese.open(f"{TABLE}/file").content)
    assert (sheet["A1"], sheet["C10"], sheet["F10"]) == ("采购审批", "办公用品", "需要审批")


def test_what_is_wrong_with_a_workbook_is_told_in_chinese_by_cell(
    chinese: Page, client: Client, company: Company
) -> None:
    draft = _draft(company)
    sheet = Spreadsheet(chinese.open(f"{TABLE}/file?draft={draft}").content)
    sheet["B9"], sheet["B10"], sheet["C10"], sheet["H5"] = "<= 1,000", "", "办公用品", "理由"
    fields = hidden_fields(chinese.open(f"/rules/drafts/{draft}").text)
    file = {"file": ("x.xlsx", io.BytesIO(sheet.saved()))}
    text = client.post(f"/rules/drafts/{draft}/file", data=fields, files=file).text
    assert "<strong>采购审批!B9</strong>" in text
    assert "可能有两种读法" in text
    assert "<strong>采购审批!B10</strong>: 为空；任意值请写 -" in text
    assert not _ENGLISH.search(text)


def test_a_chinese_workbook_with_an_english_cell_becomes_the_draft_that_was_meant(
    chinese: Page, client: Client, company: Company
) -> None:
    draft = _draft(company)
    sheet = Spreadsheet(chinese.open(f"{TABLE}/file?draft={draft}").content)
    sheet["B9"], sheet["B10"], sheet["G10"] = "不超过 100", "above 100 to below 5000", "成本中心负责人, treasurer"
    fields = hidden_fields(chinese.open(f"/rules/drafts/{draft}").text)
    file = {"file": ("x.xlsx", io.BytesIO(sheet.saved()))}
    answer = client.post(f"/rules/drafts/{draft}/file", data=fields, files=file, follow_redirects=False)
    assert answer.headers["location"].endswith("?taken=1")
    text = chinese.open(f"/rules/drafts/{draft}").text
    assert "<del>高于 50 至 低于 5000</del>" in text
    assert "<ins>高于 100 至 低于 5000</ins>" in text
    assert "<ins>成本中心负责人, 资金主管</ins>" in text


def test_what_keeps_a_draft_from_being_handed_over_is_told_in_chinese(chinese: Page, company: Company) -> None:
    draft = _draft(company)
    with company.store.read() as view:
        kept = draft_of(view, TENANT, draft)
    xml = kept.xml.replace(b"<text>&lt;= 50</text>", b"<text>&lt;= 40</text>")
    save_draft(company.store, company.signed_in("chen.wei"), draft, kept.revision, xml=xml)
    address = f"/rules/drafts/{draft}"
    text = chinese.send(address, {"do": "submit", "reason": "x"}, f"{address}/steps").text
    assert "时没有适用的行" in text
    assert not _ENGLISH.search(text)


def test_a_table_is_tried_in_chinese(chinese: Page) -> None:
    given = {
        "given-amount": "60",
        "given-category": "office",
        "given-cost_centre": "1000",
        "given-over_budget": "false",
    }
    text = chinese.send(TABLE, given, f"{TABLE}/try").text
    assert "<dt>审批顺序</dt><dd>成本中心负责人</dd>" in text
    assert '<option value="office" selected>办公用品</option>' in text
    problem = chinese.send(TABLE, {"given-amount": "sixty"}, f"{TABLE}/try").text
    assert "不符合；应填写最多" in problem
    assert not _ENGLISH.search(problem)

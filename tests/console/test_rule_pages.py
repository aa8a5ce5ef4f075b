"""The pages about rules without JavaScript: who may see and do what, files, history and recall."""

import io
import json
import re
from typing import Any

import pytest
from httpx import Client, Response

from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.excel.reader import read_workbook
from rules.shipped import shipped_tables
from store.rule_drafts import RuleDraft, create_draft, draft_of, drafts, save_draft
from store.rule_publications import publications
from store.rule_recall import ask_recall
from tests.console.browsing import Page, hidden_fields
from tests.console.company import TENANT, Company
from tests.rules.excel.spreadsheet import Spreadsheet

TABLE = "/rules/purchase_approval"


def _draft(company: Company, person: str = "greta.holm") -> RuleDraft:
    return create_draft(company.store, company.signed_in(person), "purchase_approval", "Office supplies")


def _grid(page: Page, draft: RuleDraft, rows: list[dict[str, Any]], **more: str) -> Response:
    values = {"grid": json.dumps({"rows": rows}), "revision": str(draft.revision), **more}
    return page.send(f"/rules/drafts/{draft.id}", values, f"/rules/drafts/{draft.id}/grid")


def _rows(html: str) -> list[dict[str, Any]]:
    body = html[html.index("<tbody>") : html.index("</tbody>")]
    rows = []
    for row in body.split('<tr data-name="')[1:]:
        cells = re.findall(r"<td[^>]*>([^<]*)</td>", row)
        rows.append(
            {"name": row.partition('"')[0], "cells": [cell.replace("&lt;", "<").replace("&gt;", ">") for cell in cells]}
        )
    return rows


@pytest.mark.behaviour("C2")
@pytest.mark.parametrize(("person", "status"), [("ruth.feldmann", 200), ("greta.holm", 200), ("tom.behrens", 403)])
def test_rules_are_read_by_those_whom_they_concern(page: Page, person: str, status: int) -> None:
    page.sign_in(person)
    for path in ("/rules", TABLE, f"{TABLE}/versions/1", f"{TABLE}/file"):
        assert page.open(path).status_code == status


def test_every_table_is_listed_with_where_it_stands(page: Page, company: Company) -> None:
    _draft(company)
    page.sign_in("ines.lindqvist")
    text = page.open("/rules").text
    assert text.count('href="/rules/') >= len(shipped_tables())
    assert "Office supplies" in text
    assert "In work" in text


@pytest.mark.behaviour("A2")
def test_the_excel_file_of_a_table_holds_the_version_in_force(page: Page) -> None:
    page.sign_in("ruth.feldmann")
    answer = page.open(f"{TABLE}/file")
    assert "purchase_approval.xlsx" in answer.headers["content-disposition"]
    source = read_definitions(shipped_tables()["purchase_approval"])
    assert read_workbook(answer.content).definitions == source
    assert read_definitions(page.open(f"{TABLE}/file?form=dmn").content) == source


@pytest.mark.behaviour("C2")
def test_an_auditor_is_offered_no_change_and_a_form_of_theirs_is_refused(page: Page, company: Company) -> None:
    page.sign_in("ruth.feldmann")
    assert "Begin a draft" not in page.open(TABLE).text
    assert page.send(TABLE, {"name": "Mine"}, f"{TABLE}/drafts").status_code == 403
    with company.store.read() as view:
        assert drafts(view, TENANT) == ()


def test_a_draft_without_a_name_is_asked_for_one(page: Page) -> None:
    page.sign_in("greta.holm")
    answer = page.send(TABLE, {"name": " "}, f"{TABLE}/drafts")
    assert answer.status_code == 422
    assert "Say in a few words what the change is about." in answer.text


@pytest.mark.behaviour("A2", "A3")
def test_the_grid_of_a_page_reads_back_without_findings_and_is_kept(page: Page, company: Company) -> None:
    draft = _draft(company)
    page.sign_in("greta.holm")
    rows = _rows(page.open(f"/rules/drafts/{draft.id}").text)
    assert _grid(page, draft, rows).json()["findings"] == []
    rows[0]["cells"][0] = "<= 60"
    rows[1]["cells"][0] = "above 60 to below 5000"
    saved = _grid(page, draft, rows, save="1").json()
    assert saved["revision"] == draft.revision + 1
    assert saved["names"][:2] == ["petty_office", "small_office"]
    with company.store.read() as view:
        assert b"(60..5000)" in draft_of(view, TENANT, draft.id).xml


@pytest.mark.behaviour("A3")
def test_a_cell_that_cannot_be_read_is_told_and_nothing_is_saved(page: Page, company: Company) -> None:
    draft = _draft(company)
    page.sign_in("greta.holm")
    rows = _rows(page.open(f"/rules/drafts/{draft.id}").text)
    rows[2]["cells"][0] = "< 5.000"
    answer = _grid(page, draft, rows, save="1").json()
    assert answer["findings"][0]["spots"] == [{"row": 2, "column": 0}]
    assert "nothing is saved yet" in answer["problem"]
    with company.store.read() as view:
        assert draft_of(view, TENANT, draft.id).revision == draft.revision


def test_what_another_person_saved_meanwhile_is_not_lost(page: Page, company: Company) -> None:
    draft = _draft(company)
    page.sign_in("greta.holm")
    rows = _rows(page.open(f"/rules/drafts/{draft.id}").text)
    save_draft(company.store, company.signed_in("piotr.nowak"), draft.id, draft.revision, name="Also mine")
    assert "open it again" in _grid(page, draft, rows, save="1").json()["problem"]


@pytest.mark.behaviour("C2")
@pytest.mark.parametrize("grid", ["", "no json", '{"rows": 5}', '{"rows": [{"name": "", "cells": ["-"]}]}'])
def test_a_grid_that_no_page_of_ours_sends_is_refused(page: Page, company: Company, grid: str) -> None:
    draft = _draft(company)
    page.sign_in("greta.holm")
    answer = page.send(f"/rules/drafts/{draft.id}", {"grid": grid}, f"/rules/drafts/{draft.id}/grid")
    assert answer.status_code == 422


@pytest.mark.behaviour("A2")
def test_an_excel_file_is_taken_into_a_draft_and_one_that_is_stale_is_not(
    page: Page, client: Client, company: Company
) -> None:
    draft = _draft(company)
    page.sign_in("greta.holm")
    sheet = Spreadsheet(page.open(f"{TABLE}/file?draft={draft.id}").content)
    sheet["B20"] = ">= 30000"
    for said in ("?taken=1", "changed by others since this file was exported"):
        fields = hidden_fields(page.open(f"/rules/drafts/{draft.id}").text)
        file = {"file": ("x.xlsx", io.BytesIO(sheet.saved()))}
        answer = client.post(f"/rules/drafts/{draft.id}/file", data=fields, files=file, follow_redirects=False)
        assert said in answer.headers.get("location", answer.text)
    with company.store.read() as view:
        assert b"30000" in draft_of(view, TENANT, draft.id).xml


def test_a_table_is_tried_without_a_draft(page: Page, company: Company) -> None:
    company.file()
    page.sign_in("greta.holm")
    given = {
        "given-amount": "60",
        "given-category": "office",
        "given-cost_centre": "1000",
        "given-over_budget": "false",
    }
    text = page.send(TABLE, given, f"{TABLE}/try").text
    assert "The cost centre owner decides on purchases below EUR 5,000" in text
    assert "is expected" in page.send(TABLE, {"given-amount": "sixty"}, f"{TABLE}/try").text


def test_a_table_is_tried_on_a_decision_of_the_past(page: Page, company: Company) -> None:
    case = company.file()
    page.sign_in("greta.holm")
    key = re.search(rf'<option value="([^"]+)" >{case} ', page.open(TABLE).text)
    assert key
    text = page.send(TABLE, {"past": key[1], "do": "past"}, f"{TABLE}/try").text
    assert "The cost centre owner decides on purchases below EUR 5,000" in text
    assert 'value="2405.40"' in text


@pytest.mark.behaviour("A2")
def test_a_file_of_another_modeler_is_taken_in_too(page: Page, client: Client, company: Company) -> None:
    page.sign_in("greta.holm")
    xml = shipped_tables()["purchase_approval"].replace(b"&gt;= 25000", b"&gt;= 30000")
    form = {**hidden_fields(page.open(TABLE).text), "name": "From a modeler"}
    client.post(f"{TABLE}/drafts", data=form, files={"file": ("x.dmn", io.BytesIO(xml))})
    with company.store.read() as view:
        (draft,) = drafts(view, TENANT)
    assert b"30000" in draft.xml


def _published(page: Page, company: Company) -> None:
    """Version 2, which lets petty office supplies go up to EUR 60."""
    draft = _draft(company)
    xml = draft.xml.replace(b"&lt;= 50<", b"&lt;= 49<").replace(b"(50..5000)", b"(49..5000)")
    cases = tuple(case for case in draft.golden_cases if case.input["amount"] != 50)
    xml = write_definitions(read_definitions(xml))
    save_draft(company.store, company.signed_in("greta.holm"), draft.id, draft.revision, xml=xml, golden_cases=cases)
    address = f"/rules/drafts/{draft.id}"
    page.sign_in("greta.holm")
    assert page.send(address, {"do": "submit", "reason": "Paper"}, f"{address}/steps").status_code == 303
    page.sign_in("ines.lindqvist")
    assert page.send(address, {"do": "publish"}, f"{address}/steps").status_code == 422
    page.client.get(page.send(address, {}, f"{address}/backtest").headers["location"])
    assert page.send(address, {"do": "publish"}, f"{address}/steps").headers["location"] == TABLE


@pytest.mark.behaviour("A5")
def test_the_history_shows_each_version_with_its_people_and_its_differences(page: Page, company: Company) -> None:
    _published(page, company)
    text = page.open(f"{TABLE}/versions/2").text
    assert "above 50 to below 5000" in text
    assert "above 49 to below 5000" in text
    assert "Greta Holm" in text
    assert "Ines Lindqvist" in text


@pytest.mark.behaviour("A5")
def test_what_a_draft_changes_in_a_model_stands_in_its_difference(page: Page, company: Company) -> None:
    draft = _draft(company)
    model = (
        b'<businessKnowledgeModel id="m-rate" name="rate"><variable name="rate"/><encapsulatedLogic><literalExpression>'
        b"<text>1 + 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel></definitions>"
    )
    page.sign_in("greta.holm")
    assert "In the models that the table asks" not in page.open(f"/rules/drafts/{draft.id}").text
    xml = draft.xml.replace(b"</definitions>", model)
    save_draft(company.store, company.signed_in("greta.holm"), draft.id, draft.revision, xml=xml)
    shown = page.open(f"/rules/drafts/{draft.id}").text
    assert "In the models that the table asks" in shown
    assert re.search(r"<dt>rate</dt><dd>\s*<ins>1 \+ 2</ins>", shown)


def test_a_version_is_taken_back_by_a_second_person(page: Page, company: Company) -> None:
    _published(page, company)
    version = f"{TABLE}/versions/2"
    ask_recall(company.store, company.signed_in("greta.holm"), "purchase_approval", 2, "Too low")
    page.sign_in("ines.lindqvist")
    assert "Recall asked for" in page.open("/rules").text
    assert page.send(version, {"do": "confirm"}, f"{version}/recall").status_code == 303
    with company.store.read() as view:
        assert publications(view, TENANT, "purchase_approval")[0].recalled_by == "ines.lindqvist"
    assert "Taken back" in page.open(TABLE).text


@pytest.mark.behaviour("A5")
def test_a_draft_is_given_back_with_what_has_to_be_done(page: Page, company: Company) -> None:
    draft = _draft(company)
    address = f"/rules/drafts/{draft.id}"
    page.sign_in("greta.holm")
    assert "there is nothing to publish" in page.send(address, {"do": "submit", "reason": "x"}, f"{address}/steps").text
    page.send(address, {"do": "discard"}, f"{address}/steps")
    with company.store.read() as view:
        assert drafts(view, TENANT) == ()


@pytest.mark.behaviour("C1")
def test_findings_are_told_in_the_readers_language(page: Page, company: Company) -> None:
    draft = _draft(company, "chen.wei")
    page.sign_in("chen.wei")
    text = page.open(f"/rules/drafts/{draft.id}").text
    assert "采购审批" in text
    rows = _rows(text)
    rows[0]["cells"][0] = "<= 40"
    message = _grid(page, draft, rows).json()["findings"][0]["message"]
    assert message.endswith("时没有适用的行。")
    assert "40" in message


@pytest.mark.parametrize("path", ["/rules/no_such_table", f"{TABLE}/versions/9", "/rules/drafts/nothing"])
def test_what_is_not_there_is_said(page: Page, path: str) -> None:
    page.sign_in("greta.holm")
    answer = page.open(path)
    assert answer.status_code == 404
    assert "There is no such" in answer.text

"""A request is changed while it is being approved: whoever it concerns is asked again and sees what is different."""

import re
from queue import Queue

import pytest
from playwright.async_api import ViewportSize, expect

from models.approval import Outcome
from store.orders import requisition_of
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn
from tests.store.asking import answer, asked, settle, stored, waiting

pytestmark = pytest.mark.behaviour("A9")
_SERVER = {"number": 1, "description": "Server", "quantity": "2", "unit_price": "4000.00"}
_PHONE = ViewportSize(width=390, height=844)
_FORM: dict[str, object] = {
    "entity": "LMT",
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "it",
    "reason": "Shielded cable for the December series",
    "needed_by": "2026-12-04",
    "description": ["Server"],
    "quantity": ["2"],
    "unit": ["C62"],
    "unit_price": ["4000.00"],
    "tax_rate": ["19"],
    "comment": "The other vendor delivers sooner",
}


@pytest.fixture
def case(company: Company) -> str:
    """IT over EUR 8,000, approved by purchasing and the cost centre owner; the finance director is next."""
    case = company.file(category="it", lines=[_SERVER])
    for person in ("piotr.nowak", "ayse.kaya"):
        company.decide(case, person)
    return case


def test_the_form_holds_what_was_filed_and_what_is_sent_counts(
    page: Page, company: Company, case: str, delivered: Queue[str]
) -> None:
    request, path = company.pending(case).request.id, f"/requisitions/{case}/change"
    page.sign_in("mara.voss")
    assert f'href="{path}"' in page.open(f"/approvals/{request}").text
    form = page.open(path).text
    for typed in ("Server", "4000.00", "2026-12-04"):
        assert f'value="{typed}"' in form
    sent = page.send(path, _FORM | {"vendor": "DLT"})
    assert (sent.status_code, sent.headers["location"]) == (303, f"/approvals/{request}?changed=1")
    assert delivered.get(timeout=10) == "told"
    text = page.open(f"/approvals/{request}").text
    assert "<del>Kabelwerk Ostsee AG</del><ins>Delta Sensoriek B.V.</ins>" in text
    assert re.search(r"Asked again</dt><dd>\s*Purchasing,\s*Cost centre owner", text)
    assert waiting(company, "piotr.nowak") == [request]
    assert waiting(company, "ines.lindqvist") == []


def test_where_only_the_words_change_everybodys_approval_stands(page: Page, company: Company, case: str) -> None:
    request = company.pending(case).request.id
    page.sign_in("mara.voss")
    page.send(f"/requisitions/{case}/change", _FORM | {"reason": "Server for the archive"})
    assert asked(company, request).title == "Server for the archive"
    assert waiting(company, "ines.lindqvist") == [request]
    assert re.search(
        r"Approval stands</dt><dd>\s*Purchasing,\s*Cost centre owner", page.open(f"/approvals/{request}").text
    )


def test_what_cannot_be_is_said_beside_the_form_and_what_was_typed_is_kept(
    page: Page, company: Company, case: str
) -> None:
    path = f"/requisitions/{case}/change"
    page.sign_in("mara.voss")
    same = page.send(path, _FORM)
    assert (same.status_code, "Nothing was changed" in same.text) == (422, True)
    wrong = page.send(path, _FORM | {"quantity": ["two"]})
    assert (wrong.status_code, 'id="problem-lines[0].quantity"' in wrong.text) == (422, True)
    assert "The other vendor delivers sooner</textarea>" in wrong.text
    more = page.send(path, _FORM | {"do": "add"})
    assert (more.status_code, "Line 2" in more.text) == (200, True)
    page.sign_in("jonas.petersen")
    assert page.open(path).status_code == 403
    assert page.send("/requisitions/new", _FORM | {"vendor": "DLT"}, action=path).status_code == 403
    company.decide(case, "ines.lindqvist")
    page.sign_in("mara.voss")
    assert page.send(path, _FORM | {"vendor": "DLT"}).status_code == 422
    assert f'href="{path}"' not in page.open(f"/cases/{case}").text


def test_lines_that_other_cost_centres_pay_stay_theirs(page: Page, company: Company) -> None:
    lines = [_SERVER | {"cost_centre": "3000"}, _SERVER | {"number": 2, "description": "Rack"}]
    case = company.file(category="it", lines=lines)
    page.sign_in("mara.voss")
    two = {name: [*values, *values] for name, values in _FORM.items() if isinstance(values, list)}
    split = {"description": ["Server", "Rack"], "quantity": ["3", "2"], "line_cost_centre": ["3000", ""]}
    assert "paid by Calibration laboratory (3000)" in page.open(f"/requisitions/{case}/change").text
    assert page.send(f"/requisitions/{case}/change", _FORM | two | split).status_code == 303
    with company.store.read() as view:
        kept = requisition_of(view, TENANT, case).content.lines
    assert [(line.cost_centre, str(line.quantity)) for line in kept] == [("3000", "3"), ("", "2")]


async def test_sent_back_it_is_changed_on_a_phone_and_the_approver_sees_the_difference(
    sign_in: SignIn, company: Company
) -> None:
    case = company.file(category="it", lines=[_SERVER])
    company.decide(case, "piotr.nowak")
    request = company.pending(case).request.id
    answer(company, request, "ayse.kaya", Outcome.SEND_BACK, "One is enough.")
    settle(company, request)
    mara = await sign_in("mara.voss", f"/approvals/{request}", _PHONE)
    await mara.get_by_role("link", name="Change the request").click()
    await mara.get_by_label("Quantity").fill("1")
    assert await mara.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"]
    await mara.get_by_label("What you changed").fill("One will do.")
    await mara.get_by_role("main").get_by_role("button", name="Change the request").last.click()
    await expect(mara.get_by_text("Your change is recorded; whoever it concerns is asked.")).to_be_visible()
    piotr = await sign_in("piotr.nowak", f"/approvals/{request}", _PHONE)
    changes = piotr.locator(".changes")
    await expect(changes.locator("del").last).to_have_text("2 pcs × Server · 4,000.00 · 19 %")
    await expect(changes.locator("ins").last).to_have_text("1 pcs × Server · 4,000.00 · 19 %")
    await expect(changes.get_by_text("8,000.00")).to_be_visible()
    assert await piotr.evaluate("document.documentElement.scrollWidth") <= _PHONE["width"]
    await piotr.get_by_text("Approve", exact=True).click()
    await piotr.get_by_role("button", name="Yes, approve 4,000.00").click()
    await expect(piotr.get_by_text("Your decision is recorded.")).to_be_visible()
    assert stored(company, request).state == "pending"

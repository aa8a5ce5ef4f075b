from queue import Queue

import pytest

from store.cases import cases
from tests.console.browsing import Page
from tests.console.company import TENANT, Company

_FORM: dict[str, object] = {
    "entity": "LMT",
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "reason": "Cable for the December series",
    "needed_by": "2026-12-04",
    "description": ["Shielded cable", "Cable glands"],
    "quantity": ["12", "6"],
    "unit": ["C62", "SET"],
    "unit_price": ["184.50", "31.90"],
    "tax_rate": ["19", "19"],
    "do": "file",
}


def _filed(company: Company) -> list[str]:
    with company.store.read() as view:
        return [str(case.total) for case in cases(view, TENANT)]


@pytest.mark.behaviour("C1")
def test_a_request_is_filed_and_its_case_opens(page: Page, company: Company, delivered: Queue[str]) -> None:
    page.sign_in("mara.voss")
    answer = page.send("/requisitions/new", _FORM)
    assert (answer.status_code, answer.headers["location"]) == (303, "/cases/PR-2026-0001?recorded=1")
    assert "Your request is filed." in page.open(answer.headers["location"]).text
    assert _filed(company) == ["2405.40 EUR"]
    assert delivered.get(timeout=10) == "told"


def test_every_problem_stands_beside_its_field_and_what_was_typed_is_kept(page: Page, company: Company) -> None:
    page.sign_in("mara.voss")
    wrong = _FORM | {"vendor": "", "reason": "", "quantity": ["twelve", "6"], "unit_price": ["1.234,50", "-3"]}
    answer = page.send("/requisitions/new", wrong)
    assert answer.status_code == 422
    for field in ("vendor", "reason", "lines[0].quantity", "lines[0].unit_price", "lines[1].unit_price"):
        assert f'id="problem-{field}"' in answer.text
    for typed in ("twelve", "1.234,50", "Shielded cable", "2026-12-04"):
        assert f'value="{typed}"' in answer.text
    assert not _filed(company)


def test_what_only_the_store_knows_stands_beside_its_field_too(page: Page, company: Company) -> None:
    page.sign_in("mara.voss")
    answer = page.send("/requisitions/new", _FORM | {"needed_by": "2025-01-01", "cost_centre": "9999"})
    assert "2025-01-01 has passed" in answer.text
    assert "choose a cost centre from the list" in answer.text
    assert not _filed(company)


def test_lines_are_added_and_removed_without_losing_the_others(page: Page, company: Company) -> None:
    page.sign_in("mara.voss")
    longer = page.send("/requisitions/new", _FORM | {"do": "add"}).text
    assert longer.count('name="description"') == 3
    shorter = page.send("/requisitions/new", _FORM | {"do": "remove-1"}).text
    assert ("Shielded cable" in shorter, "Cable glands" in shorter) == (False, True)
    assert not _filed(company)


def test_the_same_form_sent_twice_files_once(page: Page, company: Company) -> None:
    page.sign_in("mara.voss")
    form = _FORM | {"key": "0123456789abcdef"}
    places = {page.send("/requisitions/new", form).headers["location"] for _ in range(2)}
    assert len(places) == len(_filed(company)) == 1


def test_who_may_not_request_is_not_offered_the_form(page: Page) -> None:
    page.sign_in("ruth.feldmann")
    assert "New request" not in page.open("/").text
    assert page.open("/requisitions/new").status_code == 403

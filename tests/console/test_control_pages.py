"""The conflict report on its page: what happened, who holds both, exceptions by two signatures, and any log."""

import csv
import io
import re
from datetime import timedelta

import pytest
from python_calamine import CalamineWorkbook

from finance.segregation import Function, SegregationException
from store.segregation import payee_history
from tests.console.browsing import Page
from tests.console.company import Company
from tests.console.stories import releasing
from tests.store.asking import answer, away, publish_stages, signed, take_part, waiting

pytestmark = pytest.mark.behaviour("A10", "E8")
_PAIR = "received_goods|released_payment"


def propose(page: Page, **changes: str) -> int:
    form = {"person": "sofia.brandt", "pair": _PAIR, "until": "2026-12-01", "reason": "Holidays"} | changes
    return page.send("/controls", form, action="/controls/exceptions").status_code


def press(page: Page, act: str) -> int:
    found = re.search(rf'action="(/controls/changes/\w+/{act})"', page.open("/controls").text)
    assert found is not None
    return page.send("/controls", {}, action=found[1]).status_code


def lines(page: Page, part: str) -> list[list[str]]:
    """The list as it stands in the CSV file, without its headings."""
    content = page.open(f"/controls/report?part={part}&form=csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))[1:]


def test_an_exception_is_made_signed_and_ended_on_the_page(page: Page, company: Company) -> None:
    case = releasing(company)
    take_part(company, case, "sofia.brandt", Function.RECEIVED_GOODS)
    page.sign_in("oliver.stein")
    assert propose(page) == 303
    assert "Sign it" not in page.open("/controls").text
    page.sign_in("karl.lindqvist")
    assert "Sofia Brandt may both receive the goods and release the payment" in page.open("/controls").text
    assert waiting(company, "sofia.brandt") == []
    assert press(page, "sign") == 303
    assert waiting(company, "sofia.brandt") == [company.pending(case).request.id]
    shown = page.open("/controls").text
    assert "proposed by Oliver Stein, <time" in shown and "signed by Karl Lindqvist, <time" in shown
    company.clock.move(hours=1)
    assert press(page, "end") == 303
    assert waiting(company, "sofia.brandt") == []
    assert "ended by Karl Lindqvist" in page.open("/controls").text
    assert [(line[2], line[3], line[6]) for line in lines(page, "exceptions")] == [
        ("Oliver Stein", "Karl Lindqvist", "Karl Lindqvist")
    ]


def test_what_was_answered_under_an_exception_stands_there_with_its_end_and_both_signatures(
    page: Page, company: Company
) -> None:
    case = releasing(company)
    take_part(company, case, "sofia.brandt", Function.RECEIVED_GOODS)
    ends_at = company.clock() + timedelta(days=7)
    both = {"one": Function.RECEIVED_GOODS, "other": Function.RELEASED_PAYMENT}
    signed(company, SegregationException(person="sofia.brandt", **both, ends_at=ends_at, reason="Stand-in"))
    company.clock.move(days=1)
    answer(company, company.pending(case).request.id, "sofia.brandt")
    page.sign_in("ruth.feldmann")
    assert [line[2:6] for line in lines(page, "happened") if line[0] == case] == [
        ["Sofia Brandt", "received the goods", "released the payment", "Allowed, reported"]
    ]
    assert "Oliver Stein, Karl Lindqvist" in page.open("/controls").text


def test_an_exception_that_is_over_says_when_it_ended(page: Page, company: Company) -> None:
    case = releasing(company)
    take_part(company, case, "sofia.brandt", Function.RECEIVED_GOODS)
    ends_at = company.clock() + timedelta(days=7)
    both = {"one": Function.RECEIVED_GOODS, "other": Function.RELEASED_PAYMENT}
    signed(company, SegregationException(person="sofia.brandt", **both, ends_at=ends_at, reason="Stand-in"))
    company.clock.move(minutes=5)
    answer(company, company.pending(case).request.id, "sofia.brandt")
    page.sign_in("karl.lindqvist")
    assert "exception until" in page.open("/controls").text
    company.clock.move(hours=1)
    assert press(page, "end") == 303
    shown = page.open("/controls").text
    assert "exception until" not in shown
    assert f'exception ended on <time datetime="{company.clock().isoformat()}"' in shown


def test_rule_payee_account_and_absence_count_for_the_person(page: Page, company: Company) -> None:
    publish_stages(company, b'["accounts_payable"]')
    case = company.file(vendor="DLT")
    take_part(company, payee_history("DLT"), "tom.behrens", Function.CHANGED_PAYEE_ACCOUNT)
    take_part(company, case, "tom.behrens", Function.ENTERED_INVOICE)
    take_part(company, case, "greta.holm", Function.APPROVED_PURCHASE)
    away(company, "sofia.brandt", "chen.wei")
    page.sign_in("ruth.feldmann")
    found = {(line[2], line[3], line[4]) for line in lines(page, "happened") if line[0] == case}
    assert ("Tom Behrens", "changed the payee's account", "entered the invoice") in found
    assert ("Greta Holm", "approved the purchase", "wrote in the draft of a rule") in found
    held = {(line[0], line[1], line[2]): line[3] for line in lines(page, "held")}
    by = held["陈伟 Chen Wei", "release the payment", "resolve an exception of the invoice"]
    assert by == "Accounts payable; stands in for Sofia Brandt"


def test_the_files_hold_every_list_and_no_formula(page: Page, company: Company) -> None:
    page.sign_in("oliver.stein")
    assert propose(page, reason='=HYPERLINK("http://evil.example")') == 303
    page.sign_in("karl.lindqvist")
    assert press(page, "sign") == 303
    assert lines(page, "exceptions")[0][1] == '\'=HYPERLINK("http://evil.example")'
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(page.open("/controls/report").content))
    assert workbook.sheet_names == ["What happened", "Who holds both", "Exceptions"]
    assert '=HYPERLINK("http://evil.example")' in workbook.get_sheet_by_name("Exceptions").to_python()[1]


def test_what_cannot_be_is_said_on_the_page(page: Page, company: Company) -> None:
    page.sign_in("karl.lindqvist")
    assert "<strong>Karl Lindqvist</strong> Others have to decide about your own rights." in page.open("/controls").text
    assert [propose(page, **wrong) for wrong in ({"until": ""}, {"pair": "x"}, {"person": "karl.lindqvist"})] == [
        422
    ] * 3
    assert propose(page, pair="requested_purchase|approved_purchase") == 422
    page.sign_in("ruth.feldmann")
    assert propose(page) == 403
    assert page.open("/controls").text.count("Propose an exception") == 0
    page.sign_in("mara.voss")
    assert page.open("/controls").status_code == 403
    assert page.open("/controls/report").status_code == 403


def test_any_log_is_checked_on_the_page(page: Page) -> None:
    page.sign_in("ruth.feldmann")
    token = re.findall(r'name="csrf_token" value="(\w+)"', page.open("/controls").text)[0]

    def check(content: bytes, names: str) -> str:
        form = {"csrf_token": token, "names": names}
        return page.client.post("/controls/log", data=form, files={"file": ("log.csv", content)}).text

    log = b"Case;Activity;Person\n1;Create PO;u1\n1;approved_purchase;u1\n1;Print;u1\n2;Create PO;u2\n"
    shown = check(log, "Create PO=requested_purchase\n")
    assert "4 lines were read." in shown and "Forbidden" in shown
    assert "requested the purchase" in shown and "named for them: Print" in shown
    assert "Nobody has two functions" in check(log, "")
    assert "Some activities name no function." in check(log, "Create PO=buy")
    assert "person: is missing" in check(b"case,activity\n1,x\n", "")

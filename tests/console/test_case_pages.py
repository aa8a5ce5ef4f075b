import re

import pytest

from tests.console.browsing import Page
from tests.console.company import Company
from tests.console.stories import paid, partly_received, price_differs, rejected, two_stage

_PICTURE = b"\x89PNG\r\n\x1a\n picture"


def _words(html: str) -> str:
    """What a reader sees, with the markup and its attributes taken away."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


@pytest.mark.behaviour("C1")
def test_a_case_tells_its_story_in_business_words(page: Page, company: Company) -> None:
    case = paid(company, _PICTURE)
    page.sign_in("mara.voss")
    story = _words(page.open(f"/cases/{case}").text)
    for sentence in (
        "Mara Voss asked for this purchase.",
        "This goes for approval to Ayşe Kaya.",
        "Ayşe Kaya approved the purchase.",
        "Order PO-2026-0001 was sent to the vendor.",
        "Tom Behrens took in goods for order PO-2026-0001: line 1: 12, line 2: 6.",
        "Invoice KW-55081 of Kabelwerk Ostsee AG over 2,862.43 EUR arrived.",
        "The invoice matches order and receipt.",
        "Sofia Brandt released the payment.",
        "The payment is done.",
        "The portal says: “Ausgeführt, Auftrag 2026-000318”",
    ):
        assert sentence in story


@pytest.mark.behaviour("C1")
def test_nobody_reads_an_id_or_an_engine_term_where_there_is_a_word(page: Page, company: Company) -> None:
    case = paid(company, _PICTURE)
    page.sign_in("mara.voss")
    story = _words(page.open(f"/cases/{case}").text)
    for unwanted in ("ayse.kaya", "tom.behrens", "sandbox-bank", "payment.IN-", "submitting", "workflow", "activity"):
        assert unwanted not in story


def test_times_are_those_of_the_entitys_zone(page: Page, company: Company) -> None:
    case = company.file()
    page.sign_in("mara.voss")
    assert "09:05" in page.open(f"/cases/{case}").text


def test_a_bots_steps_are_one_event_with_its_pictures(page: Page, company: Company) -> None:
    case = paid(company, _PICTURE)
    page.sign_in("mara.voss")
    html = page.open(f"/cases/{case}").text
    assert html.count("The bot worked on Nordhafen Bank.") == 1
    assert "4 steps" in html
    picture = re.search(r'src="(/files/[0-9a-f]{64})"', html)
    assert picture is not None
    answer = page.open(picture[1])
    assert (answer.content, answer.headers["content-type"]) == (_PICTURE, "image/png")
    assert answer.headers["content-disposition"] == "inline"


def test_the_case_links_to_what_a_person_has_to_sort_out(page: Page, company: Company) -> None:
    case = price_differs(company)
    page.sign_in("mara.voss")
    html = page.open(f"/cases/{case}").text
    link = re.search(r'class="banner warn" href="(/tasks/[0-9a-f]+)"', html)
    assert link is not None
    assert "51.80 EUR" in page.open(link[1]).text


def test_cases_are_filtered_and_searched(page: Page, company: Company) -> None:
    waiting, over = two_stage(company), rejected(company)
    page.sign_in("mara.voss")
    found = {
        query: [case for case in (waiting, over) if f'href="/cases/{case}"' in page.open(f"/cases?{query}").text]
        for query in ("", "state=closed", "state=all", "state=all&q=CLIMATE", "state=all&q=bürowelt desks", "q=%25")
    }
    assert found == {
        "": [waiting],
        "state=closed": [over],
        "state=all": [waiting, over],
        "state=all&q=CLIMATE": [waiting],
        "state=all&q=bürowelt desks": [over],
        "q=%25": [],
    }


def test_a_title_with_markup_stays_text_on_every_page(page: Page, company: Company) -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    lines = [{"number": 1, "description": attack, "quantity": "1", "unit_price": "10"}]
    case = company.file(reason=attack, lines=lines)
    request = company.pending(case).request
    page.sign_in("ayse.kaya")
    for path in ("/", "/cases", f"/cases?q={attack}", f"/cases/{case}", f"/approvals/{request.id}"):
        html = page.open(path).text
        assert attack not in html
        assert "<img src=x" not in html


def test_the_live_part_is_the_same_as_on_the_page(page: Page, company: Company) -> None:
    case = partly_received(company)
    page.sign_in("mara.voss")
    assert page.open(f"/cases/{case}/timeline").text.strip() in page.open(f"/cases/{case}").text

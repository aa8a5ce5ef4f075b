from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from pypdf import PdfReader

from formats.order_labels import LABELS
from formats.order_pdf import render_order_pdf
from formats.paper_pdf import Language
from tests.formats.orders import BUYER, VENDOR, purchase_order


def _pages(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]


@pytest.mark.behaviour("P1")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_order_shows_parties_lines_totals_and_terms(language: Language) -> None:
    (page,) = _pages(render_order_pdf(purchase_order(), BUYER, VENDOR, language))
    text = " ".join(page.split())
    for expected in (
        LABELS[language]["title"],
        "PO-2026-00042",
        "Nordlicht Instruments GmbH",
        "Kaiser & Söhne <Papier> GmbH",
        "DE129273398",
        "24.905",
        "74.72",
        "149.44",
        "EUR 157.66",
        "14",
        "invoices@nordlicht.example",
    ):
        assert expected in text
    assert "Confidential" not in text


def test_a_page_is_a4() -> None:
    box = PdfReader(BytesIO(render_order_pdf(purchase_order(), BUYER, VENDOR))).pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def test_the_same_order_gives_the_same_bytes() -> None:
    assert render_order_pdf(purchase_order(), BUYER, VENDOR) == render_order_pdf(purchase_order(), BUYER, VENDOR)


def test_a_long_order_continues_on_further_pages_with_its_head() -> None:
    pages = _pages(render_order_pdf(purchase_order(lines=90), BUYER, VENDOR))
    assert len(pages) > 2
    assert all("PO-2026-00042" in page and "Description" in page for page in pages[:-1])


def test_markup_in_a_description_is_text_and_fetches_nothing() -> None:
    attack = '<img src="file:///etc/passwd"><style>@import "http://127.0.0.1:9/a.css"</style>{{ 7 * 7 }}'
    (page,) = _pages(render_order_pdf(purchase_order(attack), BUYER, VENDOR))
    shown = " ".join(page.replace("\u200b", "").split())
    assert "<img" in shown
    assert "{{ 7 * 7 }}" in shown


def test_a_word_longer_than_its_column_breaks_and_stays_on_the_page() -> None:
    (page,) = _pages(render_order_pdf(purchase_order("X" * 150), BUYER, VENDOR))
    assert page.count("X") == 3 * 150
    assert max(len(line) for line in page.splitlines() if "X" in line) < 90


def test_papers_are_rendered_from_several_threads_at_once() -> None:
    with ThreadPoolExecutor(4) as threads:
        papers = list(threads.map(lambda _: render_order_pdf(purchase_order(), BUYER, VENDOR), range(12)))
    assert len(set(papers)) == 1

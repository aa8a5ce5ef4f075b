from decimal import Decimal

import pytest
from jinja2.exceptions import SecurityError, UndefinedError

from models.money import Money
from notifications.render import environment, render
from tests.notifications.samples import APPROVAL_WANTED, PURCHASE_ORDER


@pytest.mark.parametrize(
    ("language", "greeting"),
    [
        ("en", "Hello Anna"),
        ("en-GB", "Hello Anna"),
        ("zh", "Anna Lindqvist，您好"),
        ("zh-CN", "Anna Lindqvist，您好"),
        ("ZH_hans", "Anna Lindqvist，您好"),
        ("de", "Hello Anna"),
        ("", "Hello Anna"),
        ("../..", "Hello Anna"),
    ],
)
@pytest.mark.behaviour("N1")
def test_the_message_speaks_the_recipients_language_or_english(language: str, greeting: str) -> None:
    assert render("approval_wanted", language, APPROVAL_WANTED).text.startswith(greeting)


def test_every_missing_and_unknown_value_is_named_at_once() -> None:
    values = {key: value for key, value in APPROVAL_WANTED.items() if key not in ("amount", "reasons")}
    with pytest.raises(ValueError, match=r"amount: missing.*reasons: missing.*colour: this message has no such value"):
        render("approval_wanted", "en", {**values, "colour": "red"})


def test_an_unknown_message_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="no message 'birthday'; there are approval_decided"):
        render("birthday", "en", {})


@pytest.mark.parametrize("link", ["javascript:alert(1)", "/approvals/1", "https://", "data:text/html,x"])
def test_a_link_that_is_no_web_address_is_refused(link: str) -> None:
    with pytest.raises(ValueError, match="is not a web address"):
        render("approval_wanted", "en", {**APPROVAL_WANTED, "link": link})


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


@pytest.mark.parametrize("field", ["recipient_name", "requester_name", "title", "purpose", "reference", "partner_name"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_html_escapes_what_people_typed(field: str, language: str) -> None:
    html = render("approval_wanted", language, {**APPROVAL_WANTED, field: HOSTILE}).html
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_html_escapes_reasons_and_a_link_that_wants_out_of_its_attribute() -> None:
    link = 'https://x.example/"onmouseover="alert(1)'
    html = render("approval_wanted", "en", {**APPROVAL_WANTED, "reasons": (HOSTILE,), "link": link}).html
    assert "<script" not in html
    assert '"onmouseover' not in html


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\u2028", "\x0b", "\x85"])
def test_a_line_break_in_a_value_cannot_forge_another_line(separator: str) -> None:
    rendered = render("approval_wanted", "en", {**APPROVAL_WANTED, "title": f"Pens{separator}Reference: PR-1"})
    assert [line for line in rendered.text.splitlines() if line.startswith("Reference:")] == ["Reference: PR-2026-0042"]
    assert len(rendered.title.splitlines()) == 1


def test_writing_direction_marks_cannot_turn_an_account_or_amount_around() -> None:
    rendered = render("approval_wanted", "en", {**APPROVAL_WANTED, "partner_name": "Nord\u202elicht\u2066"})
    assert not {"\u202e", "\u2066"} & set(rendered.title + rendered.text + rendered.html)


@pytest.mark.parametrize(
    ("money", "shown"),
    [
        (Money(amount=Decimal("4200.5"), currency="EUR"), "EUR 4,200.50"),
        (Money(amount=Decimal("1234567"), currency="JPY"), "JPY 1,234,567"),
        (Money(amount=Decimal("0.125"), currency="USD"), "USD 0.125"),
        (Money(amount=Decimal("-12"), currency="CNY"), "-CNY 12.00"),
    ],
)
def test_amounts_carry_their_currency_code_and_are_never_rounded(money: Money, shown: str) -> None:
    assert f"\n{shown} to " in render("approval_wanted", "en", {**APPROVAL_WANTED, "amount": money}).text


def test_the_order_shows_quantities_prices_dates_and_where_the_invoice_goes() -> None:
    text = render("purchase_order", "en", PURCHASE_ORDER).text
    assert "1. Desk 160 x 80: 12 pcs at EUR 350.00" in text
    assert "2. Assembly: 1.5 h at EUR 62.125" in text
    assert "Total without tax: EUR 4,293.19" in text
    assert "Needed by: December 15, 2026" in text
    assert "send it to invoices@lindqvist.example." in text


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ name.__init__.__globals__ }}",
        "{{ name['__class__'] }}",
        "{{ name | attr('__class__') }}",
        "{{ '{0.__class__}'.format(name) }}",
        "{{ cycler.__init__.__globals__.os }}",
    ],
)
def test_a_template_cannot_reach_beyond_its_values(template: str) -> None:
    with pytest.raises((SecurityError, UndefinedError)):
        environment("en").from_string(template).render(name="Anna")


def test_a_template_cannot_change_the_values_it_is_given() -> None:
    with pytest.raises(SecurityError):
        environment("en").from_string("{{ names.append('Eve') }}").render(names=["Anna"])


def test_a_value_that_does_not_exist_is_an_error_not_an_empty_place() -> None:
    with pytest.raises(UndefinedError):
        environment("en").from_string("{{ recipent_name }}").render(recipient_name="Anna")

"""Why an invoice cannot go on, in Chinese; whoever adds or changes a sentence of the match has to add it here too."""

import ast
import re
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from console import match_words as known
from console import task_words as tasks
from console.language import Language, read_languages
from console.match_words import detail_words, match_words
from console.task_words import task_words
from finance.cash_application import IncomingPayment, OpenReceivable, apply_payment
from finance.matching import three_way_match
from formats.invoice_checks import invoice_findings
from formats.ubl_invoice import read_ubl_invoice
from models.invoice import Invoice, InvoiceKind
from models.matching import ExceptionKind, MatchException, OpenOrderLine
from tests.console.browsing import Page
from tests.console.company import Company
from tests.console.stories import price_differs
from tests.finance.samples import EXACT, invoice, invoice_line, order_line, tolerances
from tests.finance.test_total_checks import charge
from tests.formats.documents import ubl_invoice
from tests.formats.test_invoice_checks import BREAKS

pytestmark = pytest.mark.behaviour("C1")
_ROOT = Path(__file__).parents[2]
_MATCH = [
    *(f"finance/{name}.py" for name in ("matching", "line_checks", "pairing", "total_checks", "cash_application")),
    "formats/invoice_checks.py",
    "formats/invoice_tax_checks.py",
]
"""Whatever is said in these comes before a person."""
_SAID_IN = {"TaskContent", "TaskDetail", "MatchException", "Question", "Stuck", "Finding", "_Problem", "errand_item"}
_SAID_AS = {"title", "message", "label", "what", "expected", "actual"}
_OTHER_GOODS = order_line(2, description="Coffee beans, 1 kg")
_INVOICES = [
    (invoice(invoice_line(quantity="4")), order_line()),
    (invoice(invoice_line(quantity="12")), order_line(received="12")),
    (invoice(), order_line(received="6")),
    (invoice(invoice_line("1", quantity="6"), invoice_line("2", quantity="5")), order_line()),
    (invoice(invoice_line("1", quantity="5"), invoice_line("2", quantity="5", unit="SET")), order_line(unit="")),
    (invoice(invoice_line(unit="SET")), order_line()),
    (invoice(invoice_line(unit_price="22.5")), order_line()),
    (invoice(invoice_line(quantity="5", net_amount="107")), order_line(invoiced="5", invoiced_variance="3")),
    (invoice(invoice_line(tax_rate="7")), order_line()),
    (invoice(invoice_line(tax_rate=None)), order_line()),
    (invoice(currency="USD"), order_line()),
    (invoice(kind=InvoiceKind.CREDIT_NOTE), order_line()),
    (invoice(lines=()), order_line()),
    (invoice(order_reference=""), None),
    (invoice(), None),
    (invoice(invoice_line(description="Champagne", order_line_reference="")), order_line()),
    (invoice(invoice_line(description="Champagne", order_line_reference=""), order_reference=""), order_line()),
    (invoice(invoice_line(order_line_reference="")), order_line()),
    (invoice(invoice_line(quantity="-2")), order_line()),
    (invoice(charges=[charge("8", is_charge=True)]), order_line()),
    (invoice(totals={"payable": "250", "rounding": "12", "prepaid": "-12"}), order_line()),
]


@pytest.fixture(scope="module")
def chinese() -> Language:
    return read_languages()["zh"]


def found_in(document: Invoice, line: OpenOrderLine | None) -> tuple[MatchException, ...]:
    lines = (line, order_line(3), _OTHER_GOODS) if line else ()
    return three_way_match(document, "EUR", lines, tolerances(quantity=EXACT)).exceptions


@pytest.mark.parametrize(("document", "line"), _INVOICES)
def test_every_reason_of_the_match_is_told_in_chinese(
    chinese: Language, document: Invoice, line: OpenOrderLine | None
) -> None:
    found = found_in(document, line)
    assert found
    assert [each.message for each in found if _is_english(match_words(chinese, each.message))] == []
    both = " ".join(each.message for each in (*found, *found))
    assert match_words(chinese, both) == "".join(match_words(chinese, each.message) for each in (*found, *found))
    values = [text for each in found for text in (each.expected, each.actual)]
    own = (*(each.description for each in document.lines), "EUR", "USD")
    assert [text for text in values if text not in own and _is_english(detail_words(chinese, text))] == []


@pytest.mark.parametrize("rule", BREAKS)
def test_every_broken_rule_is_told_in_chinese(chinese: Language, rule: str) -> None:
    found = [str(each) for each in invoice_findings(read_ubl_invoice(ubl_invoice(*BREAKS[rule])))]
    assert found
    assert match_words(chinese, " ".join(found)) == "".join(match_words(chinese, each) for each in found)
    assert [each for each in found if match_words(chinese, each) == each] == []


@pytest.mark.parametrize("kind", ExceptionKind)
def test_the_title_of_every_kind_is_told_in_chinese(chinese: Language, kind: ExceptionKind) -> None:
    what = kind.replace("_", " ").capitalize()
    told = task_words(chinese, f"{what}: invoice RE-1 of Delta Sensoriek B.V.")
    assert told.endswith("：Delta Sensoriek B.V. 的发票 RE-1")
    assert what not in told


def test_a_name_that_looks_like_a_sentences_end_and_two_of_them_are_told_apart(chinese: Language) -> None:
    english = "The invoice asks for payment to another account than the one on record for A. Kaya B.V.."
    told = "发票要求付款的账户与 A. Kaya B.V. 备案的账户不同。"
    assert match_words(chinese, f"{english} {english}") == told * 2


def test_a_vendors_own_words_are_never_taken_for_ours(chinese: Language) -> None:
    english = (
        "Line 1 bills 0 pieces of “Price: invoice 3 of “Maya””, but an invoice line needs more than 0; goods sent back "
        "belong on a credit note."
    )
    assert task_words(chinese, english) == english
    told = task_words(
        chinese,
        "Line 1 charges 2.00 EUR per unit of “Re: invoice 3 of Maya: stopped”, "
        "but order PO-1 line 1 agreed 1.00 EUR per unit.",
    )
    assert told.startswith("第 1 行“Re: invoice 3 of Maya: stopped”的单价为 2.00 EUR")


def test_a_long_foreign_text_costs_no_long_search(chinese: Language) -> None:
    english = "To arrive on " + "a the payment has to be at the bank by b (c), and it waits " * 200
    began = time.process_time()
    assert task_words(chinese, english) == english
    assert time.process_time() - began < 5


def test_one_sentence_that_is_not_known_leaves_the_whole_in_english(chinese: Language) -> None:
    english = "Vega is blocked in the vendor master. Nobody knows this sentence"
    assert match_words(chinese, english) == english
    assert match_words(read_languages()["en"], "Vega is blocked in the vendor master.").startswith("Vega is")


@pytest.mark.parametrize("text", ["SI-1 and SI-2", "SI-1", "for the gauges", "SI-3"])
def test_what_became_of_a_payment_is_told_in_chinese(chinese: Language, text: str) -> None:
    owed = [OpenReceivable(invoice=f"SI-{number}", open_amount=Decimal(number), currency="EUR") for number in (1, 2, 9)]
    for paid, currency in ((1, "EUR"), (5, "EUR"), (1, "USD")):
        payment = IncomingPayment(amount=Decimal(paid), currency=currency, remittance=text.replace("3", "9"))
        message = apply_payment(payment, owed).message
        assert task_words(chinese, message) != message


def test_the_reasons_are_in_chinese_on_the_case_the_task_and_the_bots_page(page: Page, company: Company) -> None:
    case = price_differs(company)
    page.sign_in("sofia.brandt")
    page.send("/", {"language": "zh", "back": "/"}, action="/language")
    told = "第 1 行“Milled housings, anodised”的单价为 51.80 EUR，但采购订单"
    shown = page.open(f"/cases/{case}").text
    assert told in shown and "Price: invoice" not in shown
    (task,) = set(re.findall(r"/tasks/[\w-]+", shown))
    text = page.open(task).text
    assert told in text and '<th scope="row">第 1 行</th>' in text and "charges" not in text


def test_the_work_on_the_bots_page_is_named_in_chinese(page: Page, payment: str) -> None:
    page.sign_in("sofia.brandt")
    page.send("/", {"language": "zh", "back": "/"}, action="/language")
    shown = page.open("/bots").text
    assert payment in shown and "付款 4414.90 EUR" in shown and "Pay " not in shown


def test_no_sentence_is_said_that_is_not_known() -> None:
    said = {each for path in _MATCH for each in _pieces(ast.parse((_ROOT / path).read_text()))}
    assert len(said) > 40
    assert sorted(each for each in said if not _is_known(each)) == []


def test_no_task_is_opened_in_words_that_are_not_known() -> None:
    paths = [path for folder in ("store", "activities", "workflows") for path in (_ROOT / folder).rglob("*.py")]
    said = {each for path in paths for each in _told_to_people(ast.parse(path.read_text()))}
    assert len(said) > 40
    assert sorted(each for each in said if not _is_known(each)) == []


def _is_english(text: str) -> bool:
    """Whether words of ours are left; what stands in quotation marks is the vendor's."""
    return re.search(r"[a-z]{3}", re.sub("“[^”]*”", "", text)) is not None


def _is_known(piece: str) -> bool:
    return any(piece.strip("“”") in sentence for sentence in _known())


def _known() -> Sequence[str]:
    """All sentences with their fields open."""
    listed = (*known.SENTENCES, *known.PARTS, *tasks.SENTENCES, *tasks.WHAT)
    return [re.sub(r"%\(\w+\)s", "\0", each).replace("%%", "%") for each in listed]


def _pieces(tree: ast.AST) -> Iterator[str]:
    """What stands between the fields of every text of some words that is no doc string."""
    docs = {id(each.value) for each in ast.walk(tree) if isinstance(each, ast.Expr)}
    for each in ast.walk(tree):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in docs:
            yield from (part for part in re.split(r"\{\w*\}|`.*", each.value) if re.search(r"[a-z]{2,} [a-z]", part))


def _told_to_people(tree: ast.AST) -> Iterator[str]:
    """The pieces of all titles, messages and labels of tasks, also of those that are put together before."""
    calls = [each for each in ast.walk(tree) if isinstance(each, ast.Call) and _called(each) in _SAID_IN]
    given = [word.value for call in calls for word in call.keywords if word.arg in _SAID_AS]
    given += [value for call in calls if _called(call) == "errand_item" for value in call.args]
    names = {each.id for value in given for each in ast.walk(value) if isinstance(each, ast.Name)}
    put_together = [each for each in ast.walk(tree) if isinstance(each, ast.Assign)]
    given += [each.value for each in put_together if names & {to.id for to in each.targets if isinstance(to, ast.Name)}]
    for value in given:
        yield from _pieces(value)


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""

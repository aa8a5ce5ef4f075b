import time
from datetime import date
from decimal import Decimal

import pytest

from formats.mt940 import SwiftReading, read_mt940
from formats.statement_checks import statement_findings
from models.errors import BusinessError, Finding
from models.statement import BalanceKind, EntryTotal, StatementEntry
from tests.formats.documents import changed
from tests.formats.expected_readings import ExpectedReading, expected_reading
from tests.formats.samples import sample, sample_names
from tests.formats.swift_documents import MT942, mt940, with_details

_BALANCES = {
    "opening_balance": ("60F", "60M"),
    "final_opening_balance": ("60F",),
    "intermediate_opening_balance": ("60M",),
    "final_closing_balance": ("62F",),
    "intermediate_closing_balance": ("62M",),
    "available_balance": ("64",),
}

_NONE = ("", "NONREF", "NOTPROVIDED")


@pytest.fixture(params=sample_names("mt940", "*.sta"))
def pair(request: pytest.FixtureRequest) -> tuple[ExpectedReading, SwiftReading]:
    """A public sample as its publisher expects it to be read, and as we read it."""
    path = sample("mt940", request.param)
    return expected_reading(path.with_suffix(".yml")), read_mt940(path.read_bytes())


def _entries(reading: SwiftReading) -> list[StatementEntry]:
    return [entry for statement in reading.statements for entry in statement.entries]


def _squeezed(text: object) -> str:
    """Without spaces: where the bank broke a line, nobody can tell whether one belongs there."""
    return "".join(str(text or "").split())


def _findings(data: bytes) -> tuple[Finding, ...]:
    with pytest.raises(BusinessError) as refusal:
        read_mt940(data)
    assert refusal.value.code == "document.invalid"
    return refusal.value.findings


def _only(data: bytes) -> StatementEntry:
    (statement,) = read_mt940(data).statements
    (entry,) = statement.entries
    return entry


@pytest.mark.behaviour("B1")
def test_entries_of_every_sample_are_those_that_the_publisher_expects(
    pair: tuple[ExpectedReading, SwiftReading],
) -> None:
    expected, reading = pair
    entries = _entries(reading)
    assert [(each.amount, each.value) for each in entries] == [(each.amount, each.value) for each in expected.entries]
    assert [each.booked for each in entries] == [each.booked or each.value for each in expected.entries]
    for entry, other in zip(entries, expected.entries, strict=True):
        assert other.fields.get("currency") in (entry.currency, None)
        assert entry.is_reversal == other.fields["status"].startswith("R")
        assert entry.bank_code.startswith(other.fields["id"])
        if other.fields.get("bank_reference"):
            assert entry.id == other.fields["bank_reference"]


@pytest.mark.behaviour("B1")
def test_texts_of_every_sample_are_those_that_the_publisher_expects(pair: tuple[ExpectedReading, SwiftReading]) -> None:
    expected, reading = pair
    for entry, other in zip(_entries(reading), expected.entries, strict=True):
        (transaction,) = entry.transactions
        fields = other.fields
        assert entry.information.startswith(fields.get("posting_text") or "")
        told = (transaction.counterparty, transaction.end_to_end_id, transaction.remittance)
        if details := fields.get("transaction_details"):
            assert any(told)
            assert all(_squeezed(text) in _squeezed(details) for text in told)
        else:
            name = _squeezed(fields.get("applicant_name")).removeprefix(transaction.counterparty_iban)
            assert _squeezed(transaction.counterparty) == name
            assert _squeezed(fields.get("end_to_end_reference")).startswith(_squeezed(transaction.end_to_end_id))
            assert bool(transaction.end_to_end_id) == (_squeezed(fields.get("end_to_end_reference")) not in _NONE)


@pytest.mark.behaviour("B1")
def test_balances_of_every_sample_are_those_that_the_publisher_expects(
    pair: tuple[ExpectedReading, SwiftReading],
) -> None:
    expected, reading = pair
    last = reading.statements[-1]
    balances = [balance for statement in reading.statements for balance in statement.balances]
    for name, (amount, currency, day) in expected.balances.items():
        stated = [balance for balance in balances if balance.code in _BALANCES[name]]
        assert (stated[-1].amount, stated[-1].currency, stated[-1].day) == (amount, currency, day)
    assert last.id.startswith(expected.data.get("transaction_reference") or "")
    for name, total in (("sum_credit_entries", last.credits), ("sum_debit_entries", last.debits)):
        stated_total = expected.data.get(name)
        assert total == (
            EntryTotal(amount=stated_total["amount"], count=int(stated_total["number"])) if stated_total else None
        )


@pytest.mark.behaviour("B1")
def test_every_statement_of_the_large_sample_balances_page_by_page() -> None:
    statements = read_mt940(sample("mt940", "betterplace-sepa_mt9401.sta").read_bytes()).statements
    assert len(statements) == 26
    assert [finding for statement in statements for finding in statement_findings(statement)] == []
    first, second = (each for each in statements if each.account == "50880050/0194781300888")
    assert first.balances[-1].amount == second.balances[0].amount
    assert (first.sequence, second.sequence) == ("00004/00001", "00004/00002")


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize(
    ("name", "codes"),
    [
        (
            "betterplace-amount_formats.sta",
            {"statement.account_missing", "statement.closing_missing", "statement.balance_repeated"},
        ),
        (
            "self-provided-sparkassen.sta",
            {
                "statement.account_missing",
                "statement.currency_missing",
                "statement.opening_missing",
                "statement.closing_missing",
            },
        ),
        ("betterplace-sepa_snippet_broken.sta", {"statement.field_repeated", "statement.unbalanced"}),
        ("self-provided-february_30.sta", set()),
        ("jejik-ing.sta", {"statement.unbalanced"}),
        ("jejik-abnamro.sta", {"statement.unbalanced"}),
        ("jejik-rabobank-iban.sta", set()),
        ("mBank-mt942.sta", set()),
    ],
)
def test_what_a_sample_lacks_is_named(name: str, codes: set[str]) -> None:
    reading = read_mt940(sample("mt940", name).read_bytes())
    checked = [finding for statement in reading.statements for finding in statement_findings(statement)]
    assert {finding.code for finding in (*reading.findings, *checked)} == codes


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize(
    ("mark", "amount", "is_reversal", "is_pending"),
    [
        ("C", 1, False, False),
        ("D", -1, False, False),
        ("RC", -1, True, False),
        ("RD", 1, True, False),
        ("EC", 1, False, True),
        ("ED", -1, False, True),
    ],
)
@pytest.mark.parametrize("funds", ["", "R"])
def test_the_mark_decides_the_direction_of_the_money(
    mark: str, amount: int, is_reversal: bool, is_pending: bool, funds: str
) -> None:
    entry = _only(mt940((":61:2611191119C50,00", f":61:2611191119{mark}{funds}50,00")))
    assert entry.amount == 50 * amount
    assert (entry.is_reversal, entry.is_pending) == (is_reversal, is_pending)


@pytest.mark.parametrize(
    ("written", "amount"), [("50,", "50"), ("50,5", "50.5"), ("000050,00", "50"), ("0,01", "0.01")]
)
def test_amounts_are_read_as_swift_writes_them(written: str, amount: str) -> None:
    assert _only(mt940((":61:2611191119C50,00", f":61:2611191119C{written}"))).amount == Decimal(amount)


@pytest.mark.parametrize(
    ("line", "value", "booked"),
    [
        ("2611191120", date(2026, 11, 19), date(2026, 11, 20)),
        ("261119", date(2026, 11, 19), date(2026, 11, 19)),
        ("2612310102", date(2026, 12, 31), date(2027, 1, 2)),
        ("2701021231", date(2027, 1, 2), date(2026, 12, 31)),
        ("9912311231", date(1999, 12, 31), date(1999, 12, 31)),
        ("2402290229", date(2024, 2, 29), date(2024, 2, 29)),
        ("2602300301", date(2026, 2, 28), date(2026, 3, 1)),
    ],
)
def test_the_year_of_the_booking_is_the_one_nearest_to_the_value(line: str, value: date, booked: date) -> None:
    entry = _only(mt940((":61:2611191119C", f":61:{line}C")))
    assert (entry.value, entry.booked) == (value, booked)


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize(
    "details",
    [
        "166?00GUTSCHRIFT?20EREF+PAYREF1?21KREF+OWN-7?22SVWZ+Invoice R-1001?23 part 2"
        "?30COBADEFFXXX?31FR1420041010050500013M02606?32Kaiser Papier?33 GmbH",
        "166?00GUTSCHRIFT?20EREF+PAYREF1KREF+OWN-7SVWZ+Invoice R-1001 part 2?31FR1420041010050500013M02606"
        "?32Kaiser Papier GmbH",
        "166~00GUTSCHRIFT~20EREF: PAYREF1~21KREF: OWN-7~22SVWZ: Invoice R-1001 part 2"
        "~31FR1420041010050500013M02606~32Kaiser Papier GmbH",
        "EREF: PAYREF1 KREF: OWN-7 ABWA: Kaiser Papier GmbH IBAN: FR1420041010050500013M02606 SVWZ: Invoice R-1001 "
        "part 2",
        "EREF+PAYREF1KREF+OWN-7ABWA+Kaiser Papier GmbH IBAN+FR1420041010050500013M02606SVWZ+Invoice R-1001 part 2",
        "/TRTP/SEPA/IBAN/FR1420041010050500013M02606/BIC/ABNANL2A/NAME/Kaiser Papier GmbH/REMI/Invoice R-1001 "
        "part 2/EREF/PAYREF1/PREF/OWN-7",
        "/EREF/PAYREF1//PREF/OWN-7//CNTP/FR1420041010050500013M02606/COBADEFF/Kaiser Papier GmbH///REMI/USTD//"
        "Invoice R-1001 part 2/",
    ],
)
@pytest.mark.parametrize("width", [0, 65])
def test_references_and_parties_are_found_however_the_bank_writes_them(details: str, width: int) -> None:
    (transaction,) = _only(with_details(details, width)).transactions
    assert transaction.end_to_end_id == "PAYREF1"
    assert transaction.customer_reference == "OWN-7"
    assert transaction.counterparty == "Kaiser Papier GmbH"
    assert transaction.counterparty_iban == "FR1420041010050500013M02606"
    assert transaction.remittance == "Invoice R-1001 part 2"


@pytest.mark.parametrize("word", ["NOTPROVIDED", "NONREF"])
def test_a_word_for_no_reference_is_no_reference(word: str) -> None:
    assert _only(with_details(f"166?00X?20EREF+{word}?21SVWZ+Y")).transactions[0].end_to_end_id == ""


def test_words_of_the_bank_do_not_run_into_the_reference_before_them() -> None:
    (transaction,) = _only(with_details("159?00RETOURE?20EREF+TFNR 1?21 0005?22MTLG:No reason")).transactions
    assert (transaction.end_to_end_id, transaction.remittance) == ("TFNR 1 0005", "No reason")


def test_a_question_mark_before_no_number_belongs_to_the_text() -> None:
    assert _only(with_details("166?00X?20SVWZ+Why? Because")).transactions[0].remittance == "Why? Because"


def test_details_after_the_closing_balance_are_about_the_statement() -> None:
    (statement,) = read_mt940(mt940() + b":86:Fees are due on 30 December\n").statements
    assert statement.information == "Fees are due on 30 December"
    assert statement.entries[0].transactions[0].remittance == "Thanks"


@pytest.mark.parametrize(
    ("number", "account"),
    [
        ("NL71RABO0123456789", "NL71RABO0123456789"),
        ("NL71RABO0123456789 EUR", "NL71RABO0123456789"),
        ("NL71RABO0123456789EUR", "NL71RABO0123456789"),
        ("10020030/1234567", "10020030/1234567"),
        ("10020030/1234567EUR", "10020030/1234567"),
    ],
)
def test_the_account_is_its_number_without_the_currency(number: str, account: str) -> None:
    (statement,) = read_mt940(mt940((":25:DE89370400440532013000", f":25:{number}"))).statements
    assert (statement.account, statement.currency) == (account, "EUR")


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize(
    "wrap",
    [
        "{{1:F01COBADEFFAXXX0000000000}}{{2:I940X}}{{4:\n{0}-}}{{5:{{CHK:1}}}}\n",
        "ABNANL2A\n940\nABNANL2A\n{0}-\n",
        "\x01\n{0}-\x03\n",
        "0000 01INGBNL2AXXXX00001\n940 00\n{0}-XXX\n",
        "\n\n{0}",
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_whatever_envelope_the_bank_uses_the_statement_is_the_same(wrap: str, ending: str) -> None:
    plain = mt940().decode()
    data = (wrap.format(plain) * 2).replace("\n", ending).encode()
    assert read_mt940(data).statements == read_mt940(plain.encode()).statements * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_names_are_read_in_the_encodings_that_banks_use(encoding: str) -> None:
    text = with_details("166?00X?20SVWZ+Y?32Käßer").decode()
    assert _only(text.encode(encoding)).transactions[0].counterparty == "Käßer"


@pytest.mark.behaviour("B1")
def test_an_intraday_report_needs_no_balances_and_its_totals_are_checked() -> None:
    (statement,) = read_mt940(MT942.encode()).statements
    assert (statement.message_type, statement.currency) == ("mt942", "EUR")
    assert statement_findings(statement) == ()
    (wrong,) = read_mt940(changed(MT942, (":90C:1EUR50,00", ":90C:2EUR60,00"))).statements
    (finding,) = statement_findings(wrong)
    assert (finding.field, finding.code) == ("credits", "statement.total_differs")


@pytest.mark.behaviour("B1")
def test_a_booking_that_is_lost_unbalances_the_statement() -> None:
    text = mt940().decode()
    start, end = text.index(":61:"), text.index(":62F:")
    (statement,) = read_mt940((text[:start] + text[end:]).encode()).statements
    assert [finding.code for finding in statement_findings(statement)] == ["statement.unbalanced"]


@pytest.mark.behaviour("B1")
def test_statements_are_told_apart_though_the_bank_gives_all_the_same_reference() -> None:
    first, second = read_mt940(sample("mt940", "jejik-rabobank-iban.sta").read_bytes()).statements
    assert (first.id, second.id) == ("940S130101 0 2013-01-08", "940S130101 0 2013-01-15")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ((":61:2611191119C50,00", ":61:2611191119X50,00"), "statements[0].entries[0]"),
        ((":61:2611191119C50,00", ":61:2611191119C50.000,00"), "statements[0].entries[0]"),
        ((":61:2611191119C50,00", ":61:2613191119C50,00"), "statements[0].entries[0]"),
        ((":61:2611191119C50,00", ":61:2611191399C50,00"), "statements[0].entries[0]"),
        ((":60F:C261118EUR1000,00", ":60F:261118EUR1000,00"), "statements[0].:60F:"),
        ((":60F:C261118EUR1000,00", ":60F:C261118EUR1.000,00"), "statements[0].:60F:"),
        ((":62F:C261119EUR1050,00", f":62F:C261119EUR{'9' * 40}"), "statements[0].:62F:"),
    ],
)
def test_a_malformed_booking_or_balance_is_named_by_its_place(change: tuple[str, str], field: str) -> None:
    assert field in [finding.field for finding in _findings(mt940(change))]


def test_every_violation_is_named_at_once() -> None:
    findings = _findings(mt940((":60F:C", ":60F:X"), (":61:2611191119C", ":61:2611191119X"), (":62F:C", ":62F:")))
    assert len(findings) == 3


def test_opening_and_closing_keep_their_kind_on_every_page() -> None:
    (statement,) = read_mt940(mt940((":60F:", ":60M:"), (":62F:", ":62M:"))).statements
    assert [balance.kind for balance in statement.balances] == [BalanceKind.OPENING, BalanceKind.CLOSING]
    assert statement_findings(statement) == ()


@pytest.mark.parametrize("data", [b"Dear Sir or Madam", b":20:only a reference\n", b":12:\n:99X:y\n", b"-\n-\n-"])
def test_text_of_another_kind_is_no_statement(data: bytes) -> None:
    with pytest.raises(BusinessError) as refusal:
        read_mt940(data)
    assert refusal.value.code == "document.wrong_type"


@pytest.mark.parametrize(
    "data",
    [
        b":61:" * 500_000,
        b":61:2611191119C" + b"1" * 2_000_000,
        b":61:2611191119C1,NTRF" + b"/" * 2_000_000,
        b":86:" + b"EREF+" * 300_000 + b"\n:61:x",
        b":61:2611191119C1,NTRFX\n:86:166" + b"?20" * 500_000,
        b":61:2611191119C1,NTRFX\n:86:/EREF/" + b"/" * 1_000_000,
        b":20:\n" * 100_000 + b":61:x",
        b"-\n" * 500_000,
    ],
)
def test_garbage_costs_no_time(data: bytes) -> None:
    start = time.process_time()
    try:
        read_mt940(data)
    except BusinessError as error:
        assert error.code in ("document.invalid", "document.wrong_type")
    assert time.process_time() - start < 10

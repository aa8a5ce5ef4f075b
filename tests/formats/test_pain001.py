"""Payment files against the published schemas, the sums that banks check, and hostile texts."""

import string
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from formats import payment_schemas
from formats.pain001 import file_id, write_pain001
from formats.payment_characters import in_characters
from formats.payment_schemas import schema_findings
from formats.xml import name_of
from models.errors import BusinessError
from models.money import Money
from models.party import Address, PayeeAccount
from models.payment_file import BankFileProfile, CharacterSet, CreditTransfer, PaymentFileVersion
from tests.formats.payment_files import CREATED, PAYEE_IBAN, batch, euros, texts, transfer

pytestmark = pytest.mark.behaviour("B2")
EPC_LETTERS = set(string.ascii_letters + string.digits + "/-?:().,'+ ")
GERMAN = BankFileProfile(characters=CharacterSet.GERMAN)

amounts = st.decimals(min_value="0.01", max_value="999999999.99", places=2)
names = st.text(min_size=1, max_size=90)


@st.composite
def transfers(draw: st.DrawFn) -> list[CreditTransfer]:
    references = draw(st.lists(st.from_regex(r"\A[A-Z0-9]{16}\Z"), min_size=1, max_size=6, unique=True))
    return [
        transfer(
            each,
            payee=PayeeAccount(holder="A" + draw(names), iban=PAYEE_IBAN),
            amount=Money(amount=draw(amounts), currency="EUR"),
            remittance=draw(st.text(max_size=30)),
        )
        for each in references
    ]


@pytest.mark.parametrize("version", PaymentFileVersion)
@given(written=transfers(), characters=st.sampled_from(CharacterSet))
@settings(max_examples=60, deadline=None)
def test_every_file_fits_the_published_schema_and_its_sums_are_those_of_its_transfers(
    version: PaymentFileVersion, written: list[CreditTransfer], characters: CharacterSet
) -> None:
    profile = BankFileProfile(version=version, characters=characters)
    file = write_pain001([batch(*written)], profile, CREATED)
    assert schema_findings(file.content, version) == ()
    amounts = [Decimal(text) for text in texts(file.content, "InstdAmt")]
    assert sum(amounts) == sum(each.amount.amount for each in written) == file.total
    assert [Decimal(text) for text in texts(file.content, "CtrlSum")] == [file.total] * 2
    assert texts(file.content, "NbOfTxs") == [str(len(written))] * 2
    assert texts(file.content, "EndToEndId") == [each.reference for each in written]


@given(st.text(max_size=200))
def test_a_text_has_only_letters_of_basic_latin_and_no_slash_that_means_something(text: str) -> None:
    written = in_characters(text, CharacterSet.EPC)
    assert set(written) <= EPC_LETTERS
    assert "//" not in written
    assert written == written.strip("/ ")


@given(st.text(alphabet=sorted(EPC_LETTERS - {"/"}), max_size=100))
def test_a_text_in_basic_latin_stays_what_it_is_but_for_blanks(text: str) -> None:
    assert in_characters(text, CharacterSet.EPC) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "basic", "german"),
    [
        ("Bürowelt Größe & Söhne", "Buerowelt Groesse + Soehne", "Bürowelt Größe & Söhne"),
        ("Øresund Ålborg Łódź", "Oeresund Aalborg Lodz", "Oeresund Aalborg Lodz"),
        ("Bu\u0308ro", "Buero", "Büro"),
        ("宇航", "..", ".."),
        ("//A//B/", "A/B", "A/B"),
        ("a\n\tb", "a b", "a b"),
    ],
)
def test_letters_are_spelt_out_as_the_bank_takes_them(text: str, basic: str, german: str) -> None:
    assert in_characters(text, CharacterSet.EPC) == basic
    assert in_characters(text, CharacterSet.GERMAN) == german


def test_the_same_transfers_always_have_the_same_identifications() -> None:
    first = write_pain001([batch(transfer("A1"), transfer("A2"))], GERMAN, CREATED)
    tomorrow = batch(transfer("A1"), transfer("A2"), day=date(2026, 11, 21))
    again = write_pain001([tomorrow], GERMAN, CREATED + timedelta(days=1))
    assert first.message_id == again.message_id
    assert texts(first.content, "PmtInfId") == texts(again.content, "PmtInfId") == [f"{first.message_id}-001"]
    assert first.message_id.isalnum()
    assert len(first.message_id) + 4 <= 35


@pytest.mark.parametrize(
    "other",
    [batch(transfer("A3")), batch(transfer("A1"), transfer("A2"))],
    ids=["other transfer", "one more"],
)
def test_other_transfers_have_other_identifications(other: object) -> None:
    assert file_id([batch(transfer("A1"))]) != file_id([other])  # type: ignore[list-item]


def test_addresses_are_structured() -> None:
    content = write_pain001([batch()], GERMAN, CREATED).content
    places = etree.fromstring(content).iter("{*}PstlAdr")
    assert [[name_of(part)[1] for part in place] for place in places] == [["StrtNm", "PstCd", "TwnNm", "Ctry"]] * 2
    assert texts(content, "TwnNm") == ["Nordhafen", "Duisburg"]


def test_an_account_is_debited_for_each_transfer_unless_the_bank_wants_one_sum() -> None:
    assert texts(write_pain001([batch()], GERMAN, CREATED).content, "BtchBookg") == ["false"]
    at_once = GERMAN.model_copy(update={"books_each_transfer": False})
    assert texts(write_pain001([batch()], at_once, CREATED).content, "BtchBookg") == ["true"]


def test_several_batches_are_summed_in_the_header() -> None:
    file = write_pain001(
        [batch(transfer("A1", euros("10.00"))), batch(transfer("A2", euros("0.01")), day=date(2026, 11, 23))],
        GERMAN,
        CREATED,
    )
    assert texts(file.content, "CtrlSum") == ["10.01", "10.00", "0.01"]
    assert texts(file.content, "NbOfTxs") == ["2", "1", "1"]
    assert (file.count, file.total) == (2, Decimal("10.01"))


def test_the_bank_of_a_payer_is_named_or_said_to_be_unknown() -> None:
    unknown = batch().model_copy(update={"payer_bic": ""})
    assert texts(write_pain001([batch()], GERMAN, CREATED).content, "BICFI") == ["NHBKDE22XXX"]
    old = GERMAN.model_copy(update={"version": PaymentFileVersion.PAIN_001_03})
    assert texts(write_pain001([batch()], old, CREATED).content, "BIC") == ["NHBKDE22XXX"]
    assert "NOTPROVIDED" in texts(write_pain001([unknown], GERMAN, CREATED).content, "Id")


def test_yen_have_no_places_and_no_sepa_service_level() -> None:
    yen = transfer(amount=Money(amount=Decimal(5000), currency="JPY"))
    content = write_pain001([batch(yen)], GERMAN, CREATED).content
    assert (texts(content, "InstdAmt"), texts(content, "ChrgBr"), texts(content, "Cd")) == (["5000"], ["SHAR"], [])


@pytest.mark.parametrize(
    ("wrong", "field", "problem"),
    [
        ({"amount": Money(amount=Decimal(0), currency="EUR")}, "amount", "above zero"),
        ({"amount": Money(amount=Decimal("0.001"), currency="EUR")}, "amount", "at most 2 places"),
        ({"amount": Money(amount=Decimal("1.5"), currency="JPY")}, "amount", "at most 0 places"),
        ({"payee": PayeeAccount(holder="宇航", iban=PAYEE_IBAN)}, "payee", "no Latin letter"),
        ({"payee_address": Address(street="Hafenweg 3", country="DE")}, "payee_address.city", "town is missing"),
        ({"payee_address": Address(city="D" * 36, country="DE")}, "payee_address.city", "longer than 35"),
        ({"remittance": "ü" * 140}, "remittance", "280 characters"),
    ],
)
def test_a_transfer_that_the_bank_would_refuse_does_not_get_into_a_file(
    wrong: dict[str, object], field: str, problem: str
) -> None:
    with pytest.raises(BusinessError) as refused:
        write_pain001([batch(transfer(**wrong))], BankFileProfile(), CREATED)  # type: ignore[arg-type]
    assert refused.value.code == "payment_file.invalid"
    assert [finding.field for finding in refused.value.findings] == [f"batches[0].transfers[0].{field}"]
    assert problem in refused.value.findings[0].problem


def test_all_that_is_wrong_is_told_at_once() -> None:
    mixed = batch(transfer(), transfer(amount=Money(amount=Decimal(-1), currency="CHF")))
    with pytest.raises(BusinessError) as refused:
        write_pain001([mixed], GERMAN, CREATED)
    assert [finding.field for finding in refused.value.findings] == [
        "batches[0]",
        "batches[0].transfers[1].amount",
        "reference",
    ]


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(BusinessError) as refused:
        write_pain001([], GERMAN, CREATED)
    assert "nothing to pay" in str(refused.value)


def test_the_schema_finds_what_is_wrong_and_where() -> None:
    content = write_pain001([batch()], GERMAN, CREATED).content.replace(b"<PmtMtd>TRF", b"<PmtMtd>CASH")
    (finding, *_) = schema_findings(content, PaymentFileVersion.PAIN_001_09)
    assert "PmtMtd" in finding.problem
    assert finding.field.endswith("]")


def test_without_the_published_schemas_no_file_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    payment_schemas._schema.cache_clear()
    monkeypatch.setattr(payment_schemas, "find_spec", lambda name: None)
    with pytest.raises(BusinessError) as refused:
        write_pain001([batch()], GERMAN, CREATED)
    assert refused.value.code == "payment_file.no_schema"

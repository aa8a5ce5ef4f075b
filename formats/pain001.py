"""Writes credit transfers as pain.001 (ISO 20022, in the subset of the SEPA credit transfer rulebook)."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import cast

import rfc8785
from babel.numbers import get_currency_precision
from lxml import etree

from formats.payment_characters import in_characters
from formats.payment_schemas import schema_findings
from formats.xml import name_of
from models.errors import BusinessError, Finding
from models.party import Address
from models.payment_file import (
    BankFileProfile,
    CreditTransfer,
    PaymentFile,
    PaymentFileVersion,
    TransferBatch,
)

_ID_DOMAIN = "tallywright.payment-file.v1"
_ID_LETTERS = 20
_MOST_DIGITS = 18
_ADDRESS_LENGTHS = {"street": 70, "city": 35, "postal_code": 16}
_BIC_ELEMENT = {PaymentFileVersion.PAIN_001_09: "BICFI", PaymentFileVersion.PAIN_001_03: "BIC"}


def write_pain001(batches: Sequence[TransferBatch], profile: BankFileProfile, created: datetime) -> PaymentFile:
    """The file of `batches` in their order, checked against the schema. `created` is in the payer's zone.

    Its identifications follow from the batches alone: the same transfers always have the same ones, so that a bank
    that looks for double files finds them. Raises BusinessError `payment_file.invalid` with every finding.
    """
    written = tuple(_in_characters(batch, profile) for batch in batches)
    _refuse(tuple(_findings(written)))
    message_id = file_id(batches)
    content = _document(written, profile, created, message_id)
    _refuse(schema_findings(content, profile.version))
    return PaymentFile(
        name=f"{message_id}.xml",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        message_id=message_id,
        batches=written,
        count=_count(written),
        total=_total(written),
    )


def file_id(batches: Sequence[TransferBatch]) -> str:
    """The message identification: letters and digits, the same for the same transfers from the same accounts, on
    whatever day they are handed in."""
    content = [[batch.payer_iban, [each.reference for each in batch.transfers]] for batch in batches]
    digest = hashlib.sha256(rfc8785.dumps([_ID_DOMAIN, content])).digest()
    return f"TW{base64.b32encode(digest).decode('ascii')[:_ID_LETTERS]}"


def batch_id(message_id: str, position: int) -> str:
    """The identification of the batch at `position`, counted from 1."""
    return f"{message_id}-{position:03d}"


def _refuse(findings: tuple[Finding, ...]) -> None:
    if findings:
        raise BusinessError("payment_file.invalid", "The payment file cannot be written.", findings)


def _in_characters(batch: TransferBatch, profile: BankFileProfile) -> TransferBatch:
    return batch.model_copy(
        update={
            "payer": _name(batch.payer, profile),
            "payer_address": _address_in_characters(batch.payer_address, profile),
            "transfers": tuple(_transfer_in_characters(each, profile) for each in batch.transfers),
        }
    )


def _transfer_in_characters(transfer: CreditTransfer, profile: BankFileProfile) -> CreditTransfer:
    return transfer.model_copy(
        update={
            "payee": transfer.payee.model_copy(update={"holder": _name(transfer.payee.holder, profile)}),
            "payee_address": _address_in_characters(transfer.payee_address, profile),
            "remittance": in_characters(transfer.remittance, profile.characters),
        }
    )


def _name(name: str, profile: BankFileProfile) -> str:
    return in_characters(name, profile.characters)[: profile.longest_name].rstrip()


def _address_in_characters(address: Address | None, profile: BankFileProfile) -> Address | None:
    if address is None:
        return None
    texts = {name: in_characters(getattr(address, name), profile.characters) for name in _ADDRESS_LENGTHS}
    return address.model_copy(update=texts)


def _findings(batches: Sequence[TransferBatch]) -> Iterator[Finding]:
    if not batches:
        yield Finding(field="batches", problem="there is nothing to pay; give at least one transfer")
    for number, batch in enumerate(batches):
        place = f"batches[{number}]"
        yield from _name_findings(f"{place}.payer", batch.payer)
        yield from _address_findings(f"{place}.payer_address", batch.payer_address)
        if len({each.amount.currency for each in batch.transfers}) > 1:
            yield Finding(field=place, problem="its transfers have several currencies; make a batch of each")
        for position, transfer in enumerate(batch.transfers):
            yield from _transfer_findings(f"{place}.transfers[{position}]", transfer)
    yield from _repeated_references(batches)


def _transfer_findings(place: str, transfer: CreditTransfer) -> Iterator[Finding]:
    yield from _name_findings(f"{place}.payee", transfer.payee.holder)
    yield from _address_findings(f"{place}.payee_address", transfer.payee_address)
    amount, places = transfer.amount.amount, get_currency_precision(transfer.amount.currency)
    if amount <= 0 or amount != round(amount, places) or len(_digits(amount, places)) > _MOST_DIGITS:
        yield Finding(
            field=f"{place}.amount",
            problem=f"{amount} cannot be paid; it must be above zero with at most {places} places",
        )
    if len(transfer.remittance) > 140:
        yield Finding(
            field=f"{place}.remittance",
            problem=f"it has {len(transfer.remittance)} characters once accents are spelt out; 140 are allowed",
        )


def _name_findings(place: str, name: str) -> Iterator[Finding]:
    if not any(character.isalnum() for character in name):
        yield Finding(field=place, problem="the name has no Latin letter; banks need it in Latin letters")


def _address_findings(place: str, address: Address | None) -> Iterator[Finding]:
    """Since November 2026 banks refuse an address without town and country."""
    if address is None:
        return
    if not address.city:
        yield Finding(field=f"{place}.city", problem="the town is missing; banks refuse an address without it")
    for name, longest in _ADDRESS_LENGTHS.items():
        if len(getattr(address, name)) > longest:
            yield Finding(field=f"{place}.{name}", problem=f"it is longer than {longest} characters; shorten it")


def _repeated_references(batches: Sequence[TransferBatch]) -> Iterator[Finding]:
    seen: set[str] = set()
    for transfer in _transfers(batches):
        if transfer.reference in seen:
            yield Finding(field="reference", problem=f"{transfer.reference} stands in the file twice")
        seen.add(transfer.reference)


def _document(batches: Sequence[TransferBatch], profile: BankFileProfile, created: datetime, message_id: str) -> bytes:
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{profile.version}"
    # Cast because the type stubs of lxml do not know the default namespace.
    root = etree.Element(f"{{{namespace}}}Document", nsmap=cast(dict[str, str], {None: namespace}))
    message = _group(root, "CstmrCdtTrfInitn")
    header = _group(message, "GrpHdr")
    _value(header, "MsgId", message_id)
    _value(header, "CreDtTm", created.replace(microsecond=0).isoformat())
    _value(header, "NbOfTxs", str(_count(batches)))
    _value(header, "CtrlSum", _plain(_total(batches)))
    _value(_group(header, "InitgPty"), "Nm", batches[0].payer)
    for position, batch in enumerate(batches, start=1):
        _batch(_group(message, "PmtInf"), batch, profile, batch_id(message_id, position))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _batch(element: etree._Element, batch: TransferBatch, profile: BankFileProfile, identification: str) -> None:
    _value(element, "PmtInfId", identification)
    _value(element, "PmtMtd", "TRF")
    _value(element, "BtchBookg", "false" if profile.books_each_transfer else "true")
    _value(element, "NbOfTxs", str(len(batch.transfers)))
    _value(element, "CtrlSum", _plain(_total([batch])))
    if is_sepa := batch.transfers[0].amount.currency == "EUR":
        _value(_group(element, "PmtTpInf", "SvcLvl"), "Cd", "SEPA")
    _day(element, batch, profile)
    _party(_group(element, "Dbtr"), batch.payer, batch.payer_address)
    _value(_group(element, "DbtrAcct", "Id"), "IBAN", batch.payer_iban)
    _agent(_group(element, "DbtrAgt", "FinInstnId"), batch.payer_bic, profile)
    _value(element, "ChrgBr", "SLEV" if is_sepa else "SHAR")
    for transfer in batch.transfers:
        _transfer(_group(element, "CdtTrfTxInf"), transfer, profile)


def _day(element: etree._Element, batch: TransferBatch, profile: BankFileProfile) -> None:
    day = batch.execution_date.isoformat()
    if profile.version is PaymentFileVersion.PAIN_001_03:
        _value(element, "ReqdExctnDt", day)
    else:
        _value(_group(element, "ReqdExctnDt"), "Dt", day)


def _transfer(element: etree._Element, transfer: CreditTransfer, profile: BankFileProfile) -> None:
    _value(_group(element, "PmtId"), "EndToEndId", transfer.reference)
    amount = _group(element, "Amt")
    _value(amount, "InstdAmt", _plain(transfer.amount.amount), Ccy=transfer.amount.currency)
    if transfer.payee.bic:
        _agent(_group(element, "CdtrAgt", "FinInstnId"), transfer.payee.bic, profile)
    _party(_group(element, "Cdtr"), transfer.payee.holder, transfer.payee_address)
    _value(_group(element, "CdtrAcct", "Id"), "IBAN", transfer.payee.iban)
    if transfer.remittance:
        _value(_group(element, "RmtInf"), "Ustrd", transfer.remittance)


def _party(element: etree._Element, name: str, address: Address | None) -> None:
    _value(element, "Nm", name)
    if address is None:
        return
    place = _group(element, "PstlAdr")
    for tag, text in (("StrtNm", address.street), ("PstCd", address.postal_code), ("TwnNm", address.city)):
        if text:
            _value(place, tag, text)
    _value(place, "Ctry", address.country)


def _agent(element: etree._Element, bic: str, profile: BankFileProfile) -> None:
    if bic:
        _value(element, _BIC_ELEMENT[profile.version], bic)
    else:
        _value(_group(element, "Othr"), "Id", "NOTPROVIDED")


def _transfers(batches: Sequence[TransferBatch]) -> Iterator[CreditTransfer]:
    return (transfer for batch in batches for transfer in batch.transfers)


def _count(batches: Sequence[TransferBatch]) -> int:
    return sum(len(batch.transfers) for batch in batches)


def _total(batches: Sequence[TransferBatch]) -> Decimal:
    return sum((each.amount.amount for each in _transfers(batches)), start=Decimal(0))


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"


def _digits(amount: Decimal, places: int) -> str:
    return f"{abs(amount):.{places}f}".replace(".", "")


def _group(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, _beside(parent, name))
    return parent


def _value(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    etree.SubElement(parent, _beside(parent, name), attributes).text = text


def _beside(element: etree._Element, name: str) -> str:
    return f"{{{name_of(element)[0]}}}{name}"

"""The bank's own reading and checking of a pain.001, written without regard to who wrote the file."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from lxml import etree

from sandbox import iban

_NAMESPACES = {
    "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09": "BICFI",
    "urn:iso:std:iso:20022:tech:xsd:pain.001.001.03": "BIC",
}
_LETTERS = re.compile(r"[A-Za-z0-9/\-?:().,'+ ÄÖÜäöüß&*$%]*")
_DAYS_AHEAD = 365
_LARGEST = 1_000_000


class Unreadable(Exception):
    """The file cannot be read at all; the message is the bank's reason."""


@dataclass(frozen=True)
class Transfer:
    """One transfer; `reasons` say why the bank will not do it, with the code of ISO 20022 first."""

    reference: str
    payee_name: str
    payee_iban: str
    bic: str
    amount: Decimal
    currency: str
    remittance: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    identification: str
    payer_iban: str
    execution_date: date
    transfers: tuple[Transfer, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class TransferFile:
    message_id: str
    version: str
    batches: tuple[Batch, ...]
    count: int
    total: Decimal
    reasons: tuple[str, ...] = field(default=())


def read(content: bytes, accounts: frozenset[str], today: date) -> TransferFile:
    """What stands in the file and what is wrong with it. Raises Unreadable."""
    root = _root(content)
    namespace = etree.QName(root).namespace or ""
    reader = _Reader({"p": namespace}, _NAMESPACES[namespace], accounts, today)
    header = root.find("p:CstmrCdtTrfInitn/p:GrpHdr", reader.names)
    if header is None:
        raise Unreadable("FF01 Der Dateikopf fehlt")
    batches = tuple(reader.batch(each) for each in root.iterfind("p:CstmrCdtTrfInitn/p:PmtInf", reader.names))
    transfers = [transfer for batch in batches for transfer in batch.transfers]
    total = sum((each.amount for each in transfers), start=Decimal(0))
    return TransferFile(
        message_id=reader.text(header, "p:MsgId"),
        version=namespace.rpartition(":")[2],
        batches=batches,
        count=len(transfers),
        total=total,
        reasons=reader.sums(header, len(transfers), total),
    )


def _root(content: bytes) -> etree._Element:
    if len(content) > _LARGEST:
        raise Unreadable("FF01 Die Datei ist zu groß")
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError:
        raise Unreadable("FF01 Die Datei ist kein XML") from None
    if etree.QName(root).namespace not in _NAMESPACES or etree.QName(root).localname != "Document":
        raise Unreadable("FF02 Die Datei ist keine pain.001 in Version 09 oder 03")
    return root


@dataclass(frozen=True)
class _Reader:
    names: dict[str, str]
    bic_element: str
    accounts: frozenset[str]
    today: date

    def text(self, element: etree._Element, path: str) -> str:
        return (element.findtext(path, "", self.names) or "").strip()

    def sums(self, element: etree._Element, count: int, total: Decimal) -> tuple[str, ...]:
        """What is wrong with count and sum as the header of a file or batch names them."""
        reasons = []
        if self.text(element, "p:NbOfTxs") != str(count) or not count:
            reasons.append("AM18 Die Anzahl der Aufträge stimmt nicht")
        if self._amount(self.text(element, "p:CtrlSum")) != total:
            reasons.append("AM10 Die Kontrollsumme stimmt nicht")
        if not self.text(element, "p:MsgId") and not self.text(element, "p:PmtInfId"):
            reasons.append("RF01 Die Identifikation fehlt")
        return tuple(reasons)

    def batch(self, element: etree._Element) -> Batch:
        transfers = tuple(self._transfer(each) for each in element.iterfind("p:CdtTrfTxInf", self.names))
        payer = self.text(element, "p:DbtrAcct/p:Id/p:IBAN")
        day = self._day(self.text(element, "p:ReqdExctnDt/p:Dt") or self.text(element, "p:ReqdExctnDt"))
        reasons = list(self.sums(element, len(transfers), sum((each.amount for each in transfers), start=Decimal(0))))
        if payer not in self.accounts:
            reasons.append("AC02 Das Auftraggeberkonto ist nicht freigeschaltet")
        if day is None or not self.today <= day <= self.today + timedelta(days=_DAYS_AHEAD):
            reasons.append("DT01 Das Ausführungsdatum ist nicht möglich")
        return Batch(self.text(element, "p:PmtInfId"), payer, day or self.today, transfers, tuple(reasons))

    def _transfer(self, element: etree._Element) -> Transfer:
        instructed = element.find("p:Amt/p:InstdAmt", self.names)
        transfer = Transfer(
            reference=self.text(element, "p:PmtId/p:EndToEndId"),
            payee_name=self.text(element, "p:Cdtr/p:Nm"),
            payee_iban=self.text(element, "p:CdtrAcct/p:Id/p:IBAN"),
            bic=self.text(element, f"p:CdtrAgt/p:FinInstnId/p:{self.bic_element}"),
            amount=self._amount(self.text(element, "p:Amt/p:InstdAmt")),
            currency="" if instructed is None else instructed.get("Ccy", ""),
            remittance=self.text(element, "p:RmtInf/p:Ustrd"),
        )
        return Transfer(**{**transfer.__dict__, "reasons": tuple(self._reasons(element, transfer))})

    def _reasons(self, element: etree._Element, transfer: Transfer) -> list[str]:
        reasons = []
        if not iban.is_valid(transfer.payee_iban):
            reasons.append("AC01 Die IBAN des Empfängers ist falsch")
        if transfer.amount <= 0 or transfer.currency != "EUR":
            reasons.append("AM01 Der Betrag ist nicht möglich")
        if not 0 < len(transfer.payee_name) <= 70 or not 0 < len(transfer.reference) <= 35:
            reasons.append("RC01 Empfänger oder Referenz fehlen oder sind zu lang")
        if not all(_LETTERS.fullmatch(text) for text in (transfer.payee_name, transfer.remittance)):
            reasons.append("CH16 Der Auftrag enthält unzulässige Zeichen")
        address = element.find("p:Cdtr/p:PstlAdr", self.names)
        if address is not None and not (self.text(address, "p:TwnNm") and self.text(address, "p:Ctry")):
            reasons.append("BE04 Die Anschrift hat keinen Ort oder kein Land")
        return reasons

    def _amount(self, text: str) -> Decimal:
        """Minus one where `text` is no amount with at most two places, which no check lets pass."""
        try:
            amount = Decimal(text) if re.fullmatch(r"\d{1,16}(\.\d{1,2})?", text) else Decimal(-1)
        except InvalidOperation:
            return Decimal(-1)
        return amount

    def _day(self, text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None

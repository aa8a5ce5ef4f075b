"""Says what a file is, by its content alone: names and extensions are chosen by the sender."""

import re

from formats.csv_invoice import is_invoice_header
from formats.csv_statement import profile_for
from formats.csv_table import header_of
from formats.xml import root_name
from models.document import DocumentType

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:{0}-2"
_ROOTS = {
    (_UBL.format("Invoice"), "Invoice"): DocumentType.UBL_INVOICE,
    (_UBL.format("CreditNote"), "CreditNote"): DocumentType.UBL_CREDIT_NOTE,
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "CrossIndustryInvoice"): DocumentType.CII,
}
_CAMT = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.05[234]\.001\.\d\d")
_SWIFT_FIELD = re.compile(rb"(?:^|[\r\n]):(?:60[FM]|61|62[FM]|34F):")
_EMBEDDED_INVOICE = re.compile(rb"factur-x|zugferd-invoice\.xml|xrechnung\.xml", re.IGNORECASE)


def detect(data: bytes) -> DocumentType:
    """The kind of `data`; a PDF that shows the name of an embedded invoice is FACTURX, XML we do not know is XML.

    In a PDF that name may also be packed away: whether it carries an invoice is only sure when it is read.
    """
    if b"%PDF-" in data[:1024]:
        return DocumentType.FACTURX if _EMBEDDED_INVOICE.search(data) else DocumentType.PDF
    if root := root_name(data):
        return _xml_type(*root)
    if data.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").startswith(b"<"):
        return DocumentType.XML
    if _SWIFT_FIELD.search(data):
        return DocumentType.MT940
    return _csv_type(data)


def _csv_type(data: bytes) -> DocumentType:
    _, header = header_of(data)
    if is_invoice_header(header):
        return DocumentType.CSV_INVOICE
    return DocumentType.CSV_STATEMENT if profile_for(header) else DocumentType.UNKNOWN


def _xml_type(namespace: str, name: str) -> DocumentType:
    if name == "Document" and _CAMT.fullmatch(namespace):
        return DocumentType.CAMT
    return _ROOTS.get((namespace, name), DocumentType.XML)

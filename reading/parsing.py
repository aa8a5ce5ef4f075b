"""Bytes to a ReadResult. Runs in the child process; everything it imports costs start-up time of every reading."""

import hashlib
from collections.abc import Callable

from formats.camt import read_camt
from formats.cii_invoice import read_cii_invoice
from formats.csv_invoice import read_csv_invoice
from formats.csv_statement import read_csv_statement
from formats.detect import detect
from formats.facturx import embedded_invoice
from formats.invoice_checks import invoice_findings
from formats.mt940 import read_mt940
from formats.statement_checks import statement_findings
from formats.ubl_invoice import read_ubl_invoice
from formats.xml import MAX_BYTES, parse_xml, too_large
from models.document import DocumentType, ReadResult
from models.errors import BusinessError, Finding
from models.invoice import Invoice
from models.statement import Statement

_READABLE = "this version reads invoices as UBL, CII, Factur-X or CSV and bank statements as camt, MT940, MT942 or CSV"
_NOT_READ = {
    DocumentType.PDF: "This is a PDF without an invoice in it that a computer can read",
    DocumentType.XML: "This is XML, but neither an invoice nor a statement that we know",
    DocumentType.UNKNOWN: "We cannot tell what this file is",
}


def parse_document(data: bytes, *, max_bytes: int = MAX_BYTES) -> ReadResult:
    """What `data` was read as; never raises for bad content."""
    if len(data) > max_bytes:
        return _refusal(data, DocumentType.UNKNOWN, too_large(len(data), max_bytes))
    kind = detect(data)
    try:
        return _READERS.get(kind, _refuse_kind)(data, kind)
    except BusinessError as error:
        return _refusal(data, kind, error)


def _refusal(data: bytes, kind: DocumentType, error: BusinessError) -> ReadResult:
    return ReadResult(
        type=kind,
        findings=error.findings,
        refused=True,
        code=error.code,
        reason=error.message,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def invoice_xml(data: bytes, kind: DocumentType) -> bytes | None:
    """The XML that states the invoice: the file itself, or what is attached to a PDF; None where nothing is."""
    return embedded_invoice(data) if kind in _PDFS else data


def _ubl(data: bytes, kind: DocumentType) -> ReadResult:
    return _invoice(data, kind, read_ubl_invoice(data))


def _cii(data: bytes, kind: DocumentType) -> ReadResult:
    return _invoice(data, kind, read_cii_invoice(data))


def _pdf(data: bytes, _: DocumentType) -> ReadResult:
    """Whether a PDF carries an invoice shows only when it is opened: its parts may be compressed."""
    xml = embedded_invoice(data)
    if xml is None:
        return _refuse_kind(data, DocumentType.PDF)
    read = read_ubl_invoice if detect(xml) in _UBL else read_cii_invoice
    try:
        return _invoice(data, DocumentType.FACTURX, read(xml))
    except BusinessError as error:
        return _refusal(data, DocumentType.FACTURX, error)


def _invoice(data: bytes, kind: DocumentType, invoice: Invoice) -> ReadResult:
    return ReadResult(
        type=kind,
        invoice=invoice,
        findings=invoice_findings(invoice),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def _csv_invoice(data: bytes, kind: DocumentType) -> ReadResult:
    return _invoice(data, kind, read_csv_invoice(data))


def _csv_statement(data: bytes, kind: DocumentType) -> ReadResult:
    return _statements(data, kind, read_csv_statement(data), ())


def _camt(data: bytes, kind: DocumentType) -> ReadResult:
    return _statements(data, kind, read_camt(data), ())


def _swift(data: bytes, kind: DocumentType) -> ReadResult:
    reading = read_mt940(data)
    return _statements(data, kind, reading.statements, reading.findings)


def _statements(
    data: bytes, kind: DocumentType, statements: tuple[Statement, ...], remarks: tuple[Finding, ...]
) -> ReadResult:
    findings = (
        Finding(field=f"statements[{position}].{finding.field}", problem=finding.problem, code=finding.code)
        for position, statement in enumerate(statements)
        for finding in statement_findings(statement)
    )
    return ReadResult(
        type=kind,
        statements=statements,
        findings=(*remarks, *findings),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def _refuse_kind(data: bytes, kind: DocumentType) -> ReadResult:
    """Damaged or hostile XML has no known root either; it is named for what it is."""
    if kind in (DocumentType.XML, DocumentType.UNKNOWN):
        _require_content(data)
    if kind is DocumentType.XML:
        parse_xml(data)
    raise BusinessError("document.unsupported_type", f"{_NOT_READ[kind]}; {_READABLE}.")


def _require_content(data: bytes) -> None:
    if not data.strip(b"\0 \t\r\n"):
        raise BusinessError("document.empty", "The file is empty; ask the sender to send it again.")


_UBL = frozenset({DocumentType.UBL_INVOICE, DocumentType.UBL_CREDIT_NOTE})
_PDFS = frozenset({DocumentType.PDF, DocumentType.FACTURX})
_READERS: dict[DocumentType, Callable[[bytes, DocumentType], ReadResult]] = {
    DocumentType.UBL_INVOICE: _ubl,
    DocumentType.UBL_CREDIT_NOTE: _ubl,
    DocumentType.CII: _cii,
    DocumentType.FACTURX: _pdf,
    DocumentType.PDF: _pdf,
    DocumentType.CAMT: _camt,
    DocumentType.MT940: _swift,
    DocumentType.CSV_INVOICE: _csv_invoice,
    DocumentType.CSV_STATEMENT: _csv_statement,
}

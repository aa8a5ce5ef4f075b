"""Bytes to a ReadResult. Runs in the child process; everything it imports costs start-up time of every reading."""

import hashlib
from collections.abc import Callable

from formats.camt import read_camt
from formats.detect import detect
from formats.invoice_checks import invoice_findings
from formats.statement_checks import statement_findings
from formats.ubl_invoice import read_ubl_invoice
from formats.xml import MAX_BYTES, parse_xml, too_large
from models.document import DocumentType, ReadResult
from models.errors import BusinessError, Finding

_READABLE = "this version reads UBL invoices, UBL credit notes and camt statements"
_NOT_READ = {
    DocumentType.CII: "This is a CII invoice",
    DocumentType.FACTURX: "This is a PDF with an invoice inside (Factur-X or ZUGFeRD)",
    DocumentType.MT940: "This is an MT940 or MT942 statement",
    DocumentType.PDF: "This is a PDF",
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


def _invoice(data: bytes, kind: DocumentType) -> ReadResult:
    invoice = read_ubl_invoice(data)
    return ReadResult(
        type=kind,
        invoice=invoice,
        findings=invoice_findings(invoice),
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
    )


def _statements(data: bytes, kind: DocumentType) -> ReadResult:
    statements = read_camt(data)
    findings = tuple(
        Finding(field=f"statements[{position}].{finding.field}", problem=finding.problem, code=finding.code)
        for position, statement in enumerate(statements)
        for finding in statement_findings(statement)
    )
    return ReadResult(
        type=kind,
        statements=statements,
        findings=findings,
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


_READERS: dict[DocumentType, Callable[[bytes, DocumentType], ReadResult]] = {
    DocumentType.UBL_INVOICE: _invoice,
    DocumentType.UBL_CREDIT_NOTE: _invoice,
    DocumentType.CAMT: _statements,
}

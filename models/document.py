"""A file somebody sent us and what it was read as."""

from enum import StrEnum

from models.base import Model
from models.errors import Finding
from models.invoice import Invoice
from models.statement import Statement


class DocumentType(StrEnum):
    """What a file is by its content; its name and extension say nothing."""

    UBL_INVOICE = "ubl_invoice"
    UBL_CREDIT_NOTE = "ubl_credit_note"
    CII = "cii"
    FACTURX = "facturx"
    CAMT = "camt"
    MT940 = "mt940"
    """MT940 or MT942."""
    CSV_STATEMENT = "csv_statement"
    CSV_INVOICE = "csv_invoice"
    PDF = "pdf"
    XML = "xml"
    """XML of a kind we do not know."""
    UNKNOWN = "unknown"


class ReadResult(Model):
    """One file as it was read: an invoice, or statements, or a refusal with its reason.

    A file that was read may still have `findings`, such as totals that do not add up; a refused file has
    the findings that led to the refusal.
    """

    type: DocumentType
    invoice: Invoice | None = None
    statements: tuple[Statement, ...] = ()
    findings: tuple[Finding, ...] = ()
    refused: bool = False
    code: str = ""
    """Why it was refused, stable and dotted (`document.hostile_xml`); empty when it was read."""
    reason: str = ""
    """The same as a sentence for a clerk."""
    rules: tuple[str, ...] = ()
    """Published rule sets that were run on the file, e.g. `CEN-EN16931-UBL`; empty when none was."""
    sha256: str
    size: int
    """Bytes."""

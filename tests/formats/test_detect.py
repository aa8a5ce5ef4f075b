import pytest

from formats.detect import detect
from models.document import DocumentType
from tests.formats.documents import camt, ubl_credit_note, ubl_invoice
from tests.formats.samples import sample, sample_names

_FOLDERS = {
    "camt": {DocumentType.CAMT},
    "cii": {DocumentType.CII},
    "facturx": {DocumentType.FACTURX},
    "mt940": {DocumentType.MT940},
    "ubl": {DocumentType.UBL_INVOICE, DocumentType.UBL_CREDIT_NOTE},
}
_SAMPLES = [
    (folder, name)
    for folder, pattern in (
        ("camt", "*.xml"),
        ("cii", "*.xml"),
        ("facturx", "*.pdf"),
        ("mt940", "*.sta"),
        ("ubl", "*.xml"),
    )
    for name in sample_names(folder, pattern)
]


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize(("folder", "name"), _SAMPLES)
def test_every_sample_is_known_by_its_content(folder: str, name: str) -> None:
    kind = detect(sample(folder, name).read_bytes())
    assert kind in _FOLDERS[folder]
    if folder == "ubl":
        assert (kind is DocumentType.UBL_CREDIT_NOTE) == ("creditnote" in name)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (ubl_invoice(), DocumentType.UBL_INVOICE),
        (ubl_credit_note(), DocumentType.UBL_CREDIT_NOTE),
        (camt("052", 2), DocumentType.CAMT),
        (camt("054", 14), DocumentType.CAMT),
        (b"%PDF-1.7\n...", DocumentType.PDF),
        (b"<html/>", DocumentType.XML),
        (b"<unclosed", DocumentType.XML),
        (b"<!DOCTYPE a><a/>", DocumentType.XML),
        (b'<Invoice xmlns="urn:somebody:else"/>', DocumentType.XML),
        (b"", DocumentType.UNKNOWN),
        (b"\x00\x01\x02\xff\xfe", DocumentType.UNKNOWN),
        (b"Dear Sir or Madam", DocumentType.UNKNOWN),
    ],
)
def test_content_decides(data: bytes, kind: DocumentType) -> None:
    assert detect(data) is kind

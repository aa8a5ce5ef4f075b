import zlib
from io import BytesIO

import pytest
from pypdf import PdfWriter

from bots.pdf import can_be_opened, has_end

pytestmark = pytest.mark.behaviour("R9", "R12")


def pdf(pages: int = 1) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=100, height=100)
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def pdf_with_objects_unpacking_to(size: int) -> bytes:
    """Catalogue and page count packed into an object stream, as in a modern PDF, with blanks behind them."""
    packed = zlib.compress((b"1 0 2 19 " + b"<< /Pages 2 0 R >> " + b"<< /Count 1 >>").ljust(size), 9)
    entries = bytes.fromhex("00000000 00 02000003 00 02000003 01 01000009 00")
    head = b"%PDF-1.5\n"
    objects = b"3 0 obj\n<< /Type /ObjStm /N 2 /First 9 /Filter /FlateDecode" + _stream(packed)
    table = b"4 0 obj\n<< /Type /XRef /Size 4 /W [1 3 1] /Root 1 0 R" + _stream(entries)
    return head + objects + table + b"startxref\n%d\n%%%%EOF\n" % len(head + objects)


def _stream(content: bytes) -> bytes:
    return b" /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (len(content), content)


def test_a_pdf_with_a_page_is_whole_and_can_be_opened() -> None:
    assert has_end(pdf())
    assert can_be_opened(pdf())


def test_a_pdf_without_a_page_cannot_be_opened() -> None:
    assert not can_be_opened(pdf(pages=0))


def test_a_pdf_cut_off_anywhere_has_no_end() -> None:
    whole = pdf()
    assert not any(has_end(whole[:length]) for length in range(len(whole) - 6))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"%PDF-1.4\ntrailer\n<< /Root 1 0 R >>\n%%EOF"])
def test_what_only_begins_and_ends_like_a_pdf_cannot_be_opened(content: bytes) -> None:
    assert not can_be_opened(content)


def test_a_pdf_that_unpacks_to_more_than_any_receipt_has_is_not_opened() -> None:
    assert can_be_opened(pdf_with_objects_unpacking_to(1000))
    assert not can_be_opened(pdf_with_objects_unpacking_to(40 * 1024 * 1024))

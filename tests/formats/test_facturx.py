import time
import zlib
from pathlib import Path

import pytest

from formats.facturx import embedded_invoice
from models.errors import BusinessError
from tests.formats.cii_documents import cii_invoice
from tests.formats.pdf_documents import (
    attached_xml,
    pdf_with,
    pdf_with_associated,
    pdf_with_many_names,
    pdf_with_nested_names,
)
from tests.formats.samples import sample, sample_names

_XML = cii_invoice()


def _refusal(data: bytes) -> BusinessError:
    with pytest.raises(BusinessError) as refusal:
        embedded_invoice(data)
    assert refusal.value.message.endswith(".")
    return refusal.value


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize("name", sample_names("facturx", "*.pdf"))
def test_the_attached_invoice_of_every_sample_is_found_among_its_attachments(name: str) -> None:
    data = sample("facturx", name).read_bytes()
    assert embedded_invoice(data) == attached_xml(data)


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize("name", ["factur-x.xml", "ZUGFeRD-invoice.xml", "zugferd-invoice.xml", "xrechnung.xml"])
def test_every_name_that_the_standards_prescribe_is_known(name: str) -> None:
    assert embedded_invoice(pdf_with((name, _XML), ("photo.png", b"x"), ("order-x.xml", b"<a/>"))) == _XML


def test_a_file_that_only_the_document_itself_refers_to_is_found() -> None:
    assert embedded_invoice(pdf_with_associated("factur-x.xml", _XML)) == _XML


def test_a_name_tree_of_several_levels_is_searched() -> None:
    assert embedded_invoice(pdf_with_nested_names("factur-x.xml", _XML, depth=4)) == _XML


@pytest.mark.parametrize("attachments", [(), (("notes.txt", b"x"),), (("other.xml", b"<a/>"),)])
def test_a_pdf_without_an_invoice_has_none(attachments: tuple[tuple[str, bytes], ...]) -> None:
    assert embedded_invoice(pdf_with(*attachments)) is None


def test_the_same_invoice_attached_twice_is_one() -> None:
    assert embedded_invoice(pdf_with(("factur-x.xml", _XML), ("xrechnung.xml", _XML))) == _XML


@pytest.mark.behaviour("P3")
def test_two_different_invoices_are_refused() -> None:
    other = cii_invoice(("R-1001", "R-2002"))
    refusal = _refusal(pdf_with(("factur-x.xml", _XML), ("xrechnung.xml", other)))
    assert refusal.code == "document.ambiguous"
    assert "2 different invoices" in refusal.message


@pytest.mark.behaviour("P3")
def test_an_encrypted_pdf_is_refused_even_where_it_opens_without_a_password() -> None:
    assert _refusal(pdf_with(("factur-x.xml", _XML), password="secret")).code == "document.encrypted"


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize("count", [501, 10_000])
def test_more_attachments_than_any_invoice_has_are_refused_at_once(count: int) -> None:
    data = pdf_with_many_names(count)
    start = time.process_time()
    assert _refusal(data).code == "document.hostile_pdf"
    assert time.process_time() - start < 5


def test_a_name_tree_that_turns_in_a_circle_is_refused() -> None:
    data = pdf_with_nested_names("factur-x.xml", _XML, depth=3)
    # The deepest level points at the root of the tree instead of at its leaf.
    numbers = [part.split(b" obj")[0].rsplit(b"\n")[-1] for part in data.split(b"endobj") if b"/Kids [ " in part]
    levels = [number.strip() for number in numbers if number.strip()]
    leaf_reference = data.split(b"%s obj" % levels[-3])[1].split(b"[ ")[1].split(b" ]")[0]
    looped = data.replace(b"[ %s ]" % leaf_reference, b"[ %s R ]" % levels[-1])
    assert _refusal(looped).code == "document.hostile_pdf"


@pytest.mark.behaviour("P3")
def test_a_stream_that_unpacks_to_a_gigabyte_is_not_unpacked() -> None:
    small = pdf_with(("factur-x.xml", b"MARK" * 10))
    bomb = zlib.compress(b" " * 100_000_000, 9)
    start = small.index(b"stream\n" + b"MARK")
    head, tail = small[:start], small[small.index(b"endstream", start) :]
    head = head[: head.rindex(b"<<")] + b"<< /Type /EmbeddedFile /Filter /FlateDecode /Length %d >>\n" % len(bomb)
    assert _refusal(head + b"stream\n" + bomb + b"\n" + tail).code == "document.hostile_pdf"


@pytest.mark.behaviour("P3")
@pytest.mark.parametrize("keep", [0.1, 0.5, 0.9])
def test_a_pdf_cut_off_on_the_way_is_named_damaged(keep: float) -> None:
    data = Path(sample("facturx", "EN16931_Einfach.pdf")).read_bytes()
    assert _refusal(data[: int(len(data) * keep)]).code == "document.malformed"


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\nnothing\n%%EOF", b"%PDF-1.7\ntrailer<</Root 1 0 R>>\n%%EOF"])
def test_what_only_begins_like_a_pdf_is_named_damaged(data: bytes) -> None:
    assert _refusal(data).code == "document.malformed"

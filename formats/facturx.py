"""Factur-X and ZUGFeRD 2: a PDF/A-3 that carries its invoice as an attached XML file."""

from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from formats.xml import MAX_BYTES
from models.errors import BusinessError

if TYPE_CHECKING:
    from pypdf import PdfReader
    from pypdf.generic import DictionaryObject

_INVOICE_NAMES = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
"""As Factur-X 1.0 and ZUGFeRD 2 prescribe, and the one of ZUGFeRD 1; writers vary the case."""
_MAX_ATTACHMENTS = 500


def embedded_invoice(data: bytes) -> bytes | None:
    """The XML invoice attached to the PDF `data`, or None where none is attached.

    Raises BusinessError `document.encrypted`, `document.hostile_pdf` (more attachments or a larger one than any
    invoice has), `document.ambiguous` where different invoices are attached, `document.malformed` for a damaged PDF.
    """
    from pypdf import PdfReader, apply_configuration  # costs half a second, which only PDFs shall cost

    try:
        with apply_configuration(
            zlib_maximum_output_length=MAX_BYTES,
            lzw_maximum_output_length=MAX_BYTES,
            run_length_maximum_output_length=MAX_BYTES,
            array_based_stream_maximum_output_length=MAX_BYTES,
            maximum_declared_stream_length=MAX_BYTES,
        ):
            return _only_invoice(PdfReader(BytesIO(data)))
    except (BusinessError, MemoryError):
        raise
    except Exception as error:
        # The library raises whatever it stumbles over: KeyError, TypeError, RecursionError and its own.
        raise _refusal_of(error) from None


def _only_invoice(reader: "PdfReader") -> bytes | None:
    if reader.is_encrypted:
        raise BusinessError(
            "document.encrypted",
            "The PDF is encrypted, which an e-invoice must not be; ask the sender for one without protection.",
        )
    contents = {_content(each) for each in _attachments(reader) if _file_name(each) in _INVOICE_NAMES}
    if len(contents) > 1:
        raise BusinessError(
            "document.ambiguous",
            f"The PDF carries {len(contents)} different invoices and does not say which one counts; ask the sender for "
            "a PDF with a single one.",
        )
    return contents.pop() if contents else None


def _attachments(reader: "PdfReader") -> Iterator["DictionaryObject"]:
    """File specifications of the name tree, then those associated with the document as a whole (AF)."""
    root = _dictionary(reader.trailer["/Root"])
    names = _dictionary(root["/Names"]) if "/Names" in root else {}
    pending: list[Any] = [names["/EmbeddedFiles"]] if "/EmbeddedFiles" in names else []
    found: list[Any] = [*_array(root.get("/AF"))]
    nodes = 0
    while pending:
        node = _dictionary(pending.pop())
        nodes += 1
        pending.extend(_array(node.get("/Kids")))
        found.extend(_array(node.get("/Names"))[1::2])
        if nodes + len(pending) + len(found) > _MAX_ATTACHMENTS:
            raise BusinessError(
                "document.hostile_pdf",
                f"The PDF has more than {_MAX_ATTACHMENTS} attachments; no invoice has, and it was not opened further.",
            )
    yield from map(_dictionary, found)


def _file_name(specification: "DictionaryObject") -> str:
    return str(specification.get("/UF") or specification.get("/F") or "").lower()


def _content(specification: "DictionaryObject") -> bytes:
    files = _dictionary(specification["/EF"])
    content: bytes = _dictionary(files.get("/F") or files["/UF"]).get_data()  # type: ignore[attr-defined] # a stream
    return content


def _dictionary(value: Any) -> "DictionaryObject":
    from pypdf.generic import DictionaryObject

    found = value.get_object()
    if not isinstance(found, DictionaryObject):
        raise TypeError("a dictionary is expected")
    return found


def _array(value: Any) -> list[Any]:
    return [] if value is None else list(islice(value.get_object(), 2 * _MAX_ATTACHMENTS + 2))


def _refusal_of(error: Exception) -> BusinessError:
    from pypdf.errors import LimitReachedError

    if isinstance(error, LimitReachedError):
        return BusinessError(
            "document.hostile_pdf",
            "The PDF unpacks to far more than any invoice has; it was not opened further.",
        )
    return BusinessError(
        "document.malformed",
        "The PDF is damaged, perhaps it was cut off on the way; ask the sender to send it again.",
    )

"""The one way in which XML from outside is parsed."""

import re
from io import BytesIO

from lxml import etree

from models.errors import BusinessError

_MB = 1024 * 1024
MAX_BYTES = 10 * _MB
MAX_DEPTH = 64

_PROLOG = re.compile(rb"(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
"""Atomic and possessive: with plain repetition a prolog of many comments costs exponential time."""

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"\xff\xfe", b"\xfe\xff")


def parse_xml(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> etree._Element:
    """The root element of `data`; comments and processing instructions are left out, so that they split no text.

    Raises BusinessError `document.empty`, `document.too_large`, `document.hostile_xml` (a document type declaration,
    the door of entity bombs and file theft, or elements nested deeper than `max_depth`) or `document.malformed`.
    """
    _require_size(data, max_bytes)
    _refuse_doctype(data)
    try:
        root = etree.fromstring(data, _parser())
    except etree.XMLSyntaxError as error:
        raise _refusal_of(error) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype_error()
    if root.xpath(f"boolean({'/*' * (max_depth + 1)})"):
        raise _depth_error()
    return root


def root_name(data: bytes) -> tuple[str, str] | None:
    """Namespace and local name of the root element, or None where `data` is no XML or has a document type."""
    if not _plain(data[:64]).lstrip().startswith(b"<") or _has_doctype(data):
        return None
    events = etree.iterparse(BytesIO(data), events=("start",), resolve_entities=False, no_network=True, huge_tree=False)
    try:
        for _, element in events:
            return name_of(element)
    except etree.XMLSyntaxError:
        return None
    return None


def name_of(element: etree._Element) -> tuple[str, str]:
    """Namespace, empty where there is none, and local name.

    lxml's own QName raises where a prefix was never declared, which its parser lets pass.
    """
    namespace, closed, local = str(element.tag).rpartition("}")
    return namespace.removeprefix("{") if closed else "", local


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _require_size(data: bytes, max_bytes: int) -> None:
    if len(data) > max_bytes:
        raise too_large(len(data), max_bytes)
    if not _plain(data).strip():
        raise BusinessError("document.empty", "The file is empty; ask the sender to send it again.")


def too_large(size: int, max_bytes: int) -> BusinessError:
    """The refusal of a file of `size` bytes where `max_bytes` are allowed."""
    sentence = f"The file has {size / _MB:.1f} MB, more than the {max_bytes / _MB:.1f} MB that are allowed; ask for it"
    return BusinessError("document.too_large", f"{sentence} in smaller parts.")


def _plain(data: bytes) -> bytes:
    """UTF-16 and UTF-32 without mark and zero bytes look enough like ASCII to find markup in them."""
    for mark in _BYTE_ORDER_MARKS:
        data = data.removeprefix(mark)
    return data.replace(b"\0", b"")


def _has_doctype(data: bytes) -> bool:
    return _PROLOG.match(_plain(data)) is not None


def _refuse_doctype(data: bytes) -> None:
    if _has_doctype(data):
        raise _doctype_error()


def _doctype_error() -> BusinessError:
    return BusinessError(
        "document.hostile_xml",
        "The file carries a document type declaration (DOCTYPE), which invoices and statements never need and attacks "
        "use; it was not opened further. Ask the sender for a file without it.",
    )


def _depth_error() -> BusinessError:
    return BusinessError(
        "document.hostile_xml",
        "The file nests its elements far deeper than any invoice or statement does; it was not opened further.",
    )


def _refusal_of(error: etree.XMLSyntaxError) -> BusinessError:
    """Raises MemoryError where the parser ran out of memory: that says nothing about the file's form."""
    detail = " ".join(str(error.msg).split())
    if error.code == etree.ErrorTypes.ERR_NO_MEMORY:  # type: ignore[attr-defined] # the stubs lack it
        raise MemoryError
    if "depth" in detail.lower():
        return _depth_error()
    if "entit" in detail.lower():
        return BusinessError(
            "document.hostile_xml",
            "The file refers to entities that it may not use; it was not opened further. Ask the sender for a plain "
            "XML file.",
        )
    return BusinessError(
        "document.malformed",
        f"The file is not well-formed XML, perhaps it was cut off on the way ({detail[:200]}); "
        "ask the sender to send it again.",
    )

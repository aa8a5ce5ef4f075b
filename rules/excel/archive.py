"""The outside of an .xlsx file: a zip of XML parts, from anybody. What is unsafe or means to compute is found here,
before any of it is read as a table."""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from models.errors import BusinessError

MAX_BYTES = 4_000_000
MAX_UNPACKED = 60_000_000
MAX_PARTS = 300
MAX_ROW, MAX_COLUMN, MAX_CELLS, MAX_AREA = 20_000, 300, 200_000, 500_000

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEET_ID = f"{{{_OFFICE}}}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_PERCENT_FORMATS = frozenset({9, 10})


@dataclass(frozen=True, slots=True)
class Archive:
    """`clean` is the file packed anew from the parts that were looked at, so that another reader sees no others."""

    clean: bytes
    suspects: "Mapping[str, SuspectCells]"
    """By the name of the sheet."""


@dataclass(slots=True)
class SuspectCells:
    """Cells by row and column, counted from nought."""

    formulas: set[tuple[int, int]] = field(default_factory=set)
    errors: set[tuple[int, int]] = field(default_factory=set)
    percents: set[tuple[int, int]] = field(default_factory=set)


def open_archive(content: bytes) -> Archive:
    """Raises BusinessError `rules.unreadable` for what is no .xlsx file, is too large, or holds macros."""
    parts = _unpack(content)
    if any(name.lower().endswith("vbaproject.bin") for name in parts):
        raise _unreadable("The file holds macros. Save it as an Excel workbook (.xlsx) without them.")
    percents = _percent_styles(parts)
    suspects, cells = {}, 0
    for sheet, part in _sheets(parts):
        found = _Scan(percents)
        cells += found.scan(_part(parts, part))
        if cells > MAX_CELLS:
            raise _unreadable(f"The file has more than {MAX_CELLS:,} cells.")
        suspects[sheet] = found.suspects
    return Archive(_pack(parts), suspects)


def _unpack(content: bytes) -> dict[str, bytes]:
    if len(content) > MAX_BYTES:
        raise _unreadable(f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are accepted.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unreadable("The file is protected by a password, or of the old kind .xls. Save it as .xlsx without one.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _read_parts(archive)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        raise _unreadable("The file is no Excel workbook (.xlsx), or damaged.") from error


def _read_parts(archive: zipfile.ZipFile) -> dict[str, bytes]:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > MAX_PARTS or len({member.filename for member in members}) < len(members):
        raise _unreadable("The file has too many parts, or two of the same name.")
    parts, left = {}, MAX_UNPACKED
    for member in members:
        with archive.open(member) as stream:
            # The size that a member claims is not believed: reading stops by itself.
            parts[member.filename] = stream.read(left + 1)
        left -= len(parts[member.filename])
        if left < 0:
            raise _unreadable(f"The file unpacks to more than {MAX_UNPACKED:,} bytes.")
    return parts


def _pack(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _part(parts: Mapping[str, bytes], name: str) -> bytes:
    if name not in parts:
        raise _unreadable("The file is no Excel workbook (.xlsx), or damaged.")
    return parts[name]


def _parse(xml: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise _unreadable("The file is no Excel workbook (.xlsx), or damaged.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _unreadable("The file has a document type declaration, which no spreadsheet program writes.")
    return root


def _sheets(parts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Each sheet's name with the name of its part."""
    targets = {
        relation.get("Id"): relation.get("Target") or ""
        for relation in _parse(_part(parts, "xl/_rels/workbook.xml.rels"))
    }
    for sheet in _parse(_part(parts, "xl/workbook.xml")).iter("{*}sheet"):
        target = targets.get(sheet.get(_SHEET_ID), "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        yield sheet.get("name") or "", part


def _percent_styles(parts: Mapping[str, bytes]) -> frozenset[int]:
    """The styles under which 0.02 is shown as 2 %."""
    if "xl/styles.xml" not in parts:
        return frozenset()
    root = _parse(parts["xl/styles.xml"])
    percent = set(_PERCENT_FORMATS)
    for each in root.iter("{*}numFmt"):
        if "%" in (each.get("formatCode") or ""):
            percent.add(_integer(each.get("numFmtId")))
    styles = next(root.iter("{*}cellXfs"), None)
    if styles is None:
        return frozenset()
    return frozenset(place for place, style in enumerate(styles) if _integer(style.get("numFmtId")) in percent)


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


class _Scan:
    """Walks the cells of one sheet."""

    def __init__(self, percents: frozenset[int]) -> None:
        self._percents = percents
        self.suspects = SuspectCells()

    def scan(self, xml: bytes) -> int:
        """The number of cells that hold something. A cell far out would make a reader lay out all before it."""
        count, row, column = 0, -1, -1
        rows = columns = 0
        for element in _parse(xml).iter("{*}row", "{*}c"):
            if etree.QName(element).localname == "row":
                row, column = (_integer(element.get("r")) or row + 2) - 1, -1
                continue
            row, column = _place(element.get("r"), row, column)
            if len(element):
                count, rows, columns = count + 1, max(rows, row + 1), max(columns, column + 1)
                self._look_at(element, (row, column))
        if rows > MAX_ROW or columns > MAX_COLUMN or rows * columns > MAX_AREA:
            raise _unreadable(
                f"The file has a sheet of {rows:,} rows and {columns:,} columns, which is no table of rules."
            )
        return count

    def _look_at(self, cell: etree._Element, place: tuple[int, int]) -> None:
        if any(etree.QName(child).localname == "f" for child in cell):
            self.suspects.formulas.add(place)
        elif cell.get("t") == "e":
            self.suspects.errors.add(place)
        elif cell.get("t") in (None, "n") and _integer(cell.get("s")) in self._percents:
            self.suspects.percents.add(place)


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    """Where a cell stands; one that does not say stands after the one before."""
    if reference is None:
        return row, column + 1
    match = _REFERENCE.fullmatch(reference)
    if match is None:
        raise _unreadable("The file is no Excel workbook (.xlsx), or damaged.")
    letters = 0
    for letter in match[1]:
        letters = letters * 26 + ord(letter) - 64
    return int(match[2]) - 1, letters - 1


def _unreadable(message: str) -> BusinessError:
    return BusinessError("rules.unreadable", message)

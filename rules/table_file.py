"""A decision table as a file that somebody hands in: a workbook that was exported here, or DMN of any modeler."""

from dataclasses import dataclass

from models.errors import Finding
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.excel.reader import read_workbook

_ZIP_OR_OLE = (b"PK", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class TableFile:
    definitions: Definitions
    exported: Definitions | None
    """What the file was exported from; None where it does not say."""
    findings: tuple[Finding, ...]
    """What the check of the table says, by cell."""


def read_table_file(content: bytes) -> TableFile:
    """Raises BusinessError as `read_workbook` for what is an Excel file, else as `read_definitions`."""
    if content.startswith(_ZIP_OR_OLE):
        imported = read_workbook(content)
        return TableFile(imported.definitions, imported.exported, imported.findings)
    return TableFile(read_definitions(content), None, ())

"""The policy that is shipped: imported once as first versions; after that only published versions decide."""

from pathlib import Path

from models.base import Model
from rules.golden import GoldenCase, read_golden_cases

_FOLDER = Path(__file__).parent / "tables"


class ShippedTable(Model):
    """`xml` is a DMN 1.3 file whose decision has the table's name; the cases stand in `NAME.golden.json` beside it."""

    name: str
    xml: bytes
    golden_cases: tuple[GoldenCase, ...]


def shipped_tables() -> dict[str, bytes]:
    """DMN 1.3 files by the name of the decision that each of them holds, in alphabetical order."""
    return {path.stem: path.read_bytes() for path in sorted(_FOLDER.glob("*.dmn"))}


def shipped_policy() -> tuple[ShippedTable, ...]:
    """Every shipped table with its golden cases, in alphabetical order."""
    return tuple(
        ShippedTable(name=name, xml=xml, golden_cases=_golden_cases(name)) for name, xml in shipped_tables().items()
    )


def _golden_cases(name: str) -> tuple[GoldenCase, ...]:
    file = _FOLDER / f"{name}.golden.json"
    return read_golden_cases(file.read_bytes()) if file.exists() else ()

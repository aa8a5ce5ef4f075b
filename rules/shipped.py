"""The policy that is shipped: imported once as first versions; after that only published versions decide."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "tables"


def shipped_tables() -> dict[str, bytes]:
    """DMN 1.3 files by the name of the decision that each of them holds, in alphabetical order."""
    return {path.stem: path.read_bytes() for path in sorted(_FOLDER.glob("*.dmn"))}

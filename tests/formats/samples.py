"""Public sample files that nobody here wrote, and a reading of them that shares no code with ours."""

import os
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

FOLDER = Path(os.environ.get("TALLYWRIGHT_SAMPLES", Path(__file__).resolve().parents[2] / "../shared/data")).resolve()

UBL = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def sample_names(folder: str, pattern: str = "*.xml") -> list[str]:
    """Names for parametrising; where the samples are absent, one name that does not exist, so that the test fails."""
    found = sorted(path.name for path in (FOLDER / folder).glob(pattern))
    return found or [f"no samples in {FOLDER / folder}: set TALLYWRIGHT_SAMPLES"]


def sample(folder: str, name: str) -> Path:
    return FOLDER / folder / name


def parsed(path: Path) -> ElementTree.Element:
    return ElementTree.fromstring(path.read_bytes())  # noqa: S314 - a file of the known sample set


def words(element: ElementTree.Element, path: str) -> str:
    return (element.findtext(path, "", UBL) or "").strip()


def number(element: ElementTree.Element, path: str) -> Decimal:
    return Decimal(words(element, path) or "0")

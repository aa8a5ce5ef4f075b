"""Dates as CII writes them: digits, with a code that says which."""

import re
from datetime import date

from formats.fields import Fields, Term

_DAY = "102"
"""UNTDID 2379: CCYYMMDD, the only one that EN 16931 allows (CII-DT-097)."""
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)


def day_of(fields: Fields, path: str, required: Term | None = None) -> date | None:
    """The day at `path`; a missing required or a malformed one is a finding."""
    leaf = f"{path}/udt:DateTimeString"
    value = fields.text(leaf, required)
    if not value:
        return None
    match = _DIGITS.fullmatch(value)
    if match and fields.attribute(leaf, "format") in (_DAY, ""):
        try:
            return date(int(match[1]), int(match[2]), int(match[3]))
        except ValueError:
            pass
    fields.note(leaf, f"{value[:40]!r} is not a day such as 20261120 with the format 102")
    return None

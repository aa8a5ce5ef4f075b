"""Which numbers Excel can hold."""

import re
from decimal import Decimal

_NUMBER = re.compile(r"-?\d+(\.\d+)?")
EXCEL_DIGITS = 15


def is_exact_number(text: str) -> bool:
    """Whether Excel, which counts in floats and keeps fifteen digits, holds the number as it is."""
    if not _NUMBER.fullmatch(text) or len(text) > EXCEL_DIGITS:
        return False
    return Decimal(repr(float(text))) == Decimal(text)

"""JSON in which a number is exactly what was written: a Decimal in our hands, its digits in the text."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any


def write_exactly(document: Any, default: Callable[[Any], Any] | None = None) -> str:
    """`document` on one line; decimals are JSON numbers digit for digit, what JSON lacks is left to `default`."""
    match document:
        case Decimal():
            return f"{document:f}"
        case dict():
            members = (f"{_name(key)}: {write_exactly(value, default)}" for key, value in document.items())
            return f"{{{', '.join(members)}}}"
        case list() | tuple():
            return f"[{', '.join(write_exactly(item, default) for item in document)}]"
    return json.dumps(document, default=default, ensure_ascii=False)


def read_exactly(text: str | bytes) -> Any:
    """The document of a JSON text, every number a Decimal. Raises ValueError, RecursionError."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=_refuse_constant)


def _name(key: Any) -> str:
    return json.dumps(str(key), ensure_ascii=False)


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a number")

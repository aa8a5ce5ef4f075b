"""What an obligation is called on a portal, and the digest that freezes approved content.

Both are kept for years and compared with what is computed again: neither may ever change.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

import rfc8785
from pydantic import BaseModel

from finance.wording import plain
from models.base import Model

_REFERENCE_DOMAIN = "tallywright.attempt-reference.v1"
_SLICE_LETTERS = 14
_MOST_ATTEMPTS = 99


def attempt_reference(tenant: str, slice_id: str, attempt_number: int) -> str:
    """Our reference in the portal's own field: 16 upper-case letters and digits, the same for the same attempt.

    The first 14 name the obligation slice (70 bits of SHA-256 over tenant and slice, in base32), the last two are the
    attempt number from 01 to 99. So attempts of one slice stand together in a portal's list, and two of one slice
    never share a reference; that two slices do is left to the store's unique index to refuse.
    Raises ValueError for a blank tenant or slice and for another number: it comes from the store and is durable,
    never a retry count.
    """
    if not tenant or not slice_id:
        raise ValueError(f"tenant {tenant!r} and slice {slice_id!r} must both be given to make a reference")
    if not 1 <= attempt_number <= _MOST_ATTEMPTS:
        raise ValueError(f"attempt number {attempt_number} is not between 1 and {_MOST_ATTEMPTS}")
    digest = hashlib.sha256(rfc8785.dumps([_REFERENCE_DOMAIN, tenant, slice_id])).digest()
    return f"{base64.b32encode(digest).decode('ascii')[:_SLICE_LETTERS]}{attempt_number:02d}"


def content_digest(model: Model) -> str:
    """SHA-256 in hexadecimal over the RFC 8785 bytes of all fields of `model`.

    Decimals are strings without trailing zeros (1.50 and 1.5 are the same content), moments are UTC in ISO 8601, sets
    are sorted. Raises ValueError for a moment without zone and for a binary float, which have no one meaning.
    A field added to a model later changes its digest: keep the digest with the content it was made from.
    """
    return hashlib.sha256(rfc8785.dumps(_canonical(model.model_dump()))).hexdigest()


def _canonical(value: Any) -> Any:
    match value:
        case Enum():
            return _canonical(value.value)
        case BaseModel():
            return _canonical(value.model_dump())
        case None | bool() | int() | str():
            return value
        case Decimal():
            return plain(value)
        case datetime():
            return _moment(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _canonical(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted((_canonical(item) for item in value), key=rfc8785.dumps)
        case list() | tuple():
            return [_canonical(item) for item in value]
    raise ValueError(f"{value!r} of type {type(value).__name__} cannot be part of approved content")


def _moment(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone and cannot be part of approved content")
    return value.astimezone(UTC).isoformat()

"""Postal addresses of invoices, whatever their syntax."""

import re
from collections.abc import Sequence

from formats.fields import Fields
from models.party import Address

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def read_country(address: Fields, path: str) -> str:
    """The ISO 3166-1 code at `path`; empty, and a finding, where it is malformed."""
    country = address.text(path)
    if country and not _COUNTRY.fullmatch(country):
        address.note(path, f"{country[:9]!r} is no country code such as DE", "BR-CL-14")
        return ""
    return country


def read_address(
    address: Fields | None, street: Sequence[str], city: str, postal_code: str, country: str
) -> Address | None:
    """The address at the given paths; None also where the country is missing: BR-09 and BR-11 then name it."""
    code = read_country(address, country) if address else ""
    if address is None or not code:
        return None
    return Address(
        street=", ".join(text for path in street for text in address.texts(path)),
        city=address.text(city),
        postal_code=address.text(postal_code),
        country=code,
    )

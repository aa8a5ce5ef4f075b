"""IBAN check digits (ISO 13616, ISO 7064 mod 97-10) for the countries the sandbox trades with."""

import re

_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18, "FR": 27, "GB": 22, "IE": 22,
    "IT": 27, "LU": 20, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "SE": 24,
}  # fmt: skip
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")


def compact(text: str) -> str:
    return re.sub(r"\s", "", text).upper()


def is_valid(iban: str) -> bool:
    """Whether a compact IBAN has its country's length and right check digits."""
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]+", iban) or len(iban) != _LENGTHS.get(iban[:2]):
        return False
    return _remainder(iban[4:] + iban[:4]) == 1


def from_bban(country: str, bban: str) -> str:
    return f"{country}{98 - _remainder(bban + country + '00'):02d}{bban}"


def grouped(iban: str) -> str:
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))


def is_valid_bic(bic: str) -> bool:
    return _BIC.fullmatch(bic) is not None


def _remainder(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97

"""Texts in the characters that banks pass on to each other."""

import re
import string
import unicodedata

from models.payment_file import CharacterSet

_BASIC = frozenset(string.ascii_letters + string.digits + "/-?:().,'+ ")
_ALLOWED = {CharacterSet.EPC: _BASIC, CharacterSet.GERMAN: _BASIC | frozenset("ÄÖÜäöüß&*$%")}
_SPELT_OUT = str.maketrans(
    {
        "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ẞ": "SS",
        "Æ": "Ae", "æ": "ae", "Ø": "Oe", "ø": "oe", "Å": "Aa", "å": "aa", "Œ": "Oe", "œ": "oe",
        "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "Th", "þ": "th", "ı": "i",
        "&": "+", "€": "EUR", "–": "-", "—": "-", "’": "'", "‘": "'", "_": "-", ";": ",",
    }
)  # fmt: skip
_REPLACEMENT = "."
_DOUBLE_SLASH = re.compile("/{2,}")


def in_characters(text: str, allowed: CharacterSet) -> str:
    """`text` in the characters of `allowed` (EPC217-08 with its best practices).

    Letters lose their accents or are spelt out, blanks become single spaces, what has no counterpart becomes a dot.
    No text starts or ends with a slash or holds two together: banks read those as codes of their own.
    """
    letters = _ALLOWED[allowed]
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    written = "".join(_written(character, letters) for character in composed)
    return _DOUBLE_SLASH.sub("/", written).strip("/ ")


def _written(character: str, letters: frozenset[str]) -> str:
    if character in letters:
        return character
    spelt = character.translate(_SPELT_OUT)
    plain = unicodedata.normalize("NFKD", spelt) if spelt == character else spelt
    kept = "".join(each for each in plain if each in letters)
    return kept or _REPLACEMENT

"""Field 86: what the bank tells of a booking, in one of the three ways in which banks structure it."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_GERMAN = re.compile(r"(\d{3})([?~<>^])(?=\d{2})", re.ASCII)
"""Business transaction code and separator (`166?00…`) of German and Polish banks."""
_PURPOSE = frozenset(str(code) for code in (*range(20, 30), *range(60, 64)))
_KEYWORDS = "EREF|KREF|MREF|BREF|RREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC|PURP|MDAT|SQTP|ORCR|ORMR|DDAT|COAM|OAMT"
_START = "\x1f"
"""Marks where a subfield begins: there alone the bank may add words of its own such as `MTLG:`."""
_KEYWORD = re.compile(rf"(?:{_START})?({_KEYWORDS})\+|(?:^|{_START}|(?<=\s))({_KEYWORDS}): ?|{_START}([A-Z]{{4}})[:+]")
_SLASHED = re.compile(
    "/(TRTP|EREF|PREF|KREF|MARF|CSID|BENM|ORDP|NAME|IBAN|BIC|REMI|ISDT|CNTP|ULTB|ULTD|RTRN|PURP|TRCD|SVCL|INIT|NRTX|CREF)/"
)
_LINE = 64
"""A line this long was broken by its width, wherever the words ended."""
_NO_REFERENCE = frozenset({"NOTPROVIDED", "NONREF", "NOREF"})


class Details(NamedTuple):
    code: str = ""
    """Business transaction code, e.g. 166."""
    booking_text: str = ""
    end_to_end_id: str = ""
    customer_reference: str = ""
    counterparty: str = ""
    counterparty_account: str = ""
    remittance: str = ""


def read_details(value: str) -> Details:
    """What field 86 says; of a text without structure all of it is remittance information."""
    joined = value.replace("\n", "")
    if match := _GERMAN.match(joined):
        return _of_subfields(match[1], joined[match.end() :], match[2])
    return _of_slashes(joined) if _SLASHED.match(joined) else _of_keywords(_flowing(value))


def known_reference(text: str) -> str:
    """`text`, unless it is one of the words for "none"."""
    return "" if text.strip().upper() in _NO_REFERENCE else text.strip()


def _flowing(value: str) -> str:
    """Lines joined by a space, but for those that were broken within a word."""
    lines = (line if len(line) >= _LINE else f"{line} " for line in value.split("\n"))
    return " ".join("".join(lines).split())


def _of_subfields(code: str, text: str, separator: str) -> Details:
    subfields: dict[str, str] = {}
    for part in re.split(rf"{re.escape(separator)}(?=\d\d)", text):
        subfields[part[:2]] = subfields.get(part[:2], "") + part[2:]
    purpose = _of_keywords("".join(f"{_START}{subfields[key]}" for key in sorted(subfields) if key in _PURPOSE))
    name = " ".join("".join(subfields.get(key, "") for key in ("32", "33")).split())
    return purpose._replace(
        code=code,
        booking_text=subfields.get("00", "").strip(),
        counterparty=name or purpose.counterparty,
        counterparty_account=_account(subfields.get("31", "")) or purpose.counterparty_account,
    )


def _of_keywords(text: str) -> Details:
    """SEPA keywords as in `EREF+…SVWZ+…`, which some banks write `EREF: …`; without any, all is remittance."""
    values = _values(_KEYWORD, text)
    return Details(
        end_to_end_id=known_reference(values.get("EREF", "")),
        customer_reference=known_reference(values.get("KREF", "")),
        counterparty=values.get("ABWA", "") or values.get("ABWE", ""),
        counterparty_account=_account(values.get("IBAN", "")),
        remittance=" ".join(filter(None, [values.get("", ""), values.get("SVWZ", ""), values.get("MTLG", "")])),
    )


def _of_slashes(text: str) -> Details:
    """Dutch and Belgian banks write `/EREF/…/BENM//NAME/…/REMI/…`; ING has the counterparty in one piece (CNTP)."""
    values = _values(_SLASHED, text)
    account, _, name = (*values.get("CNTP", "").split("/"), "", "", "")[:3]
    return Details(
        code=values.get("TRCD", ""),
        booking_text=values.get("TRTP", ""),
        end_to_end_id=known_reference(values.get("EREF", "")),
        customer_reference=known_reference(values.get("PREF", "") or values.get("KREF", "")),
        counterparty=values.get("NAME", "") or name.strip(),
        counterparty_account=_account(values.get("IBAN", "") or account),
        remittance=" ".join(filter(None, [values.get("", ""), _remittance(values.get("REMI", ""))])),
    )


def _remittance(text: str) -> str:
    """`USTD//free text` or `STRD/CUR/structured reference`."""
    return re.sub(r"^(?:USTD//|STRD/(?:CUR|ISO)/)", "", text).strip("/ ")


def _values(keyword: re.Pattern[str], text: str) -> dict[str, str]:
    """Each keyword with the text up to the next; what precedes the first is that of the empty keyword."""
    found: dict[str, str] = {}
    for name, value in _pieces(keyword, text):
        found.setdefault(name, " ".join(value.replace(_START, "").split()).rstrip("/ "))
    return found


def _pieces(keyword: re.Pattern[str], text: str) -> Iterator[tuple[str, str]]:
    matches = list(keyword.finditer(text))
    starts = [match.start() for match in matches]
    yield "", text[: starts[0] if starts else len(text)]
    for match, end in zip(matches, [*starts, len(text)][1:], strict=True):
        yield next(filter(None, match.groups())), text[match.end() : end]


def _account(text: str) -> str:
    return "".join(text.split())

"""What a person typed into a cell of a decision table, read as FEEL. What could mean two things is refused."""

import re
from collections.abc import Iterator
from functools import cache

from rules.column_kinds import ColumnKind
from rules.feel.errors import FeelError
from rules.feel.temporal import read_date
from rules.feel.tokens import KEYWORDS
from rules.item_types import ANY
from rules.speech import ENGLISH, SPEECHES, Speech

ANYTHING = "-"
_NOTHINGS = frozenset(speech.nothing for speech in SPEECHES.values())
FEEL_MARK = "feel:"
"""Before a cell that is FEEL although its column would read it as words."""

_TRUTHS = {"true": "true", "false": "false"}
_TRUTHS |= {speech.yes: "true" for speech in SPEECHES.values()} | {speech.no: "false" for speech in SPEECHES.values()}
_TYPED_SIGNS = str.maketrans(
    {**dict(zip("＜＞＝，（）［］：－＋", "<>=,()[]:-+", strict=True)), "≤": "<=", "≥": ">=", "≠": "!=", "\u00a0": " ",
     "\u202f": " ", "\u3000": " ", "、": ", ", "“": '"', "”": '"', "„": '"'}
)  # fmt: skip
_DASHES = ("–", "—", "−")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NUMBER = r"-?\s?\d+(?:\.\d+)?"
_DAY = r"\d{4}-\d\d-\d\d"
_COMPARED = re.compile(r"(<=|>=|!=|<|>|=)\s*(.+)", re.DOTALL)
_COMPARING_WORDS = {"up to": "<=", "at most": "<=", "at least": ">=", "from": ">=", "above": ">", "below": "<"}
_IN_WORDS = re.compile(rf"({'|'.join(_COMPARING_WORDS)})\s+(.+)", re.IGNORECASE | re.DOTALL)
_BETWEEN = re.compile(r"(?:from\s+|(above\s+))?(\S.*?)\s+to\s+(below\s+)?(.+)", re.IGNORECASE | re.DOTALL)
_LITERAL = r"-?\d[\d.-]*"
_CHINESE_COMPARING = {
    **dict.fromkeys(("至多", "不超过", "不高于", "不大于"), "<="),
    **dict.fromkeys(("至少", "不低于", "不少于", "不小于"), ">="),
    **dict.fromkeys(("高于", "大于", "超过"), ">"),
    **dict.fromkeys(("低于", "小于", "少于", "不足"), "<"),
}
_IN_CHINESE = re.compile(rf"({'|'.join(_CHINESE_COMPARING)})\s*({_LITERAL})")
_CHINESE_BETWEEN = re.compile(
    rf"(?:从\s*|((?:高于|大于|超过)\s*))?({_LITERAL})\s*[至到]\s*((?:低于|小于|不足)\s*)?({_LITERAL})"
)
_SPOKEN_ORDER = frozenset({"number", "date", ANY})
_NUMERIC = frozenset({"number", ANY})
_NOT = re.compile(r"(?:not|非|不是)\s+(?!\()(.+)", re.IGNORECASE | re.DOTALL)
_COMMA_INSIDE = re.compile(r"\d,\d")
_THOUSANDS = re.compile(r"(?<![\d.])[1-9]\d{0,2}(?:\.\d{3})+(?![\d.])")
_OTHER_DAY = re.compile(r"\d{1,4}\s?[./年]\s?\d{1,2}\s?[./月]\s?\d{1,4}日?|\d{1,2}-\d{1,2}-\d{4}")
_TWO_WAYS = "could be read in two ways"
_WITH_UNIT = re.compile(r"(?:[€$£¥￥]\s*\d)|(?:\d\s*(?:[€$£¥￥%％万千元]|(?:EUR|USD|CNY|RMB|GBP)\b))")
_OPEN_ENDED = re.compile(r"\d\s*以[上下内外]")

_REMEDIES = {
    _WITH_UNIT: "has a unit; write the number alone, the column's heading says its unit",
    _OPEN_ENDED: f"{_TWO_WAYS}; write >= 5000 or > 5000, and <= 5000 or < 5000",
    _COMMA_INSIDE: f'{_TWO_WAYS}; write 5000 or 0.02 for a number, and "1, 2" with a space for two values',
    _THOUSANDS: f"{_TWO_WAYS}; write 5000 for five thousand, and 1.1250 for a number with decimals",
    re.compile(_DAY): "is a day; this column takes numbers",
    _OTHER_DAY: "is a day; this column takes numbers",
}


def read_cell(typed: str, column: ColumnKind) -> str:
    """FEEL for what was typed into a cell of the column: the text as it is where that is FEEL already.

    Raises FeelError for numbers and dates that could be read in two ways, with how to write them. Whether the result
    is sound is for the check of the table to say.
    """
    text = _plain_signs(typed).strip()
    if text.startswith(FEEL_MARK):
        return text.removeprefix(FEEL_MARK).strip()
    if column.is_condition and text in ("", *_DASHES, ANYTHING):
        return ANYTHING
    if not text:
        return ""
    if column.kind in _NUMERIC:
        # Before it is split at its commas, or 5,000 would be two harmless values.
        _refuse(_COMMA_INSIDE, text)
    return _condition(text, column) if column.is_condition else _result(text, column)


def spoken(text: str, column: ColumnKind, speech: Speech = ENGLISH) -> str | None:
    """A text value as a person says it; None where it has to stand in quotes."""
    if text not in column.choices:
        return text
    words = (speech.value(text), ENGLISH.value(text))
    return next((each for each in words if _chosen(each, column) == text), None)


def _plain_signs(typed: str) -> str:
    """Signs of other keyboards and of automatic correction, outside of texts in straight quotes."""
    parts, end = [], 0
    for literal in _QUOTED.finditer(typed):
        parts += [typed[end : literal.start()].translate(_TYPED_SIGNS), literal.group()]
        end = literal.end()
    return "".join([*parts, typed[end:].translate(_TYPED_SIGNS)])


def _condition(text: str, column: ColumnKind) -> str:
    negated = _NOT.fullmatch(text) if _chosen(text, column) is None else None
    alternatives = [_test(part, column) for part in _alternatives(negated[1] if negated else text)]
    return f"not({', '.join(alternatives)})" if negated else ", ".join(alternatives)


def _test(text: str, column: ColumnKind) -> str:
    compared = _COMPARED.fullmatch(text)
    if compared:
        return f"{compared[1]} {_value(compared[2].strip(), column)}"
    if _chosen(text, column) is None and '"' not in text:
        return _between(text, column) or _compared_in_words(text, column) or _value(text, column)
    return _value(text, column)


def _between(text: str, column: ColumnKind) -> str | None:
    between = _CHINESE_BETWEEN.fullmatch(text) if column.kind in _SPOKEN_ORDER else None
    between = between or _BETWEEN.fullmatch(text)
    if between is None or between[2].casefold() == "up":
        return None
    low, high = _value(between[2].strip(), column), _value(between[4].strip(), column)
    return f"{'(' if between[1] else '['}{low}..{high}{')' if between[3] else ']'}"


def _compared_in_words(text: str, column: ColumnKind) -> str | None:
    if column.kind not in _SPOKEN_ORDER:
        return None
    for pattern, signs in ((_IN_WORDS, _COMPARING_WORDS), (_IN_CHINESE, _CHINESE_COMPARING)):
        compared = pattern.fullmatch(text)
        if compared:
            return f"{signs[compared[1].casefold()]} {_value(compared[2].strip(), column)}"
    return None


def _result(text: str, column: ColumnKind) -> str:
    if not column.is_list:
        return _value(text, column)
    if text.casefold() in _NOTHINGS and _chosen(text, column) is None:
        return "[]"
    if text.startswith("[") or _is_expression(text, column):
        return text
    return f"[{', '.join(_value(part, column) for part in _alternatives(text))}]"


def _alternatives(text: str) -> list[str]:
    """The parts between commas that stand outside of quotes and brackets."""
    parts, depth, start = [], 0, 0
    for position, sign in _outside_quotes(text):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth <= 0:
            parts.append(text[start:position].strip())
            start = position + 1
    return [*parts, text[start:].strip()]


def _outside_quotes(text: str) -> Iterator[tuple[int, str]]:
    hidden = _QUOTED.sub(lambda literal: " " * len(literal.group()), text)
    return ((position, sign) for position, sign in enumerate(hidden) if sign != " ")


def _value(text: str, column: ColumnKind) -> str:
    chosen = _chosen(text, column)
    if chosen is not None:
        return quoted(chosen)
    match column.kind:
        case "boolean":
            return _TRUTHS.get(text.casefold(), text)
        case "date":
            return _day(text)
        case "string":
            return text if _is_expression(text, column) else quoted(text)
        case "number":
            return _number(text)
        case _ if column.kind == ANY:
            return _day(text) if re.fullmatch(_DAY, text) else _number(text)
    return text


def _chosen(text: str, column: ColumnKind) -> str | None:
    """The one choice that is meant, whatever its capitals, spaces and underscores."""
    wanted = _loosely(text)
    meant = [choice for choice in column.choices if wanted in _names_of(choice)]
    return meant[0] if len(meant) == 1 else None


@cache
def _names_of(choice: str) -> frozenset[str]:
    return frozenset(_loosely(name) for name in (choice, *(speech.value(choice) for speech in SPEECHES.values())))


def _loosely(text: str) -> str:
    return " ".join(text.replace("_", " ").casefold().split())


def _is_expression(text: str, column: ColumnKind) -> bool:
    """Whether a text column's cell is FEEL rather than the text itself."""
    if any(sign in text for sign in '"([{'):
        return True
    known = column.names.match(text, 0)
    return bool(known and known[1].end() == len(text)) or text in KEYWORDS or "\n" in text


def quoted(text: str) -> str:
    """The text as FEEL writes it."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _number(text: str) -> str:
    for pattern in _REMEDIES:
        _refuse(pattern, text)
    return text.replace("- ", "-") if re.fullmatch(_NUMBER, text) else text


def _refuse(pattern: re.Pattern[str], text: str) -> None:
    if pattern.search(_QUOTED.sub("", text)):
        raise FeelError(f"{text!r} {_REMEDIES[pattern]}")


def _day(text: str) -> str:
    if re.fullmatch(_DAY, text):
        if read_date(text) is None:
            raise FeelError(f"{text!r} is no day of the calendar")
        return f'date("{text}")'
    if _OTHER_DAY.search(_QUOTED.sub("", text)):
        raise FeelError(f"{text!r} {_TWO_WAYS}; write the day as 2026-12-31")
    return text

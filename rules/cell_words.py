"""Cells in the words of a person who does not write FEEL: `1000 to below 5000` for `[1000..5000)`, `yes` for `true`.

`in_words` shows a cell in a language, `rules.cell_reading` reads what a person typed in any of them. Whatever has no
words, or would not read back as exactly the same cell, is shown as it is written.
"""

from dataclasses import replace
from decimal import Decimal

from rules.cell_reading import ANYTHING, FEEL_MARK, quoted, read_cell, spoken
from rules.column_kinds import ColumnKind
from rules.feel import syntax
from rules.feel.errors import FeelError
from rules.feel.parser import parse_expression, parse_unary_tests
from rules.feel.tokens import canonical
from rules.speech import ENGLISH, Speech


def in_words(text: str, column: ColumnKind, speech: Speech = ENGLISH) -> str:
    """The cell as a person reads it. `read_cell` gives the same cell back, white space apart."""
    for words in (_worded(text, column, speech), text, f"{FEEL_MARK} {text}"):
        if words is not None and _is_same(words, text, column):
            return words
    return text


def choices_in_words(column: ColumnKind, speech: Speech = ENGLISH) -> tuple[str, ...]:
    """What a person may choose in a cell of the column, each on its own; none where the column names nothing."""
    single = replace(column, is_list=False)
    choices = (
        (speech.yes, speech.no)
        if column.kind == "boolean"
        else tuple(in_words(quoted(each), single, speech) for each in column.choices)
    )
    return (ANYTHING, *choices) if choices and column.is_condition else choices


def _is_same(words: str, text: str, column: ColumnKind) -> bool:
    try:
        read = read_cell(words, column)
        return canonical(read, column.names) == canonical(text or ("-" if column.is_condition else ""), column.names)
    except FeelError:
        # Not to be said in these words, or not to be read at all; either way another form is tried.
        return False


def _worded(text: str, column: ColumnKind, speech: Speech) -> str | None:
    """None for what has no words."""
    try:
        if column.is_condition:
            return _condition(parse_unary_tests(text, column.names), column, speech)
        return _result(parse_expression(text, column.names), column, speech) if text.strip() else ""
    except FeelError:
        # Shown as written; the check of the table says what is wrong.
        return None


def _condition(cell: syntax.UnaryTests, column: ColumnKind, speech: Speech) -> str | None:
    if not cell.tests:
        return ANYTHING
    parts = [_test(test, column, speech) for test in cell.tests]
    if any(part is None for part in parts):
        return None
    alternatives = ", ".join(part for part in parts if part is not None)
    return f"{speech.negation} {alternatives}" if cell.negated else alternatives


def _test(test: syntax.Node, column: ColumnKind, speech: Speech) -> str | None:
    if isinstance(test, syntax.UnaryComparison):
        operand = _value(test.operand, column, speech)
        return operand and f"{test.operator} {operand}"
    return _interval(test, column, speech) if isinstance(test, syntax.Interval) else _value(test, column, speech)


def _interval(test: syntax.Interval, column: ColumnKind, speech: Speech) -> str | None:
    low, high = _value(test.low, column, speech), _value(test.high, column, speech)
    if low is None or high is None:
        return None
    above = "" if test.low_included else f"{speech.above} "
    below = "" if test.high_included else f"{speech.below} "
    return f"{above}{low} {speech.up_to} {below}{high}"


def _result(node: syntax.Node, column: ColumnKind, speech: Speech) -> str | None:
    if not (column.is_list and isinstance(node, syntax.ListOf)):
        return _value(node, column, speech)
    items = [_value(item, column, speech) for item in node.items]
    if any(item is None for item in items):
        return None
    return ", ".join(item for item in items if item is not None) or speech.nothing


def _value(node: syntax.Node, column: ColumnKind, speech: Speech) -> str | None:
    match node:
        case syntax.Literal(value=bool() as truth):
            return speech.yes if truth else speech.no
        case syntax.Literal(value=Decimal() as number):
            return f"{number:f}"
        case syntax.Literal(value=str() as text):
            return spoken(text, column, speech)
        case syntax.Negate(operand=syntax.Literal(value=Decimal() as number)):
            return f"-{number:f}"
        case syntax.Call(function="date", arguments=(syntax.Literal(value=str() as day),)):
            return day
    return None

"""Where things stand in the Excel file of a decision table, shared by its writer and its reader.

A hidden row of keys above the rules says what each column is, and the first column names each rule, so that both can be
moved. A hidden sheet holds the definitions as they were exported.
"""

from rules.definitions import Definitions
from rules.excel.wordings import LEGEND_SHEETS
from rules.speech import ENGLISH, Speech

DESCRIPTION_ROW, POLICY_ROW, BAND_ROW, LABEL_ROW, FIELD_ROW, KIND_ROW, KEY_ROW, FIRST_RULE = range(1, 9)
"""Counted from nought, below the title; the reader counts them back from the row of keys."""
MARK = "tallywright:"
"""Begins the first cell of the row of keys; the number of the decision follows."""
HIDDEN_SHEET = "_tallywright"
MAGIC = "tallywright decision tables 1"
SPARE_ROWS = 200
"""Below the last rule, prepared for new ones."""
MAX_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def sheet_names(definitions: Definitions, speech: Speech = ENGLISH) -> dict[int, str]:
    """A sheet for each decision that is a table, by its number in the file; unique as Excel compares names."""
    names: dict[int, str] = {}
    taken = {HIDDEN_SHEET, "history", *(name.casefold() for name in LEGEND_SHEETS)}
    for number, decision in enumerate(definitions.decisions):
        if decision.table is not None:
            names[number] = _free_name(speech.table(decision.name), taken)
            taken.add(names[number].casefold())
    return names


def _free_name(wanted: str, taken: set[str]) -> str:
    base = " ".join(wanted.translate(_NOT_IN_SHEET_NAMES).split())[:MAX_SHEET_NAME].strip() or "Table"
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        suffix = f" ({number})"
        name = f"{base[: MAX_SHEET_NAME - len(suffix)]}{suffix}"
    return name


def address(sheet: str, row: int, column: int) -> str:
    """`Purchase approval!C7` for row 6 and column 2, counted from nought."""
    return f"{sheet}!{column_letters(column)}{row + 1}"


def column_letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = f"{chr(65 + rest)}{letters}"
    return letters

"""Everything that the rules say to a person is said in Chinese too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import rules
import store
from console.error_words import in_words
from console.language import Language, read_languages
from rules.cell_reading import read_cell
from rules.column_kinds import ColumnKind
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.feel.tokens import KnownNames

pytestmark = pytest.mark.behaviour("A3", "C1")

_SAYING = frozenset(
    (
        "FeelError",
        "BudgetExceededError",
        "BusinessError",
        "Finding",
        "add",
        "_add",
        "_finding",
        "_refuse",
        "_unreadable",
        "_bad",
    )
)
_REMEDIES = ("", "did you mean 'a'?", "; did you mean 'a'?")
_NAMED = {"_hint(text)": "", "_TWO_WAYS": "could be read in two ways", "expected": "'7' takes 'a'"}
"""What stands in a sentence for parts that are words themselves."""
_COMPOSED = ("{text} {_REMEDIES[pattern]}", "{column.label or column.field}: {error}.")
"""Nothing but places of other sentences, which are tried below."""
_MODELERS = ("golden.py", "dmn_xml.py", "decision_reader.py", "logic_reader.py", "table_reader.py", "inputs.py")
"""Files of modelers and of golden cases, whose mistakes a developer mends; and what the command line is given."""


def _files() -> Iterator[Path]:
    folder = Path(rules.__file__).parent
    yield from (file for file in folder.glob("*.py") if file.name not in _MODELERS)
    yield from (folder / "feel").glob("*.py")
    yield from (folder / "excel").glob("*.py")
    yield from Path(store.__file__).parent.glob("rule_*.py")


def _sentences() -> Iterator[tuple[str, frozenset[str]]]:
    """Where each sentence is said, with the forms that it may take."""
    for file in _files():
        for node in ast.walk(ast.parse(file.read_text())):
            name = getattr(getattr(node, "func", None), "id", getattr(getattr(node, "func", None), "attr", ""))
            if isinstance(node, ast.Call) and name in _SAYING:
                given = [*node.args, *(each.value for each in node.keywords if each.arg in ("problem", "message"))]
                forms = (frozenset(_text(each, remedy) for remedy in _REMEDIES) for each in given)
                yield from ((f"{file.name}:{node.lineno}", each) for each in forms if any(" " in text for text in each))


def _text(node: ast.expr, remedy: str) -> str:
    """The text with something in each of its places; empty for what is no text or nothing but places."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if not isinstance(node, ast.JoinedStr) or _composed(node) in _COMPOSED:
        return ""
    named = {**_NAMED, "remedy": remedy}
    return "".join(
        named.get(ast.unparse(part.value), "'7'") if isinstance(part, ast.FormattedValue) else _constant(part)
        for part in node.values
    )


def _composed(node: ast.JoinedStr) -> str:
    return "".join(
        f"{{{ast.unparse(part.value)}}}" if isinstance(part, ast.FormattedValue) else _constant(part)
        for part in node.values
    )


def _constant(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else ""


@pytest.fixture(scope="module")
def chinese() -> Language:
    return read_languages()["zh"]


def test_every_sentence_of_the_rules_is_known_in_chinese(chinese: Language) -> None:
    found = list(_sentences())
    assert len(found) > 80
    missing = {place: forms for place, forms in found if all(in_words(chinese, text) == text for text in forms)}
    assert not missing


@pytest.mark.parametrize("typed", ["5,000", "5.000", "5000 EUR", "5000 以上", "2026-12-31"])
def test_every_remedy_for_a_number_is_known_in_chinese(chinese: Language, typed: str) -> None:
    number = ColumnKind(True, "number", False, (), False, "", KnownNames([], BUILTINS))
    with pytest.raises(FeelError) as refused:
        read_cell(typed, number)
    said = in_words(chinese, f"Net total in EUR: {refused.value}.")
    assert said.startswith(f"不含税总额（欧元）: '{typed}'")
    assert "write" not in said


def test_english_stays_as_it_is_said() -> None:
    english = read_languages()["en"]
    assert in_words(english, "Amount: is blank; write - where every value is meant.") == (
        "Amount: is blank; write - where every value is meant."
    )

from functools import partial

import pytest
from hypothesis import given, settings

from rules.cell_reading import read_cell
from rules.cell_words import choices_in_words, in_words
from rules.column_kinds import ColumnKind, column_kinds
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.feel.tokens import KnownNames, canonical
from rules.shipped import shipped_tables
from rules.speech import CHINESE, ENGLISH
from tests.rules.definitions import definitions

pytestmark = pytest.mark.behaviour("A2")

NAMES = KnownNames(["amount", "limit"], BUILTINS)
CATEGORIES = ("goods", "it", "not_required", "no_order")


def _column(kind: str, *choices: str, condition: bool = True, several: bool = False) -> ColumnKind:
    return ColumnKind(condition, kind, several, choices, bool(choices), "", NAMES)


NUMBER = _column("number")
CATEGORY = _column("string", *CATEGORIES)
result = partial(_column, condition=False)


@pytest.mark.parametrize(
    ("column", "feel", "words"),
    [
        (NUMBER, "-", "-"),
        (NUMBER, "", "-"),
        (NUMBER, "[1000..5000)", "1000 to below 5000"),
        (NUMBER, "(50..5000)", "above 50 to below 5000"),
        (NUMBER, "(-5..-1]", "above -5 to -1"),
        (NUMBER, "[1..2], > 10.50", "1 to 2, > 10.50"),
        (NUMBER, "<= amount * 2", "<= amount * 2"),
        (NUMBER, "not(5)", "not 5"),
        (NUMBER, "1.125", "feel: 1.125"),
        (NUMBER, "100,200", "100, 200"),
        (CATEGORY, '"goods","it"', "goods, it"),
        (CATEGORY, 'not("no_order")', "not no order"),
        (CATEGORY, '"not_required"', "not required"),
        (CATEGORY, '"elsewhere"', "elsewhere"),
        (_column("string"), "amount", "amount"),
        (_column("string"), '"amount"', '"amount"'),
        (_column("string"), '"5000"', "5000"),
        (_column("string"), '"a, b"', '"a, b"'),
        (_column("string"), '"-"', '"-"'),
        (_column("boolean"), "true", "yes"),
        (_column("boolean"), "false", "no"),
        (_column("date"), 'date("2026-12-31")', "2026-12-31"),
        (
            _column("date"),
            '[date("2026-01-01")..date("2026-03-31")]',
            "2026-01-01 to 2026-03-31",
        ),
        (result("string", *CATEGORIES, several=True), '["goods", "no_order"]', "goods, no order"),
        (result("string", *CATEGORIES, several=True), "[]", "none"),
        (result("string", "none", several=True), "[]", "[]"),
        (result("string", "none", several=True), '["none"]', "none"),
        (result("Any", "unlimited"), '"unlimited"', "unlimited"),
        (result("Any", "unlimited"), "50.00", "50.00"),
        (result("Any"), "null", "null"),
        (result("number"), "amount * 2", "amount * 2"),
        (result("number"), "amount *", "amount *"),
    ],
)
def test_a_cell_is_said_in_words_and_read_back_as_the_same_cell(column: ColumnKind, feel: str, words: str) -> None:
    assert in_words(feel, column) == words
    assert canonical(read_cell(words, column), NAMES) == canonical(feel or "-", NAMES)


@pytest.mark.parametrize(
    ("column", "typed", "feel"),
    [
        (NUMBER, "≥ 5000", ">= 5000"),
        (NUMBER, "＜ 5000", "< 5000"),
        (NUMBER, "–", "-"),
        (NUMBER, "from 1000 to 5000", "[1000..5000]"),
        (NUMBER, "from 1000 to below 5000", "[1000..5000)"),
        (NUMBER, "up to 5000", "<= 5000"),
        (NUMBER, "At least 5000", ">= 5000"),
        (NUMBER, "above 5000", "> 5000"),
        (NUMBER, "below\u00a05000", "< 5000"),
        (NUMBER, "[1000..5000)", "[1000..5000)"),
        (CATEGORY, "Goods，  IT", '"goods", "it"'),
        (CATEGORY, "not_required", '"not_required"'),
        (CATEGORY, "not Required", '"not_required"'),
        (CATEGORY, "“goods”", '"goods"'),
        (CATEGORY, "goodz", '"goodz"'),
        (_column("string"), "Kiel, “Bad Oldesloe”", '"Kiel", "Bad Oldesloe"'),
        (_column("string"), 'say "a"', 'say "a"'),
        (_column("boolean"), "Yes", "true"),
        (_column("boolean"), "TRUE", "true"),
        (_column("boolean"), "否", "false"),
        (result("string"), "Hello, world", '"Hello, world"'),
        (result("string"), 'C:\\folder "x', 'C:\\folder "x'),
        (result("string"), "C:\\folder", '"C:\\\\folder"'),
        (_column("Any"), "2026-12-31", 'date("2026-12-31")'),
    ],
)
def test_what_a_person_types_is_read_as_meant(column: ColumnKind, typed: str, feel: str) -> None:
    assert read_cell(typed, column) == feel


@pytest.mark.parametrize(
    ("column", "typed", "remedy"),
    [
        (NUMBER, "< 5,000", "write 5000"),
        (NUMBER, "0,02", "write 5000 or 0.02"),
        (NUMBER, "5.000", "write 5000"),
        (NUMBER, "1.000.000", "write 5000"),
        (NUMBER, "1000 to below 5,000", "write 5000"),
        (NUMBER, "2 %", "write the number alone"),
        (NUMBER, "> 5000 EUR", "write the number alone"),
        (NUMBER, "€5000", "write the number alone"),
        (NUMBER, "2026-12-31", "takes numbers"),
        (NUMBER, "31.12.2026", "takes numbers"),
        (result("Any", "unlimited"), "5,00", "write 5000"),
        (result("number"), "1,250.00", "write 5000"),
        (_column("date"), "31.12.2026", "2026-12-31"),
        (_column("date"), "> 12/31/2026", "2026-12-31"),
        (_column("date"), "2026-02-30", "no day of the calendar"),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused_with_a_remedy(column: ColumnKind, typed: str, remedy: str) -> None:
    with pytest.raises(FeelError, match=remedy):
        read_cell(typed, column)


def _same_in_words(source: Definitions) -> None:
    for decision in source.decisions:
        kinds = column_kinds(source, decision)
        for rule in decision.table.rules if decision.table else ():
            for text, column in zip((*rule.inputs, *rule.outputs), (*kinds.inputs, *kinds.outputs), strict=True):
                words = in_words(text, column)
                if words != text:
                    empty = "-" if column.is_condition else ""
                    assert canonical(read_cell(words, column), column.names) == canonical(text or empty, column.names)


@settings(max_examples=100, deadline=None)
@given(definitions())
def test_words_never_change_what_a_cell_says(source: Definitions) -> None:
    _same_in_words(source)


@pytest.mark.parametrize("name", shipped_tables())
def test_a_shipped_table_needs_no_signs_that_only_programmers_know(name: str) -> None:
    source = read_definitions(shipped_tables()[name])
    _same_in_words(source)
    kinds = column_kinds(source, source.decisions[0])
    table = source.decisions[0].table
    assert table is not None
    for rule in table.rules:
        for text, column in zip((*rule.inputs, *rule.outputs), (*kinds.inputs, *kinds.outputs), strict=True):
            assert not set(in_words(text, column)) & set('"[](){}')


@pytest.mark.parametrize(
    ("column", "feel", "words"),
    [
        (NUMBER, "[1000..5000)", "1000 至 低于 5000"),
        (NUMBER, "(50..5000]", "高于 50 至 5000"),
        (NUMBER, "not(5)", "非 5"),
        (CATEGORY, '"goods","it"', "货物, 信息技术"),
        (CATEGORY, 'not("no_order")', "非 无订单"),
        (CATEGORY, '"not_required"', "not required"),
        (_column("boolean"), "true", "是"),
        (result("string", *CATEGORIES, several=True), "[]", "无"),
        (_column("string"), '"货到付款"', "货到付款"),
        (_column("string"), '"非洲"', "非洲"),
        (_column("date"), '[date("2026-01-01")..date("2026-03-31")]', "2026-01-01 至 2026-03-31"),
    ],
)
def test_cells_are_shown_in_chinese_and_read_back(column: ColumnKind, feel: str, words: str) -> None:
    assert in_words(feel, column, CHINESE) == words
    assert canonical(read_cell(words, column), column.names) == canonical(feel, column.names)


@pytest.mark.parametrize(
    ("column", "typed", "feel"),
    [
        (NUMBER, "不超过5000", "<= 5000"),
        (NUMBER, "至少 5000", ">= 5000"),
        (NUMBER, "高于1000", "> 1000"),
        (NUMBER, "不足 0.5", "< 0.5"),
        (NUMBER, "1000到5000", "[1000..5000]"),
        (NUMBER, "从 1000 至低于 5000", "[1000..5000)"),
        (NUMBER, "100、200", "100, 200"),
        (CATEGORY, "货物、it", '"goods", "it"'),
    ],
)
def test_what_a_chinese_person_types_is_read_as_meant(column: ColumnKind, typed: str, feel: str) -> None:
    assert read_cell(typed, column) == feel


@pytest.mark.parametrize("typed", ["5000 以上", "5万", "￥5000", "5000元"])
def test_chinese_amounts_that_could_be_read_in_two_ways_are_refused(typed: str) -> None:
    with pytest.raises(FeelError, match="write"):
        read_cell(typed, NUMBER)


@pytest.mark.parametrize("name", shipped_tables())
def test_a_shipped_table_speaks_chinese_throughout(name: str) -> None:
    source = read_definitions(shipped_tables()[name])
    assert CHINESE.table(name) != ENGLISH.table(name)
    for decision in source.decisions:
        table, kinds = decision.table, column_kinds(source, decision)
        assert table is not None
        titles = [column.title for column in table.inputs] + [column.title for column in table.outputs]
        for label in (*titles, *table.annotations):
            assert label in CHINESE.headings
        for kind in (*kinds.inputs, *kinds.outputs):
            assert set(kind.choices) <= CHINESE.values.keys()
            words = choices_in_words(kind, CHINESE)
            assert len(set(words)) == len(words)
            assert all(
                read_cell(word, kind) == read_cell(each, kind)
                for word, each in zip(words, choices_in_words(kind), strict=True)
            )

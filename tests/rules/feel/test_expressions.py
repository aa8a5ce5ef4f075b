"""Values of FEEL by the standard's tables: arithmetic, comparison, null, lists, dates and functions."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from rules.feel.budget import Scope
from rules.feel.compiler import compile_expression
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.feel.parser import parse_expression
from rules.feel.temporal import MonthsDuration
from rules.feel.tokens import KnownNames
from rules.unary_tests import compile_unary_tests

pytestmark = pytest.mark.behaviour("A1")

VARIABLES: dict[str, Any] = {
    "Applicant Age": Decimal(42),
    "Pre-bureau": Decimal(7),
    "bureau": Decimal(1),
    "Pre": Decimal(3),
    "nothing": None,
    "order": {"total": Decimal(10), "lines": [{"net": Decimal(4)}, {"net": Decimal(6)}]},
    "day": date(2026, 11, 20),
}
NAMES = KnownNames(VARIABLES, BUILTINS)


def value(text: str) -> Any:
    return compile_expression(parse_expression(text, NAMES), NAMES.variables)(Scope(dict(VARIABLES)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", Decimal(7)),
        ("(1 + 2) * 3", Decimal(9)),
        ("-2 ** 2", Decimal(4)),
        ("2 ** 3 ** 2", Decimal(64)),
        ("10 - 2 - 3", Decimal(5)),
        ("0.1 + 0.2", Decimal("0.3")),
        ("1 / 3", Decimal("0.3333333333333333333333333333333333")),
        ("1 / 0", None),
        ("1 + nothing", None),
        ('1 + "1"', None),
        ('"a" + "b"', "ab"),
        ("Applicant   Age + 1", Decimal(43)),
        ("Pre-bureau + 1", Decimal(8)),
        ("Pre - bureau", Decimal(2)),
        ("order.total", Decimal(10)),
        ("sum(order.lines.net)", Decimal(10)),
        ("order.missing", None),
        ('if Applicant Age >= 18 then "adult" else "child"', "adult"),
        ("if null then 1 else 2", Decimal(2)),
        ("[1, 2, [3]]", [1, 2, [3]]),
        ("[[], [[ ]]]", [[], [[]]]),
        ('{a: 1, "b c": 2}', {"a": 1, "b c": 2}),
        ("{a: 1}.a", Decimal(1)),
        ('"\\u00e9\\n\\""', 'é\n"'),
        ("1 // one\n + /* two */ 2", Decimal(3)),
    ],
)
def test_expressions(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("true or null", True),
        ("false or null", None),
        ("not(null)", None),
        ("not(true)", False),
        ("null = null", True),
        ("null != 1", True),
        ("nothing = 1", False),
        ('1 = "1"', None),
        ("null < 1", None),
        ("true < false", None),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1} = {a: 1.0}", True),
        ("1 between 1 and 2", True),
        ("3 between 1 and 2", False),
        ("nothing between 1 and 2", None),
        ("1 in (1..2]", False),
        ("2 in ]1..2]", True),
        ("1 in [1..2[", True),
        ("5 in (1, 2, > 4)", True),
        ("5 in (1, 2)", False),
        ("5 in [1, 5]", True),
        ("5 in <= 5", True),
        ("5 in (<5)", False),
    ],
)
def test_three_valued_logic(text: str, expected: bool | None) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('date("2026-11-20")', date(2026, 11, 20)),
        ("date(day.year, 2, 30)", None),
        ('@"2026-11-20" = day', True),
        ('time("14:30:00")', time(14, 30)),
        ('date and time("2026-11-20T14:30:00")', datetime(2026, 11, 20, 14, 30)),  # noqa: DTZ001
        ('@"P1Y6M"', MonthsDuration(18)),
        ('duration("P1DT2H")', timedelta(days=1, hours=2)),
        ('-duration("P1D")', timedelta(days=-1)),
        ('day + duration("P30D")', date(2026, 12, 20)),
        ('date("2024-01-31") + duration("P1M")', date(2024, 2, 29)),
        ('date("2024-03-31") - duration("P1M")', date(2024, 2, 29)),
        ('day - date("2026-11-01")', timedelta(days=19)),
        ('(day - date("2026-11-01")).days', Decimal(19)),
        ('duration("P1D") * 1.5', timedelta(hours=36)),
        ('duration("P1D") / duration("PT6H")', Decimal(4)),
        ('duration("P1Y") > duration("P11M")', True),
        ('duration("P1Y") > duration("P11D")', None),
        ('day < date("2026-12-01")', True),
        ('day < date and time("2026-12-01T00:00:00")', None),
        ("day.year", Decimal(2026)),
        ("day.weekday", Decimal(5)),
        ('date("9999-12-31") + duration("P1D")', None),
        ('years and months duration(date("2024-01-31"), date("2026-03-30"))', MonthsDuration(25)),
        ('string(duration("P1DT2H3.50S"))', "P1DT2H3.5S"),
        ('time("10:00:00@Europe/Paris").hour', Decimal(10)),
        ('time("10:00:00Z") < time("10:00:00")', None),
        ('time("23:00:00") + duration("PT2H")', time(1)),
    ],
)
def test_dates_times_and_durations(text: str, expected: Any) -> None:
    found = value(text)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum([1, 2, 3])", Decimal(6)),
        ("sum(1, 2)", Decimal(3)),
        ("sum([])", None),
        ('sum([1, "a"])', None),
        ("min(3, 1, 2)", Decimal(1)),
        ('max(["a", "c", "b"])', "c"),
        ("mean([1, 2])", Decimal("1.5")),
        ("count([1, null])", Decimal(2)),
        ("abs(-5)", Decimal(5)),
        ("floor(-1.5)", Decimal(-2)),
        ("ceiling(1.2)", Decimal(2)),
        ("decimal(2.505, 2)", Decimal("2.50")),
        ("decimal(1234, -2)", Decimal(1200)),
        ("round half up(2.505, 2)", Decimal("2.51")),
        ("round half up(-2.5, 0)", Decimal(-3)),
        ("round half down(2.5, 0)", Decimal(2)),
        ("round up(1.1, 0)", Decimal(2)),
        ("round down(-1.9, 0)", Decimal(-1)),
        ("round up(1, 6000)", Decimal(1)),
        ("modulo(-5, 3)", Decimal(1)),
        ("modulo(5, 0)", None),
        ('contains("abc", "b")', True),
        ('starts with("abc", "ab")', True),
        ('ends with("abc", "ab")', False),
        ('upper case("ab")', "AB"),
        ('lower case("AB")', "ab"),
        ('string length("abc")', Decimal(3)),
        ('substring("abcde", 2, 3)', "bcd"),
        ('substring("abcde", -2)', "de"),
        ('list contains(["a"], "a")', True),
        ("append([1], 2)", [1, 2]),
        ("concatenate([1], [2])", [1, 2]),
        ("all([true, null])", None),
        ("any([true, null])", True),
        ("string(1.50)", "1.50"),
        ('number("12.5")', Decimal("12.5")),
        ('number("1e9")', None),
        ('contains(1, "b")', None),
    ],
)
def test_functions(text: str, expected: Any) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("1 +", "ends too early"),
        ("(1", "ends too early"),
        ("1 2", "cannot be read at '2', position 3"),
        ("high risk", "write texts in quotes"),
        ("“high”", "straight quotes"),
        ("a == 1", "cannot be read"),
        ("aplicant", "'aplicant', which is no input"),
        ("Aplicant_Age", "did you mean 'Applicant Age'"),
        ("today()", "pass the day as an input"),
        ("__import__(1)", "no function of tables"),
        ("sum()", "gives 'sum' 0 arguments"),
        ("date(2026, 2, 30)", "does not exist"),
        ('date("2026-13-01")', "does not exist or is not ISO 8601"),
        ('@"soon"', "no date, time"),
        ("for x in [1] return x", "uses 'for'"),
        ('"\\q"', "unknown escape"),
        ("< 5", "cannot be read"),
        ("{a: 1, a: 2}", "twice"),
        ("1" * 40, "more than 34 digits"),
        ("x" * 3000, "no input or decision here"),
        ("order.__class__.__mro__", None),
    ],
)
def test_what_cannot_be_read_says_why(text: str, said: str | None) -> None:
    if said is None:
        assert value(text) is None
        return
    with pytest.raises(FeelError, match=said.replace("(", r"\(").replace(")", r"\)")):
        value(text)


@pytest.mark.parametrize(
    ("cell", "tested", "expected"),
    [
        ("-", Decimal(1), True),
        ("", None, True),
        ("5", Decimal("5.00"), True),
        ('"a", "b"', "b", True),
        ('not("a", "b")', "b", False),
        ('not("a")', None, True),
        ("not(> 5)", None, None),
        ("null", None, True),
        ("> 5", None, None),
        ("> 5", "a", None),
        ("[1..5]", Decimal(5), True),
        ("]1..5[", Decimal(5), False),
        ("(1..5)", Decimal(1), False),
        ("< 1, > 5", Decimal(6), True),
        ("!= 5", Decimal(6), True),
        ("= 5", Decimal(5), True),
        ('["a", "b"]', "b", True),
        ("? > 5 and ? < 7", Decimal(6), True),
        ("< ? + 1", Decimal(6), True),
        ("10 in (< ? * 2, > ? * 3) and ? = 6", Decimal(6), True),
        ('starts with(?, "DE")', "DE12", True),
        ("not(true) or false", True, False),
        ('date("2026-01-01")', date(2026, 1, 1), True),
        ('>= @"2026-01-01"', date(2025, 12, 31), False),
        ("< Applicant Age", Decimal(41), True),
        ("[Pre-bureau..Applicant Age]", Decimal(7), True),
    ],
)
def test_unary_tests(cell: str, tested: Any, expected: bool | None) -> None:
    assert compile_unary_tests(cell, NAMES).accepts(tested, Scope(dict(VARIABLES))) is expected

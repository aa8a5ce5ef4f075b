"""Whatever the cells say, the analysis answers with findings."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.analysis.analyse import analyse
from rules.definitions import HitPolicy
from rules.dmn import read_definitions
from tests.rules.tables import table_xml

pytestmark = pytest.mark.behaviour("A3")
VALUES = {
    "number": ["0", "1.50", "-3", "9999999999999999999999999999999999", "1 / 3"],
    "string": ['""', '"a"', '"a\\u0000"', '"other"', '"b" + "c"'],
    "boolean": ["true", "false"],
    "date": ['@"2026-11-20"', '@"2026-11-21"', '@"0001-01-01"', '@"9999-12-31"'],
    "time": ['@"00:00:00"', '@"23:59:59.999999"', '@"10:00:00Z"', '@"12:00:00"'],
    "dateTime": ['@"2026-11-20T10:00:00"', '@"2026-11-20T10:00:00Z"', 'date and time("0001-01-01T00:00:00")'],
    "dayTimeDuration": ['@"P1D"', '@"-PT1S"', '@"PT0S"'],
    "yearMonthDuration": ['@"P1Y"', '@"P13M"', '@"-P1M"'],
    "": ["1", '"a"', "true", "[]", '["a","b"]', "{a: 1}", "nonsense(", '@"10:00:00"'],
}


def _cells(kind: str) -> st.SearchStrategy[str]:
    literals = st.sampled_from([*VALUES[kind], "null", "y", "?"])
    return st.one_of(
        st.just("-"),
        literals,
        st.tuples(st.sampled_from(["<", "<=", ">", ">=", "=", "!="]), literals).map(" ".join),
        st.tuples(literals, literals).map(lambda ends: f"[{ends[0]}..{ends[1]})"),
        st.lists(literals, min_size=2, max_size=3).map(", ".join),
        st.lists(literals, min_size=1, max_size=3).map(lambda tests: f"not({', '.join(tests)})"),
    )


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    one, other = draw(st.sampled_from(sorted(VALUES))), draw(st.sampled_from(sorted(VALUES)))
    expression = draw(st.sampled_from(["x", "x", "x + x", "x / y", "not(x)"]))
    allowed = draw(st.one_of(st.none(), _cells(one)))
    column = (expression, one) if allowed is None else (expression, one, allowed)
    rows = draw(st.lists(st.tuples(_cells(one), _cells(other), st.sampled_from(['"a"', '"b"', "y"])), max_size=4))
    policy = draw(st.sampled_from(list(HitPolicy)))
    return table_xml([column, ("y", other)], [("given", "", '"a","b"')], rows, policy)


@settings(max_examples=250, deadline=None)
@given(tables())
def test_no_table_is_too_odd_to_be_analysed(xml: bytes) -> None:
    for finding in analyse(read_definitions(xml)):
        assert finding.message.endswith(("?", "."))
        assert finding.model_dump_json()

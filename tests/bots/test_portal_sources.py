"""A portal's bot steers pages. Ways around the gate are not open to it."""

import ast
from pathlib import Path

import pytest

PORTALS = sorted((Path(__file__).parents[2] / "bots" / "portals").glob("[!_]*.py"))
WAYS_AROUND = frozenset(
    {"context", "request", "gate", "browser", "route", "unroute", "unroute_all", "new_page", "new_context"}
    | {"new_cdp_session", "expose_function", "expose_binding", "dispatch_event"}
)


@pytest.mark.behaviour("R1", "R12")
@pytest.mark.parametrize("source", PORTALS, ids=lambda path: str(path.stem))
def test_a_portal_has_no_way_around_the_gate(source: Path) -> None:
    used = {node.attr for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Attribute)}
    assert not used & WAYS_AROUND

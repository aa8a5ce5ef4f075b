"""Imports point down only, as the house is built."""

import ast
from collections.abc import Iterator

import pytest

from tests.structure.source import Source, packages, product

_LAYERS = (
    {"models"},
    {"rules", "formats", "finance", "audit"},
    {"reading", "store"},
    {"activities", "reports"},
    {"workflows"},
    {"console", "settings"},
    {"installation"},
    {"worker"},
    {"commands"},
    {"cli"},
)
LEVEL = {name: level for level, names in enumerate(_LAYERS) for name in names}
_ASIDE = {"bots": {"models"}, "notifications": {"models"}}
"""They meet the activities through protocols in `models`; only the roots know both sides."""
_ROOTS = {"settings", "installation", "worker", "commands", "cli"}

_OUTSIDE = {
    "temporalio": {"activities", "workflows", "worker", "console", "commands", "cli"},
    "playwright": {"bots"},
    "sqlalchemy": {"store", "reports"},
    "alembic": {"store"},
    "apprise": {"notifications"},
    "fastapi": {"console", "sandbox"},
    "typer": {"commands", "cli"},
}
_PURE = {"models", "rules", "formats", "finance", "audit"}
_IMPURE_MODULES = {"os", "random", "secrets", "socket", "subprocess", "tempfile", "threading", "time", "uuid"}
_IMPURE_CALLS = {"now", "utcnow", "today", "urandom", "getenv"}

_KNOW_THE_PRODUCT = (
    "sandbox/company.py",
    "sandbox/opening.py",
    "sandbox/stack.py",
    "sandbox/vendor_invoice.py",
    "sandbox/demo/",
)
"""Input to the product or its players; every other file of the sandbox is a portal or what portals are made of."""


def ours(source: Source) -> Iterator[str]:
    known = packages()
    return (name for name in (module.partition(".")[0] for module in source.imports()) if name in known)


def violations(source: Source) -> Iterator[str]:
    mine = source.package
    for other in set(ours(source)) - {mine}:
        if mine in _ASIDE:
            allowed = other in _ASIDE[mine]
        elif mine == "sandbox":
            allowed = source.name.startswith(_KNOW_THE_PRODUCT)
        elif other in _ASIDE:
            allowed = mine in _ROOTS
        elif other in ("sandbox", "chaos"):
            allowed = mine == "commands"
        elif other == "settings":
            allowed = mine in _ROOTS
        else:
            allowed = LEVEL[other] < LEVEL[mine]
        if not allowed:
            yield f"{source.name} imports {other}"


def test_imports_point_down() -> None:
    assert [each for source in product() for each in violations(source)] == []


def test_every_package_has_its_place_in_the_house() -> None:
    placed = LEVEL.keys() | _ASIDE.keys() | {"sandbox", "chaos"}
    assert {source.package for source in product()} - placed == set()


@pytest.mark.parametrize("library", _OUTSIDE)
def test_a_library_is_known_only_where_it_belongs(library: str) -> None:
    users = {source.package for source in product() if library in {name.partition(".")[0] for name in source.imports()}}
    assert users - _OUTSIDE[library] == set()


def test_what_is_pure_asks_for_no_clock_chance_or_environment() -> None:
    found = []
    for source in (each for each in product() if each.package in _PURE):
        found += [f"{source.name} imports {name}" for name in source.imports() if name in _IMPURE_MODULES]
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _IMPURE_CALLS:
                found.append(f"{source.name}:{node.lineno} calls {node.func.attr}")
    assert found == []


def test_workflow_files_take_our_modules_past_the_sandbox() -> None:
    found = []
    for source in (each for each in product() if each.package == "workflows" and "@workflow.defn" in each.text):
        found += [
            f"{source.name}:{node.lineno} imports {node.module} outside imports_passed_through()"
            for node in source.tree.body
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in packages()
        ]
    assert found == []

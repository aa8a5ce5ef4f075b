import ast
import re
import statistics
import subprocess
from pathlib import Path

from tests.structure.source import ROOT, Source, every_source, product

_MOST_LINES = 400
_MOST_LINES_OF_A_FUNCTION = 30
"""For nine of ten."""
_WRITTEN_BY_ALEMBIC = "store/migrations/versions/"
_EMPTY_NAMES = re.compile(r"(^|_)(utils?|helpers?|manager|common|misc)(_|$)")
_UNFINISHED = re.compile(r"(TO[D]O|FIX[M]E)")
_REGISTRIES = ("pypi.org", "pythonhosted", "npmjs", "artifactory", "jfrog", "index-url", "ghcr.io", "docker.io")


def written() -> list[Source]:
    return [source for source in every_source() if not source.name.startswith(_WRITTEN_BY_ALEMBIC)]


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {source.name: source.text.count("\n") for source in written()}
    assert {name: lines for name, lines in long.items() if lines > _MOST_LINES} == {}


def test_nine_of_ten_functions_have_at_most_thirty_lines_and_half_at_most_ten() -> None:
    sources = [source for source in product() if not source.name.startswith(_WRITTEN_BY_ALEMBIC)]
    lengths = [_length(function) for source in sources for function in source.functions()]
    assert statistics.quantiles(lengths, n=10)[-1] <= _MOST_LINES_OF_A_FUNCTION
    assert statistics.median(lengths) <= 10


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_modules_are_named_by_what_they_hold() -> None:
    assert [source.name for source in every_source() if _EMPTY_NAMES.search(source.path.stem)] == []


def test_nothing_is_marked_as_unfinished() -> None:
    found = [
        f"{source.name}:{number}"
        for source in every_source()
        for number, line in enumerate(source.text.splitlines(), 1)
        if _UNFINISHED.search(line)
    ]
    assert found == []


def test_no_error_is_swallowed() -> None:
    found = [
        f"{source.name}:{node.lineno}"
        for source in every_source()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler)
        if node.type is None or (_is_broad(node.type) and all(isinstance(each, ast.Pass) for each in node.body))
    ]
    assert found == []


def _is_broad(kind: ast.expr) -> bool:
    return isinstance(kind, ast.Name) and kind.id in ("Exception", "BaseException")


def test_nothing_names_the_host_of_a_registry() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    found = []
    for name in filter(None, set(files) - {Path(__file__).relative_to(ROOT).as_posix()}):
        path = ROOT / name
        text = path.read_bytes().decode(errors="ignore").lower() if path.is_file() else ""
        found += [f"{name}: {host}" for host in _REGISTRIES if host in text]
    assert found == []


def test_every_test_folder_mirrors_a_package() -> None:
    aside = {"structure", "end_to_end", "histories", "chaos", "benchmarks", "docs", "scripts"}
    folders = {path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders - {source.package for source in product()} - aside == set()

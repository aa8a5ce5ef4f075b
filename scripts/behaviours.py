"""`make behaviours`: every behaviour of the specification with the tests that prove it.

Tests are found by their marker `@pytest.mark.behaviour("R1")`, on a function, a class or a module's `pytestmark`.
"""

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SPECIFICATION = ROOT.parent / "shared" / "behaviours.md"
_ROW = re.compile(r"^\| (?P<id>[A-Z]\d+) \| (?P<what>[^|]+)")
_LONGEST = 90


def behaviours(specification: Path) -> dict[str, str]:
    """The first words of each behaviour by its id, in the order of the specification."""
    rows = map(_ROW.match, specification.read_text(encoding="utf-8").splitlines())
    return {row["id"]: row["what"].strip()[:_LONGEST] for row in rows if row}


def proofs(tests: Path) -> dict[str, list[str]]:
    """The tests that carry each id, as `tests/store/test_log.py::test_name`."""
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(tests.rglob("test_*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for name, ids in _marked(tree.body, _of_module(tree)):
            for each in ids:
                found[each].append(f"{file.relative_to(tests.parent).as_posix()}::{name}")
    return dict(found)


def report(known: dict[str, str], proven: dict[str, list[str]]) -> Iterator[str]:
    for each, what in known.items():
        yield f"{each:4} {what}"
        yield from (f"       {test}" for test in proven.get(each, ()))
    missing = [each for each in known if each not in proven]
    yield f"\n{len(known) - len(missing)} of {len(known)} behaviours have tests."
    yield f"Without a test: {', '.join(missing) or 'none'}"
    unknown = sorted(set(proven) - set(known))
    if unknown:
        yield f"In no specification: {', '.join(unknown)}"


def _marked(
    nodes: Iterable[ast.stmt], inherited: frozenset[str], prefix: str = ""
) -> Iterator[tuple[str, frozenset[str]]]:
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            yield from _marked(node.body, inherited | _ids(node.decorator_list), f"{prefix}{node.name}::")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            yield f"{prefix}{node.name}", inherited | _ids(node.decorator_list)


def _of_module(tree: ast.Module) -> frozenset[str]:
    assigned = (node for node in tree.body if isinstance(node, ast.Assign))
    named = (node.value for node in assigned if any(getattr(to, "id", "") == "pytestmark" for to in node.targets))
    return _ids(named)


def _ids(expressions: Iterable[ast.expr]) -> frozenset[str]:
    calls = (call for each in expressions for call in ast.walk(each) if isinstance(call, ast.Call))
    marks = (call for call in calls if getattr(call.func, "attr", "") == "behaviour")
    arguments = (argument for mark in marks for argument in mark.args)
    return frozenset(str(each.value) for each in arguments if isinstance(each, ast.Constant))


def main() -> int:
    if not SPECIFICATION.exists():
        sys.stderr.write(f"{SPECIFICATION} is not there; the list of behaviours comes from it.\n")
        return 1
    for line in report(behaviours(SPECIFICATION), proofs(ROOT / "tests")):
        sys.stdout.write(f"{line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

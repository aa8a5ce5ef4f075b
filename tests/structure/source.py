"""The project's own source, read and never run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_NOT_PRODUCT = {"tests", "benchmarks", "chaos", "scripts"}
FREE = _NOT_PRODUCT
"""Folders that may import what they like."""


@dataclass(frozen=True)
class Source:
    path: Path

    @property
    def name(self) -> str:
        """The path from the root, as it is written in a message: `store/log.py`."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        """The top-level package, or the module where it stands alone: `store`, `cli`."""
        return self.path.relative_to(ROOT).parts[0].removesuffix(".py")

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    def imports(self) -> Iterator[str]:
        """The dotted names of all modules that are imported, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} imports relatively"
                yield node.module or ""

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@cache
def every_source() -> tuple[Source, ...]:
    """All of the project's Python files."""
    folders = [path for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists()]
    folders += [ROOT / name for name in sorted(_NOT_PRODUCT) if (ROOT / name).is_dir()]
    found = {file for folder in folders for file in folder.rglob("*.py")} | set(ROOT.glob("*.py"))
    return tuple(Source(path) for path in sorted(found))


@cache
def product() -> tuple[Source, ...]:
    """What runs: everything but tests, scripts, measurements and chaos."""
    return tuple(source for source in every_source() if source.package not in _NOT_PRODUCT)


def packages() -> frozenset[str]:
    return frozenset(source.package for source in every_source())

"""A portal to begin with: page objects, one action, a stand-in, an example and a test that passes at once."""

from dataclasses import dataclass
from pathlib import Path
from string import Template
from textwrap import dedent, indent

from bots.authoring.kinds import KINDS, Kind
from bots.by_name import module_of
from models.errors import BusinessError

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Scaffold:
    """`files` by their path from the root of the checkout."""

    portal: str
    files: dict[str, str]

    def write(self, root: Path) -> None:
        """Writes every file or none. Raises BusinessError `bot.exists` naming what is there already."""
        there = [path for path in self.files if (root / path).exists()]
        if there:
            raise BusinessError("bot.exists", f"{', '.join(there)} is there already; choose another name.")
        for path, text in self.files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")


def scaffold(portal: str, kind: str) -> Scaffold:
    """What to begin with for `portal`, into which content of `kind` is entered.

    Raises BusinessError `bot.name` or `bot.kind`.
    """
    if kind not in KINDS:
        raise BusinessError("bot.kind", f"{kind!r} is nothing to enter; choose one of: {', '.join(KINDS)}.")
    module, words = module_of(portal), _words(portal, KINDS[kind])
    made = {
        f"bots/portals/{module}.py": "portal.py",
        f"bots/portals/{module}_pages.py": "pages.py",
        f"sandbox/stand_ins/{module}.py": "stand_in.py",
        f"sandbox/stand_ins/{module}.json": f"{kind}.json",
        f"tests/bots/portals/test_{module}.py": "test.py",
    }
    return Scaffold(portal, {path: _filled(template, words) for path, template in made.items()})


def _words(portal: str, kind: Kind) -> dict[str, str]:
    return {
        "portal": portal,
        "module": module_of(portal),
        "name": "".join(word.capitalize() for word in portal.split("-")),
        "what": kind.what,
        "content": kind.content,
        "models": ", ".join(sorted({kind.content, "PortalState", "ProbeResult"})),
        "readback": ", ".join(kind.readback),
        "columns": kind.columns,
        "expectations": _block(kind.expectations, 8),
        "typed": _block(kind.typed, 4),
        "listed": _block(kind.listed, 4),
        "fields": _block(kind.fields, 8),
        "amount_field": kind.amount_field,
    }


def _block(lines: str, depth: int) -> str:
    return indent(dedent(lines).strip("\n"), " " * depth)


def _filled(template: str, words: dict[str, str]) -> str:
    return Template((_TEMPLATES / f"{template}.txt").read_text(encoding="utf-8")).substitute(words)

"""The documents name only what is there: files, pictures, headings, commands with their options, make targets."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from cli import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
TARGETS = frozenset(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SHELLS = ("sh", "console")
_PLACES = "[]|…<"
"""What stands in a command's synopsis for something that the reader puts there."""

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@every_page
def test_every_local_link_and_picture_leads_somewhere(page: Path) -> None:
    lost = [link for link in _LINK.findall(_without_code(page)) if not _leads_somewhere(page, link)]
    assert not lost


@every_page
def test_every_command_shown_exists_with_its_options(page: Path) -> None:
    wrong = [f"{line}: {problem}" for line in _commands(page) if (problem := _problem(line))]
    assert not wrong


@every_page
def test_every_make_target_named_exists(page: Path) -> None:
    named = {word for line in _code_lines(page) for word in re.findall(r"(?:^|&& )make ([a-z][a-z-]*)", line)}
    assert named <= TARGETS


def _leads_somewhere(page: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return True
    name, _, heading = link.partition("#")
    target = (page.parent / name) if name else page
    return target.exists() and (not heading or heading in set(_anchors(target)))


def _anchors(page: Path) -> Iterator[str]:
    for heading in re.findall(r"^#+ (.*)$", _without_code(page), re.MULTILINE):
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _without_code(page: Path) -> str:
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def _code_lines(page: Path) -> Iterator[str]:
    """What a reader types, continued lines joined: from shell blocks, and from code within the text."""
    for language, block in _FENCE.findall(page.read_text(encoding="utf-8")):
        if language in _SHELLS:
            for line in re.sub(r"\\\n\s*", "", block).splitlines():
                yield line.removeprefix("$ ").strip()
    yield from _CODE.findall(_without_code(page))


def _commands(page: Path) -> Iterator[str]:
    for line in _code_lines(page):
        command = line.removeprefix(".venv/bin/").split(" #")[0].strip()
        if command.startswith("tallywright "):
            yield command


def _problem(line: str) -> str:
    """Why the command line names something that is not there; empty when it does not."""
    command = typer.main.get_command(app)
    words = shlex.split(line)[1:]
    while isinstance(command, TyperGroup) and words and words[0].isidentifier() and not words[0].isupper():
        found = command.commands.get(words[0])
        if found is None:
            return f"there is no command {words[0]!r}"
        command, words = found, words[1:]
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)} | {"--help"}
    shown = {word.split("=")[0].strip(_PLACES) for word in words if word.strip(_PLACES).startswith("--")}
    unknown = ", ".join(sorted(shown - known))
    return f"there is no option {unknown}" if unknown else ""

"""`tallywright bot new`, `record` and `run`: for who writes a portal's bot. None of them touches the store."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

import bots
from bots.authoring.recording import turned
from bots.authoring.scaffold import scaffold
from bots.by_name import module_of
from commands.output import ERRORS, Answer, Json
from models.errors import BusinessError

_ROOT = Path(bots.__file__).resolve().parents[1]
"""The checkout."""

Name = Annotated[str, typer.Argument(help="The portal's name, e.g. acme-bank.")]


def new(
    name: Name,
    kind: Annotated[str, typer.Option(help="What is entered there: payment or posting.")] = "posting",
    json_output: Json = False,
) -> None:
    """Begin a bot for a portal: page objects, action, stand-in, example and a test that passes at once."""
    made = scaffold(name, kind)
    made.write(_ROOT)
    Answer(json_output).show(
        {"portal": name, "files": list(made.files)}, lambda console: _tell_made(console, name, list(made.files))
    )


def record(
    url: Annotated[str, typer.Argument(help="Where to begin; none with --recording.")] = "",
    recording: Annotated[
        Path | None, typer.Option(help="Turn this output of `playwright codegen --target python-async`.", exists=True)
    ] = None,
    class_name: Annotated[str, typer.Option(help="What the page object is called.")] = "RecordedPages",
    output: Annotated[Path | None, typer.Option(help="File to write it to; else standard output.")] = None,
    json_output: Json = False,
) -> None:
    """Record a way through a portal in a window and turn it into a page object. Use a test access.

    What you type while recording is not kept: values become arguments, passwords secrets.
    """
    if bool(url) == (recording is not None):
        raise BusinessError("bot.record_what", "Give the address to record, or --recording with a file; not both.")
    if not class_name.isidentifier():
        raise BusinessError("bot.class_name", f"{class_name!r} is no name of a class, such as AcmePages.")
    pages = turned(recording.read_text(encoding="utf-8") if recording else _recorded(url), class_name)
    if output:
        output.write_text(pages.source, encoding="utf-8")
    elif not json_output:
        sys.stdout.write(pages.source)
    Answer(json_output).show({"source": pages.source, "notes": pages.notes}, lambda console: _tell_notes(pages.notes))


def require_display() -> None:
    """Raises BusinessError `bot.no_display` on a machine without a screen."""
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")) and sys.platform == "linux":
        problem = (
            "This machine has no display (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can be shown. "
            "Do it on one that has; `bot run` works here without --headed."
        )
        raise BusinessError("bot.no_display", problem)


def _tell_made(console: Console, portal: str, files: list[str]) -> None:
    module = module_of(portal)
    for file in files:
        console.print(f"  {file}", markup=False, highlight=False)
    console.print("Try it:", highlight=False)
    for command in (
        f"pytest tests/bots/portals/test_{module}.py",
        f"tallywright bot run {portal} --input sandbox/stand_ins/{module}.json",
    ):
        console.print(f"  .venv/bin/{command}", markup=False, highlight=False, soft_wrap=True)


def _tell_notes(notes: tuple[str, ...]) -> None:
    for note in notes:
        ERRORS.print(f"Note: {note}", markup=False, highlight=False, soft_wrap=True)


def _recorded(url: str) -> str:
    """What codegen writes while a person goes through the portal in its window."""
    require_display()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "recording.py"
        command = [sys.executable, "-m", "playwright", "codegen", "--target", "python-async", "-o", str(file), url]
        ended = subprocess.run(  # noqa: S603 - ours
            command, env=os.environ | _chromium(), stderr=subprocess.PIPE, text=True, check=False
        )
        if ended.returncode or not file.exists():
            raise BusinessError("bot.not_recorded", f"The recorder left no recording: {_reason(ended)}.")
        return file.read_text(encoding="utf-8")


def _reason(ended: subprocess.CompletedProcess[str]) -> str:
    """In the recorder's own words, out of the report of a program that fell over."""
    told = re.search(r"Error\w*: (.+)", ended.stderr)
    return told[1].strip() if told else f"it ended with status {ended.returncode}"


def _chromium() -> dict[str, str]:
    """Where codegen finds the system's browser; without one it takes that which Playwright installed."""
    found = shutil.which("chromium")
    return {"PWTEST_CLI_EXECUTABLE_PATH": found} if found else {}

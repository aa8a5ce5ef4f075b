"""`tallywright bot run`: a bot tried by its author, on its stand-in or, up to the read-back, on the real portal.

Only the workflow commits on a real portal, with its claim in the store. Here a final request leaves for a stand-in that
this command itself has started, and for nothing else.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from pydantic import SecretStr, TypeAdapter
from rich.console import Console
from rich.table import Table

from bots.action import PREPARE_TIMEOUT
from bots.authoring.practice import OwnLogin, StandInClaim
from bots.browser import Browser
from bots.by_name import part_of, portal_named
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess
from bots.rehearsal import Rehearsal
from commands.bot_writing import Name, require_display
from commands.output import ERRORS, Answer, Json
from commands.signing_in import asked_secret
from installation import wall_clock
from models.errors import BusinessError
from models.portal import CodeKind, Credential, EvidenceStep, PortalContent, PortalUnavailable
from sandbox.serving import serve_in_thread

_NOT_AS_WANTED = 1
_PATIENCE_OF_A_PERSON = 3600.0
"""Seconds for a run that waits for Enter after every step."""


def run(
    name: Name,
    input_: Annotated[Path, typer.Option("--input", help="What to enter, as JSON.", exists=True, dir_okay=False)],
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser's window.")] = False,
    step: Annotated[bool, typer.Option("--step", help="Wait for Enter after every step.")] = False,
    commit: Annotated[
        bool, typer.Option("--commit", help="Press the final button, too; on the stand-in alone.")
    ] = False,
    url: Annotated[str, typer.Option(help="The real portal; without it the bot's stand-in is started.")] = "",
    user: Annotated[str, typer.Option(help="Your test access there; its password is asked for.")] = "",
    totp: Annotated[bool, typer.Option("--totp", help="It also has a seed for one-time passwords.")] = False,
    known_row: Annotated[str, typer.Option(help="Number of an old entry in the portal's list.")] = "",
    pictures: Annotated[Path | None, typer.Option(help="Folder to keep a picture of every step in.")] = None,
    json_output: Json = False,
) -> None:
    """Try a bot: sign in, enter, read the confirmation page back and compare. On a real portal it stops there."""
    _require_sense(url, user, commit=commit)
    if headed:
        require_display()
    content = _content(input_)
    place = _real(name, url, user, known_row, totp=totp) if url else None
    steps = ShownSteps(waits=step, folder=pictures)
    with _stand_in(name) if place is None else _as_it_is(place) as where:
        report = asyncio.run(_tried(name, where, content, steps, headed=headed, commit=commit))
    Answer(json_output).show(report.document, report.draw)
    if not report.is_right:
        raise typer.Exit(_NOT_AS_WANTED)


@dataclass(frozen=True)
class Place:
    """Where the bot is tried and how it gets in."""

    url: str
    credential: Credential
    known_row: str
    is_stand_in: bool


@dataclass
class ShownSteps:
    """An evidence sink that prints each step as it comes and, with `waits`, goes on when Enter is pressed."""

    waits: bool
    folder: Path | None
    _number: int = 0

    async def record(self, step: EvidenceStep) -> None:
        self._number += 1
        ERRORS.print(f"{self._number:>2}  {step.action}  {step.target}", markup=False, highlight=False)
        if self.folder and step.screenshot:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{self._number:02}.png").write_bytes(step.screenshot)
        if self.waits:
            await self._wait()

    async def _wait(self) -> None:
        ERRORS.print("    Enter goes on, q stops.", style="dim")
        answer = await asyncio.to_thread(sys.stdin.readline)
        if not answer or answer.strip().lower() == "q":
            self.waits = False
            raise BusinessError("bot.stopped", "Stopped. Nothing was sent to be carried out.")


@dataclass(frozen=True)
class Report:
    portal: str
    is_stand_in: bool
    rehearsal: Rehearsal
    committed: dict[str, str] | None

    @property
    def is_right(self) -> bool:
        return self.rehearsal.is_right and (self.committed is None or self.committed["state"] == "executed")

    @property
    def document(self) -> dict[str, Any]:
        fields = [
            {"field": each.name, "meant": each.meant, "shown": each.shown, "right": each.is_right}
            for each in self.rehearsal.fields
        ]
        return {
            "portal": self.portal,
            "stand_in": self.is_stand_in,
            "right": self.is_right,
            "refused": self.rehearsal.refused,
            "fields": fields,
            "committed": self.committed,
        }

    def draw(self, console: Console) -> None:
        if self.rehearsal.refused:
            console.print(f"Refused: {self.rehearsal.refused}", style="bold red", markup=False, highlight=False)
            return
        table = Table("Field", "Meant", "The confirmation page shows", "")
        for each in self.rehearsal.fields:
            table.add_row(each.name, each.meant, each.shown, "ok" if each.is_right else "differs")
        console.print(table)
        console.print(self._end, markup=False, highlight=False, soft_wrap=True)

    @property
    def _end(self) -> str:
        if not self.rehearsal.is_right:
            return "The confirmation page does not show what was meant; in a real case nothing would be claimed."
        if self.committed:
            return (
                f"The stand-in answered: {self.committed['portal_text']}. The probe found: {self.committed['state']}."
            )
        if self.is_stand_in:
            return "Everything is as it was meant. Nothing was saved; --commit goes through to the end."
        return "Everything is as it was meant. Nothing was saved; on a real portal only the workflow commits."


def _require_sense(url: str, user: str, *, commit: bool) -> None:
    if url and commit:
        problem = "On a real portal the run stops after the read-back; only the workflow commits. Leave out --commit."
        raise BusinessError("bot.only_rehearses", problem)
    if url and not (urlsplit(url).scheme in ("http", "https") and urlsplit(url).hostname):
        raise BusinessError("bot.address", f"{url!r} is no web address such as https://portal.example.")
    if bool(url) != bool(user):
        raise BusinessError("bot.access", "A real portal takes both --url and --user; the stand-in takes neither.")


def _content(file: Path) -> PortalContent:
    return TypeAdapter[PortalContent](PortalContent).validate_json(file.read_bytes())


def _real(name: str, url: str, user: str, known_row: str, *, totp: bool) -> Place:
    credential = Credential(
        login=user,
        password=asked_secret(f"Password of {user} on {name}"),
        totp_seed=asked_secret("Seed for one-time passwords") if totp else None,
    )
    return Place(url.rstrip("/"), credential, known_row, is_stand_in=False)


@contextmanager
def _as_it_is(place: Place) -> Iterator[Place]:
    yield place


@contextmanager
def _stand_in(name: str) -> Iterator[Place]:
    stand_in = part_of("sandbox.stand_ins", name, "build")()
    credential = Credential(login=stand_in.login, password=stand_in.password)
    with serve_in_thread(stand_in.application) as url:
        yield Place(url, credential, stand_in.known_number, is_stand_in=True)


async def _tried(
    name: str, place: Place, content: PortalContent, steps: ShownSteps, *, headed: bool, commit: bool
) -> Report:
    try:
        async with _portal(name, place, headed=headed) as portal:
            patience = _PATIENCE_OF_A_PERSON if steps.waits else PREPARE_TIMEOUT
            rehearsal = await portal.rehearse(content, steps, patience)
            committed = await _committed(portal, content) if commit and rehearsal.is_right else None
    except PortalUnavailable as error:
        raise BusinessError("bot.unavailable", f"{name} could not be used: {error}") from error
    return Report(name, place.is_stand_in, rehearsal, committed)


async def _committed(portal: ActingPortal[Any], content: PortalContent) -> dict[str, str]:
    """Once through the gate to the stand-in, and what its list shows then."""
    quiet = ShownSteps(waits=False, folder=None)
    submission = await portal.submit(content, StandInClaim(wall_clock), quiet)
    probe = await portal.probe(content, quiet)
    return {
        "outcome": submission.outcome.value,
        "portal_text": submission.portal_text,
        "state": probe.state.value,
        "probe_text": probe.portal_text,
    }


def _code_from_the_phone(kind: CodeKind, said: str) -> SecretStr:
    if kind is CodeKind.PUSH:
        ERRORS.print(f"{said} Enter when you have confirmed it.", markup=False, highlight=False, soft_wrap=True)
        sys.stdin.readline()
        return SecretStr("")
    return asked_secret(said)


@asynccontextmanager
async def _portal(name: str, place: Place, *, headed: bool) -> AsyncIterator[ActingPortal[Any]]:
    hosts = (urlsplit(place.url).hostname or "",)
    async with Browser(hosts=hosts, headless=not headed) as browser:
        credentials = OwnLogin(place.credential, _code_from_the_phone)
        passwords = OneTimePasswords(wall_clock)
        access = PortalAccess(name, browser, credentials, place.url, wall_clock, passwords)
        yield portal_named(access, place.known_row)

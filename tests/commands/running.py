"""`tallywright` as people and programs run it: a process of its own, with its own exit."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sandbox.company import SANDBOX_PASSWORD
from tests.databases import database_in

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on the one line of standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self
        return json.loads(lines[0])


class Forker:
    """The process that runs the commands; see `tests.commands.forker`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.commands.forker"],
            cwd=ROOT,
            env=os.environ | {"COLUMNS": "100"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, words: tuple[str, ...], environment: dict[str, str]) -> Ended:
        asked, answered = self._pipes
        asked.write(f"{json.dumps({'words': words, 'environment': environment})}\n")
        asked.flush()
        return Ended(**json.loads(answered.readline()))

    def close(self) -> None:
        for pipe in self._pipes:
            pipe.close()
        self._process.wait(timeout=30)

    @property
    def _pipes(self) -> tuple[IO[str], IO[str]]:
        assert self._process.stdin is not None and self._process.stdout is not None
        return self._process.stdin, self._process.stdout


@dataclass(frozen=True)
class Terminal:
    """Runs commands in an installation; `login` signs them in, with the sandbox's password."""

    home: Path
    forker: Forker

    def run(self, *words: str, login: str = "", password: str = SANDBOX_PASSWORD, **settings: str) -> Ended:
        return self.forker.run(words, self._environment(login, password) | settings)

    def run_alone(self, *words: str, login: str = "", lines: str = "", out: int = subprocess.PIPE) -> Ended:
        """The same in a process that was started for it, which is told `lines`; `out` is where its answer goes."""
        ended = subprocess.run(
            [sys.executable, "-m", "cli", *words],
            cwd=ROOT,
            env=self._environment(login),
            input=lines,
            stdout=out,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout or "", ended.stderr)

    def _environment(self, login: str, password: str = SANDBOX_PASSWORD) -> dict[str, str]:
        known = {name: value for name, value in os.environ.items() if not name.startswith(("TALLYWRIGHT_", "TEMPORAL"))}
        ours = {"TALLYWRIGHT_HOME": str(self.home), "TALLYWRIGHT_DATABASE_URL": database_in(self.home)}
        signing_in = {"TALLYWRIGHT_LOGIN": login, "TALLYWRIGHT_PASSWORD": password} if login else {}
        return known | ours | {"COLUMNS": "100"} | signing_in

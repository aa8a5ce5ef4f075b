"""A copy of the checkout into which commands that write source may write."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.commands.running import ROOT, Ended

_UNNEEDED = ("docs/", "benchmarks/", "deploy/", "tests/histories/")


@dataclass(frozen=True)
class Checkout:
    root: Path

    @classmethod
    def copied_to(cls, root: Path) -> "Checkout":
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.splitlines():
            if not name.startswith(_UNNEEDED) and (ROOT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, root / name)
        return cls(root)

    def tallywright(self, *words: str, lines: str = "", **environment: str) -> Ended:
        return self.python("cli", *words, lines=lines, **environment)

    def python(self, module: str, *words: str, lines: str = "", **environment: str) -> Ended:
        """Runs a module with this copy's source in front of the checkout's."""
        ended = subprocess.run(
            [sys.executable, "-m", module, *words],
            cwd=self.root,
            env=self._environment() | environment,
            input=lines,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def started(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """`tallywright`, still running, for somebody who answers it."""
        return subprocess.Popen(
            [sys.executable, "-m", "cli", *words],
            cwd=self.root,
            env=self._environment() | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _environment(self) -> dict[str, str]:
        known = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
        return known | {"PYTHONPATH": str(self.root), "COLUMNS": "120"}

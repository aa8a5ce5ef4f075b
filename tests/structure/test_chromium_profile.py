"""The rights that docker-compose.yml leaves to the bots, tried with the kernel that is here."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure import compose
from tests.structure.compose import ROOT
from tests.structure.confined import NOBODY

_PROFILE = ROOT / "deploy" / "chromium-seccomp.json"
_NOTHING_TAKEN = "-"


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the ordinary user owns and can reach."""
    with tempfile.TemporaryDirectory() as folder:
        if os.geteuid() == 0:
            os.chown(folder, NOBODY, NOBODY)
        yield Path(folder)


def _as_ordinary_user(home: Path, profile: str, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        (sys.executable, Path(__file__).with_name("confined.py"), profile, *command),
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home)},
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def _chromium_draws(home: Path, profile: str) -> bool:
    page = ("chromium", "--headless", "--disable-gpu", "--dump-dom", "data:text/html,<p>drawn</p>")
    return "<p>drawn</p>" in _as_ordinary_user(home, profile, *page).stdout


def test_given_the_bots_profile_chromium_has_its_sandbox_wherever_the_machine_allows_it(home: Path) -> None:
    assert _chromium_draws(home, str(_PROFILE)) == _chromium_draws(home, _NOTHING_TAKEN)


def test_given_the_bots_profile_whoever_makes_a_namespace_mounts_nothing_in_it(home: Path) -> None:
    mounting = _as_ordinary_user(home, str(_PROFILE), "unshare", "--user", "--map-root-user", "--mount", "true")
    assert mounting.returncode != 0
    assert "not permitted" in mounting.stderr


def test_the_bots_alone_have_a_profile_of_their_own_and_it_is_there() -> None:
    with_profile = {
        service.name: option.partition("=")[2]
        for service in compose.services().values()
        for option in service.parts.get("security_opt", ())
        if option.startswith("seccomp")
    }
    assert with_profile == {"bots": str(_PROFILE.relative_to(ROOT))}
    assert {rule["action"] for rule in json.loads(_PROFILE.read_text())["syscalls"]} == {"SCMP_ACT_ERRNO"}

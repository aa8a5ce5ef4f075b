"""The portals as processes of their own, as the demo runs them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from sandbox.bank.ledger import payments
from sandbox.logins import read_credentials

ROOT = Path(__file__).parents[2]


@contextmanager
def started(module: str, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().split()[-1]


@pytest.mark.parametrize("portal", ["bank", "bank_b", "erp", "tax"])
def test_a_portal_says_when_it_is_ready_and_ends_cleanly_on_sigterm(portal: str, tmp_path: Path) -> None:
    with started(f"sandbox.{portal}", "--home", str(tmp_path)) as process:
        url = address(process)
        with httpx.Client(base_url=url, follow_redirects=True) as browser:
            assert browser.get("/").status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=10) == 0


def test_a_restarted_bank_keeps_its_ledger_and_its_credentials(tmp_path: Path) -> None:
    seen = []
    for _ in range(2):
        with started("sandbox.bank", "--home", str(tmp_path)) as process:
            address(process)
            seen.append((payments(tmp_path / "ledger.db"), read_credentials(tmp_path / "credentials.json")))
    assert seen[0] == seen[1]


def test_a_portal_lives_in_business_time(tmp_path: Path) -> None:
    arguments = ("sandbox.bank", "--home", str(tmp_path))
    with started(*arguments, TALLYWRIGHT_CLOCK_START="2027-03-02T09:00:00+01:00") as process:
        address(process)
        assert payments(tmp_path / "ledger.db")[0]["execution_date"] == "2027-01-01"


def test_the_mail_server_names_both_its_addresses(tmp_path: Path) -> None:
    with started("sandbox.mail", "--home", str(tmp_path)) as process:
        assert address(process).startswith("127.0.0.1:")
        assert httpx.get(address(process)).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0

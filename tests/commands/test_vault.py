"""Logins from a terminal: secrets come by standard input and stand in no argument."""

import os
import subprocess
import sys
from base64 import b64encode

import pytest

from sandbox.company import SANDBOX_PASSWORD
from tests.commands.running import ROOT, Terminal
from tests.console.company import Company
from tests.databases import database_in

_PASSWORD, _SEED = "canary-pass", "JBSWY3DPEHPK3PXP"


def typed(terminal: Terminal, lines: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command with `lines` on its standard input, as the administrator."""
    ours = {
        "TALLYWRIGHT_HOME": str(terminal.home),
        "TALLYWRIGHT_DATABASE_URL": database_in(terminal.home),
        "TALLYWRIGHT_LOGIN": "oliver.stein",
        "TALLYWRIGHT_PASSWORD": SANDBOX_PASSWORD,
    }
    command = [sys.executable, "-m", "cli", "vault", *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | ours, input=lines, capture_output=True, text=True, check=False
    )


def test_a_login_is_stored_listed_and_renewed_and_its_secrets_are_never_shown(
    terminal: Terminal, company: Company
) -> None:
    words = ("set", "sandbox-bank", "--name", "LMT01", "--totp", "--expires", "2027-03-31")
    shown = [typed(terminal, f"{_PASSWORD}\n{_SEED}\n", *words)]
    shown.append(typed(terminal, "new-canary\n", "rotate", "sandbox-bank"))
    shown.append(typed(terminal, "", "rotate", "--key"))
    shown.append(typed(terminal, "", "list", "--json"))
    assert [each.returncode for each in shown] == [0, 0, 0, 0], shown
    assert '"portal": "sandbox-bank"' in shown[-1].stdout and '"owner": "oliver.stein"' in shown[-1].stdout
    everything = "".join(each.stdout + each.stderr for each in shown)
    assert not [secret for secret in (_PASSWORD, _SEED, "new-canary") if secret in everything]


def test_without_a_secret_or_a_target_nothing_is_stored(terminal: Terminal, company: Company) -> None:
    refused = typed(terminal, "", "set", "sandbox-bank", "--name", "LMT01")
    assert (refused.returncode, "is missing" in refused.stderr) == (2, True)
    assert terminal.run("vault", "rotate", login="oliver.stein").status == 2
    assert terminal.run("vault", "list").out.strip() == "No login is stored yet."


def test_the_key_out_of_the_environment_is_changed_there_and_then_opens_alone(
    terminal: Terminal, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = (b64encode(bytes([number]) * 32).decode() for number in (1, 2))
    before = terminal.home / "keys" / "vault.key"
    known = before.read_bytes() if before.exists() else b""
    monkeypatch.setenv("TALLYWRIGHT_VAULT_KEY", old)
    assert typed(terminal, f"{_PASSWORD}\n", "set", "sandbox-bank", "--name", "LMT01").returncode == 0
    monkeypatch.setenv("TALLYWRIGHT_VAULT_KEY", new)
    closed = typed(terminal, "new-canary\n", "rotate", "sandbox-bank")
    assert (closed.returncode, "cannot be opened with this vault key" in closed.stderr) == (2, True), closed
    monkeypatch.setenv("TALLYWRIGHT_VAULT_KEY_RETIRED", old)
    assert typed(terminal, "", "rotate", "--key").returncode == 0
    monkeypatch.delenv("TALLYWRIGHT_VAULT_KEY_RETIRED")
    renewed = typed(terminal, "new-canary\n", "rotate", "sandbox-bank")
    assert renewed.returncode == 0, renewed
    assert (before.read_bytes() if before.exists() else b"") == known, "the file plays no part"

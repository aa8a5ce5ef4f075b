"""The home folder: who may read it, what room it has, whether the keys are there."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from audit.note import NoteError, Signer
from commands.checks.result import Check, broken, ok, warning
from models.errors import BusinessError
from settings import Settings
from store.vault import Vault

_GIB = 1024**3
_LITTLE, _TOO_LITTLE = 2 * _GIB, _GIB // 4


def check_home(settings: Settings) -> Iterator[Check]:
    home = settings.home.resolve()
    if not home.is_dir():
        remedy = "Run `tallywright migrate`, which makes it, or set TALLYWRIGHT_HOME to where it is."
        yield broken("home", f"The home folder {home} is not there.", remedy)
        return
    yield _access(home)
    yield _room(home)
    yield from _keys(home / "keys")


def _access(home: Path) -> Check:
    mode = stat.S_IMODE(home.stat().st_mode)
    if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        remedy = f"Let the user that runs Tallywright own it: chown -R USER {home}"
        return broken("home", f"{home} cannot be written by this user (uid {os.geteuid()}).", remedy)
    if mode & 0o077:
        found = f"{home} can be entered by other users of this machine (mode {mode:04o})."
        return warning("home", found, f"Keep it to its owner: chmod 700 {home}")
    return ok("home", f"{home} is there and its owner's alone.")


def _room(home: Path) -> Check:
    free = shutil.disk_usage(home).free
    found = f"{free / _GIB:.1f} GiB are free under {home}."
    remedy = "Free some room or enlarge the disk: without it nothing can be recorded, so that nothing happens."
    if free < _TOO_LITTLE:
        return broken("disk", found, remedy)
    return warning("disk", found, remedy) if free < _LITTLE else ok("disk", found)


def _keys(folder: Path) -> Iterator[Check]:
    problems = [problem for problem in (_audit_key(folder), _vault_key(folder)) if problem is not None]
    yield from problems
    if not problems:
        yield ok("keys", f"The keys in {folder} are there, readable by their owner alone.")


def _audit_key(folder: Path) -> Check | None:
    private, public = folder / "audit.key", folder / "audit.pub"
    problem = _privacy("keys.audit", private)
    if problem is not None:
        return problem
    remedy = f"Restore {private} and {public} from the backup: entries written under another key do not verify."
    try:
        verifier = Signer.parse(private.read_text().strip()).verifier
    except (NoteError, UnicodeDecodeError):
        return broken("keys.audit", f"{private} is damaged.", remedy)
    if not public.exists() or public.read_text(errors="replace").strip() != verifier.encoded:
        return broken("keys.audit", f"{public} is not the public half of {private}.", remedy)
    return None


def _vault_key(folder: Path) -> Check | None:
    file = folder / "vault.key"
    problem = _privacy("keys.vault", file)
    if problem is not None:
        return problem
    try:
        Vault.open(file)
    except BusinessError as error:
        return broken("keys.vault", error.message, f"Restore {file}; else store every portal login anew.")
    return None


def _privacy(name: str, file: Path) -> Check | None:
    """Why a key file cannot be used; looking at a key that is missing must not make one."""
    if not file.exists():
        remedy = "Restore it from the backup. In a new installation `tallywright migrate` makes it."
        return broken(name, f"{file} is not there.", remedy)
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        found = f"Other users of this machine can read {file} (mode {mode:04o})."
        return broken(name, found, f"chmod 600 {file}, and take it for known to them: replace the key.")
    if not os.access(file, os.R_OK):
        return broken(name, f"{file} cannot be read by this user (uid {os.geteuid()}).", f"chown USER {file}")
    return None

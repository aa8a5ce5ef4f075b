"""`python confined.py PROFILE COMMAND ...` runs a command as an ordinary user under a seccomp profile for Docker.

`-` in place of the profile takes nothing away.
"""

import ctypes
import json
import os
import sys
from pathlib import Path

_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_UNKNOWN = -1
NOBODY = 65534


def become_ordinary() -> None:
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def confine(profile: Path) -> None:
    """Takes from this process, and from all that it starts, what the profile takes. Needs no rights."""
    library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
    library.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(_ALLOW)))
    for rule in json.loads(profile.read_text())["syscalls"]:
        for name in rule["names"]:
            number = library.seccomp_syscall_resolve_name(name.encode())
            if number != _UNKNOWN:
                action = ctypes.c_uint32(_ERRNO | rule["errnoRet"])
                _done(library.seccomp_rule_add_array(rules, action, number, 0, None), name)
    _done(library.seccomp_load(rules), "the profile")


def _done(status: int, what: str) -> None:
    if status:
        raise OSError(-status, os.strerror(-status), what)


if __name__ == "__main__":
    become_ordinary()
    if sys.argv[1] != "-":
        confine(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the test's own command

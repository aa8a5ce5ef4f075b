"""Processes and ports of this machine."""

import os
import socket
import subprocess
from collections.abc import Iterable
from pathlib import Path

_FIRST_PORT, _LAST_PORT = 20000, 32000


def free_base(count: int) -> int:
    """The first of `count` ports in a row that nobody uses, below those that the system hands out by itself."""
    span = (_LAST_PORT - _FIRST_PORT) // count
    for step in range(span):
        base = _FIRST_PORT + count * ((os.getpid() + step) % span)
        if all(_is_free(port) for port in range(base, base + count)):
            return base
    raise RuntimeError(f"no {count} free ports in a row between {_FIRST_PORT} and {_LAST_PORT}")


def descendants(pid: int) -> list[int]:
    """Every process below `pid`."""
    family, found, below = _family(), list[int](), [pid]
    while below:
        below = [child for parent in below for child in family.get(parent, [])]
        found += below
    return found


def children(pid: int) -> list[int]:
    """Every process that `pid` has started itself."""
    return _family().get(pid, [])


def named(pids: Iterable[int], start: str) -> list[int]:
    """Those of `pids` whose program's name begins with `start`."""
    return [pid for pid in pids if _name(pid).startswith(start)]


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return ""


def _family() -> dict[int, list[int]]:
    """The children of every process."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout  # noqa: S607
    family: dict[int, list[int]] = {}
    for line in listing.splitlines():
        child, parent = map(int, line.split())
        family.setdefault(parent, []).append(child)
    return family


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True

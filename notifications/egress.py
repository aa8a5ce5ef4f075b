"""What an address that a person typed may make this machine do: talk to the internet, and nothing else.

The check stands where the connection is made, on the very address that a name has led to, so that no name that leads
somewhere else a second later, no redirect and no part of Apprise gets around it.
"""

import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Network = IPv4Network | IPv6Network

_CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg")
_STARTING = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "syslog.syslog", "syslog.openlog")
_READABLE = tuple({os.path.realpath(folder) for folder in (sys.prefix, sys.base_prefix, "/etc/ssl", "/usr/share")})
"""Where code, certificates and time zones lie; a file of ours or of the house is none of a message's business."""
_TRANSLATED = ip_network("64:ff9b::/96")
_inside: ContextVar[tuple[Network, ...] | None] = ContextVar("networks that may be reached beside the internet")


class NotReachable(PermissionError):
    """What was about to be done is not allowed; nothing of it was done."""


def networks(text: str) -> tuple[Network, ...]:
    """From addresses and networks with spaces or commas between them. Raises ValueError that names the wrong one."""
    return tuple(ip_network(each) for each in text.replace(",", " ").split())


@contextmanager
def guarded(inside: tuple[Network, ...] = ()) -> Iterator[None]:
    """While this lasts, in this thread and those that inherit its context, connections go to public addresses and to
    those `inside` alone, no file is opened and no process started. Raises NotReachable where something tries."""
    _stand_guard()
    token = _inside.set(inside)
    try:
        yield
    finally:
        _inside.reset(token)


def refused_addresses(host: str, inside: tuple[Network, ...]) -> tuple[str, ...]:
    """Where `host` leads and may not; empty also where it leads nowhere."""
    try:
        found = socket.getaddrinfo(host, None)
    except (OSError, UnicodeError):
        return ()
    addresses = dict.fromkeys(str(each[4][0]) for each in found)
    return tuple(address for address in addresses if not is_allowed(address, inside))


def is_allowed(address: str, inside: tuple[Network, ...]) -> bool:
    """Whether `address` is one of the internet's or one of `inside`. What is no address is not."""
    try:
        meant = _meant(ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if any(meant.version == network.version and meant in network for network in inside):
        return True
    return meant.is_global and not meant.is_multicast and not meant.is_reserved


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else address)


@cache
def _stand_guard() -> None:
    """Once per process: a hook of the interpreter cannot be taken away again, and does nothing outside `guarded`."""
    sys.addaudithook(_look_at)


def _look_at(event: str, arguments: tuple[Any, ...]) -> None:
    inside = _inside.get(None)
    if inside is None:
        return
    if event in _CONNECTING:
        _check_connection(arguments[1], inside)
    elif event == "open":
        _check_file(arguments[0])
    elif event in _STARTING:
        raise NotReachable("A message starts no other program.")


def _check_connection(target: Any, inside: tuple[Network, ...]) -> None:
    if target is None:
        return
    address = target[0] if isinstance(target, tuple) and target else ""
    if not isinstance(address, str) or not is_allowed(address, inside):
        raise NotReachable(f"{address or 'a local service'} is inside and may not be reached.")


def _check_file(path: Any) -> None:
    if isinstance(path, int):
        return
    real = os.path.realpath(os.fsdecode(path))
    if not real.startswith(tuple(f"{folder}{os.sep}" for folder in _READABLE)) and real != os.devnull:
        raise NotReachable("A message reads no file of this machine.")

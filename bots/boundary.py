"""What one portal declares about its own requests, so that the gate can tell looking from changing."""

import json
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_LOCAL_SCHEMES = frozenset({"about", "blob", "data"})


def origin_of(url: str) -> str:
    """`scheme://host:port` of `url`, the port left out where it is the scheme's own (RFC 6454)."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = "" if parts.port in (None, default) else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname or ''}{port}"


@dataclass(frozen=True)
class RequestPattern:
    """Requests by method and by the whole path (a regular expression); the query plays no part.

    `call` is a regular expression for the procedure that the body names (JSON-RPC); empty where the body plays no part.
    """

    method: str
    path: str
    call: str = ""

    def matches(self, method: str, url: str, body: bytes = b"") -> bool:
        if method != self.method or not re.fullmatch(self.path, urlsplit(url).path):
            return False
        return not self.call or re.fullmatch(self.call, _called(body)) is not None


def posts(*paths: str) -> tuple[RequestPattern, ...]:
    """The POSTs to `paths`, each a regular expression for the whole path."""
    return tuple(RequestPattern("POST", path) for path in paths)


def calls(path: str, *procedures: str) -> tuple[RequestPattern, ...]:
    """The calls of `procedures` by JSON-RPC, each a regular expression for the whole name, through one `path`."""
    return tuple(RequestPattern("POST", path, procedure) for procedure in procedures)


def _called(body: bytes) -> str:
    """The procedure that a JSON-RPC request calls; empty when it is none."""
    try:
        request = json.loads(body)
    except ValueError:
        return ""
    name = request.get("method") if isinstance(request, dict) else None
    return name if isinstance(name, str) else ""


@dataclass(frozen=True)
class Boundary:
    """Where a bot may go on one portal, and which requests change something there.

    `final` are the requests that carry an action out for good; only the commit gate sends them, once per claim.
    Every request that is not a GET, HEAD or OPTIONS counts as changing; `changing_gets` names the GETs that do, too,
    and `reads` those others that only look, as where a page asks for everything by JSON-RPC.
    `steps` are the changing requests on the way to the confirmation page: signing in, the pages of an entry. What is
    neither final nor a step never goes out, so that a portal whose final address moved is found out before it is used.
    """

    origins: frozenset[str]
    final: tuple[RequestPattern, ...] = ()
    steps: tuple[RequestPattern, ...] = ()
    changing_gets: tuple[RequestPattern, ...] = ()
    reads: tuple[RequestPattern, ...] = ()

    def is_home(self, url: str) -> bool:
        return urlsplit(url).scheme in _LOCAL_SCHEMES or origin_of(url) in self.origins

    def is_final(self, method: str, url: str, body: bytes = b"") -> bool:
        return _any(self.final, method, url, body)

    def is_step(self, method: str, url: str, body: bytes = b"") -> bool:
        return not self.is_final(method, url, body) and _any(self.steps, method, url, body)

    def changes(self, method: str, url: str, body: bytes = b"") -> bool:
        if self.is_final(method, url, body) or _any(self.changing_gets, method, url, body):
            return True
        return method not in SAFE_METHODS and (
            _any(self.steps, method, url, body) or not _any(self.reads, method, url, body)
        )


def _any(patterns: tuple[RequestPattern, ...], method: str, url: str, body: bytes) -> bool:
    return any(pattern.matches(method, url, body) for pattern in patterns)

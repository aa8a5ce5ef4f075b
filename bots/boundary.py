"""What one portal declares about its own requests, so that the gate can tell looking from changing."""

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
    """Requests by method and by the whole path (a regular expression); the query plays no part."""

    method: str
    path: str

    def matches(self, method: str, url: str) -> bool:
        return method == self.method and re.fullmatch(self.path, urlsplit(url).path) is not None


@dataclass(frozen=True)
class Boundary:
    """Where a bot may go on one portal, and which requests change something there.

    `final` are the requests that carry an action out for good; only the commit gate sends them, once per claim.
    Every request that is not a GET, HEAD or OPTIONS counts as changing; `changing_gets` names the GETs that do, too.
    """

    origins: frozenset[str]
    final: tuple[RequestPattern, ...]
    changing_gets: tuple[RequestPattern, ...] = ()

    def is_home(self, url: str) -> bool:
        return urlsplit(url).scheme in _LOCAL_SCHEMES or origin_of(url) in self.origins

    def is_final(self, method: str, url: str) -> bool:
        return any(pattern.matches(method, url) for pattern in self.final)

    def changes(self, method: str, url: str) -> bool:
        if method not in SAFE_METHODS or self.is_final(method, url):
            return True
        return any(pattern.matches(method, url) for pattern in self.changing_gets)

"""What the console needs, given to it by the composition root."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from store.files import FileStore
from store.unit_of_work import Store


@dataclass(frozen=True)
class ConsoleContext:
    store: Store
    files: FileStore
    tenant: str
    session_lasts: timedelta
    secure_cookies: bool
    """Send cookies over HTTPS only."""
    deliver: Callable[[], Awaitable[None]]
    """Tells the workflows what was recorded. Runs after the answer went out; it logs its own failure."""
    portal_names: Mapping[str, str]
    """What people call a portal, by its name in the store: `{"bank": "Nordhafen Bank"}`."""

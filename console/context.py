"""What the console needs, given to it by the composition root."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta

from models.message import ServiceAddresses
from store.answers import Moment
from store.files import FileStore
from store.unit_of_work import Store
from store.vault import Vault


@dataclass(frozen=True)
class ConsoleContext:
    store: Store
    files: FileStore
    tenant: str
    address: str
    """Where browsers find the console: `https://tallywright.example`."""
    session_lasts: timedelta
    secure_cookies: bool
    """Send cookies over HTTPS only."""
    deliver: Callable[[], Awaitable[None]]
    """Tells the workflows what was recorded. Runs after the answer went out; it logs its own failure."""
    moment: Callable[[], Moment]
    """The moment in which a person answers."""
    vault: Vault
    services: ServiceAddresses
    portal_names: Mapping[str, str]
    """What people call a portal, by its name in the store: `{"bank": "Nordhafen Bank"}`."""
    bank_cut_off: time = time(15)
    """Until when a bank takes payments that has no cut-off of its own."""

"""Stores on one folder, opened as often as a test needs: by itself, by other processes, after a crash."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from audit.entry import Actor
from audit.note import Signer
from audit.verify import Verification
from store.answers import Moment
from store.engine import open_engines
from store.log import AuditLog
from store.people import SignedIn, person_of
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.databases import database_in

SIGNER = Signer("test", bytes(32))
SYSTEM = Actor(system="test")


def store_in(folder: Path, now: Callable[[], datetime]) -> Store:
    engines = open_engines(database_in(folder))
    return Store(engines, AuditLog("test.example", SIGNER, folder / "checkpoints"), now)


def verified(store: Store) -> Verification:
    with store.read() as connection:
        return store.log.verify(connection, TENANT, SIGNER.verifier)


def moment(wall: datetime = datetime(2026, 11, 20, 9, tzinfo=UTC), settle: float = 30) -> Moment:
    return Moment(wall, timedelta(seconds=settle))


def signed_in(store: Store, person: str, login: str = "") -> SignedIn:
    with store.read() as connection:
        return SignedIn(TENANT, login or person, person_of(connection, TENANT, person), csrf_token="")

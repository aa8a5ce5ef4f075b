"""What stands on this machine: the database, the file store, the keys. Composed once per process from the settings."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from audit.note import Signer, Verifier
from rules.shipped import shipped_policy
from settings import Settings
from store.answers import Moment
from store.engine import open_engines
from store.files import FileStore
from store.log import AuditLog
from store.migrate import migrate
from store.rule_publications import import_missing_tables
from store.unit_of_work import Store
from store.vault import Vault
from store.vault_keys import VaultKeys, read_or_make


@dataclass(frozen=True)
class Installation:
    settings: Settings
    store: Store
    files: FileStore
    vault: Vault
    verifier: Verifier
    """The public half of the audit log's key."""

    def close(self) -> None:
        self.store.engines.dispose()


def open_installation(settings: Settings) -> Installation:
    """Opens (and on first use makes) everything in the home folder. Database and rules are brought to this version."""
    home = settings.home.resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    signer = _signer(settings)
    engines = open_engines(settings.database)
    migrate(engines)
    store = Store(engines, AuditLog(settings.origin, signer, home / "checkpoints"), lambda: business_now(settings))
    import_missing_tables(store, shipped_policy())
    return Installation(
        settings=settings,
        store=store,
        files=FileStore(home / "files"),
        vault=vault_of(settings),
        verifier=signer.verifier,
    )


def vault_of(settings: Settings) -> Vault:
    """By the key in the environment where one is set, else by the one in the home folder."""
    given, retired = settings.vault_key.get_secret_value(), settings.vault_key_retired.get_secret_value()
    if given:
        return Vault(VaultKeys.parse(given, retired))
    return Vault.open(settings.home.resolve() / "keys" / "vault.key")


def business_now(settings: Settings) -> datetime:
    return settings.clock.at(wall_clock())


def wall_clock() -> datetime:
    return datetime.now(UTC)


def moment_of(settings: Settings) -> Moment:
    """The moment in which a person answers now."""
    return Moment(wall_clock(), timedelta(seconds=settings.settle_seconds))


def session_lasts(settings: Settings) -> timedelta:
    return timedelta(hours=settings.session_hours)


def _signer(settings: Settings) -> Signer:
    """The audit log's signing key; its public half lies beside it for whoever verifies."""
    private, public = (settings.home / "keys" / name for name in ("audit.key", "audit.pub"))
    made = read_or_make(private, lambda: Signer(settings.origin, os.urandom(32)).encoded.encode())
    signer = Signer.parse(made.decode())
    if not public.exists():
        public.write_text(f"{signer.verifier.encoded}\n")
    return signer

"""The database: reachable, of this version, as old as its audit log says, and with nothing stuck in it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from audit.checkpoint import open_note
from audit.note import NoteError, Verifier
from commands.checks.result import Check, broken, ok, warning
from installation import vault_of
from models.errors import BusinessError
from settings import Settings
from store.health import (
    Backlog,
    DatabaseUnreachable,
    log_size,
    messages_waiting,
    schema_version,
    tasks_past_due,
    view_without_waiting,
)
from store.log import last_checkpoint
from store.masters import entities
from store.reads import View
from store.vault import Vault

_PATIENCE_SECONDS = 5
_DELIVERED_WITHIN = timedelta(minutes=1)


def check_books(settings: Settings, now: datetime) -> Iterator[Check]:
    """`now` is wall-clock time."""
    try:
        with view_without_waiting(settings.database, _PATIENCE_SECONDS) as view:
            version = _version(view)
            yield version
            if not version.remedy:
                yield _audit_log(settings, view)
                yield from _logins(settings, view)
                yield _messages(settings, view, now)
                yield _tasks(settings, view, now)
    except DatabaseUnreachable as error:
        remedy = "Start the database and look at TALLYWRIGHT_DATABASE_URL; `tallywright migrate` makes a new one ready."
        yield broken("database", f"The database cannot be reached: {error}.", remedy)


def portals_of(settings: Settings) -> tuple[str, ...]:
    """The portals that the tenant's legal entities use. Raises DatabaseUnreachable."""
    with view_without_waiting(settings.database, _PATIENCE_SECONDS) as view:
        return _portals(settings, view) if schema_version(view).is_current else ()


def _version(view: View) -> Check:
    version = schema_version(view)
    if version.is_current:
        return ok("database", f"The database answers and has the schema of this version ({version.found}).")
    if not version.is_known:
        found = f"The database has the schema {version.found}, which this version of Tallywright does not know."
        return broken("database", found, "Install the version that was here before, or a newer one.")
    found = f"The database has the schema {version.found or 'of no version'}; this version needs {version.wanted}."
    return broken("database", found, "Run `tallywright migrate`.")


def _audit_log(settings: Settings, view: View) -> Check:
    """Compares sizes only: a database older than what was once signed is found at once."""
    remedy = "Run `tallywright audit verify`, and let nobody work until it is explained: "
    home = settings.home.resolve()
    note = last_checkpoint(home / "checkpoints", settings.tenant)
    size = log_size(view, settings.tenant)
    if not note:
        if not size:
            return ok("audit", "The audit log is empty.")
        why = f"restore {home / 'checkpoints'}."
        return broken("audit", f"The log has {size} entries and no checkpoint lies outside the database.", remedy + why)
    try:
        kept = open_note(note, Verifier.parse((home / "keys" / "audit.pub").read_text().strip())).size
    except (NoteError, OSError) as error:
        why = "the checkpoints were damaged or the key exchanged."
        return broken("audit", f"The last checkpoint outside the database does not verify: {error}.", remedy + why)
    return _compared(size, kept, remedy)


def _compared(size: int, kept: int, remedy: str) -> Check:
    if kept > size:
        why = "entries are missing, or an older copy of the database was restored."
        return broken("audit", f"A checkpoint for {kept} entries was signed; the database has {size}.", remedy + why)
    if kept < size:
        # What was committed this instant is kept outside a moment later.
        return warning(
            "audit",
            f"The log has {size} entries; the last checkpoint outside the database is for {kept}.",
            "Look again in a moment; if it stays, see whether the home folder is full or another one than before.",
        )
    return ok("audit", f"All {size} entries are vouched for outside the database.")


def _logins(settings: Settings, view: View) -> Iterator[Check]:
    key = settings.home.resolve() / "keys" / "vault.key"
    is_given = bool(settings.vault_key.get_secret_value())
    portals = _portals(settings, view)
    if not portals:
        remedy = "Add the company first; `tallywright sandbox company` adds the sample company."
        yield warning("login", "No legal entity is there yet, so no portal is worked on.", remedy)
    for portal in portals if is_given or key.is_file() else ():
        yield _login(settings, view, vault_of(settings), portal)


def _login(settings: Settings, view: View, vault: Vault, portal: str) -> Check:
    try:
        vault.get(view, settings.tenant, portal)
    except BusinessError as error:
        return broken(f"login.{portal}", error.message, "Store the portal's login again.")
    return ok(f"login.{portal}", "Its login is stored and opens with this vault key.")


def _portals(settings: Settings, view: View) -> tuple[str, ...]:
    used = (
        portal
        for entity in entities(view, settings.tenant)
        for portal in (*(each.bank_portal for each in entity.accounts), entity.erp_portal, entity.tax_portal)
    )
    return tuple(dict.fromkeys(portal for portal in used if portal))


def _messages(settings: Settings, view: View, now: datetime) -> Check:
    clock = settings.clock
    waiting = messages_waiting(view, clock.at(now - _DELIVERED_WITHIN))
    if not waiting.count:
        return ok("messages", "Every message to a workflow has arrived.")
    found = f"{waiting.count} messages to workflows have waited for more than a minute{_since(waiting)}."
    remedy = "See that Temporal and a worker of the role `flows` run; they arrive by themselves then."
    return warning("messages", found, remedy)


def _tasks(settings: Settings, view: View, now: datetime) -> Check:
    late = tasks_past_due(view, settings.tenant, settings.clock.at(now))
    if not late.count:
        return ok("tasks", "No task is past due.")
    found = f"{late.count} tasks are past due{_since(late)}."
    return warning("tasks", found, "`tallywright task list` shows them; see that somebody has the roles they are for.")


def _since(backlog: Backlog) -> str:
    return f", the oldest since {backlog.oldest:%Y-%m-%d %H:%M} UTC" if backlog.oldest else ""

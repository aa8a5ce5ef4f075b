"""Decision files that come back from Excel or from another modeler, into a draft."""

from models.errors import BusinessError
from rules.definitions import Definitions
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from store.people import SignedIn
from store.rule_drafts import AUTHORS, RuleDraft, create_draft, draft_of, save_draft
from store.rule_publications import content_of, newest, tables_known
from store.unit_of_work import Store


def table_in(store: Store, tenant: str, definitions: Definitions) -> str:
    """The one table of the tenant that the file holds. Raises BusinessError `rule.unknown_table`."""
    with store.read() as connection:
        known = tables_known(connection, tenant)
    found = [decision.name for decision in definitions.decisions if decision.name in known]
    if len(found) != 1:
        held = ", ".join(decision.name for decision in definitions.decisions)
        message = f"The file holds {held}; one of {', '.join(sorted(known))} is expected. Say which table is meant."
        raise BusinessError("rule.unknown_table", message)
    return found[0]


def take_into_new_draft(
    store: Store, signed_in: SignedIn, table: str, name: str, content: Definitions, exported: Definitions | None
) -> RuleDraft:
    """A draft of `table` with `content`. `exported` is what the file was made from, None where nobody knows.

    Raises BusinessError `rule.file_stale` where the table was published anew since, and as `create_draft`.
    """
    signed_in.require(*AUTHORS)
    with store.read() as connection:
        base = newest(connection, signed_in.tenant, table)
        current = content_of(connection, signed_in.tenant, table, base.version) if base else None
    _refuse_stale(exported, current)
    draft = create_draft(store, signed_in, table, name)
    return save_draft(store, signed_in, draft.id, draft.revision, xml=write_definitions(content))


def take_into_draft(
    store: Store,
    signed_in: SignedIn,
    draft_id: str,
    revision: int,
    content: Definitions,
    exported: Definitions | None,
) -> RuleDraft:
    """The draft with `content` in place of its own.

    Raises BusinessError `rule.file_stale` where the draft was changed since the export, and as `save_draft`.
    """
    with store.read() as connection:
        draft = draft_of(connection, signed_in.tenant, draft_id)
    _refuse_stale(exported, draft.xml)
    return save_draft(store, signed_in, draft_id, revision, xml=write_definitions(content))


def _refuse_stale(exported: Definitions | None, current: bytes | None) -> None:
    """What others changed since must not be undone by a file that does not know of it."""
    if exported is None or current is None or exported == read_definitions(current):
        return
    raise BusinessError(
        "rule.file_stale",
        "The table was changed by others since this file was exported. Export it again and repeat your changes there.",
    )

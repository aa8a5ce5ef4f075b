"""Drafts of decision tables. Whoever wrote in one may submit it and never publish it."""

import hashlib
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, insert, select, update

from models.base import Model
from models.errors import BusinessError
from models.party import Role
from rules.dmn import read_definitions
from rules.golden import GoldenCase, read_golden_cases, write_golden_cases
from store.people import SignedIn
from store.rule_publications import content_of, golden_cases_of, newest, publications
from store.schema.rules import rule_draft, rule_draft_author
from store.unit_of_work import Store, UnitOfWork

AUTHORS = (
    Role.FINANCE_DIRECTOR,
    Role.ACCOUNTS_PAYABLE,
    Role.ACCOUNTS_RECEIVABLE,
    Role.PURCHASING,
    Role.TREASURER,
)
"""Who may write drafts and ask for a recall."""
PUBLISHERS = (Role.FINANCE_DIRECTOR, Role.MANAGING_DIRECTOR)
"""Who may publish what others wrote, and confirm a recall that others asked for."""
_LONGEST_NAME = 200


class DraftState(StrEnum):
    EDITING = "editing"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    DISCARDED = "discarded"


LIVE_STATES = (DraftState.EDITING, DraftState.SUBMITTED)


class RuleDraft(Model):
    id: str
    table: str
    name: str
    state: DraftState
    xml: bytes
    golden_cases: tuple[GoldenCase, ...]
    based_on: int
    """Number of the version that it is to follow."""
    revision: int
    """Counts every change; whoever saves, submits or publishes names the one that they saw."""
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    authors: tuple[str, ...]
    """Everybody who ever wrote in it."""
    submitted_by: str | None
    submitted_at: datetime | None
    reason: str
    """Why it is to be published, or why it was sent back."""
    in_force_from: datetime | None
    """None: from the moment of its publication."""
    published_as: int | None


def create_draft(store: Store, signed_in: SignedIn, table: str, name: str) -> RuleDraft:
    """A draft with the content and golden cases of the table's newest version.

    Raises BusinessError `rule.unknown_table`, `rule.no_name` or `right.missing`.
    """
    signed_in.require(*AUTHORS)
    draft_id = uuid.uuid4().hex[:12]
    with store.change(signed_in.tenant, signed_in.actor) as work:
        base = newest(work.connection, work.tenant, table) or publications(work.connection, work.tenant, table)[0]
        work.execute(
            insert(rule_draft).values(
                tenant=work.tenant,
                id=draft_id,
                table_name=table,
                name=_name(name),
                state=DraftState.EDITING,
                xml=content_of(work.connection, work.tenant, table, base.version),
                golden_cases=write_golden_cases(golden_cases_of(work.connection, work.tenant, table, base.number)),
                based_on=base.number,
                revision=1,
                created_by=signed_in.person.id,
                created_at=work.now,
                changed_by=signed_in.person.id,
                changed_at=work.now,
                reason="",
            )
        )
        _add_author(work, draft_id, signed_in.person.id)
        after = {"draft": draft_id, "name": _name(name), "based_on": base.number}
        work.record("rule.draft_created", "rule_table", table, after=after)
        return draft_of(work.connection, work.tenant, draft_id)


def save_draft(
    store: Store,
    signed_in: SignedIn,
    draft_id: str,
    revision: int,
    *,
    xml: bytes | None = None,
    golden_cases: tuple[GoldenCase, ...] | None = None,
    name: str | None = None,
) -> RuleDraft:
    """Keeps what is given of content, golden cases and name. Cells may be unfinished, the file has to be DMN.

    Raises BusinessError `rule.draft_changed` when somebody saved since `revision`, `rule.draft_closed` when it is
    submitted or over, `rules.unreadable` or `rules.malformed` for a file that is not DMN, `right.missing`.
    """
    signed_in.require(*AUTHORS)
    if xml is not None:
        read_definitions(xml)
    values: dict[str, Any] = {
        "xml": xml,
        "golden_cases": write_golden_cases(golden_cases) if golden_cases is not None else None,
        "name": _name(name) if name is not None else None,
    }
    given = {key: value for key, value in values.items() if value is not None}
    with store.change(signed_in.tenant, signed_in.actor) as work:
        draft = editable_draft(work.connection, work.tenant, draft_id, revision)
        _add_author(work, draft_id, signed_in.person.id)
        change_draft(work, draft, changed_by=signed_in.person.id, changed_at=work.now, **given)
        after = {"draft": draft_id, "revision": revision + 1, "content": _digest(xml or draft.xml)}
        work.record("rule.draft_saved", "rule_table", draft.table, after=after)
        return draft_of(work.connection, work.tenant, draft_id)


def rebase_draft(store: Store, signed_in: SignedIn, draft_id: str, revision: int) -> RuleDraft:
    """Has the draft follow the newest version, its content as it is: look at the difference afterwards.

    Raises BusinessError as `save_draft`.
    """
    signed_in.require(*AUTHORS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        draft = editable_draft(work.connection, work.tenant, draft_id, revision)
        base = newest(work.connection, work.tenant, draft.table)
        number = base.number if base else draft.based_on
        _add_author(work, draft_id, signed_in.person.id)
        change_draft(work, draft, changed_by=signed_in.person.id, changed_at=work.now, based_on=number)
        after = {"draft": draft_id, "based_on": number}
        work.record("rule.draft_rebased", "rule_table", draft.table, after=after)
        return draft_of(work.connection, work.tenant, draft_id)


def return_draft(store: Store, signed_in: SignedIn, draft_id: str, revision: int, reason: str) -> RuleDraft:
    """Gives a submitted draft back for more work; authors and publishers may.

    Raises BusinessError `rule.draft_changed`, `rule.draft_not_submitted`, `rule.no_reason`, `right.missing`.
    """
    signed_in.require(*AUTHORS, *PUBLISHERS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        draft = seen_draft(work.connection, work.tenant, draft_id, revision)
        if draft.state is not DraftState.SUBMITTED:
            raise BusinessError("rule.draft_not_submitted", f"The draft {draft.name!r} waits for nobody.")
        why = required_reason(reason)
        change_draft(work, draft, state=DraftState.EDITING, reason=why, submitted_by=None, submitted_at=None)
        work.record("rule.draft_returned", "rule_table", draft.table, after={"draft": draft_id, "reason": why})
        return draft_of(work.connection, work.tenant, draft_id)


def discard_draft(store: Store, signed_in: SignedIn, draft_id: str, revision: int) -> None:
    """Ends a draft that nobody wants any more; it stays on record. Raises BusinessError as `save_draft`."""
    signed_in.require(*AUTHORS)
    with store.change(signed_in.tenant, signed_in.actor) as work:
        draft = editable_draft(work.connection, work.tenant, draft_id, revision)
        change_draft(work, draft, state=DraftState.DISCARDED)
        work.record("rule.draft_discarded", "rule_table", draft.table, after={"draft": draft_id})


def draft_of(connection: Connection, tenant: str, draft_id: str) -> RuleDraft:
    """Raises BusinessError `rule.unknown_draft`."""
    query = select(rule_draft).where(rule_draft.c.tenant == tenant, rule_draft.c.id == draft_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("rule.unknown_draft", f"There is no draft {draft_id!r}.")
    return _draft(connection, row)


def drafts(connection: Connection, tenant: str, table: str = "") -> tuple[RuleDraft, ...]:
    """The drafts in work or submitted, of one table or of all, the one changed last first."""
    query = select(rule_draft).where(rule_draft.c.tenant == tenant, rule_draft.c.state.in_(LIVE_STATES))
    if table:
        query = query.where(rule_draft.c.table_name == table)
    rows = connection.execute(query.order_by(rule_draft.c.changed_at.desc())).all()
    return tuple(_draft(connection, row) for row in rows)


def seen_draft(connection: Connection, tenant: str, draft_id: str, revision: int) -> RuleDraft:
    """The draft as the person saw it. Raises BusinessError `rule.unknown_draft` or `rule.draft_changed`."""
    draft = draft_of(connection, tenant, draft_id)
    if draft.revision != revision:
        message = (
            f"The draft {draft.name!r} was changed since you opened it (revision {draft.revision}); open it again."
        )
        raise BusinessError("rule.draft_changed", message)
    return draft


def editable_draft(connection: Connection, tenant: str, draft_id: str, revision: int) -> RuleDraft:
    """As `seen_draft`, and BusinessError `rule.draft_closed` unless it can be written in."""
    draft = seen_draft(connection, tenant, draft_id, revision)
    if draft.state is not DraftState.EDITING:
        message = f"The draft {draft.name!r} is {draft.state}; a submitted one has to be given back first."
        raise BusinessError("rule.draft_closed", message)
    return draft


def change_draft(work: UnitOfWork, draft: RuleDraft, **values: Any) -> None:
    """Writes `values` and counts the revision; the caller has looked at the draft in this transaction."""
    place = (rule_draft.c.tenant == work.tenant) & (rule_draft.c.id == draft.id)
    work.execute(update(rule_draft).where(place).values(revision=draft.revision + 1, **values))


def required_reason(reason: str) -> str:
    """The reason without blanks around it. Raises BusinessError `rule.no_reason`."""
    if not reason.strip():
        raise BusinessError("rule.no_reason", "Say in a few words why, for whoever reads the history later.")
    return reason.strip()


def _name(name: str) -> str:
    if not name.strip() or len(name.strip()) > _LONGEST_NAME:
        message = f"A draft needs a name of at most {_LONGEST_NAME} characters, e.g. 'Higher limit for travel'."
        raise BusinessError("rule.no_name", message)
    return name.strip()


def _add_author(work: UnitOfWork, draft_id: str, person: str) -> None:
    if person not in _authors(work.connection, work.tenant, draft_id):
        work.execute(insert(rule_draft_author).values(tenant=work.tenant, draft=draft_id, person=person))


def _authors(connection: Connection, tenant: str, draft_id: str) -> tuple[str, ...]:
    query = select(rule_draft_author.c.person).where(
        rule_draft_author.c.tenant == tenant, rule_draft_author.c.draft == draft_id
    )
    return tuple(connection.execute(query.order_by(rule_draft_author.c.person)).scalars())


def _digest(xml: bytes) -> str:
    return hashlib.sha256(xml).hexdigest()


def _draft(connection: Connection, row: Any) -> RuleDraft:
    apart = {"table", "golden_cases", "authors"}
    values = {name: getattr(row, name) for name in RuleDraft.model_fields if name not in apart}
    return RuleDraft(
        table=row.table_name,
        golden_cases=read_golden_cases(row.golden_cases),
        authors=_authors(connection, row.tenant, row.id),
        **values,
    )

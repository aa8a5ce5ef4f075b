"""What bots noticed about portals: things that have changed there, and requests that were not let out.

One row per thing, counted; a person marks it as taken care of, and it opens again when a bot meets it once more.
"""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from models.base import Model
from models.errors import BusinessError
from models.portal import Finding, FindingKind
from store.people import SignedIn
from store.portal_queue import STEERERS
from store.schema.portal_queue import portal_finding
from store.unit_of_work import Store, UnitOfWork

MOST_SHOWN = 200


class StoredFinding(Model):
    id: str
    portal: str
    finding: Finding
    first_seen: datetime
    last_seen: datetime
    times: int
    screenshot: str
    """SHA-256 of the newest picture; empty where there is none."""
    case: str
    """In which it was met last; empty where it was no case's work."""
    settled_by: str
    """The person who took care of it; empty while nobody has."""
    settled_at: datetime | None
    comment: str


def keep_finding(work: UnitOfWork, portal: str, finding: Finding, screenshot: str) -> None:
    """Counts `finding`; the audit log tells when it is met first, and when it is met again after it was settled."""
    finding_id = _id_of(portal, finding)
    known = work.execute(select(portal_finding).where(_place(work.tenant, finding_id))).one_or_none()
    newest = {"last_seen": work.now, "screenshot": screenshot, "case_id": work.case, "times": 1}
    if known is None:
        values = {"portal": portal, "kind": finding.kind, "finding": finding, "first_seen": work.now}
        work.execute(insert(portal_finding).values(tenant=work.tenant, id=finding_id, **values, **newest, **_OPEN))
    else:
        newest["times"] = known.times + 1
        work.execute(update(portal_finding).where(_place(work.tenant, finding_id)).values(**newest, **_OPEN))
    if known is None or known.settled_by:
        is_drift = finding.kind is FindingKind.DRIFT
        after = finding.model_dump(mode="json")
        work.record("portal.drifted" if is_drift else "portal.request_blocked", "portal", portal, after=after)


def settle_finding(store: Store, signed_in: SignedIn, finding_id: str, comment: str) -> None:
    """Marks a finding as seen to: the bot was mended, or it is harmless, as the comment says.

    Raises BusinessError `finding.unknown`, `finding.no_comment` or `right.missing`.
    """
    signed_in.require(*STEERERS)
    said = comment.strip()[:500]
    if not said:
        raise BusinessError("finding.no_comment", "Say in a few words what you did about it, or why it is harmless.")
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = finding_of(work.connection, work.tenant, finding_id)
        values = {"settled_by": signed_in.person.id, "settled_at": work.now, "comment": said}
        work.execute(update(portal_finding).where(_place(work.tenant, finding_id)).values(**values))
        after = {"finding": finding_id, "sought": found.finding.sought, "comment": said}
        work.record("portal.finding_settled", "portal", found.portal, after=after)


def finding_of(connection: Connection, tenant: str, finding_id: str) -> StoredFinding:
    """Raises BusinessError `finding.unknown`."""
    row = connection.execute(select(portal_finding).where(_place(tenant, finding_id))).one_or_none()
    if row is None:
        raise BusinessError("finding.unknown", f"There is no finding {finding_id!r}.")
    return _stored(row)


def findings(connection: Connection, tenant: str) -> tuple[StoredFinding, ...]:
    """Those that nobody has settled first, then the newest first."""
    query = select(portal_finding).where(portal_finding.c.tenant == tenant)
    order = (portal_finding.c.settled_by != "", portal_finding.c.last_seen.desc(), portal_finding.c.id)
    return tuple(_stored(row) for row in connection.execute(query.order_by(*order).limit(MOST_SHOWN)))


def open_count(connection: Connection, tenant: str) -> int:
    """How many nobody has settled."""
    query = select(func.count()).where(portal_finding.c.tenant == tenant, portal_finding.c.settled_by == "")
    return int(connection.execute(query).scalar_one())


_OPEN: dict[str, Any] = {"settled_by": "", "settled_at": None, "comment": ""}


def _id_of(portal: str, finding: Finding) -> str:
    """The same for the same thing, however often and by whichever worker it is met."""
    return hashlib.sha256(f"{portal}\n{finding.model_dump_json()}".encode()).hexdigest()[:16]


def _place(tenant: str, finding_id: str) -> ColumnElement[bool]:
    return (portal_finding.c.tenant == tenant) & (portal_finding.c.id == finding_id)


def _stored(row: Row[Any]) -> StoredFinding:
    same = {name: getattr(row, name) for name in StoredFinding.model_fields if name != "case"}
    return StoredFinding.model_validate(same | {"case": row.case_id})

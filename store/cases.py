"""A case: one request from its filing to its end, with the people who had a hand in it and its documents."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from finance.segregation import Function
from models.approval import Involvement
from models.errors import BusinessError
from models.money import Money
from store.schema.approvals import involvement
from store.schema.purchasing import case_record, document
from store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Case:
    id: str
    process: str
    title: str
    owner: str
    vendor: str
    """Empty for a sale."""
    total: Money
    state: str
    opened_at: datetime
    closed_at: datetime | None
    customer: str = ""
    """Empty for a purchase."""


@dataclass(frozen=True)
class Document:
    id: str
    title: str
    sha256: str
    media_type: str
    file_name: str
    added_at: datetime


def open_case(
    work: UnitOfWork,
    case: str,
    process: str,
    title: str,
    owner: str,
    vendor: str,
    total: Money,
    customer: str = "",
) -> None:
    work.execute(
        insert(case_record).values(
            tenant=work.tenant,
            id=case,
            process=process,
            title=title[:200],
            owner=owner,
            vendor=vendor,
            customer=customer,
            amount=total.amount,
            currency=total.currency,
            state="open",
            opened_at=work.now,
        )
    )


def close_case(work: UnitOfWork, case: str, state: str) -> None:
    """Ends a case that is open; one that ended already keeps its end."""
    place = (case_record.c.tenant == work.tenant) & (case_record.c.id == case) & case_record.c.closed_at.is_(None)
    if work.execute(update(case_record).where(place).values(state=state, closed_at=work.now)).rowcount:
        work.record("case.closed", "case", case, after={"state": state})


def cases(connection: Connection, tenant: str, limit: int = 200) -> tuple[Case, ...]:
    """The tenant's cases, newest first."""
    query = select(case_record).where(case_record.c.tenant == tenant).order_by(case_record.c.opened_at.desc())
    return tuple(_case(row) for row in connection.execute(query.limit(limit)))


def case_titles(connection: Connection, tenant: str) -> dict[str, str]:
    """What every case is about, by its id."""
    query = select(case_record.c.id, case_record.c.title).where(case_record.c.tenant == tenant)
    return {row.id: row.title for row in connection.execute(query)}


def case_of(connection: Connection, tenant: str, case: str) -> Case:
    """Raises BusinessError `case.unknown`."""
    query = select(case_record).where(case_record.c.tenant == tenant, case_record.c.id == case)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise BusinessError("case.unknown", f"There is no case {case!r}.")
    return _case(row)


def involve(work: UnitOfWork, person: str, function: Function) -> None:
    """Remembers that `person` had `function` in the work's case; segregation of duties looks here."""
    if Involvement(person=person, function=function) not in involvements(work.connection, work.tenant, work.case):
        values = {"tenant": work.tenant, "case_id": work.case, "person": person, "function": function}
        work.execute(insert(involvement).values(**values))


def involvements(connection: Connection, tenant: str, case: str) -> tuple[Involvement, ...]:
    query = select(involvement).where(involvement.c.tenant == tenant, involvement.c.case_id == case)
    return tuple(Involvement(person=row.person, function=row.function) for row in connection.execute(query))


def attach(work: UnitOfWork, title: str, sha256: str, media_type: str, file_name: str) -> None:
    """Adds a stored file to the work's case; the same file under the same title is there once."""
    known = {(paper.title, paper.sha256) for paper in documents(work.connection, work.tenant, work.case)}
    if (title, sha256) in known:
        return
    work.execute(
        insert(document).values(
            tenant=work.tenant,
            id=uuid.uuid4().hex,
            case_id=work.case,
            title=title,
            sha256=sha256,
            media_type=media_type,
            file_name=file_name,
            added_at=work.now,
        )
    )


def documents(connection: Connection, tenant: str, case: str) -> tuple[Document, ...]:
    query = select(document).where(document.c.tenant == tenant, document.c.case_id == case)
    rows = connection.execute(query.order_by(document.c.added_at))
    return tuple(Document(row.id, row.title, row.sha256, row.media_type, row.file_name, row.added_at) for row in rows)


def _case(row: Any) -> Case:
    return Case(
        row.id,
        row.process,
        row.title,
        row.owner,
        row.vendor,
        Money(amount=row.amount, currency=row.currency),
        row.state,
        row.opened_at,
        row.closed_at,
        row.customer or "",
    )

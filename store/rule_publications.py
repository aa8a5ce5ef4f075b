"""Which version of a decision table is in force at a moment, and how each came to be."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, func, insert, select

from audit.entry import Actor
from models.base import Model
from models.errors import BusinessError
from rules.dmn import read_definitions
from rules.engine import CompiledDecision, compile_decision
from rules.golden import GoldenCase, read_golden_cases, write_golden_cases
from rules.shipped import ShippedTable
from rules.version import ENGINE_VERSION
from store.schema.people import entity
from store.schema.rules import rule_publication, rule_version
from store.unit_of_work import Store, UnitOfWork

_SHIPPED = "Shipped with this version of Tallywright."
_IMPORTER = Actor(system="shipped policy")


class Publication(Model):
    """One version in a table's history. People are empty where it was shipped."""

    table: str
    number: int
    """Counted from 1 in each table."""
    version: str
    """Hash of the content; the same content published twice has it twice."""
    in_force_from: datetime
    reason: str
    submitted_by: str
    submitted_at: datetime
    published_by: str
    published_at: datetime
    recall_asked_by: str | None
    recall_asked_at: datetime | None
    recall_reason: str | None
    recalled_by: str | None
    recalled_at: datetime | None


class Deciding(NamedTuple):
    published: str
    """The hash under which the file was published."""
    xml: bytes
    decision: CompiledDecision


def import_first_versions(work: UnitOfWork, policy: Iterable[ShippedTable]) -> None:
    """Takes in the shipped tables that have no version yet; from then on only the store's versions decide."""
    known = tables_known(work.connection, work.tenant)
    for table in policy:
        if table.name in known:
            continue
        version = compiled(table.xml, table.name).version
        keep_content(work, table.name, version, table.xml)
        work.execute(
            insert(rule_publication).values(
                tenant=work.tenant,
                table_name=table.name,
                number=1,
                version=version,
                golden_cases=write_golden_cases(table.golden_cases),
                in_force_from=work.now,
                reason=_SHIPPED,
                submitted_by="",
                submitted_at=work.now,
                published_by="",
                published_at=work.now,
            )
        )
        work.record("rule.imported", "rule_table", table.name, after={"version": version})


def import_missing_tables(store: Store, policy: Iterable[ShippedTable]) -> None:
    """Takes tables that a newer release ships into every company that was opened before it."""
    shipped = tuple(policy)
    names = {table.name for table in shipped}
    with store.read() as connection:
        tenants = sorted(connection.execute(select(entity.c.tenant).distinct()).scalars())
        behind = [tenant for tenant in tenants if names - tables_known(connection, tenant)]
    for tenant in behind:
        with store.change(tenant, _IMPORTER) as work:
            import_first_versions(work, shipped)


def tables_known(connection: Connection, tenant: str) -> set[str]:
    """Names of the tables that have a version."""
    query = select(rule_publication.c.table_name).where(rule_publication.c.tenant == tenant).distinct()
    return set(connection.execute(query).scalars())


def publications(connection: Connection, tenant: str, table: str) -> tuple[Publication, ...]:
    """The history of a table, newest first. Raises BusinessError `rule.unknown_table`."""
    rows = connection.execute(_of(tenant, table).order_by(rule_publication.c.number.desc()))
    found = tuple(_publication(row) for row in rows)
    if not found:
        known = ", ".join(sorted(tables_known(connection, tenant)))
        raise BusinessError("rule.unknown_table", f"There is no decision table {table!r}; there are {known}.")
    return found


def publication_of(connection: Connection, tenant: str, table: str, number: int) -> Publication:
    """Raises BusinessError `rule.unknown_table` or `rule.unknown_version`."""
    found = [each for each in publications(connection, tenant, table) if each.number == number]
    if not found:
        raise BusinessError("rule.unknown_version", f"The table {table!r} has no version {number}.")
    return found[0]


def in_force(connection: Connection, tenant: str, table: str, at: datetime) -> Publication | None:
    """The version that decides at `at`: the one that began last and was not recalled."""
    query = _of(tenant, table).where(rule_publication.c.recalled_at.is_(None), rule_publication.c.in_force_from <= at)
    latest = query.order_by(rule_publication.c.in_force_from.desc(), rule_publication.c.number.desc()).limit(1)
    row = connection.execute(latest).one_or_none()
    return _publication(row) if row is not None else None


def newest(connection: Connection, tenant: str, table: str) -> Publication | None:
    """The version published last, in force or not yet, that was not recalled: what a draft is based on."""
    query = _of(tenant, table).where(rule_publication.c.recalled_at.is_(None))
    row = connection.execute(query.order_by(rule_publication.c.number.desc()).limit(1)).one_or_none()
    return _publication(row) if row is not None else None


def next_number_of(connection: Connection, tenant: str, table: str) -> int:
    query = select(func.max(rule_publication.c.number)).where(
        rule_publication.c.tenant == tenant, rule_publication.c.table_name == table
    )
    return (connection.execute(query).scalar_one() or 0) + 1


def content_of(connection: Connection, tenant: str, table: str, version: str) -> bytes:
    """The DMN file of a version by its hash. Raises BusinessError `rule.unknown_version`."""
    xml: bytes | None = connection.execute(_content(tenant, table, version)).scalar_one_or_none()
    if xml is None:
        raise BusinessError("rule.unknown_version", f"The table {table!r} has no version {version[:16]!r}.")
    return xml


def deciding_now(work: UnitOfWork, table: str) -> CompiledDecision:
    """The decision that is in force now. Raises BusinessError as `deciding`.

    A newer engine gives the same file another hash; an answer has to find its file under the hash that it names.
    """
    found = deciding(work.connection, work.tenant, table, work.now)
    if found.decision.version != found.published:
        keep_content(work, table, found.decision.version, found.xml)
    return found.decision


def deciding(connection: Connection, tenant: str, table: str, at: datetime) -> Deciding:
    """The version that is in force at `at`.

    Raises BusinessError `rule.not_published` where there is none, `rule.damaged` where the file is not the one that
    was published.
    """
    found = in_force(connection, tenant, table, at)
    if found is None:
        raise BusinessError("rule.not_published", f"No version of the decision table {table!r} is in force.")
    row = connection.execute(_content(tenant, table, found.version)).one()
    decision = compiled(row.xml, table)
    # Another engine gives the same file another hash; only under its own can the file be held against it.
    if row.engine == ENGINE_VERSION and decision.version != found.version:
        message = (
            f"The file of version {found.number} of {table!r} is not the one that was published; it decides nothing."
        )
        raise BusinessError("rule.damaged", message)
    return Deciding(found.version, row.xml, decision)


def golden_cases_of(connection: Connection, tenant: str, table: str, number: int) -> tuple[GoldenCase, ...]:
    """The golden cases that were published with a version; none for version 0."""
    query = select(rule_publication.c.golden_cases).where(
        rule_publication.c.tenant == tenant,
        rule_publication.c.table_name == table,
        rule_publication.c.number == number,
    )
    text: str | None = connection.execute(query).scalar_one_or_none()
    return read_golden_cases(text) if text is not None else ()


def keep_content(work: UnitOfWork, table: str, version: str, xml: bytes) -> None:
    """Keeps the file of a version; one that is kept already stays as it is."""
    if work.execute(_content(work.tenant, table, version)).one_or_none() is None:
        values = {"table_name": table, "version": version, "xml": xml, "engine": ENGINE_VERSION}
        work.execute(insert(rule_version).values(tenant=work.tenant, **values))


@lru_cache(maxsize=256)
def compiled(xml: bytes, name: str) -> CompiledDecision:
    """The decision `name` of a DMN file. Raises BusinessError of the engine."""
    return compile_decision(read_definitions(xml), name)


def _of(tenant: str, table: str) -> Select[Any]:
    return select(rule_publication).where(rule_publication.c.tenant == tenant, rule_publication.c.table_name == table)


def _content(tenant: str, table: str, version: str) -> Select[Any]:
    return select(rule_version.c.xml, rule_version.c.engine).where(
        rule_version.c.tenant == tenant, rule_version.c.table_name == table, rule_version.c.version == version
    )


def _publication(row: Any) -> Publication:
    values = {name: getattr(row, name) for name in Publication.model_fields if name != "table"}
    return Publication(table=row.table_name, **values)

"""What bots did: one run is one browser at work on a portal, told by the steps that it left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, case, func, select

from models.base import Model
from store.evidence import RecordedStep, steps_of_runs
from store.schema.payables import evidence
from store.schema.portal_queue import work_item

MOST_SHOWN = 50


class RunEnd(StrEnum):
    WELL = "well"
    UNCLEAR = "unclear"
    """Something went out and the portal did not say what became of it; the next look does."""
    REFUSED = "refused"
    """The portal refused, or showed something else than was approved; nothing went out."""
    FAILED = "failed"
    """It could not be done; it is tried again, or a person is asked."""


class BotRun(Model):
    id: str
    portal: str
    case: str
    title: str
    """What it was about; empty where nothing in the queue says so."""
    kind: str
    """A kind of work; empty as the title."""
    began_at: datetime
    ended_at: datetime
    """When its newest step was kept."""
    end: RunEnd
    steps: tuple[RecordedStep, ...]


class Tally(Model):
    """How the runs on one portal ended within a span of time."""

    ended: Mapping[RunEnd, int]

    @property
    def total(self) -> int:
        return sum(self.ended.values())

    @property
    def percent_well(self) -> int:
        """Rounded down: a hundred means that every one went well."""
        return 100 * self.ended.get(RunEnd.WELL, 0) // self.total if self.total else 0


_FAILED = ("failed", "stopped")
_REFUSED = ("refused", "read back: differs")
_UNCLEAR = "submitted: unknown"


def recent_runs(connection: Connection, tenant: str, portal: str, since: datetime) -> tuple[BotRun, ...]:
    """The newest runs on a portal since then, newest first, with their steps."""
    place = (evidence.c.tenant == tenant) & (evidence.c.portal == portal) & (evidence.c.recorded_at >= since)
    query = _ended(place).order_by(func.max(evidence.c.recorded_at).desc()).limit(MOST_SHOWN)
    rows = connection.execute(query).all()
    steps = steps_of_runs(connection, tenant, [row.run for row in rows])
    about = _items(connection, tenant, portal, rows)
    return tuple(_run(row, steps[row.run], about.get(row.run)) for row in rows)


def tallies(connection: Connection, tenant: str, since: datetime) -> dict[str, Tally]:
    """By portal, how the runs ended that did something since then."""
    runs = _ended((evidence.c.tenant == tenant) & (evidence.c.recorded_at >= since)).subquery()
    query = select(runs.c.portal, runs.c.end, func.count()).group_by(runs.c.portal, runs.c.end)
    found: dict[str, dict[RunEnd, int]] = {}
    for portal, end, count in connection.execute(query):
        found.setdefault(portal, {})[RunEnd(end)] = count
    return {portal: Tally(ended=ended) for portal, ended in found.items()}


def _ended(place: ColumnElement[bool]) -> Select[Any]:
    """One row per run, judged by the worst of its steps."""
    end = case(
        (_has(*_FAILED), RunEnd.FAILED),
        (_has(_UNCLEAR), RunEnd.UNCLEAR),
        (_has(*_REFUSED), RunEnd.REFUSED),
        else_=RunEnd.WELL,
    )
    times = (func.min(evidence.c.recorded_at).label("began_at"), func.max(evidence.c.recorded_at).label("ended_at"))
    same = (evidence.c.run, evidence.c.portal, evidence.c.case_id)
    return select(*same, *times, end.label("end")).where(place).group_by(*same)


def _has(*actions: str) -> ColumnElement[bool]:
    return func.max(case((evidence.c.action.in_(actions), 1), else_=0)) == 1


def _items(connection: Connection, tenant: str, portal: str, rows: Sequence[Row[Any]]) -> dict[str, Row[Any]]:
    """The piece of work to which each run belongs: a run's id begins with what the work is about."""
    subjects = {subject for row in rows for subject in _subjects(row.run)}
    place = (work_item.c.tenant == tenant) & (work_item.c.portal == portal) & work_item.c.subject.in_(subjects)
    query: Select[Any] = select(work_item.c.subject, work_item.c.title, work_item.c.kind).where(place)
    found = {row.subject: row for row in connection.execute(query.order_by(work_item.c.queued_at))}
    runs = {row.run: [found[each] for each in _subjects(row.run) if each in found] for row in rows}
    return {run: matching[0] for run, matching in runs.items() if matching}


def _subjects(run: str) -> tuple[str, str]:
    """Of an attempt's run, and of one that only reads."""
    return run.rsplit(".", 3)[0], run.rsplit(".", 1)[0]


def _run(row: Row[Any], steps: tuple[RecordedStep, ...], item: Row[Any] | None) -> BotRun:
    return BotRun(
        id=row.run,
        portal=row.portal,
        case=row.case_id,
        title=item.title if item is not None else "",
        kind=item.kind if item is not None else "",
        began_at=row.began_at,
        ended_at=row.ended_at,
        end=RunEnd(row.end),
        steps=steps,
    )

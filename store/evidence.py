"""What bots saw: one row per step, its picture in the file store, its audit entry in the same transaction."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from models.base import Model
from models.portal import EvidenceStep
from store.files import FileStore
from store.portal_findings import keep_finding
from store.schema.payables import evidence
from store.unit_of_work import UnitOfWork


class RecordedStep(Model):
    run: str
    position: int
    portal: str
    action: str
    target: str
    text_digest: str
    screenshot: str
    download: str
    recorded_at: datetime


def record_step(work: UnitOfWork, files: FileStore, portal: str, position: int, step: EvidenceStep) -> None:
    """Keeps one step of the work's bot run."""
    screenshot = files.put(work.tenant, step.screenshot) if step.screenshot is not None else ""
    values = {
        "portal": portal,
        "position": position,
        "action": step.action,
        "target": step.target,
        "text_digest": step.text_digest,
        "screenshot": screenshot,
        "download": step.download_sha256,
    }
    work.execute(
        insert(evidence).values(
            tenant=work.tenant, id=uuid.uuid4().hex, case_id=work.case, run=work.run, recorded_at=work.now, **values
        )
    )
    work.record("bot.step_done", "bot_run", work.run, after=values)
    if step.finding is not None:
        keep_finding(work, portal, step.finding, screenshot)


def steps_of_case(connection: Connection, tenant: str, case: str) -> tuple[RecordedStep, ...]:
    """All bot steps of a case in the order they were done."""
    query = select(evidence).where(evidence.c.tenant == tenant, evidence.c.case_id == case)
    rows = connection.execute(query.order_by(evidence.c.recorded_at, evidence.c.position))
    return tuple(_step(row) for row in rows)


def steps_of_runs(connection: Connection, tenant: str, runs: Sequence[str]) -> dict[str, tuple[RecordedStep, ...]]:
    """The steps of each run in the order they were done."""
    query = select(evidence).where(evidence.c.tenant == tenant, evidence.c.run.in_(runs))
    found: dict[str, list[RecordedStep]] = {run: [] for run in runs}
    for row in connection.execute(query.order_by(evidence.c.recorded_at, evidence.c.position)):
        found[row.run].append(_step(row))
    return {run: tuple(steps) for run, steps in found.items()}


def last_screenshot(connection: Connection, tenant: str, case: str) -> str:
    """SHA-256 of the newest picture of a case, empty when there is none."""
    pictures = [step.screenshot for step in steps_of_case(connection, tenant, case) if step.screenshot]
    return pictures[-1] if pictures else ""


def _step(row: Any) -> RecordedStep:
    return RecordedStep(
        run=row.run,
        position=row.position,
        portal=row.portal,
        action=row.action,
        target=row.target,
        text_digest=row.text_digest,
        screenshot=row.screenshot,
        download=row.download,
        recorded_at=row.recorded_at,
    )

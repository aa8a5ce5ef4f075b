"""Thin wrappers at the product's own seams, each of which tells the harness how far a payment has come.

The wrapped object does all the work. Nothing is changed but the time at which it happens.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from audit.entry import Actor
from bots.portals.sandbox_bank import PaymentEntry, SandboxBank
from bots.readback import ConfirmationReading
from bots.session import Session
from chaos.announcing import Announcer
from chaos.points import Point
from installation import Installation
from models.portal import (
    Claim,
    Claims,
    Download,
    EvidenceSink,
    EvidenceStep,
    PaymentOrder,
    PortalContent,
    ProbeResult,
    Submission,
)
from store.log import AuditLog, Draft
from store.unit_of_work import Store, UnitOfWork

_BEFORE_COMMIT = {
    "attempt.claimed": Point.CLAIM_COMMIT,
    "attempt.sent": Point.GATE_COMMIT,
    "attempt.executed": Point.OUTCOME_COMMIT,
    "statement.imported": Point.STATEMENT_COMMIT,
}
_AFTER_COMMIT = {
    "intent.opened": Point.INTENT_WRITTEN,
    "attempt.armed": Point.ATTEMPT_ARMED,
    "attempt.probed": Point.PROBE_KEPT,
    "attempt.executed": Point.OUTCOME_KEPT,
    "task.opened": Point.TASK_OPENED,
    "statement.imported": Point.STATEMENT_IMPORTED,
}
"""Points by the audit entry that is written there."""


def struck(house: Installation, announcer: Announcer) -> Installation:
    """`house` with a store that announces its commits."""
    store = house.store
    log = StruckLog(store.log.instance, store.log.signer, store.log.checkpoints, announcer)
    return replace(house, store=StruckStore(store.engines, log, store.now, announcer))


@dataclass(frozen=True)
class StruckLog(AuditLog):
    """Announces when state and audit entries are both written and their transaction is still open."""

    announcer: Announcer

    def append(self, connection: Connection, tenant: str, time: datetime, drafts: Sequence[Draft]) -> str:
        note = super().append(connection, tenant, time, drafts)
        for draft in drafts:
            if draft.action in _BEFORE_COMMIT:
                self.announcer.reach(_BEFORE_COMMIT[draft.action], _key(draft))
        return note


@dataclass(frozen=True)
class StruckStore(Store):
    """Announces what was committed."""

    announcer: Announcer

    @contextmanager
    def change(self, tenant: str, actor: Actor, case: str = "", run: str = "") -> Iterator[UnitOfWork]:
        with super().change(tenant, actor, case, run) as work:
            yield work
        for draft in work.drafts:
            if draft.action in _AFTER_COMMIT:
                self.announcer.reach(_AFTER_COMMIT[draft.action], _key(draft))


def _key(draft: Draft) -> str:
    """The payment's slice, or the account that a statement is of."""
    return str(draft.body["after"]["account"]) if draft.subject.kind == "statement" else draft.subject.id


class StruckBank(SandboxBank):
    """The bank's bot with its claims, evidence and pages wrapped. See `models.portal.ActionPortal`."""

    announcer: Announcer

    async def submit(self, content: PortalContent, claims: Claims, evidence: EvidenceSink) -> Submission:
        track = Track(self.announcer, content)
        track.reach(Point.LEASE_TAKEN)
        done = await super().submit(content, StruckClaims(claims, track), StruckEvidence(evidence, track))
        track.reach(Point.ACTIVITY_DONE)
        return done

    async def probe(self, content: PortalContent, evidence: EvidenceSink) -> ProbeResult:
        track = Track(self.announcer, content)
        track.reach(Point.PROBE)
        seen = await super().probe(content, evidence)
        track.reach(Point.PROBE_READ)
        return seen

    async def fetch_statements(self, iban: str, day: date, evidence: EvidenceSink) -> tuple[Download, ...]:
        files = await super().fetch_statements(iban, day, evidence)
        self.announcer.reach(Point.STATEMENT_FETCHED, iban)
        return files

    def _action(self, content: PaymentOrder) -> PaymentEntry:
        return StruckEntry(super()._action(content), self.announcer)


@dataclass(frozen=True)
class Track:
    """The way of one payment through one bot."""

    announcer: Announcer
    content: PortalContent

    def reach(self, point: Point) -> None:
        if isinstance(self.content, PaymentOrder):
            self.announcer.reach(point, str(self.content.amount.amount))


@dataclass(frozen=True)
class StruckClaims:
    inner: Claims
    track: Track

    async def claim(self) -> Claim | None:
        self.track.reach(Point.CLAIM)
        taken = await self.inner.claim()
        self.track.reach(Point.CLAIMED)
        return taken

    async def may_send(self, claim: Claim) -> bool:
        self.track.reach(Point.GATE_REACHED)
        granted = await self.inner.may_send(claim)
        self.track.reach(Point.BEFORE_SENDING)
        return granted


@dataclass(frozen=True)
class StruckEvidence:
    inner: EvidenceSink
    track: Track

    async def record(self, step: EvidenceStep) -> None:
        await self.inner.record(step)
        if step.action == "entered":
            self.track.reach(Point.PREPARE)
        elif step.action.startswith("submitted"):
            self.track.reach(Point.EVIDENCE_WRITTEN)


class StruckEntry(PaymentEntry):
    """The payment entry that says when it reads, clicks and has its answer."""

    def __init__(self, inner: PaymentEntry, announcer: Announcer) -> None:
        vars(self).update(vars(inner))
        self._announcer = announcer

    async def prepare(self, session: Session, content: PaymentOrder) -> None:
        self._track = Track(self._announcer, content)
        await super().prepare(session, content)

    async def read_confirmation(self, session: Session) -> ConfirmationReading:
        self._track.reach(Point.READ_BACK)
        return await super().read_confirmation(session)

    async def press(self, session: Session) -> None:
        self._track.reach(Point.BEFORE_CLICK)
        await super().press(session)

    async def read_answer(self, session: Session) -> str:
        self._track.reach(Point.ANSWERED)
        return await super().read_answer(session)

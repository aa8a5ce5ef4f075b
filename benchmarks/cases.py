"""What a case costs: straight-through purchases and sales, portals replaced by stubs and everything else real, against
a bare Temporal workflow of as many ordinary activities as the case has durable steps.

Besides the ratios it prints steps, history events and bytes per case, and how the cost grows with cases in flight.
"""

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pydantic import SecretStr
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from audit.entry import Actor
    from benchmarks.pairing import arguments, paired, show
    from benchmarks.server import temporal_server
    from installation import Installation, open_installation, wall_clock
    from models.ids import (
        approval_workflow,
        invoice_workflow,
        payment_slice,
        portal_action_workflow,
        posting_slice,
        purchase_workflow,
        registration_slice,
        sale_workflow,
    )
    from models.portal import (
        Claims,
        Credential,
        Download,
        EvidenceSink,
        EvidenceStep,
        PortalContent,
        PortalState,
        ProbeResult,
        Submission,
        SubmissionOutcome,
    )
    from sandbox.company import ENTITY
    from sandbox.opening import open_company
    from settings import Settings
    from store.approvals import requests_of_case
    from store.files import digest_of
    from store.invoices import invoices_of_case
    from store.sales_invoices import sales_invoices_of_case
    from worker import flows_worker, intake, portal_workers
    from workflows.delivery import sweep

_FLOOR_QUEUE = "floor"
_TARGETS = {"completed per second": ">=1.0", "p50 seconds": "<=1.0"}
_GROWTH = (10, 100, 500, 2000)
_QUICK_GROWTH = (10, 40)
_KINDS = ("purchases", "sales")
_prices = itertools.count(1000)
"""In cents. No two purchases cost the same: one vendor's equal invoices of a day are held as duplicates."""


@activity.defn
async def nothing() -> None:
    """A durable step that does nothing."""


@workflow.defn
class Floor:
    @workflow.run
    async def run(self, steps: int) -> None:
        for _ in range(steps):
            await workflow.execute_activity(nothing, start_to_close_timeout=timedelta(seconds=30))


@dataclass(frozen=True)
class Cost:
    """Of one case: durable steps, events and bytes of all its workflows' histories."""

    steps: int
    events: int
    size: int


class StubPortal:
    """Does at once what it is asked, and remembers nothing but that."""

    async def submit(self, content: PortalContent, claims: Claims, evidence: EvidenceSink) -> Submission:
        await evidence.record(EvidenceStep(action="filled the form", target=content.reference, screenshot=b"PNG"))
        claim = await claims.claim()
        is_sent = claim is not None and await claims.may_send(claim)
        return Submission(outcome=SubmissionOutcome.ANSWERED if is_sent else SubmissionOutcome.NOT_CLAIMED)

    async def probe(self, content: PortalContent, evidence: EvidenceSink) -> ProbeResult:
        await evidence.record(EvidenceStep(action="read the list", target=content.reference))
        return ProbeResult(
            state=PortalState.EXECUTED,
            portal_text=f"{content.reference} is executed",
            reference_found=True,
            matches=1,
            rows_read=2,
            read_to_last_page=True,
            known_row_seen=True,
            old_login_dead=True,
            probed_at=wall_clock(),
        )

    async def fetch_receipt(self, content: PortalContent, evidence: EvidenceSink) -> Download:
        paper = f"%PDF-1.7 receipt for {content.reference}".encode()
        await evidence.record(EvidenceStep(action="downloaded", target=content.reference))
        return Download(name="receipt.pdf", media_type="application/pdf", content=paper, sha256=digest_of(paper))

    async def fetch_statements(self, iban: str, day: date, evidence: EvidenceSink) -> tuple[Download, ...]:
        return ()


@asynccontextmanager
async def _standing() -> AsyncIterator[tuple[Installation, Client]]:
    """A company at work on a Temporal server with a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        house = _opened(home / "house")
        async with temporal_server(home) as client, _at_work(house, client), _floor(client):
            yield house, client
        house.close()


def _opened(home: Path) -> Installation:
    house = open_installation(Settings(home=home, database_url=""))
    open_company(house.store, house.settings.tenant)
    with house.store.change(house.settings.tenant, Actor(system="benchmark")) as work:
        for portal in (ENTITY.bank_portal, ENTITY.erp_portal, ENTITY.tax_portal):
            house.vault.put(work, portal, Credential(login="L", password=SecretStr("p")), owner="oliver.stein")
    return house


@asynccontextmanager
async def _at_work(house: Installation, client: Client) -> AsyncIterator[None]:
    stub = StubPortal()
    portals = dict.fromkeys((ENTITY.bank_portal, ENTITY.erp_portal, ENTITY.tax_portal), stub)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(flows_worker(house, client))
        for worker in portal_workers(house, client, portals, portals, receipt_portals=portals):
            await stack.enter_async_context(worker)
        background = [
            asyncio.create_task(sweep(client, house.store, pause=0.05)),
            asyncio.create_task(intake(house, client).watch(pause=0.05)),
        ]
        yield
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)


def _floor(client: Client) -> Worker:
    return Worker(client, task_queue=_FLOOR_QUEUE, workflows=[Floor], activities=[nothing])


async def _cases(house: Installation, kind: str, count: int) -> list[tuple[str, float]]:
    """`count` cases at once: each with its seconds from the filing to the paid or sent invoice."""
    first = next(_prices)
    for _ in range(count):
        next(_prices)
    command = ("-m", "benchmarks.people", str(house.settings.home), kind, str(count), str(first))
    people = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    answer, _ = await people.communicate()
    if people.returncode:
        raise RuntimeError(f"the people of the benchmark ended with {people.returncode}")
    return [(case, seconds) for case, seconds in json.loads(answer)]


async def _ours(house: Installation, kind: str, count: int) -> dict[str, float]:
    return _figures([seconds for _, seconds in await _cases(house, kind, count)])


async def _bare(client: Client, steps: int, count: int) -> dict[str, float]:
    async def one() -> float:
        began = time.perf_counter()
        await client.execute_workflow(Floor.run, steps, id=uuid.uuid4().hex, task_queue=_FLOOR_QUEUE)
        return time.perf_counter() - began

    return _figures(list(await asyncio.gather(*(one() for _ in range(count)))))


def _figures(seconds: list[float]) -> dict[str, float]:
    """All begin together, so that the slowest tells how long all took."""
    return {"completed per second": len(seconds) / max(seconds), "p50 seconds": statistics.median(seconds)}


async def _cost(house: Installation, client: Client, kind: str) -> Cost:
    ((case, _),) = await _cases(house, kind, 1)
    steps = events = size = 0
    for workflow_id in _workflows_of(house, kind, case):
        history = await client.get_workflow_handle(workflow_id).fetch_history()
        events += len(history.events)
        size += sum(event.ByteSize() for event in history.events)
        done = (EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, EventType.EVENT_TYPE_MARKER_RECORDED)
        steps += sum(event.event_type in done for event in history.events)
    return Cost(steps, events, size)


def _workflows_of(house: Installation, kind: str, case: str) -> list[str]:
    tenant = house.settings.tenant
    with house.store.read() as view:
        waited = [each.request.id for each in requests_of_case(view, tenant, case) if each.request.stages]
        approvals = [approval_workflow(tenant, request) for request in waited]
        if kind == "sales":
            sold = [registration_slice(each.number) for each in sales_invoices_of_case(view, tenant, case)]
            return [sale_workflow(tenant, case), *approvals, *(portal_action_workflow(tenant, each) for each in sold)]
        bought = invoices_of_case(view, tenant, case)[-1]
    acted = (posting_slice(bought.id), payment_slice(bought.id))
    return [
        purchase_workflow(tenant, case),
        invoice_workflow(tenant, bought.sha256),
        *approvals,
        *(portal_action_workflow(tenant, each) for each in acted),
    ]


async def main() -> None:
    options = arguments(__doc__ or "")
    batch = 5 if options.quick else 20
    ratios, notes = [], []
    async with _standing() as (house, client):
        for kind in _KINDS:
            await _cases(house, kind, 1)
            cost = await _cost(house, client, kind)
            notes.append(f"{kind}: {cost.steps} durable steps, {cost.events} history events, {cost.size} bytes a case")

            async def ours(kind: str = kind) -> Mapping[str, float]:
                return await _ours(house, kind, batch)

            async def floor(steps: int = cost.steps) -> Mapping[str, float]:
                return await _bare(client, steps, batch)

            ratios += [
                replace(ratio, name=f"{kind}: {ratio.name}")
                for ratio in await paired(ours, floor, _TARGETS, quick=options.quick)
            ]
        for count in _QUICK_GROWTH if options.quick else _GROWTH:
            figures = await _ours(house, "purchases", count)
            rate, middle = figures["completed per second"], figures["p50 seconds"]
            notes.append(f"{count} purchases in flight: {rate:.2f} per second, p50 {middle:.2f} s")
    show(ratios, options.json, notes)


if __name__ == "__main__":
    asyncio.run(main())

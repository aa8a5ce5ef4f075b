"""What a case costs: straight-through purchases with portals on paper and everything else real, against a bare Temporal
workflow of as many ordinary activities as the case has durable steps.

Besides the ratios it prints steps, history events and bytes per case, and how the cost grows with cases in flight.
"""

import asyncio
import itertools
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from pydantic import SecretStr
from temporalio import activity, workflow
from temporalio.api.enums.v1 import EventType
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from audit.entry import Actor
    from benchmarks.pairing import arguments, paired, show
    from installation import open_installation
    from models.ids import (
        approval_workflow,
        invoice_workflow,
        payment_slice,
        portal_action_workflow,
        posting_slice,
        purchase_workflow,
    )
    from models.portal import Credential
    from sandbox.clock import BusinessClock
    from sandbox.company import ENTITY
    from sandbox.opening import open_company
    from settings import Settings
    from store.approvals import requests_of_case
    from tests.workflows.house import House, Wall
    from tests.workflows.paper_portals import PaperBank, PaperErp

_FLOOR_QUEUE = "floor"
_SERVER_FLAGS = (
    "--sqlite-pragma=journal_mode=WAL",
    "--sqlite-pragma=synchronous=2",
    "--dynamic-config-value=history.transferProcessorMaxPollRPS=10000",
)
_TARGETS = {"completed per second": ">=1.0", "p50 seconds": "<=1.0"}
_GROWTH = (10, 100, 500, 2000)
_QUICK_GROWTH = (10, 40)


_prices = itertools.count(1000)


def _next_price() -> Decimal:
    """No two cases ask for the same amount: one vendor's equal invoices of a day are held as duplicates."""
    return Decimal(next(_prices)) / 100


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


@asynccontextmanager
async def _standing() -> AsyncIterator[tuple[House, Client]]:
    """A company at work on a Temporal server with a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        server = await WorkflowEnvironment.start_local(
            dev_server_existing_path=shutil.which("temporal", path=str(Path(sys.executable).parent)),
            dev_server_database_filename=str(home / "temporal.db"),
            dev_server_extra_args=list(_SERVER_FLAGS),
            dev_server_log_level="error",
            data_converter=pydantic_data_converter,
        )
        house = _opened(home, server.client)
        async with (
            house.working(),
            Worker(server.client, task_queue=_FLOOR_QUEUE, workflows=[Floor], activities=[nothing]),
        ):
            yield house, server.client
        house.installation.close()
        await server.shutdown()


def _opened(home: Path, client: Client) -> House:
    installation = open_installation(Settings(home=home / "house", database_url=""))
    open_company(installation.store, installation.settings.tenant)
    with installation.store.change(installation.settings.tenant, Actor(system="benchmark")) as work:
        for portal in (ENTITY.bank_portal, ENTITY.erp_portal):
            installation.vault.put(work, portal, Credential(login="L", password=SecretStr("p")), owner="oliver.stein")
    wall = Wall()
    clock = BusinessClock(start=datetime.now(UTC), epoch=wall() - timedelta(seconds=1))
    bank, erp = PaperBank(home / "bank.db", wall, clock), PaperErp(home / "erp.db", wall, clock)
    return House(installation, client, wall, bank, erp)


async def _purchase(house: House) -> tuple[str, float]:
    """One purchase from the request to the paid invoice; every person answers at once. Its case and its seconds."""
    began = time.perf_counter()
    number = uuid.uuid4().hex[:10]
    case = house.file(price=str(_next_price()))
    await house.decide(case, "ayse.kaya")
    order = await house.order(case)
    house.receive(order)
    house.send_invoice(order, number)
    await house.decide(case, "sofia.brandt")
    await house.invoice(case, "paid")
    return case, time.perf_counter() - began


async def _purchases(house: House, count: int) -> dict[str, float]:
    """`count` purchases at once. The people work in a thread: they must not hold up the workers' event loop."""

    async def all_of_them() -> list[tuple[str, float]]:
        return list(await asyncio.gather(*(_purchase(house) for _ in range(count))))

    began = time.perf_counter()
    done = await asyncio.to_thread(lambda: asyncio.run(all_of_them()))
    return _figures([took for _, took in done], time.perf_counter() - began)


async def _bare(client: Client, steps: int, count: int) -> dict[str, float]:
    async def one() -> float:
        began = time.perf_counter()
        await client.execute_workflow(Floor.run, steps, id=uuid.uuid4().hex, task_queue=_FLOOR_QUEUE)
        return time.perf_counter() - began

    began = time.perf_counter()
    seconds = await asyncio.gather(*(one() for _ in range(count)))
    return _figures(list(seconds), time.perf_counter() - began)


def _figures(seconds: list[float], whole: float) -> dict[str, float]:
    return {"completed per second": len(seconds) / whole, "p50 seconds": statistics.median(seconds)}


async def _cost(house: House, case: str) -> Cost:
    steps = events = size = 0
    for workflow_id in _workflows_of(house, case):
        history = await house.client.get_workflow_handle(workflow_id).fetch_history()
        events += len(history.events)
        size += sum(event.ByteSize() for event in history.events)
        done = (EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED, EventType.EVENT_TYPE_MARKER_RECORDED)
        steps += sum(event.event_type in done for event in history.events)
    return Cost(steps, events, size)


def _workflows_of(house: House, case: str) -> list[str]:
    tenant, invoice = house.tenant, house.invoices(case)[-1]
    with house.installation.store.read() as view:
        requests = requests_of_case(view, tenant, case)
    waited = [each.request.id for each in requests if each.request.stages]
    return [
        purchase_workflow(tenant, case),
        invoice_workflow(tenant, invoice.sha256),
        *(approval_workflow(tenant, request) for request in waited),
        portal_action_workflow(tenant, posting_slice(invoice.id)),
        portal_action_workflow(tenant, payment_slice(invoice.id)),
    ]


async def main() -> None:
    options = arguments(__doc__ or "")
    batch = 5 if options.quick else 20
    async with _standing() as (house, client):
        case, _ = await _purchase(house)
        cost = await _cost(house, case)
        notes = [f"a purchase: {cost.steps} durable steps, {cost.events} history events, {cost.size} bytes"]

        async def ours() -> Mapping[str, float]:
            return await _purchases(house, batch)

        async def floor() -> Mapping[str, float]:
            return await _bare(client, cost.steps, batch)

        ratios = await paired(ours, floor, _TARGETS, quick=options.quick)
        for count in _QUICK_GROWTH if options.quick else _GROWTH:
            figures = await _purchases(house, count)
            rate, middle = figures["completed per second"], figures["p50 seconds"]
            notes.append(f"{count} in flight: {rate:.2f} per second, p50 {middle:.2f} s")
    show(ratios, options.json, notes)


if __name__ == "__main__":
    asyncio.run(main())

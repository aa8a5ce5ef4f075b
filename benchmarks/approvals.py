"""What a press costs: from the approver's form over HTTP until the workflow moved, against a bare Temporal Update.

Console, worker and server are processes of their own, everything is real, and the company's people press one after the
other. Beside the ratio it prints how long 95 of 100 presses take at most, what a worker holds while many requests wait,
and how long the oldest of them takes to wake.
"""

import asyncio
import os
import re
import socket
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select
from temporalio import workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.pairing import arguments, paired, show
from benchmarks.people import People
from benchmarks.server import temporal_server
from installation import open_installation
from models.approval import ApprovalRequest
from models.ids import approval_workflow, purchase_workflow
from sandbox.company import SANDBOX_PASSWORD
from sandbox.opening import open_company
from settings import Settings
from store.approvals import requests_of_case
from store.schema.approvals import approval_request

_FLOOR_QUEUE = "floor"
_APPROVER = "ayse.kaya"
_FIGURE = "p50 milliseconds"
_TARGETS = {_FIGURE: "<=5"}
_P95_TARGET = 60
_PRESSES, _QUICK_PRESSES = 20, 4
_WAITING, _QUICK_WAITING = 10_000, 40
_WOKEN, _QUICK_WOKEN = 20, 4
_PAUSE = 0.05
_PATIENCE = 3600.0


@workflow.defn
class Floor:
    """Waits for one Update and ends."""

    def __init__(self) -> None:
        self._decided = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: self._decided)

    @workflow.update
    def decide(self, decision: str) -> None:
        self._decided = bool(decision)


@dataclass
class Bench:
    people: People
    client: Client
    browser: httpx.AsyncClient
    worker: int
    """Process id of the worker."""
    token: str
    """Of the forms in the approver's session."""
    pressed: list[float] = field(default_factory=list)
    """Milliseconds of every press of ours."""

    async def ours(self, count: int) -> Mapping[str, float]:
        requests = [await self.asked() for _ in range(count)]
        taken = [await self.press(each) for each in requests]
        self.pressed += taken
        return {_FIGURE: statistics.median(taken)}

    async def floor(self, count: int) -> Mapping[str, float]:
        taken = []
        for _ in range(count):
            handle = await self.client.start_workflow(Floor.run, id=uuid.uuid4().hex, task_queue=_FLOOR_QUEUE)
            await _quiet(handle)
            began = time.perf_counter()
            await handle.execute_update(Floor.decide, "yes")
            taken.append(_milliseconds(began))
        return {_FIGURE: statistics.median(taken)}

    async def asked(self) -> ApprovalRequest:
        """A purchase that waits for the approver, with nothing of it still under way."""
        case = await asyncio.to_thread(self.people.buy, Decimal(1))
        async with asyncio.timeout(_PATIENCE):
            while (found := self._request(case)) is None:  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(_PAUSE)
        await _quiet(self._approval(found.id))
        return found

    async def press(self, request: ApprovalRequest) -> float:
        """Milliseconds from the press until the request's workflow has ended by it."""
        ended = asyncio.create_task(self._approval(request.id).result())
        await asyncio.sleep(_PAUSE)
        form = {"csrf_token": self.token, "digest": request.digest, "outcome": "approve", "comment": ""}
        began = time.perf_counter()
        answer = await self.browser.post(f"/approvals/{request.id}", data=form)
        await ended
        taken = _milliseconds(began)
        if answer.status_code != 303:
            raise RuntimeError(f"the press was answered with {answer.status_code}")
        await _quiet(self.client.get_workflow_handle(purchase_workflow(self._tenant, request.case)))
        return taken

    async def many_waiting(self, count: int, woken: int) -> list[str]:
        """What a worker holds for `count` requests that wait, and how long the oldest take to wake."""
        empty = _resident(self.worker)
        cases = [await asyncio.to_thread(self.people.buy, Decimal(1)) for _ in range(count)]
        async with asyncio.timeout(_PATIENCE):
            while self._pending() < count:  # noqa: ASYNC110 - the store tells nobody
                await asyncio.sleep(10 * _PAUSE)
        oldest = [request for request in map(self._request, cases[:woken]) if request]
        newest = self._request(cases[-1])
        if newest is None or len(oldest) < woken:
            raise RuntimeError("a purchase waits for nobody")
        await _quiet(self._approval(newest.id))
        full = _resident(self.worker)
        taken = statistics.median([await self.press(each) for each in oldest])
        held = f"the worker holds {full / 2**20:.0f} MiB, {empty / 2**20:.0f} MiB before"
        return [f"{count} requests wait: {held}; one of the oldest woke in {taken:.0f} ms"]

    def _request(self, case: str) -> ApprovalRequest | None:
        with self.people.house.store.read() as view:
            found = [each for each in requests_of_case(view, self._tenant, case) if each.state == "pending"]
        return found[0].request if found else None

    def _pending(self) -> int:
        query = select(func.count()).select_from(approval_request).where(approval_request.c.state == "pending")
        with self.people.house.store.read() as view:
            return int(view.execute(query).scalar_one())

    def _approval(self, request: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(approval_workflow(self._tenant, request))

    @property
    def _tenant(self) -> str:
        return self.people.house.settings.tenant


async def _quiet(handle: WorkflowHandle[Any, Any]) -> None:
    """Returns once the workflow is there and waits for somebody, or is over."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            try:
                seen = (await handle.describe()).raw_description
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
            else:
                if not seen.HasField("pending_workflow_task") and not seen.pending_activities:
                    return
            await asyncio.sleep(_PAUSE)


def _milliseconds(began: float) -> float:
    return (time.perf_counter() - began) * 1000


def _resident(process: int) -> int:
    """Bytes of memory that a process holds."""
    status = Path(f"/proc/{process}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    if found is None:
        raise RuntimeError(f"process {process} is gone")
    return int(found[1]) * 1024


@asynccontextmanager
async def _standing() -> AsyncIterator[Bench]:
    """A company with a console and a worker, on a Temporal server with a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        house = open_installation(Settings(home=home / "house", database_url=""))
        open_company(house.store, house.settings.tenant)
        async with temporal_server(home) as client, _at_work(home / "house", client) as (browser, worker):
            yield Bench(People(house), client, browser, worker, await _signed_in(browser))
        house.close()


@asynccontextmanager
async def _at_work(home: Path, client: Client) -> AsyncIterator[tuple[httpx.AsyncClient, int]]:
    """An approver's browser at the console, and the process id of the worker."""
    port = _free_port()
    surroundings = {
        "TALLYWRIGHT_HOME": str(home),
        "TALLYWRIGHT_DATABASE_URL": "",
        "TALLYWRIGHT_CONSOLE_PORT": port,
        "TEMPORAL_ADDRESS": client.service_client.config.target_host,
    }
    floor = Worker(client, task_queue=_FLOOR_QUEUE, workflows=[Floor], workflow_runner=UnsandboxedWorkflowRunner())
    async with (
        floor,
        _process(surroundings, "worker", "--role", "flows") as worker,
        _process(surroundings, "console"),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as browser,
    ):
        yield browser, worker


def _free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


@asynccontextmanager
async def _process(surroundings: Mapping[str, str], *words: str) -> AsyncIterator[int]:
    """The process id of one of ours, ended when the block is left."""
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "cli", *words, env={**os.environ, **surroundings}, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield started.pid
    finally:
        started.terminate()
        await started.wait()


async def _signed_in(browser: httpx.AsyncClient) -> str:
    """The token of the approver's forms."""
    async with asyncio.timeout(_PATIENCE):
        while True:
            try:
                await browser.get("/readyz")
                break
            except httpx.TransportError:
                await asyncio.sleep(_PAUSE)
    await browser.post("/sign-in", data={"login": _APPROVER, "password": SANDBOX_PASSWORD, "next": "/account"})
    found = re.search(r'name="csrf_token" value="(\w+)"', (await browser.get("/account")).text)
    if found is None:
        raise RuntimeError("the approver could not sign in")
    return found[1]


async def main() -> None:
    options = arguments(__doc__ or "")
    count = _QUICK_PRESSES if options.quick else _PRESSES
    waiting, woken = (_QUICK_WAITING, _QUICK_WOKEN) if options.quick else (_WAITING, _WOKEN)
    async with _standing() as bench:
        await bench.ours(1)
        bench.pressed.clear()
        ratios = await paired(lambda: bench.ours(count), lambda: bench.floor(count), _TARGETS, quick=options.quick)
        p95 = statistics.quantiles(bench.pressed, n=20)[-1]
        notes = [f"95 of 100 presses moved the workflow within {p95:.0f} ms (target below {_P95_TARGET})"]
        notes += await bench.many_waiting(waiting, woken)
    show(ratios, options.json, notes)


if __name__ == "__main__":
    asyncio.run(main())

"""Composition root of the harness's workers: the product's own, with their store and their bank wrapped.

They are forked from one process that has loaded everything, so that a killed one is back at once.
"""

import asyncio
import ctypes
import os
import signal
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.worker import Worker

from activities.edge import BusinessErrors
from activities.paying import Paying
from bots.browser import Browser
from chaos.announcing import Announcer
from chaos.approved_payment import QUEUE, ApprovedPayment
from chaos.proxies import StruckBank, struck
from commands.output import configure_logs
from installation import Installation, open_installation, wall_clock
from models.portal import CodeKind, Credential
from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from settings import Settings
from worker import VaultCredentials, flows_worker, portal_workers
from workflows.client import connect
from workflows.delivery import deliver_pending

_PAUSE = 0.2
_END_WITH_PARENT = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
# Temporal's client library now and then crashes a process that ends right after a call.
_BRIDGE_SECONDS = 0.02
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bank:
    """A stand-in bank: the portal's name in the books, and where it answers."""

    portal: str
    url: str


@dataclass(frozen=True)
class OwnCredentials:
    """The login of one of several banks that are all of the same kind."""

    house: Installation
    bank: Bank

    async def credential(self, portal: str) -> Credential:
        return await VaultCredentials(self.house).credential(self.bank.portal)

    async def take_login(self, portal: str) -> SecretStr | None:
        return await VaultCredentials(self.house).take_login(self.bank.portal)

    async def keep_login(self, portal: str, state: SecretStr) -> None:
        await VaultCredentials(self.house).keep_login(self.bank.portal, state)

    async def claim_window(self, portal: str, window: int) -> bool:
        return await VaultCredentials(self.house).claim_window(self.bank.portal, window)

    async def typed_code(self, portal: str, kind: CodeKind, said: str) -> SecretStr:
        return await VaultCredentials(self.house).typed_code(self.bank.portal, kind, said)


class Role(Protocol):
    async def work(self, house: Installation, client: Client, stopped: asyncio.Event) -> None:
        """Works until `stopped`."""


def run_flows(environment: Mapping[str, str], log: Path, address: Path) -> None:
    """A flows worker until SIGTERM, without watched folder and without the sweeper's comparison: the harness says what
    starts."""
    run_role(environment, log, _Flows(address))


def run_bots(environment: Mapping[str, str], log: Path, address: Path, banks: Sequence[Bank]) -> None:
    """A bots worker of `banks` until SIGTERM."""
    run_role(environment, log, _Bots(address, banks))


@dataclass(frozen=True)
class _Flows:
    address: Path

    async def work(self, house: Installation, client: Client, stopped: asyncio.Event) -> None:
        house = struck(house, Announcer(self.address))
        payments = Worker(
            client,
            task_queue=QUEUE,
            workflows=[ApprovedPayment],
            activities=[Paying(house.store).open_payment],
            activity_executor=ThreadPoolExecutor(4),
            interceptors=[BusinessErrors()],
        )
        async with flows_worker(house, client), payments:
            delivering = asyncio.create_task(_deliver(house, client))
            await stopped.wait()
            delivering.cancel()


@dataclass(frozen=True)
class _Bots:
    address: Path
    banks: Sequence[Bank]

    async def work(self, house: Installation, client: Client, stopped: asyncio.Event) -> None:
        house = struck(house, Announcer(self.address))
        async with AsyncExitStack() as stack:
            browser = Browser(hosts=("127.0.0.1",))
            stack.push_async_callback(browser.stop)
            portals = {bank.portal: self._bot(house, browser, bank) for bank in self.banks}
            for worker in portal_workers(house, client, portals, portals):
                await stack.enter_async_context(worker)
            await stopped.wait()

    def _bot(self, house: Installation, browser: Browser, bank: Bank) -> StruckBank:
        bot = StruckBank(browser, OwnCredentials(house, bank), bank.url, KNOWN_ORDER_NUMBER, clock=wall_clock)
        bot.announcer = Announcer(self.address)
        return bot


def run_role(environment: Mapping[str, str], log: Path, role: Role) -> None:
    """Makes this forked process a worker until SIGTERM; it ends with the harness, however that ends."""
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    os.environ.update(environment)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    configure_logs()
    asyncio.run(_work(role))
    time.sleep(_BRIDGE_SECONDS)
    os._exit(0)


async def _work(role: Role) -> None:
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    house = open_installation(Settings())
    await role.work(house, await _connected(), stopped)


async def _connected() -> Client:
    """A client as soon as the server, which may just have been killed, is there."""
    while True:
        try:
            return await connect()
        except RuntimeError:
            await asyncio.sleep(_PAUSE)


async def _deliver(house: Installation, client: Client) -> None:
    while True:
        try:
            await deliver_pending(client, house.store)
        except Exception as error:
            _log.warning("not delivered yet", problem=str(error)[:200])
        await asyncio.sleep(_PAUSE)

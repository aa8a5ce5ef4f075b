"""Everything that a run needs on this machine, each process one that can be killed and is started again at once."""

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from audit.entry import Actor
from chaos import plain, worker
from chaos.processes import descendants, free_base, named
from chaos.worker import Bank
from installation import Installation, open_installation
from models.party import LegalEntity
from sandbox import iban
from sandbox.bank import ledger
from sandbox.clock import BusinessClock
from sandbox.company import ENTITY
from sandbox.house_account import HOUSE_ACCOUNT, HouseAccount
from sandbox.opening import open_company, store_credentials
from sandbox.stack import HOST, TOTP_PERIOD, Ports, Stack
from settings import Settings
from store.masters import add_entity

COMMIT_SECONDS = 5
SETTLE_SECONDS = 3
_SYSTEM = Actor(system="chaos harness")
_FORKING = get_context("forkserver")
_OTHER_PORTS = 8
_END_SECONDS = 120
_DATABASE = "tallywright.db"
_LOCK_SECONDS = 1.0
_PAUSE = 0.05


@dataclass(frozen=True)
class ManyPorts(Ports):
    """Ports for several banks."""

    banks: int = 1

    @property
    def named(self) -> dict[str, int]:
        more = {f"bank-{number}": self.base + _OTHER_PORTS + number for number in range(self.banks)}
        return super().named | more


@dataclass(frozen=True)
class BankHouse:
    """One of the banks with the entity that pays through it."""

    number: int
    entity: LegalEntity
    ledger: Path
    url: str

    @property
    def process(self) -> str:
        return f"bank-{self.number}"


@dataclass
class ChaosStack(Stack):
    """Temporal server, `count` banks, one flows worker, a bots worker for each bank and one more for all of them."""

    count: int = 1
    banks: tuple[BankHouse, ...] = field(default=(), init=False)
    house: Installation = field(init=False)
    _workers: dict[str, BaseProcess] = field(default_factory=dict, init=False)

    @property
    def temporal(self) -> str:
        return f"{HOST}:{self.ports.named['temporal']}"

    @property
    def announcements(self) -> Path:
        return self.home / "points"

    def environment(self) -> dict[str, str]:
        short = {
            "TALLYWRIGHT_COMMIT_SECONDS": str(COMMIT_SECONDS),
            "TALLYWRIGHT_SETTLE_SECONDS": str(SETTLE_SECONDS),
            "TALLYWRIGHT_NOTIFY_URL": "",
        }
        return super().environment() | short

    def command(self, name: str) -> list[str]:
        if name.startswith("bank-"):
            port, home = str(self.ports.named[name]), str(self.home / "sandbox" / name)
            arguments = ["--port", port, "--home", home, "--totp-period", str(TOTP_PERIOD)]
            return [*super().command("bank")[:3], *arguments]
        return super().command(name)

    def open(self) -> None:
        """Starts what is not ours and opens the company's books. Raises StackError."""
        self.take_home()
        self.banks = tuple(self._opened_bank(number) for number in range(self.count))
        names = ("temporal", *(bank.process for bank in self.banks))
        for name in names:
            self.start(name)
        self.house = open_installation(Settings(home=self.home))
        open_company(self.house.store, self.house.settings.tenant)
        with self.house.store.change(self.house.settings.tenant, _SYSTEM) as work:
            for bank in self.banks:
                add_entity(work, bank.entity)
        self.wait_until_reachable(*names)
        for bank in self.banks:
            self._store_login(bank)

    def start_workers(self) -> None:
        for name in ("flows", *(f"bots-{bank.number}" for bank in self.banks), "bots-more"):
            self.start_worker(name)

    def start_worker(self, name: str) -> None:
        target, arguments = self._work(name)
        environment, log = self.environment(), self.home / "logs" / f"{name}.log"
        process = _FORKING.Process(target=target, args=(environment, log, self.announcements, *arguments), name=name)
        process.start()
        self._workers[name] = process

    def worker_named(self, pid: int) -> str:
        """The name of the worker that has this process id, "" when it is gone."""
        return next((name for name, process in self._workers.items() if process.pid == pid), "")

    def workers_ended(self) -> list[str]:
        return [name for name, process in self._workers.items() if not process.is_alive()]

    def signal_worker(self, name: str, number: signal.Signals) -> None:
        pid = self._workers[name].pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    async def restart_worker(self, name: str) -> None:
        """Waits for its end, which may be a graceful one, and starts it again."""
        await self.worker_over(name)
        self._workers[name].join()
        self.start_worker(name)

    async def worker_over(self, name: str) -> int | None:
        """Its exit status once it has ended; None when it took so long that it was killed, as a supervisor would."""
        process, deadline = self._workers[name], time.monotonic() + _END_SECONDS
        while process.is_alive():
            if time.monotonic() > deadline:
                self.signal_worker(name, signal.SIGKILL)
                return None
            await asyncio.sleep(_PAUSE)
        return process.exitcode

    async def end_workers(self) -> dict[str, int | None]:
        """Asks every worker to end; their exit statuses."""
        for name in self._workers:
            self.signal_worker(name, signal.SIGTERM)
        return {name: await self.worker_over(name) for name in self._workers}

    def is_writable(self) -> bool:
        """Whether the database's write lock is free within a second."""
        with closing(sqlite3.connect(self.home / _DATABASE, timeout=_LOCK_SECONDS, isolation_level=None)) as connection:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return False
            connection.execute("ROLLBACK")
        return True

    def kill_browser_of(self, pid: int) -> None:
        _kill(named(descendants(pid), "chrom") or named(descendants(pid), "headless"))

    def kill_driver_of(self, pid: int) -> None:
        _kill(named(descendants(pid), "node"))

    def restart(self, name: str) -> None:
        """Kills a process that is no worker, and starts it again."""
        self.kill(name)
        self.start(name)
        self.wait_until_reachable(name)

    def stop(self) -> None:
        for process in self._workers.values():
            if process.pid is not None and process.is_alive():
                _kill([process.pid, *descendants(process.pid)])
        for process in self._workers.values():
            process.join()
        for name in [each for each in self._running if each.startswith("bank-")]:
            self.kill(name)
        super().stop()

    def _work(self, name: str) -> tuple[Callable[..., None], tuple[object, ...]]:
        if name == "flows":
            return worker.run_flows, ()
        mine = [bank for bank in self.banks if name in (f"bots-{bank.number}", "bots-more", "plain")]
        banks = tuple(Bank(bank.entity.bank_portal, bank.url) for bank in mine)
        return (plain.run_plain if name == "plain" else worker.run_bots), (banks,)

    def _opened_bank(self, number: int) -> BankHouse:
        """A bank with an account of its own in its books."""
        account = HouseAccount(
            HOUSE_ACCOUNT.holder, iban.from_bban("DE", f"21999900000472{number:04d}"), HOUSE_ACCOUNT.bic
        )
        file = self.home / "sandbox" / f"bank-{number}" / "ledger.db"
        file.parent.mkdir(parents=True)
        ledger.create(file, BusinessClock(), account)
        here = {"id": f"LMT{number}", "iban": account.iban, "bank_portal": f"sandbox-bank-{number}"}
        return BankHouse(
            number, ENTITY.model_copy(update=here | {"further_accounts": ()}), file, self.ports.url(f"bank-{number}")
        )

    def _store_login(self, bank: BankHouse) -> None:
        store, tenant = self.house.store, self.house.settings.tenant
        file = bank.ledger.with_name("credentials.json")
        store_credentials(store, self.house.vault, tenant, bank.entity.bank_portal, file, TOTP_PERIOD)


def ports_for(banks: int) -> ManyPorts:
    return ManyPorts(free_base(_OTHER_PORTS + banks), banks)


def preload() -> None:
    """Lets the process that workers are forked from load everything first."""
    _FORKING.set_forkserver_preload(["chaos.worker"])


def _kill(pids: list[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

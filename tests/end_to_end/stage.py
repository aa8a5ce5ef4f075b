"""A sandbox with ports and a folder of its own: real server, portals and workers, processes that can be killed."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from chaos.processes import descendants, free_base
from installation import Installation, open_installation
from sandbox.opening import open_company, store_credentials
from sandbox.stack import HOST, TOTP_PERIOD, Ports, Stack
from settings import Settings
from tests.databases import database_in
from tests.end_to_end.stopping_bots import STOP_AT, Point

_OUTSIDE, _OURS = ("temporal", "bank", "erp"), ("flows", "bots")
_COMMIT_SECONDS = 6
_SETTLE_SECONDS = 2
_PORTS = 10
_STOP_SECONDS = 60


@dataclass
class Stage(Stack):
    """Without mail and console; the flows worker runs alone, without sweeper and intake, so that nothing happens that
    a test did not ask for. Deadlines are short."""

    stop_at: Point | None = None
    """Where the next bots worker stops itself."""
    house: Installation = field(init=False)

    def environment(self) -> dict[str, str]:
        short = {
            "TALLYWRIGHT_COMMIT_SECONDS": str(_COMMIT_SECONDS),
            "TALLYWRIGHT_SETTLE_SECONDS": str(_SETTLE_SECONDS),
            "TALLYWRIGHT_NOTIFY_URL": "",
            "TALLYWRIGHT_DATABASE_URL": database_in(self.home),
        }
        return super().environment() | short | ({STOP_AT: self.stop_at} if self.stop_at else {})

    def command(self, name: str) -> list[str]:
        match name:
            case "flows":
                return [sys.executable, "-m", "tests.end_to_end.flows_alone"]
            case "stopping bots":
                return [sys.executable, "-m", "tests.end_to_end.stopping_bots"]
            case "more bots":
                return super().command("bots")
        return super().command(name)

    def open(self) -> None:
        self.take_home()
        for name in _OUTSIDE:
            self.start(name)
        self.wait_until_reachable(*_OUTSIDE)
        self.house = open_installation(Settings(home=self.home, database_url=database_in(self.home)))
        self._open_books()
        for name in _OURS:
            self.start(name)

    def _open_books(self) -> None:
        store, tenant = self.house.store, self.house.settings.tenant
        open_company(store, tenant)
        for name in ("bank", "erp"):
            file = self.home / "sandbox" / name / "credentials.json"
            store_credentials(store, self.house.vault, tenant, f"sandbox-{name}", file, TOTP_PERIOD)

    @property
    def temporal(self) -> str:
        return f"{HOST}:{self.ports.named['temporal']}"

    def ledger(self, portal: str) -> Path:
        return self.home / "sandbox" / portal / "ledger.db"

    def pid(self, name: str) -> int:
        return self._running[name].pid

    def restart(self, name: str) -> None:
        """Kills a process with all that it started, and starts it again."""
        self.kill_tree(name)
        self.start(name)
        if name in self.ports.named:
            self.wait_until_reachable(name)

    def kill_tree(self, name: str) -> None:
        """Ends a process and every process below it at once. A browser has a process group of its own."""
        process = self._running.pop(name)
        for pid in [process.pid, *descendants(process.pid)]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def kill_alone(self, name: str) -> None:
        """Ends one process; what it started is left to notice."""
        process = self._running.pop(name)
        process.kill()
        process.wait()

    def terminate(self, name: str) -> int:
        """Asks a process to end and gives its exit status."""
        process = self._running.pop(name)
        process.terminate()
        return process.wait(_STOP_SECONDS)

    def replace_bots(self, point: Point) -> None:
        """Another bots worker that stops itself at `point`, in place of the one that runs."""
        self.kill_tree("bots")
        self.stop_at = point
        self.start("stopping bots")
        self.stop_at = None

    def restore(self) -> None:
        """The processes that every test starts with."""
        for name in ("stopping bots", "more bots"):
            if name in self._running:
                self.kill_tree(name)
        for name in (*_OUTSIDE, *_OURS):
            if name not in self._running:
                self.start(name)
        self.wait_until_reachable(*_OUTSIDE)

    def wait_until_stopped(self) -> None:
        """Until the bots worker has stopped itself."""
        os.waitid(os.P_PID, self.pid("stopping bots"), os.WSTOPPED)


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    stage = Stage(folder, free_ports())
    try:
        stage.open()
        yield stage
        stage.house.close()
    finally:
        stage.stop()


def free_ports() -> Ports:
    """Ports in a row that nobody uses."""
    return Ports(free_base(_PORTS))

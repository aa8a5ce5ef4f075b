"""Every process of a sandbox installation on this machine: Temporal, the portals, the mail server, workers, console."""

import fcntl
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from sandbox.erp.ledger import KNOWN_VOUCHER_NUMBER
from sandbox.tax.ledger import KNOWN_REGISTER_NUMBER

HOST = "127.0.0.1"
TOTP_PERIOD = 3
_ROOT = Path(__file__).parent.parent
_START_SECONDS = 60
_STOP_SECONDS = 45
_KILL_SECONDS = 10
_MARK = "TALLYWRIGHT_STACK"
"""Every process of a sandbox, its browser too, has the home folder in its environment under this name."""
# Without the first a Temporal step waits for a 50 ms tick; money runs with full sync, which survives power loss.
_TEMPORAL_FLAGS = (
    "--headless",
    "--log-level=error",
    "--sqlite-pragma=journal_mode=WAL",
    "--sqlite-pragma=synchronous=2",
    "--dynamic-config-value=history.transferProcessorMaxPollRPS=10000",
)


class StackError(Exception):
    """A process did not start or ended, or ports or home folder are taken; the message says what to do."""


@dataclass(frozen=True)
class Ports:
    """The ports on 127.0.0.1, all counted from one."""

    base: int = 8300

    @property
    def named(self) -> dict[str, int]:
        names = ("console", "bank", "erp", "mail", "smtp", "temporal", "tax", "bank_b")
        return {name: self.base + offset for offset, name in enumerate(names)}

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.named[name]}"


@dataclass
class Stack:
    """Starts what `up` and the demo need, in order, and stops it in reverse. Logs lie in `home/logs`.

    One stack at a time has a home folder. What a killed one left running there is ended before anything starts.
    """

    home: Path
    ports: Ports = field(default_factory=Ports)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, init=False)
    _lock: IO[str] | None = field(default=None, init=False)

    def environment(self) -> dict[str, str]:
        """The settings under which all processes of this sandbox run: its own addresses, else what the caller set."""
        smtp = self.ports.named["smtp"]
        addresses = {
            "TALLYWRIGHT_HOME": str(self.home),
            "TALLYWRIGHT_CONSOLE_PORT": str(self.ports.named["console"]),
            "TALLYWRIGHT_BANK_URL": self.ports.url("bank"),
            "TALLYWRIGHT_BANK_KNOWN_ROW": KNOWN_ORDER_NUMBER,
            "TALLYWRIGHT_BANK_B_URL": self.ports.url("bank_b"),
            "TALLYWRIGHT_BANK_B_KNOWN_ROW": KNOWN_ORDER_NUMBER,
            "TALLYWRIGHT_ERP_URL": self.ports.url("erp"),
            "TALLYWRIGHT_ERP_KNOWN_ROW": KNOWN_VOUCHER_NUMBER,
            "TALLYWRIGHT_TAX_URL": self.ports.url("tax"),
            "TALLYWRIGHT_TAX_KNOWN_ROW": KNOWN_REGISTER_NUMBER,
            "TALLYWRIGHT_NOTIFY_URL": f"mailto://{HOST}:{smtp}?from=tallywright@lindqvist.example&to={{email}}",
            "TEMPORAL_ADDRESS": f"{HOST}:{self.ports.named['temporal']}",
            _MARK: str(self.home),
        }
        return {"TALLYWRIGHT_SETTLE_SECONDS": "5"} | os.environ | addresses

    def start_outside(self) -> None:
        """Starts what is not ours: the Temporal server, the portals and the mail server."""
        self.take_home()
        names = ("temporal", "bank", "bank_b", "erp", "tax", "mail")
        for name in names:
            self.start(name)
        self.wait_until_reachable(*names)

    def start_ours(self) -> None:
        """Starts the workers and the console."""
        for name in ("flows", "bots", "console"):
            self.start(name)
        self.wait_until_reachable("console")

    def take_home(self) -> None:
        """Makes the home folder this stack's alone and ends what a killed stack left behind. Raises StackError."""
        self.home.mkdir(parents=True, exist_ok=True)
        lock = (self.home / "stack.lock").open("w")
        try:
            # The kernel gives it back however this process ends; the processes started here do not inherit it.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise StackError(
                f"A sandbox runs in {self.home} already. Stop it first, or choose another TALLYWRIGHT_HOME."
            ) from None
        self._lock = lock
        _end_leftovers(self.home)
        self._require_free_ports()

    def start(self, name: str) -> None:
        log = self.home / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as output:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own fixed commands
                self.command(name),
                cwd=_ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Ends one process and all that it started, as a crash would."""
        process = self._running.pop(name)
        os.killpg(process.pid, number)
        process.wait()

    def stop(self) -> None:
        """Stops everything, ours first; what does not stop in time is killed."""
        for names in (("console",), ("flows", "bots"), ("bank", "bank_b", "erp", "tax", "mail"), ("temporal",)):
            stopping = [self._running.pop(name) for name in names if name in self._running]
            for process in stopping:
                process.terminate()
            for process in stopping:
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        if self._lock is not None:
            self._lock.close()

    def require_all_running(self) -> None:
        """Raises StackError with the end of its log when a process ended by itself."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise StackError(f"{name} ended by itself. Its log ends:\n{self.log_tail(name)}")

    def wait_until_reachable(self, *names: str) -> None:
        """Until each answers on its port. Raises StackError when one ends or takes too long."""
        deadline = time.monotonic() + _START_SECONDS
        for name in names:
            while not _answers(self.ports.named[name]):
                if self._running[name].poll() is not None or time.monotonic() > deadline:
                    raise StackError(f"{name} did not start. Its log ends:\n{self.log_tail(name)}")
                time.sleep(0.05)

    def log_tail(self, name: str, lines: int = 15) -> str:
        file = self.home / "logs" / f"{name}.log"
        return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else ""

    def command(self, name: str) -> list[str]:
        """How a process is started."""
        port, python = self.ports.named.get(name), sys.executable
        commands: Mapping[str, Callable[[], list[str]]] = {
            "temporal": lambda: [
                _temporal(),
                *("server", "start-dev", "--ip", HOST, "--port", str(port)),
                *("--db-filename", str(self.home / "temporal.db")),
                *_TEMPORAL_FLAGS,
            ],
            "bank": lambda: [*self._portal("bank"), "--totp-period", str(TOTP_PERIOD)],
            "bank_b": lambda: self._portal("bank_b"),
            "erp": lambda: self._portal("erp"),
            "tax": lambda: self._portal("tax"),
            "mail": lambda: [*self._portal("mail"), "--smtp-port", str(self.ports.named["smtp"])],
            "flows": lambda: [python, "-m", "cli", "worker", "--role", "flows"],
            "bots": lambda: [python, "-m", "cli", "worker", "--role", "bots"],
            "console": lambda: [python, "-m", "cli", "console"],
        }
        return commands[name]()

    def _portal(self, name: str) -> list[str]:
        home = self.home / "sandbox" / name
        home.mkdir(parents=True, exist_ok=True)
        port = str(self.ports.named[name])
        return [sys.executable, "-m", f"sandbox.{name}", "--port", port, "--home", str(home)]

    def _require_free_ports(self) -> None:
        taken = [f"{port} ({name})" for name, port in self.ports.named.items() if _answers(port)]
        if taken:
            raise StackError(
                f"These ports are in use: {', '.join(taken)}. Stop what uses them, or choose others with --base-port."
            )


def _temporal() -> str:
    beside_python = Path(sys.executable).with_name("temporal")
    found = str(beside_python) if beside_python.exists() else shutil.which("temporal")
    if found is None:
        raise StackError("The command `temporal` is not there; `make demo` installs it with the locked packages.")
    return found


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0


def _end_leftovers(home: Path) -> None:
    while leftovers := _marked_processes(home):
        for pid in leftovers:
            _end(pid)


def _end(pid: int) -> None:
    """Kills a process and waits until its ports are free, which they are not yet when its memory is gone."""
    with suppress(ProcessLookupError):
        handle = os.pidfd_open(pid)
        try:
            signal.pidfd_send_signal(handle, signal.SIGKILL)
            ended, _, _ = select.select([handle], [], [], _KILL_SECONDS)
        finally:
            os.close(handle)
        if not ended:
            raise StackError(f"The process {pid} of an earlier sandbox does not end; look after it with `ps -p {pid}`.")


def _marked_processes(home: Path) -> list[int]:
    mark = f"{_MARK}={home}".encode()
    return [int(file.parent.name) for file in Path("/proc").glob("[0-9]*/environ") if mark in _variables(file)]


def _variables(file: Path) -> list[bytes]:
    """The environment a process was started with; nothing of one that is gone or another user's."""
    try:
        return file.read_bytes().split(b"\0")
    except OSError:
        return []

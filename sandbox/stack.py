"""Every process of a sandbox installation on this machine: Temporal, the portals, the mail server, workers, console."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.bank.ledger import KNOWN_ORDER_NUMBER
from sandbox.erp.ledger import KNOWN_VOUCHER_NUMBER

HOST = "127.0.0.1"
TOTP_PERIOD = 3
_ROOT = Path(__file__).parent.parent
_START_SECONDS = 60
_STOP_SECONDS = 45
# Without the first a Temporal step waits for a 50 ms tick; money runs with full sync, which survives power loss.
_TEMPORAL_FLAGS = (
    "--headless",
    "--log-level=error",
    "--sqlite-pragma=journal_mode=WAL",
    "--sqlite-pragma=synchronous=2",
    "--dynamic-config-value=history.transferProcessorMaxPollRPS=10000",
)


class StackError(Exception):
    """A process did not start or the ports are taken; the message says what to do."""


@dataclass(frozen=True)
class Ports:
    """The ports on 127.0.0.1, all counted from one."""

    base: int = 8300

    @property
    def named(self) -> dict[str, int]:
        names = ("console", "bank", "erp", "mail", "smtp", "temporal")
        return {name: self.base + offset for offset, name in enumerate(names)}

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.named[name]}"


@dataclass
class Stack:
    """Starts what `up` and the demo need, in order, and stops it in reverse. Logs lie in `home/logs`."""

    home: Path
    ports: Ports = field(default_factory=Ports)
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict, init=False)

    def environment(self) -> dict[str, str]:
        """The settings under which all processes of this sandbox run; what the caller has set stays."""
        smtp = self.ports.named["smtp"]
        settings = {
            "TALLYWRIGHT_HOME": str(self.home),
            "TALLYWRIGHT_CONSOLE_PORT": str(self.ports.named["console"]),
            "TALLYWRIGHT_BANK_URL": self.ports.url("bank"),
            "TALLYWRIGHT_BANK_KNOWN_ROW": KNOWN_ORDER_NUMBER,
            "TALLYWRIGHT_ERP_URL": self.ports.url("erp"),
            "TALLYWRIGHT_ERP_KNOWN_ROW": KNOWN_VOUCHER_NUMBER,
            "TALLYWRIGHT_NOTIFY_URL": f"mailto://{HOST}:{smtp}?from=tallywright@lindqvist.example&to={{email}}",
            "TALLYWRIGHT_SETTLE_SECONDS": "5",
            "TEMPORAL_ADDRESS": f"{HOST}:{self.ports.named['temporal']}",
        }
        return settings | {name: value for name, value in os.environ.items() if name not in settings}

    def start_outside(self) -> None:
        """Starts what is not ours: the Temporal server, the portals and the mail server."""
        self.home.mkdir(parents=True, exist_ok=True)
        self._clear_leftovers()
        self._require_free_ports()
        self.start("temporal")
        for name in ("bank", "erp", "mail"):
            self.start(name)
        for name in ("temporal", "bank", "erp", "mail"):
            self._wait_until_reachable(name)

    def start_ours(self) -> None:
        """Starts the workers and the console."""
        for name in ("flows", "bots", "console"):
            self.start(name)
        self._wait_until_reachable("console")

    def start(self, name: str) -> None:
        log = self.home / "logs" / f"{name}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("ab") as output:
            self._running[name] = subprocess.Popen(  # noqa: S603 - our own fixed commands
                self._command(name),
                cwd=_ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._remember()

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Ends one process and all that it started, as a crash would."""
        process = self._running.pop(name)
        os.killpg(process.pid, number)
        process.wait()
        self._remember()

    def stop(self) -> None:
        """Stops everything, ours first; what does not stop in time is killed."""
        for names in (("console",), ("flows", "bots"), ("bank", "erp", "mail"), ("temporal",)):
            stopping = [self._running.pop(name) for name in names if name in self._running]
            for process in stopping:
                process.terminate()
            for process in stopping:
                try:
                    process.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        self._file.unlink(missing_ok=True)

    def ended(self) -> str:
        """The name of a process that ended by itself, empty while all run."""
        return next((name for name, process in self._running.items() if process.poll() is not None), "")

    def log_tail(self, name: str, lines: int = 15) -> str:
        file = self.home / "logs" / f"{name}.log"
        return "\n".join(file.read_text(errors="replace").splitlines()[-lines:]) if file.exists() else ""

    @property
    def _file(self) -> Path:
        return self.home / "processes.json"

    def _command(self, name: str) -> list[str]:
        port, python = self.ports.named.get(name), sys.executable
        commands: Mapping[str, Callable[[], list[str]]] = {
            "temporal": lambda: [
                _temporal(),
                *("server", "start-dev", "--ip", HOST, "--port", str(port)),
                *("--db-filename", str(self.home / "temporal.db")),
                *_TEMPORAL_FLAGS,
            ],
            "bank": lambda: [*self._portal("bank"), "--totp-period", str(TOTP_PERIOD)],
            "erp": lambda: self._portal("erp"),
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

    def _remember(self) -> None:
        """Notes who runs, so that a start after a crash can end what was left behind."""
        running = {name: process.pid for name, process in self._running.items()}
        self._file.write_text(json.dumps(running))

    def _clear_leftovers(self) -> None:
        if not self._file.exists():
            return
        for name, pid in json.loads(self._file.read_text()).items():
            if _is_process(pid, self._command(name)):
                os.killpg(pid, signal.SIGKILL)
                while _is_process(pid, self._command(name)):
                    time.sleep(0.05)
        self._file.unlink()

    def _require_free_ports(self) -> None:
        taken = [f"{port} ({name})" for name, port in self.ports.named.items() if _answers(port)]
        if taken:
            raise StackError(
                f"These ports are in use: {', '.join(taken)}. Stop what uses them, or choose others with --base-port."
            )

    def _wait_until_reachable(self, name: str) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(self.ports.named[name]):
            if self._running[name].poll() is not None or time.monotonic() > deadline:
                raise StackError(f"{name} did not start. Its log ends:\n{self.log_tail(name)}")
            time.sleep(0.05)


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


def _is_process(pid: int, command: list[str]) -> bool:
    """Whether `pid` is still the process that was started with `command`, and not another that got its number."""
    try:
        parts = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return [part.decode(errors="replace") for part in parts[1:-1]] == command[1:]

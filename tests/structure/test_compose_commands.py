"""The commands of docker-compose.yml with its own settings, without containers: they start, tell their health, end."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from temporalio.client import Client

from tests.databases import database_in
from tests.structure import compose
from tests.structure.compose import ROOT, Service

_SECONDS_TO_HEALTH = 150
_SECONDS_TO_END = 60
_PASSWORD = "dr4wn5ecret"
_STAYING = ("sandbox-bank", "sandbox-bank-b", "sandbox-erp", "sandbox-tax", "sandbox-mail", "console", "flows", "bots")


class House:
    """The services as processes of this machine, with folders and ports of this machine in place of the file's."""

    def __init__(self, folder: Path, temporal: Client) -> None:
        self.ports = dict(zip((*_STAYING, "smtp"), _free_ports(len(_STAYING) + 1), strict=True))
        self._folder = folder
        self._temporal = temporal
        self.services = compose.services()

    @contextmanager
    def running(self, *names: str) -> Iterator[dict[str, "subprocess.Popen[bytes]"]]:
        """Ends them as Docker would, and leaves none behind."""
        running = {name: self._start(name) for name in names}
        try:
            yield running
        finally:
            for process in running.values():
                process.kill()
                process.wait()

    def run(self, name: str) -> None:
        """A job, to its good end."""
        process = self._start(name)
        assert process.wait(_SECONDS_TO_HEALTH) == 0, self.log(name)

    def examine(self, name: str, *words: str) -> "subprocess.CompletedProcess[str]":
        """`tallywright` with the settings of a service, as `docker compose exec` runs it."""
        command = (sys.executable, "-m", "cli", *words)
        settings = self._environment(self.services[name])
        return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)

    def wait_until_healthy(self, name: str) -> None:
        """Asks as its health check asks, by the check's own command."""
        service = self.services[name]
        words = [self._on_this_machine(service, word) for word in service.parts["healthcheck"]["test"][1:]]
        programs = {"python": [sys.executable], "tallywright": [sys.executable, "-m", "cli"]}
        command = [*programs[words[0]], *words[1:]]
        deadline = time.monotonic() + _SECONDS_TO_HEALTH
        while True:
            asked = subprocess.run(
                command, cwd=ROOT, env=self._environment(service), capture_output=True, text=True, check=False
            )
            if asked.returncode == 0:
                return
            assert time.monotonic() < deadline, (asked.stdout, asked.stderr[-500:], self.log(name))

    def log(self, name: str) -> str:
        return (self._folder / f"{name}.log").read_text(errors="replace")[-2000:]

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        service = self.services[name]
        words = [self._on_this_machine(service, word) for word in service.command]
        with (self._folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                (sys.executable, "-m", "cli", *words),
                cwd=ROOT,
                env=self._environment(service),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _environment(self, service: Service) -> dict[str, str]:
        variables = compose.example_variables() | {
            "DATABASE_PASSWORD": _PASSWORD,
            "TEMPORAL_DATABASE_PASSWORD": _PASSWORD,
            "TALLYWRIGHT_ORIGIN": "books.example",
        }
        given = {name: self._on_this_machine(service, text) for name, text in service.environment(variables).items()}
        ours = {"TALLYWRIGHT_HOME": str(self._folder / "home"), "TEMPORAL_NAMESPACE": self._temporal.namespace}
        machine = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        return machine | given | ours

    def _on_this_machine(self, service: Service, text: str) -> str:
        """`text` with the addresses of this machine; each container has the ports 8300 and 8301 to itself."""
        stand_ins = {
            f"postgresql://tallywright:{_PASSWORD}@database/tallywright": database_in(self._folder),
            "temporal:7233": self._temporal.service_client.config.target_host,
            "sandbox-mail:2525": f"127.0.0.1:{self.ports['smtp']}",
            "0.0.0.0": "127.0.0.1",  # noqa: S104 - what stands in the file
            "/var/lib/tallywright-sandbox": str(self._folder / "sandbox"),
            **{f"{name}:8301": f"127.0.0.1:{port}" for name, port in self.ports.items()},
            "8300": str(self.ports["console"]),
            "8301": str(self.ports.get(service.name, 0)),
            "2525": str(self.ports["smtp"]),
        }
        for theirs, here in stand_ins.items():
            text = text.replace(theirs, here)
        return text


@pytest.mark.timeout(400)
@pytest.mark.behaviour("D1", "D4")
async def test_every_command_of_the_file_starts_with_its_settings_tells_its_health_and_ends_when_told(
    tmp_path: Path, temporal: Client
) -> None:
    await asyncio.to_thread(_live_through, House(tmp_path, temporal))


def _live_through(house: House) -> None:
    house.run("migrate")
    with house.running(*_STAYING) as running:
        for name in _STAYING[:4]:
            house.wait_until_healthy(name)
        house.run("sandbox-company")
        for name in _STAYING[4:]:
            house.wait_until_healthy(name)
        _examine(house)
        for process in running.values():
            process.send_signal(signal.SIGTERM)
        ended = {name: process.wait(_SECONDS_TO_END) for name, process in running.items()}
    # The web server shuts down in order and then ends by the signal that it was sent.
    assert ended == dict.fromkeys(_STAYING, 0) | {"console": -signal.SIGTERM}, house.log("bots")
    assert "Application shutdown complete" in house.log("console")


def _examine(house: House) -> None:
    """The whole house is well; what is not as in production is said."""
    found = house.examine("bots", "doctor", "--json")
    document = json.loads(found.stdout)
    broken = [check for check in document["checks"] if check["state"] == "broken"]
    assert broken == []
    assert document["ok"] is True
    assert {"queue.flows", "queue.bots-sandbox-bank", "portal.bank", "database"} <= {
        check["name"] for check in document["checks"]
    }
    assert _PASSWORD not in found.stdout + found.stderr


def _free_ports(count: int) -> list[int]:
    listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listener.getsockname()[1] for listener in listeners]
    for listener in listeners:
        listener.close()
    return ports

"""docker-compose.yml as Compose would read it, without Compose."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
OUR_IMAGE = "tallywright"
_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?:(?P<kind>:-|:\?)(?P<rest>[^}]*))?\}")


class Missing(Exception):
    """A variable without which nothing may start; named by the message."""


@dataclass(frozen=True)
class Service:
    name: str
    parts: Mapping[str, Any]

    @property
    def is_ours(self) -> bool:
        return str(self.parts["image"]) == OUR_IMAGE

    @property
    def is_job(self) -> bool:
        return str(self.parts.get("restart", "no")) != "unless-stopped"

    @property
    def command(self) -> tuple[str, ...]:
        return tuple(self.parts["command"])

    @property
    def networks(self) -> frozenset[str]:
        return frozenset(self.parts["networks"])

    @property
    def waits_for(self) -> Mapping[str, str]:
        return {name: how["condition"] for name, how in self.parts.get("depends_on", {}).items()}

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        """What the service gets where `.env` holds `variables`. Raises Missing."""
        known = {name: variables.get(name) if given is None else given for name, given in self._environment.items()}
        return {name: interpolated(value, variables) for name, value in known.items() if value is not None}

    @property
    def setting_names(self) -> frozenset[str]:
        return frozenset(self._environment)

    @property
    def _environment(self) -> Mapping[str, str | None]:
        return dict(self.parts.get("environment", {}))


def file() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    return document


def services() -> dict[str, Service]:
    return {name: Service(name, parts) for name, parts in file()["services"].items()}


def ours() -> list[Service]:
    return [service for service in services().values() if service.is_ours]


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """`text` with its variables as Compose fills them in. Raises Missing for `${NAME:?...}` without a value."""

    def value(found: re.Match[str]) -> str:
        if found[0] == "$$":
            return "$"
        known = variables.get(found["name"], "")
        if not known and found["kind"] == ":?":
            raise Missing(found["name"])
        return known or (found["rest"] if found["kind"] == ":-" else "")

    return _VARIABLE.sub(value, text)


def example_variables() -> dict[str, str]:
    """The variables of `.env.example`."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))

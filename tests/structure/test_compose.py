import json
import re
import tomllib
from typing import Any

import pytest
import typer

import cli
from settings import Settings
from tests.structure import compose
from tests.structure.compose import ROOT, Missing, Service

OURS = pytest.mark.parametrize("service", compose.ours(), ids=lambda service: service.name)
EVERY = pytest.mark.parametrize("service", compose.services().values(), ids=lambda service: service.name)
_GIVEN = compose.example_variables() | {
    "DATABASE_PASSWORD": "drawn",
    "TEMPORAL_DATABASE_PASSWORD": "drawn",
    "TALLYWRIGHT_ORIGIN": "books.example",
}


@OURS
@pytest.mark.behaviour("D1")
def test_every_service_of_ours_runs_a_command_that_tallywright_offers(service: Service) -> None:
    command: Any = typer.main.get_command(cli.app)
    words = list(service.command)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)


@EVERY
def test_every_setting_that_is_handed_on_exists(service: Service) -> None:
    known = {f"TALLYWRIGHT_{name.upper()}" for name in Settings.model_fields}
    handed_on = {name for name in service.setting_names if name.startswith("TALLYWRIGHT_")}
    assert handed_on <= known
    assert bool(handed_on) == (service.is_ours and service.name not in _PORTALS)


def test_every_address_that_must_be_set_is_handed_on() -> None:
    addresses = {
        f"TALLYWRIGHT_{name.upper()}" for name in Settings.model_fields if name.endswith(("_url", "_known_row"))
    }
    assert addresses <= compose.services()["bots"].setting_names


def test_the_example_names_only_what_is_read_somewhere() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    for name in compose.example_variables():
        assert f"{{{name}:" in text or f"{name}:\n" in text


@EVERY
def test_the_console_alone_publishes_a_port_and_on_this_machine_alone(service: Service) -> None:
    published = service.parts.get("ports", [])
    assert bool(published) == (service.name == "console")
    assert all(compose.interpolated(port, {}).startswith("127.0.0.1:") for port in published)
    assert "network_mode" not in service.parts


@pytest.mark.parametrize("variable", ["DATABASE_PASSWORD", "TEMPORAL_DATABASE_PASSWORD", "TALLYWRIGHT_ORIGIN"])
def test_nothing_starts_with_a_password_or_a_name_that_nobody_chose(variable: str) -> None:
    assert compose.example_variables()[variable] == ""
    given = {name: value for name, value in _GIVEN.items() if name != variable}
    refused = set()
    for service in compose.services().values():
        try:
            service.environment(given)
        except Missing as missing:
            refused.add(str(missing))
    assert refused == {variable}


def test_no_password_stands_in_the_file_itself() -> None:
    for service in compose.services().values():
        for name, value in service.environment(_GIVEN).items():
            if re.search("PASSWORD|PWD", name):
                assert value == "drawn", (service.name, name)


@EVERY
def test_nobody_can_gain_rights(service: Service) -> None:
    if service.is_job and not service.is_ours:
        return
    assert service.parts["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service.parts["security_opt"]
    assert not {"privileged", "cap_add", "pid", "ipc", "userns_mode"} & set(service.parts)
    assert all("unconfined" not in option for option in service.parts["security_opt"])
    assert "docker.sock" not in json.dumps(service.parts)


@OURS
def test_our_services_write_to_their_volumes_alone_and_never_as_root(service: Service) -> None:
    assert service.parts["read_only"] is True
    assert service.parts["tmpfs"]
    assert "user" not in service.parts, "the image's own user stands in the Dockerfile"


@EVERY
def test_whatever_stays_up_starts_again_and_tells_its_health_and_jobs_end(service: Service) -> None:
    if service.is_job:
        assert service.parts.get("restart", "no") in ("no", "on-failure:5")
        assert "healthcheck" not in service.parts
    else:
        assert service.parts["healthcheck"]["test"][0] == "CMD"


def test_nothing_of_ours_starts_before_the_database_is_of_this_version() -> None:
    for name in ("console", "flows", "bots", "sandbox-company"):
        assert compose.services()[name].waits_for["migrate"] == "service_completed_successfully"
    assert compose.services()["migrate"].waits_for == {"database": "service_healthy"}
    for name in ("flows", "bots"):
        assert compose.services()[name].waits_for["temporal-namespace"] == "service_completed_successfully"


def test_bots_are_given_longer_to_stop_than_any_commit_may_take() -> None:
    longest = next(limit.le for limit in Settings.model_fields["commit_seconds"].metadata if hasattr(limit, "le"))
    worker_grace_after_it = 20
    period = compose.services()["bots"].parts["stop_grace_period"]
    assert int(period.removesuffix("s")) > longest + worker_grace_after_it


def test_bots_can_be_several() -> None:
    bots = compose.services()["bots"].parts
    assert "container_name" not in bots
    assert "hostname" not in bots


def test_no_way_leads_from_the_portals_or_from_temporals_database_to_the_books() -> None:
    networks, services = compose.file()["networks"], compose.services()
    assert all(networks[name]["internal"] for name in ("books", "steps", "temporal-store"))
    assert services["database"].networks == {"books"}
    assert services["temporal-database"].networks == {"temporal-store"}
    assert services["temporal"].networks == {"temporal-store", "steps"}
    for name in _PORTALS:
        assert services[name].networks == {"outside"}


def test_the_sandbox_starts_only_where_it_is_asked_for() -> None:
    for service in compose.services().values():
        assert (service.parts.get("profiles") == ["sandbox"]) == service.name.startswith("sandbox-")


_PORTALS = ("sandbox-bank", "sandbox-bank-b", "sandbox-erp", "sandbox-tax", "sandbox-mail")


def test_the_image_ends_as_an_ordinary_user_and_takes_only_what_the_lock_vouches_for() -> None:
    text = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
    instructions = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line in instructions if line.startswith("USER")] == ["USER 10001:10001"]
    images = [line.split()[1] for line in instructions if line.startswith("FROM")]
    assert len(images) == 2
    assert len(set(images)) == 1
    assert re.fullmatch(r"python:3\.1[23]-slim-\w+", images[0])
    locked = [part for line in instructions for part in line.split("&&") if "uv pip install" in part]
    assert all("--require-hashes" in part or "--no-deps --no-build-isolation --editable ." in part for part in locked)
    assert "--no-sandbox" not in text
    assert "PASSWORD" not in text
    assert "fonts-wqy-microhei" in text


def test_the_image_holds_every_package_and_no_secret() -> None:
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    taken = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    setuptools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
    packages = {name.removesuffix("*") for name in setuptools["packages"]["find"]["include"]}
    modules = {f"{name}.py" for name in setuptools["py-modules"]}
    papers = {"LICENSE", "README.md", "pyproject.toml", "requirements.lock", "requirements-web.lock"}
    assert "*" in ignored
    assert taken == packages | modules | papers

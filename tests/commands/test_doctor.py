import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from audit.entry import Actor
from installation import open_installation
from models.party import Role
from models.task import Resolution, TaskContent
from settings import Settings
from store.outbox import MessageKind, enqueue
from store.schema.audit import audit_head
from store.tasks import TaskSubject, open_task
from tests.commands.running import Ended, Terminal
from tests.databases import database_in

_LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
_TEST = Actor(system="test")


def _examined(terminal: Terminal, *only: str, **settings: str) -> tuple[Ended, dict[str, Any]]:
    words = [word for kind in only for word in ("--only", kind)]
    ended = terminal.run("doctor", "--json", *words, **settings)
    checks = {check["name"]: check for check in ended.document["checks"]}
    broken = any(check["state"] == "broken" for check in checks.values())
    assert ended.document["ok"] is not broken
    assert ended.status == int(broken)
    assert all(bool(check["remedy"]) == (check["state"] != "ok") for check in checks.values())
    return ended, checks


@pytest.mark.behaviour("D4")
def test_given_an_installation_as_made_nothing_of_its_own_is_broken(terminal: Terminal) -> None:
    _, checks = _examined(terminal, "clock", "home", "disk", "keys", "database", "audit", "messages", "tasks")
    assert {name: check["state"] for name, check in checks.items()} == dict.fromkeys(
        ("clock", "home", "disk", "keys", "database", "audit", "messages", "tasks"), "ok"
    )


def test_given_no_installation_it_says_how_to_make_one_and_makes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    _, checks = _examined(terminal, "home", "database", TALLYWRIGHT_HOME=str(nowhere), TALLYWRIGHT_DATABASE_URL="")
    assert "tallywright migrate" in checks["home"]["remedy"]
    assert "there is no file" in checks["database"]["found"]
    assert not nowhere.exists()


def test_every_wrong_setting_is_named_by_its_variable_with_its_value(terminal: Terminal) -> None:
    _, checks = _examined(terminal, TALLYWRIGHT_CONSOLE_PORT="many", TALLYWRIGHT_BANK_URL="bank.example")
    assert set(checks) == {"settings.TALLYWRIGHT_CONSOLE_PORT", "settings.TALLYWRIGHT_BANK_URL"}
    assert "'many'" in checks["settings.TALLYWRIGHT_CONSOLE_PORT"]["found"]
    assert "Port the console listens on" in checks["settings.TALLYWRIGHT_CONSOLE_PORT"]["remedy"]


def test_a_misspelt_setting_is_found_and_the_right_name_proposed_without_its_value(terminal: Terminal) -> None:
    ended, checks = _examined(terminal, "settings", TALLYWRIGHT_NOTIFY_ULR="mailto://u:s3cret@mail.example")
    assert checks["settings.TALLYWRIGHT_NOTIFY_ULR"]["state"] == "warning"
    assert "TALLYWRIGHT_NOTIFY_URL" in checks["settings.TALLYWRIGHT_NOTIFY_ULR"]["remedy"]
    assert "s3cret" not in ended.out + ended.err


def test_a_console_open_to_others_over_plain_http_is_warned_of(terminal: Terminal) -> None:
    _, checks = _examined(terminal, "settings", TALLYWRIGHT_CONSOLE_HOST="10.0.0.7")
    assert "settings.TALLYWRIGHT_SECURE_COOKIES" in checks


def test_half_a_business_clock_is_broken_and_a_whole_one_a_warning(terminal: Terminal) -> None:
    start = {"TALLYWRIGHT_CLOCK_START": "2026-01-01T00:00:00Z"}
    _, half = _examined(terminal, "clock", **start)
    _, whole = _examined(terminal, "clock", **start, TALLYWRIGHT_CLOCK_EPOCH="2026-11-20T00:00:00Z")
    assert half["settings.TALLYWRIGHT_CLOCK_EPOCH"]["state"] == "broken"
    assert whole["clock"]["state"] == "warning"


def test_a_home_that_others_may_enter_is_warned_of(terminal: Terminal) -> None:
    terminal.home.chmod(0o755)
    _, checks = _examined(terminal, "home")
    assert "chmod 700" in checks["home"]["remedy"]


@pytest.mark.parametrize("name", ["audit.key", "vault.key"])
def test_a_key_that_others_may_read_is_broken(terminal: Terminal, name: str) -> None:
    (terminal.home / "keys" / name).chmod(0o644)
    _, checks = _examined(terminal, "keys")
    assert checks[f"keys.{name.removesuffix('.key')}"]["state"] == "broken"


@pytest.mark.parametrize("name", ["audit.key", "vault.key"])
def test_a_key_that_is_gone_is_broken_and_no_new_one_is_made(terminal: Terminal, name: str) -> None:
    file = terminal.home / "keys" / name
    file.unlink()
    _, checks = _examined(terminal, "keys", "login")
    assert "backup" in checks[f"keys.{name.removesuffix('.key')}"]["remedy"]
    assert not file.exists()


def test_a_damaged_key_is_named_and_not_shown(terminal: Terminal) -> None:
    file = terminal.home / "keys" / "audit.key"
    secret = file.read_text().strip()
    file.write_text(secret[:-8])
    ended, checks = _examined(terminal, "keys")
    assert "damaged" in checks["keys.audit"]["found"]
    assert secret[20:-8] not in ended.out + ended.err


def test_a_database_of_an_older_version_is_broken_until_migrate_ran(terminal: Terminal, tmp_path: Path) -> None:
    house = open_installation(Settings(home=terminal.home, database_url=database_in(terminal.home)))
    with house.store.engines.writer.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_tomorrow'"))
    house.close()
    _, checks = _examined(terminal, "database", "audit")
    assert set(checks) == {"database"}
    assert "of_tomorrow" in checks["database"]["found"]


def test_a_database_older_than_what_was_signed_is_found(terminal: Terminal) -> None:
    house = open_installation(Settings(home=terminal.home, database_url=database_in(terminal.home)))
    with house.store.engines.writer.begin() as connection:
        connection.execute(update(audit_head).values(size=audit_head.c.size - 1))
    house.close()
    _, checks = _examined(terminal, "audit")
    assert checks["audit"]["state"] == "broken"
    assert "tallywright audit verify" in checks["audit"]["remedy"]


def test_checkpoints_that_are_gone_are_found(terminal: Terminal) -> None:
    for file in (terminal.home / "checkpoints").iterdir():
        file.unlink()
    _, checks = _examined(terminal, "audit")
    assert "no checkpoint lies outside" in checks["audit"]["found"]


def test_messages_that_do_not_arrive_and_tasks_past_due_are_counted(terminal: Terminal) -> None:
    house = open_installation(
        Settings(
            home=terminal.home,
            database_url=database_in(terminal.home),
            clock_start=_LONG_AGO,
            clock_epoch=datetime.now(UTC),
        )
    )
    with house.store.change("main", _TEST) as work:
        enqueue(work, MessageKind.CHANGED, "main/purchase/1")
        subject = TaskSubject(kind="exception", subject_kind="invoice", subject_id="1", workflow="w")
        content = TaskContent(title="Look", message="Look at it.", resolutions=(Resolution.NOTED,))
        open_task(work, subject, Role.ACCOUNTS_PAYABLE, content, timedelta(days=1))
    house.close()
    _, checks = _examined(terminal, "messages", "tasks")
    assert "1 messages" in checks["messages"]["found"]
    assert "2026-11-02" in checks["tasks"]["found"]


def test_a_database_server_that_is_not_there_is_named_without_its_password(terminal: Terminal) -> None:
    address = "postgresql://tallywright:s3cret@127.0.0.1:1/tallywright"
    ended, checks = _examined(terminal, "database", TALLYWRIGHT_DATABASE_URL=address)
    assert "127.0.0.1" in checks["database"]["found"]
    assert "s3cret" not in ended.out + ended.err


@pytest.mark.parametrize("address", ["s3cret", "mysql://u:s3cret@h/db"])
def test_an_address_of_no_database_of_ours_is_refused_and_not_shown(terminal: Terminal, address: str) -> None:
    ended, checks = _examined(terminal, "database", TALLYWRIGHT_DATABASE_URL=address)
    assert checks["database"]["state"] == "broken"
    assert "s3cret" not in ended.out + ended.err


def test_a_temporal_server_that_is_not_there_is_broken_whatever_was_asked_of_it(terminal: Terminal) -> None:
    _, checks = _examined(terminal, "worker", TEMPORAL_ADDRESS="127.0.0.1:1")
    assert checks["temporal"]["state"] == "broken"
    assert "TEMPORAL_ADDRESS" in checks["temporal"]["remedy"]


def test_given_a_server_without_workers_every_queue_says_which_worker_to_start(
    terminal: Terminal, temporal_address: str
) -> None:
    _, checks = _examined(terminal, "temporal", "queue", "worker", TEMPORAL_ADDRESS=temporal_address)
    assert checks["temporal"]["state"] == "ok"
    assert "--role flows" in checks["queue.flows"]["remedy"]
    assert "--role bots" in checks["queue.bots-sandbox-bank"]["remedy"]
    assert checks["worker"]["state"] == "broken"


def test_a_namespace_that_the_server_does_not_know_is_named(terminal: Terminal, temporal_address: str) -> None:
    _, checks = _examined(terminal, "temporal", TEMPORAL_ADDRESS=temporal_address, TEMPORAL_NAMESPACE="elsewhere")
    assert "'elsewhere'" in checks["temporal"]["found"]


def test_portals_and_console_that_do_not_answer_are_named_by_their_setting(terminal: Terminal) -> None:
    nowhere = "http://bot:s3cret@127.0.0.1:1"
    ended, checks = _examined(
        terminal, "portal", "console", TALLYWRIGHT_BANK_URL=nowhere, TALLYWRIGHT_CONSOLE_URL=nowhere
    )
    assert checks["portal.bank"]["state"] == "broken"
    assert "TALLYWRIGHT_BANK_URL" in checks["portal.bank"]["remedy"]
    assert checks["console"]["state"] == "warning"
    assert "s3cret" not in ended.out + ended.err


def test_a_mail_address_is_tried_for_its_form_and_never_shown(terminal: Terminal) -> None:
    right = "mailto://user:s3cret@mail.example:25?from=a@example.com&to={email}"
    to_one = right.replace("{email}", "b@example.com")
    for address, state in ((right, "ok"), ("nonsense://s3cret", "broken"), (to_one, "warning")):
        ended, checks = _examined(terminal, "mail", TALLYWRIGHT_NOTIFY_URL=address)
        assert checks["mail"]["state"] == state
        assert "s3cret" not in ended.out + ended.err


def test_chromium_is_started_and_a_wrong_one_named(terminal: Terminal) -> None:
    _, right = _examined(terminal, "chromium", "fonts")
    _, wrong = _examined(terminal, "chromium", TALLYWRIGHT_CHROMIUM="/nowhere/chromium")
    assert right["chromium"]["state"] == ("warning" if os.geteuid() == 0 else "ok")
    assert right["fonts"]["state"] == "ok"
    assert "TALLYWRIGHT_CHROMIUM" in wrong["chromium"]["remedy"]


def test_for_people_each_check_is_a_line_with_its_remedy_below(terminal: Terminal) -> None:
    ended = terminal.run("doctor", "--only", "home", "--only", "mail")
    assert ended.out.splitlines()[0].startswith("ok       home: ")
    assert "→ Set TALLYWRIGHT_NOTIFY_URL" in ended.out.splitlines()[2]


def test_migrate_makes_home_keys_and_database_and_may_run_again(terminal: Terminal, tmp_path: Path) -> None:
    home = tmp_path / "new"
    first, again = (
        terminal.run("migrate", "--json", TALLYWRIGHT_HOME=str(home), TALLYWRIGHT_DATABASE_URL="") for _ in range(2)
    )
    assert (first.status, first.document) == (0, again.document)
    assert stat.S_IMODE((home / "keys" / "vault.key").stat().st_mode) == 0o600
    _, checks = _examined(terminal, "home", "keys", "database", TALLYWRIGHT_HOME=str(home), TALLYWRIGHT_DATABASE_URL="")
    assert {check["state"] for check in checks.values()} == {"ok"}

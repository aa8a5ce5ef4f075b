from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import ValidationError

from settings import Settings

_START = "2026-11-02T08:00:00Z"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"TALLYWRIGHT_{name}".upper(), raising=False)


def test_every_setting_is_described() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_without_any_variable_everything_has_its_default_and_lies_in_the_home_folder() -> None:
    settings = Settings()
    home = Path.cwd() / ".tallywright"
    assert settings.database == f"sqlite:///{home}/tallywright.db"
    assert settings.inbox_folder.resolve() == home / "inbox"
    assert settings.console_address == "http://127.0.0.1:8300"
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert settings.clock.at(now) == now


def test_a_variable_wins_over_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALLYWRIGHT_DATABASE_URL", "postgresql://db/t")
    monkeypatch.setenv("TALLYWRIGHT_CONSOLE_URL", "https://console.example")
    monkeypatch.setenv("TALLYWRIGHT_BANK_URL", "https://bank.example/")
    settings = Settings()
    assert (settings.database, settings.console_address) == ("postgresql://db/t", "https://console.example")
    assert settings.bank_url == "https://bank.example"


def test_settings_do_not_change_while_a_process_runs() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().tenant = "other"  # type: ignore[misc]


def test_a_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALLYWRIGHT_NOTIFY_URL", "mailto://user:canary@mail.example")
    settings = Settings()
    assert "canary" not in f"{settings!r} {settings}"
    assert "canary" in settings.notify_url.get_secret_value()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"CLOCK_SPEED": "2"}, "clock_speed"),
        ({"CLOCK_SPEED": "-1"}, "clock_speed"),
        ({"CLOCK_START": _START}, "clock_epoch"),
        ({"CLOCK_EPOCH": _START}, "clock_epoch"),
        ({"CLOCK_START": "2026-11-02T08:00:00"}, "clock_start"),
        ({"CONSOLE_PORT": "-1"}, "console_port"),
        ({"SESSION_HOURS": "0"}, "session_hours"),
        ({"TENANT": "Main"}, "tenant"),
        ({"TENANT": "a/b"}, "tenant"),
        ({"ERP_URL": "javascript:alert(1)"}, "erp_url"),
        ({"BANK_URL": "https://"}, "bank_url"),
        ({"COMMIT_SECONDS": "1"}, "commit_seconds"),
        ({"PORTALS": '{"acme": {"url": "ftp://portal.example"}}'}, "portals"),
        ({"PORTALS": '{"acme": {"url": "https://portal.example", "knownrow": "1"}}'}, "portals"),
        ({"PORTALS": "acme"}, "portals"),
    ],
)
def test_a_wrong_value_is_refused_where_it_stands(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, str], field: str
) -> None:
    for name, value in given.items():
        monkeypatch.setenv(f"TALLYWRIGHT_{name}", value)
    with pytest.raises(ValidationError) as refusal:
        Settings()
    assert field in {error["loc"][0] for error in refusal.value.errors()}


def test_a_clock_of_its_own_runs_from_its_start(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("START", _START), ("EPOCH", "2026-11-20T12:00:00Z"), ("SPEED", "1440")):
        monkeypatch.setenv(f"TALLYWRIGHT_CLOCK_{name}", value)
    a_minute_later = datetime(2026, 11, 20, 12, 1, tzinfo=UTC)
    assert Settings().clock.at(a_minute_later) == datetime(2026, 11, 3, 8, 0, tzinfo=UTC)

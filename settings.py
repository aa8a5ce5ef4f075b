"""Every setting, read once from the environment; the reference in docs/reference/settings.md is made from here."""

import json
from datetime import datetime, time
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from models.clock import BusinessClock


class PortalSite(BaseModel):
    """Where a portal with a bot of one's own stands. `known_row` is an old entry that every complete list shows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    known_row: str = ""

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        return web_address(value)


def web_address(value: str) -> str:
    """`value` without a slash at its end. Raises ValueError where it is none."""
    if urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).hostname:
        raise ValueError(f"{value!r} is not a web address such as https://portal.example")
    return value.rstrip("/")


class Settings(BaseSettings):
    """Settings of one installation. Temporal's own (`TEMPORAL_ADDRESS` ...) are read by its client."""

    model_config = SettingsConfigDict(env_prefix="TALLYWRIGHT_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".tallywright"), description="Folder that holds all state of this installation.")
    database_url: str = Field(
        default="", description="SQLAlchemy address of the database; empty: `tallywright.db` in the home folder."
    )
    tenant: str = Field(default="main", pattern=r"^[a-z0-9-]{1,40}$", description="The tenant that commands work on.")
    origin: str = Field(default="tallywright.local", description="Name of this installation in its audit log's origin.")

    console_host: str = Field(default="127.0.0.1", description="Address the console listens on.")
    console_port: int = Field(default=8300, ge=0, le=65535, description="Port the console listens on.")
    console_url: str = Field(
        default="", description="Address of the console in messages; empty: made from host and port."
    )
    secure_cookies: bool = Field(default=False, description="Send the session cookie over HTTPS only.")
    session_hours: int = Field(default=12, ge=1, le=168, description="Hours until a sign-in ends.")

    inbox: Path | None = Field(
        default=None, description="Watched folder for vendors' invoices; empty: `inbox` in the home folder."
    )
    notify_url: SecretStr = Field(
        default=SecretStr(""),
        description="Apprise address for messages with `{email}` where the recipient goes, e.g. "
        "`mailto://mail.example:25?from=tallywright@example.com&to={email}`; empty: messages are not sent.",
    )

    notify_inside: str = Field(
        default="",
        description="Addresses and networks of the house, e.g. `10.3.4.0/28`, that people's own places for messages "
        "may lead to, for a mail or chat server of one's own; empty: the internet alone.",
    )

    vault_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key of the vault, 32 bytes in base64; empty: `keys/vault.key` in the home folder.",
    )
    vault_key_retired: SecretStr = Field(
        default=SecretStr(""),
        description="The key before, which only opens, until `tallywright vault rotate --key` ran.",
    )

    clock_start: AwareDatetime | None = Field(default=None, description="Business time at the clock's epoch.")
    clock_epoch: AwareDatetime | None = Field(default=None, description="Wall-clock moment at which it is clock start.")
    clock_speed: float = Field(default=1.0, gt=0, description="How much faster business time runs than the wall clock.")

    bank_url: str = Field(default="http://127.0.0.1:8311", description="Address of the bank portal.")
    bank_known_row: str = Field(
        default="", description="Order number of an old payment that every complete list of the bank portal shows."
    )
    bank_b_url: str = Field(
        default="http://127.0.0.1:8317", description="Address of the portal of the bank that takes files."
    )
    bank_b_known_row: str = Field(
        default="", description="Order number of an old payment that every complete list of that portal shows."
    )
    bank_cut_off: time = Field(
        default=time(15),
        description="Until when a bank executes on the same day what is signed there; told to who has to sign.",
    )
    erp_url: str = Field(default="http://127.0.0.1:8312", description="Address of the ERP portal.")
    erp_known_row: str = Field(
        default="", description="Voucher number of an old posting that every complete journal of the ERP shows."
    )
    tax_url: str = Field(default="http://127.0.0.1:8313", description="Address of the tax authority's portal.")
    tax_known_row: str = Field(
        default="", description="Number of an old registration that every complete list of the tax portal shows."
    )
    portals: Annotated[dict[str, PortalSite], NoDecode] = Field(
        default={},
        description="Further portals, each with a bot of its own, as JSON: "
        '`{"acme-bank": {"url": "https://portal.example", "known_row": "E-0001"}}`.',
    )
    commit_seconds: int = Field(
        default=20, ge=2, le=300, description="Seconds after a claim within which the final request may leave."
    )
    settle_seconds: int = Field(
        default=30, ge=1, le=86400, description="Seconds after that within which a submitted item may still appear."
    )
    chromium: Path | None = Field(default=None, description="Chromium to use; empty: the one on the PATH.")

    @field_validator("notify_inside")
    @classmethod
    def _holds_networks(cls, value: str) -> str:
        for each in value.replace(",", " ").split():
            ip_network(each)
        return value

    @field_validator("bank_url", "bank_b_url", "erp_url", "tax_url")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("portals", mode="before")
    @classmethod
    def _is_json(cls, value: object) -> object:
        try:
            return json.loads(value) if isinstance(value, str) else value
        except json.JSONDecodeError as error:
            raise ValueError(f"it is no JSON: {error}") from None

    @field_validator("clock_epoch")
    @classmethod
    def _comes_with_start(cls, value: datetime | None, given: ValidationInfo) -> datetime | None:
        if (value is None) != (given.data.get("clock_start") is None):
            raise ValueError("the clock's start and its epoch are set together or not at all")
        return value

    @field_validator("clock_speed")
    @classmethod
    def _needs_start(cls, value: float, given: ValidationInfo) -> float:
        if value != 1 and given.data.get("clock_start") is None:
            raise ValueError("a clock that runs at another speed than 1 needs TALLYWRIGHT_CLOCK_START and _CLOCK_EPOCH")
        return value

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home.resolve() / 'tallywright.db'}"

    @property
    def console_address(self) -> str:
        return self.console_url or f"http://{self.console_host}:{self.console_port}"

    @property
    def inbox_folder(self) -> Path:
        return self.inbox or self.home / "inbox"

    @property
    def clock(self) -> BusinessClock:
        return BusinessClock(start=self.clock_start, epoch=self.clock_epoch, speed=self.clock_speed)

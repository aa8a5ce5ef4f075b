"""The settings: each wrong one by its variable, and names that no setting has."""

import difflib
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError

from commands.checks.result import Check, broken, ok, warning
from commands.output import setting_name
from settings import Settings

PREFIX = "TALLYWRIGHT_"
_OTHER_VARIABLES = {f"{PREFIX}{name}" for name in ("LOGIN", "PASSWORD", "SAMPLES", "STACK")}
"""Variables of ours that are no settings of an installation."""
_MAY_HOLD_SECRETS = {"database_url"} | {
    name for name, field in Settings.model_fields.items() if field.annotation is SecretStr
}
_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")


def variable_of(setting: str) -> str:
    return setting_name((setting,))


def check_refused(error: ValidationError) -> Iterator[Check]:
    """Every setting with which nothing can start."""
    for each in error.errors(include_url=False):
        setting = str(each["loc"][0])
        value = "(not shown)" if setting in _MAY_HOLD_SECRETS else repr(each["input"])[:80]
        field = Settings.model_fields.get(setting)
        meaning = f" {field.description}" if field and field.description else ""
        yield broken(
            f"settings.{variable_of(setting)}",
            f"{variable_of(setting)} = {value}: {each['msg'].removeprefix('Value error, ')}.",
            f"Set {variable_of(setting)} right, or leave it out to have the default.{meaning}",
        )


def check_settings(settings: Settings, environment: Mapping[str, str]) -> Iterator[Check]:
    """What is set so that it starts and yet is hardly meant."""
    findings = [*_unknown(environment), *_unprotected(settings), *_without_known_row(settings)]
    yield from findings
    if not findings:
        count = sum(variable_of(name) in environment for name in Settings.model_fields)
        yield ok("settings", f"{count} settings are set, all of them known and right.")


def check_clock(settings: Settings, now: datetime) -> Iterator[Check]:
    clock = settings.clock
    if clock.start is None:
        yield ok("clock", f"Business time is the time of this machine: {now:%Y-%m-%d %H:%M} UTC.")
    else:
        found = f"Business time is {clock.at(now):%Y-%m-%d %H:%M} UTC and runs {clock.speed:g} times as fast."
        yield warning("clock", found, "That is for sandboxes: in production take the TALLYWRIGHT_CLOCK_ settings away.")


def _unknown(environment: Mapping[str, str]) -> Iterator[Check]:
    known = {variable_of(name) for name in Settings.model_fields} | _OTHER_VARIABLES
    for name in sorted(name for name in environment if name.startswith(PREFIX) and name not in known):
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"Did you mean {near[0]}?" if near else "Take it away; docs/reference/settings.md lists the settings."
        yield warning(f"settings.{name}", f"{name} is set, and there is no such setting.", remedy)


def _unprotected(settings: Settings) -> Iterator[Check]:
    if settings.console_host not in _THIS_MACHINE and not settings.secure_cookies:
        yield warning(
            "settings.TALLYWRIGHT_SECURE_COOKIES",
            f"The console listens on {settings.console_host} and sends its session cookie over plain HTTP too.",
            "Put a server with HTTPS before the console and set TALLYWRIGHT_SECURE_COOKIES=true.",
        )
    for name, address in portal_addresses(settings).items():
        parts = urlsplit(address)
        if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
            yield warning(
                f"settings.{variable_of(f'{name}_url')}",
                f"The bots send their password to {parts.hostname} unencrypted.",
                f"Set {variable_of(f'{name}_url')} to the portal's https:// address; only a sandbox does without.",
            )


def _without_known_row(settings: Settings) -> Iterator[Check]:
    for name in portal_addresses(settings):
        setting = f"{name}_known_row"
        if setting in Settings.model_fields and not getattr(settings, setting):
            yield warning(
                f"settings.{variable_of(setting)}",
                f"{variable_of(setting)} is empty: no list of the portal counts as complete,"
                " so that every doubt about an outcome needs a person.",
                f"Set it: {Settings.model_fields[setting].description}",
            )


def portal_addresses(settings: Settings) -> dict[str, str]:
    """The addresses of the portals that somebody set, by their names in the settings: `{"bank": "https://..."}`."""
    no_portals = {"database_url", "console_url", "notify_url"}
    names = [name for name in Settings.model_fields if name.endswith("_url") and name not in no_portals]
    return {name.removesuffix("_url"): getattr(settings, name) for name in names if name in settings.model_fields_set}

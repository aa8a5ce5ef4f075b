"""Every command that changes something signs in as a person, with the rights and the audit of the console."""

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

import typer
from pydantic import SecretStr

from installation import Installation, open_installation
from models.errors import BusinessError
from settings import Settings
from store.people import SignedIn, session_of, sign_in, sign_out

Login = Annotated[
    str, typer.Option("--login", envvar="TALLYWRIGHT_LOGIN", help="Who you are; the password is asked for.")
]
PASSWORD_VARIABLE = "TALLYWRIGHT_PASSWORD"  # noqa: S105 - the name of a variable
_SHORT = timedelta(minutes=5)


@contextmanager
def opened() -> Iterator[Installation]:
    """The installation that the settings name, closed at the end."""
    house = open_installation(Settings())
    try:
        yield house
    finally:
        house.close()


@contextmanager
def signed_in(login: str) -> Iterator[tuple[Installation, SignedIn]]:
    """A session of `login` for one command. The password comes from the terminal or TALLYWRIGHT_PASSWORD."""
    with opened() as house:
        tenant = house.settings.tenant
        token = sign_in(house.store, tenant, login, _password(login), _SHORT)
        person = session_of(house.store, tenant, token)
        if person is None:
            raise BusinessError("sign_in.refused", "The session ended before the command began.")
        try:
            yield house, person
        finally:
            sign_out(house.store, person, token)


def asked_secret(prompt: str) -> SecretStr:
    """From the terminal, unseen, or the next line of standard input. Raises BusinessError `vault.no_secret`."""
    typed = getpass.getpass(f"{prompt}: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not typed:
        raise BusinessError("vault.no_secret", f"{prompt} is missing; type it, or give it on standard input.")
    return SecretStr(typed)


def _password(login: str) -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    if given is None and not sys.stdin.isatty():
        message = f"Without a terminal the password of {login!r} has to stand in {PASSWORD_VARIABLE}."
        raise BusinessError("sign_in.no_password", message)
    return getpass.getpass(f"Password of {login}: ") if given is None else given

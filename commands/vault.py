"""`tallywright vault`: the portals' logins. Secrets are asked for or read from standard input, never an argument."""

from datetime import date, datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, asked_secret, opened, signed_in
from models.errors import BusinessError
from models.portal import Credential
from store.credentials import StoredCredential, change_key, credentials, renew_password, store_login

app = typer.Typer(help="The portals' logins: stored sealed, renewed, and watched for expiry.", no_args_is_help=True)

Portal = Annotated[str, typer.Argument(help="The portal's name, e.g. sandbox-bank.")]
Expires = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Until when the password counts; you are told before.")
]


@app.command("set")
def set_login(
    portal: Portal,
    login: Login,
    name: Annotated[str, typer.Option(help="The login's name on the portal.")],
    owner: Annotated[str, typer.Option(help="The person who answers for the bot; you, if left out.")] = "",
    totp: Annotated[bool, typer.Option("--totp", help="It also has a seed for one-time passwords.")] = False,
    totp_period: Annotated[int, typer.Option(min=5, max=120, help="Seconds that a code counts.")] = 30,
    expires: Expires = None,
    json_output: Json = False,
) -> None:
    """Store a portal's login, or replace it. Password and seed are asked for, or are lines of standard input."""
    with signed_in(login) as (house, person):
        secret = Credential(
            login=name,
            password=asked_secret(f"Password of {name} on {portal}"),
            totp_seed=asked_secret("Seed for one-time passwords") if totp else None,
            totp_period=totp_period,
        )
        store_login(house.store, house.vault, person, portal, secret, owner or person.person.id, _day(expires))
    _recorded({"portal": portal}, json_output=json_output)


@app.command("list")
def list_logins(json_output: Json = False) -> None:
    """Show which logins are stored, without their secrets."""
    with opened() as house, house.store.read() as view:
        found = credentials(view, house.settings.tenant)
    Answer(json_output).show(found, lambda console: _draw(console, found))


@app.command()
def rotate(
    login: Login,
    portal: Annotated[str, typer.Argument(help="The portal whose password changed; none with --key.")] = "",
    key: Annotated[bool, typer.Option("--key", help="Change the vault's own key and seal every login anew.")] = False,
    expires: Expires = None,
    json_output: Json = False,
) -> None:
    """Store a new password of a portal's login, which is in use again then; or change the vault's key."""
    if key == bool(portal):
        raise BusinessError("vault.what", "Name the portal whose password changed, or give --key.")
    with signed_in(login) as (house, person):
        if key:
            count = change_key(house.store, house.vault, person)
            _recorded({"sealed_anew": count}, json_output=json_output)
            return
        password = asked_secret(f"New password on {portal}")
        renew_password(house.store, house.vault, person, portal, password, _day(expires))
    _recorded({"portal": portal}, json_output=json_output)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _recorded(document: dict[str, object], *, json_output: bool) -> None:
    Answer(json_output).show(document, lambda console: console.print("Recorded."))


def _draw(console: Console, found: tuple[StoredCredential, ...]) -> None:
    if not found:
        console.print("No login is stored yet.")
        return
    table = Table("Portal", "Owner", "State", "Stored", "Expires")
    for each in found:
        state = f"parked: {each.park_reason}" if each.parked else "in use"
        stored = f"{each.stored_at:%Y-%m-%d}" if each.stored_at else ""
        table.add_row(each.portal, each.owner, state, stored, str(each.expires_on or ""))
    console.print(table)

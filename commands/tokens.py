"""`tallywright token`: let a program use part of what you may do."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from commands.output import Answer, Json
from commands.signing_in import Login, signed_in
from store.tokens import ApiToken, Scope, create_token, revoke_token, tokens_of

app = typer.Typer(help="Tokens for programs that use the REST API in your name.", no_args_is_help=True)


@app.command()
def create(
    label: Annotated[str, typer.Argument(help="What it is for, e.g. 'web shop'.")],
    login: Login,
    scope: Annotated[list[Scope], typer.Option(help="What it may be used for; repeat for several.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it lives.")] = 90,
    json_output: Json = False,
) -> None:
    """Create a token. It is shown this once and kept only as a hash."""
    with signed_in(login) as (house, person):
        token = create_token(house.store, person, label, frozenset(scope), timedelta(days=days))
    Answer(json_output).show({"token": token}, lambda console: console.print(token, highlight=False, soft_wrap=True))


@app.command("list")
def list_(login: Login, json_output: Json = False) -> None:
    """List your tokens."""
    with signed_in(login) as (house, person), house.store.read() as connection:
        found = tokens_of(connection, person.tenant, person.person.id)
    documents = [vars(token) | {"scopes": sorted(token.scopes)} for token in found]
    Answer(json_output).show(documents, lambda console: _draw(console, found))


@app.command()
def revoke(
    token: Annotated[str, typer.Argument(help="The token's id, as `list` shows it.")],
    login: Login,
    json_output: Json = False,
) -> None:
    """End a token at once."""
    with signed_in(login) as (house, person):
        revoke_token(house.store, person, token)
    Answer(json_output).show({"revoked": token}, lambda console: console.print("Revoked."))


def _draw(console: Console, found: tuple[ApiToken, ...]) -> None:
    table = Table("Token", "For", "Scopes", "Until (UTC)", "State")
    for token in found:
        until = f"{token.expires_at:%Y-%m-%d}"
        table.add_row(
            token.id, token.label, ", ".join(sorted(token.scopes)), until, "revoked" if token.revoked_at else "live"
        )
    console.print(table if found else "You have no tokens.")

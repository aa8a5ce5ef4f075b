"""`tallywright sandbox`: the stand-in portals one by one and the sample company, to try an installation out."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from commands.output import Answer
from commands.signing_in import opened

app = typer.Typer(help="Stand-in portals and a sample company, to try an installation out.", no_args_is_help=True)

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(help="Port to listen on; 0 takes a free one.")]
Home = Annotated[Path, typer.Option(help="Folder of what it keeps.")]
_TOTP_PERIOD = 30


@app.command()
def portal(
    name: Annotated[Literal["bank", "bank_b", "erp", "tax"], typer.Argument(help="Which one.")],
    home: Home,
    port: Port,
    host: Host = "127.0.0.1",
) -> None:
    """Serve one stand-in portal until SIGTERM. At its first start it draws a login and keeps it in its folder."""
    from sandbox.bank import app as bank
    from sandbox.bank_b import app as bank_b
    from sandbox.clock import BusinessClock
    from sandbox.erp import app as erp
    from sandbox.portal_app import PortalSettings
    from sandbox.serving import run
    from sandbox.tax import app as tax

    build = {"bank": bank.build, "bank_b": bank_b.build, "erp": erp.build, "tax": tax.build}[name]
    clock = BusinessClock.from_environment(os.environ)
    run(name, build(PortalSettings(home=home, clock=clock, totp_period=_TOTP_PERIOD)), port, host)


@app.command()
def mail(
    home: Home,
    port: Port,
    smtp_port: Annotated[int, typer.Option(help="SMTP port; 0 takes a free one.")],
    host: Host = "127.0.0.1",
) -> None:
    """Serve the mail server, which sends nothing on, and its web page until SIGTERM."""
    from sandbox.mail.app import build
    from sandbox.mail.smtp import listen
    from sandbox.serving import run

    with listen(smtp_port, host) as smtp_listener:
        run("mail", build(home, smtp_listener), port, host)


@app.command()
def company(
    portals: Annotated[Path, typer.Argument(help="Folder in which each stand-in portal has its own, with its login.")],
) -> None:
    """Open the sample company's books, once, and store the bots' logins to the stand-in portals."""
    from sandbox.opening import open_sandbox

    with opened() as house:
        open_sandbox(house, portals, _TOTP_PERIOD)
    Answer(False).show(None, _say_opened)


def _say_opened(console: Console) -> None:
    console.print("The sample company's books are open; its people are listed in docs/tutorial.md.")

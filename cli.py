"""The `tallywright` command: its groups stand in `commands/`; here is the one way out of every one of them."""

import os
import sys
import time
import traceback
from contextlib import suppress
from typing import Annotated, Literal

import typer
from pydantic import ValidationError
from typer.exceptions import TyperException

from commands import (
    absences,
    approvals,
    audit,
    bots,
    cases,
    chaos,
    controls,
    documents,
    messages,
    orders,
    requisitions,
    rules,
    sales,
    sandbox,
    schedules,
    statements,
    tasks,
    tokens,
    vault,
)
from commands.checks.result import DEFAULT_KINDS, CheckKind
from commands.migrate import migrate
from commands.output import ERRORS, Answer, Json, print_error
from models.errors import BusinessError

_BAD_INPUT, _UNEXPECTED, _INTERRUPTED = 2, 3, 130
_FILE_ERRORS = (FileExistsError, FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError)
# Temporal's client library now and then crashes a process that ends right after a call.
_BRIDGE_SECONDS = 0.02

app = typer.Typer(
    name="tallywright",
    help="Procure-to-pay and order-to-cash with approvals by rule, bots that pay once, and proof of every step.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
for name, group in (
    ("requisition", requisitions.app),
    ("absence", absences.app),
    ("approval", approvals.app),
    ("control", controls.app),
    ("message", messages.app),
    ("task", tasks.app),
    ("order", orders.app),
    ("sale", sales.app),
    ("statement", statements.app),
    ("case", cases.app),
    ("schedule", schedules.app),
    ("calendar", schedules.calendar_app),
    ("bot", bots.app),
    ("token", tokens.app),
    ("vault", vault.app),
    ("audit", audit.app),
    ("rules", rules.app),
    ("documents", documents.app),
    ("sandbox", sandbox.app),
    ("chaos", chaos.app),
):
    app.add_typer(group, name=name)
app.command()(migrate)

BasePort = Annotated[int, typer.Option(help="First of the seven ports on 127.0.0.1 that the sandbox uses.")]

# Browser, PDF writer, web server and workflow client take seconds to load: the commands below do it themselves.


@app.command()
def up(base_port: BasePort = 8300) -> None:
    """Start a sandbox company on this machine: server, portals, mail, workers, console. Ctrl-C stops it."""
    from commands.sandboxing import keep_up

    keep_up(base_port)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option(help="Leave everything running afterwards, until Ctrl-C.")] = False,
    base_port: BasePort = 8300,
    json_output: Json = False,
) -> None:
    """Run purchases and sales through the whole path and check them against the portals' own ledgers."""
    from commands.sandboxing import play_demo

    if not play_demo(base_port, keep=keep, answer=Answer(json_output)):
        raise typer.Exit(1)


@app.command()
def worker(
    role: Annotated[Literal["flows", "bots", "all"], typer.Option(help="What this process works on.")] = "all",
    portals: Annotated[
        str, typer.Option(help="Portals that its bots serve, with commas between them; all of them if not given.")
    ] = "",
) -> None:
    """Run a worker until SIGTERM; a claimed payment is never cut off."""
    from commands.serving import run_as_worker
    from worker import WorkerRole

    names = [name.strip() for name in portals.split(",") if name.strip()]
    run_as_worker(WorkerRole(role), names or None)


@app.command()
def console() -> None:
    """Serve the console and the REST API."""
    from commands.serving import serve_console

    serve_console()


@app.command()
def doctor(
    only: Annotated[list[CheckKind] | None, typer.Option(help="Look at this alone; repeat for several.")] = None,
    json_output: Json = False,
) -> None:
    """Say what is running, reachable and mis-set, and what to do. Exit status 1 where something is broken."""
    from commands.doctor import examine

    if not examine(only or DEFAULT_KINDS, Answer(json_output)):
        raise typer.Exit(1)


def main() -> None:
    """Runs a command and ends the process with its exit status.

    0 done, 1 not as wanted, 2 bad input, 3 an error that nobody expected, which is shown whole.
    """
    status = _run()
    for stream in (sys.stdout, sys.stderr):
        with suppress(BrokenPipeError):
            stream.flush()
    if "temporalio.bridge" in sys.modules:
        time.sleep(_BRIDGE_SECONDS)
    os._exit(status)


def _run() -> int:
    try:
        return int(app(standalone_mode=False) or 0)
    except typer.Abort:
        return _INTERRUPTED
    except TyperException as error:
        ERRORS.print(error.format_message(), style="bold red", highlight=False, markup=False)
        return error.exit_code
    except (BusinessError, ValidationError) as error:
        print_error(error)
        return _BAD_INPUT
    except SystemExit as end:  # how Rich ends when nobody reads on
        return int(end.code or 0)
    except _FILE_ERRORS as error:
        message = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        print_error(BusinessError("file.unusable", message))
        return _BAD_INPUT
    except Exception:
        traceback.print_exc()
        return _UNEXPECTED


if __name__ == "__main__":
    main()

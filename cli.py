"""The `tallywright` command: its groups stand in `commands/`; here is what starts processes, and the one way out."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError
from typer.exceptions import TyperException

from commands import approvals, audit, cases, documents, orders, requisitions, rules, statements, tasks, tokens
from commands.output import ERRORS, Answer, configure_logs, print_error
from console.app import create_app
from console.context import ConsoleContext
from installation import open_installation, session_lasts
from models.errors import BusinessError
from sandbox.demo import run_demo
from sandbox.opening import open_sandbox
from sandbox.stack import TOTP_PERIOD, Ports, Stack, StackError
from settings import Settings
from worker import WorkerRole, connect, run_worker
from workflows.delivery import Deliverer

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
    ("approval", approvals.app),
    ("task", tasks.app),
    ("order", orders.app),
    ("statement", statements.app),
    ("case", cases.app),
    ("token", tokens.app),
    ("audit", audit.app),
    ("rules", rules.app),
    ("documents", documents.app),
):
    app.add_typer(group, name=name)

BasePort = Annotated[int, typer.Option(help="First of the six ports on 127.0.0.1 that the sandbox uses.")]


@app.command()
def up(base_port: BasePort = 8300) -> None:
    """Start a sandbox company on this machine: server, portals, mail, workers, console. Ctrl-C stops it."""
    with _sandbox(base_port) as stack:
        _say_where(stack)
        _wait_for_end(stack)


@app.command()
def demo(
    keep: Annotated[bool, typer.Option(help="Leave everything running afterwards, until Ctrl-C.")] = False,
    base_port: BasePort = 8300,
    json_output: Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")] = False,
) -> None:
    """Run eight purchases through the whole path and check them against the bank's own ledger."""
    with _sandbox(base_port) as stack:
        ERRORS.print(f"Console: [bold]{stack.ports.url('console')}[/]  Mail: {stack.ports.url('mail')}\n")
        is_right = run_demo(stack, Answer(json_output))
        if keep:
            _say_where(stack)
            _wait_for_end(stack)
    if not is_right:
        raise typer.Exit(1)


@app.command()
def worker(role: Annotated[WorkerRole, typer.Option(help="What this process works on.")] = WorkerRole.ALL) -> None:
    """Run a worker until SIGTERM; a claimed payment is never cut off."""
    configure_logs()
    house = open_installation(Settings())

    async def work() -> None:
        await run_worker(house, await connect(), role)

    asyncio.run(work())


@app.command()
def console() -> None:
    """Serve the console and the REST API."""
    configure_logs()
    settings = Settings()
    house = open_installation(settings)
    context = ConsoleContext(
        store=house.store,
        files=house.files,
        tenant=settings.tenant,
        session_lasts=session_lasts(settings),
        secure_cookies=settings.secure_cookies,
        deliver=Deliverer(connect, house.store),
        portal_names={"sandbox-bank": "Nordhafen Bank", "sandbox-erp": "KONTOR/3"},
    )
    uvicorn.run(create_app(context), host=settings.console_host, port=settings.console_port, access_log=False)


@contextmanager
def _sandbox(base_port: int) -> Iterator[Stack]:
    """A running sandbox company in the home folder of the settings, stopped at the end."""
    stack = Stack(Settings().home.resolve(), Ports(base_port))
    os.environ.update(stack.environment())
    try:
        stack.start_outside()
        house = open_installation(Settings())
        open_sandbox(house, stack.home / "sandbox", TOTP_PERIOD)
        house.close()
        stack.start_ours()
        yield stack
    finally:
        stack.stop()


def _say_where(stack: Stack) -> None:
    ERRORS.print(f"Console:      [bold]{stack.ports.url('console')}[/]   (the sandbox's people: docs/tutorial.md)")
    ERRORS.print(f"Mail:         {stack.ports.url('mail')}")
    ERRORS.print(f"Bank portal:  {stack.ports.url('bank')}")
    ERRORS.print(f"ERP portal:   {stack.ports.url('erp')}")
    ERRORS.print("Ctrl-C stops everything.")


def _wait_for_end(stack: Stack) -> None:
    """Until Ctrl-C or SIGTERM; raises StackError when a process ends by itself."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.wait(1):
        stack.require_all_running()


def main() -> None:
    """Runs a command and ends the process with its exit status: 0 done, 1 not as wanted, 2 bad input."""
    status = _run()
    sys.stdout.flush()
    sys.stderr.flush()
    if "temporalio.bridge" in sys.modules:
        time.sleep(_BRIDGE_SECONDS)
    os._exit(status)


def _run() -> int:
    try:
        return int(app(standalone_mode=False) or 0)
    except typer.Abort:
        return 130
    except TyperException as error:
        ERRORS.print(f"[bold red]{error.format_message()}[/]", highlight=False)
        return error.exit_code
    except (BusinessError, StackError, ValidationError) as error:
        print_error(error)
        return 2


if __name__ == "__main__":
    main()

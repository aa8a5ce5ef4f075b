"""A sandbox company on this machine: running to look around, or playing the demo."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from commands.output import ERRORS, Answer
from installation import open_installation
from models.errors import BusinessError
from sandbox.demo import run_demo
from sandbox.opening import open_sandbox
from sandbox.stack import TOTP_PERIOD, Ports, Stack, StackError
from settings import Settings


def keep_up(base_port: int) -> None:
    """Runs the sandbox until Ctrl-C or SIGTERM. Raises BusinessError `sandbox.failed`."""
    with _sandbox(base_port) as stack:
        _say_where(stack)
        _wait_for_end(stack)


def play_demo(base_port: int, *, keep: bool, answer: Answer) -> bool:
    """Whether every purchase ended as it should. Raises BusinessError `sandbox.failed`."""
    with _sandbox(base_port) as stack:
        ERRORS.print(f"Console: [bold]{stack.ports.url('console')}[/]  Mail: {stack.ports.url('mail')}\n")
        is_right = run_demo(stack, answer)
        if keep:
            _say_where(stack)
            _wait_for_end(stack)
    return is_right


@contextmanager
def _sandbox(base_port: int) -> Iterator[Stack]:
    """A running sandbox company in the home folder of the settings, stopped at the end."""
    # Asked to end, the demo too stops what it started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stack = Stack(Settings().home.resolve(), Ports(base_port))
    os.environ.update(stack.environment())
    try:
        stack.start_outside()
        house = open_installation(Settings())
        open_sandbox(house, stack.home / "sandbox", TOTP_PERIOD)
        house.close()
        stack.start_ours()
        yield stack
    except StackError as error:
        raise BusinessError("sandbox.failed", str(error)) from error
    finally:
        stack.stop()


def _say_where(stack: Stack) -> None:
    ERRORS.print(f"Console:      [bold]{stack.ports.url('console')}[/]   (the sandbox's people: docs/tutorial.md)")
    ERRORS.print(f"Mail:         {stack.ports.url('mail')}")
    ERRORS.print(f"Bank portal:  {stack.ports.url('bank')}")
    ERRORS.print(f"Second bank:  {stack.ports.url('bank_b')}")
    ERRORS.print(f"ERP portal:   {stack.ports.url('erp')}")
    ERRORS.print(f"Tax portal:   {stack.ports.url('tax')}")
    ERRORS.print("Ctrl-C stops everything.")


def _wait_for_end(stack: Stack) -> None:
    """Until Ctrl-C or SIGTERM; raises StackError when a process ends by itself."""
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.wait(1):
        stack.require_all_running()

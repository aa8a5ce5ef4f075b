"""`tallywright doctor`: what is running, reachable, mis-set, and what to do."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from commands.checks.books import check_books
from commands.checks.configuration import check_clock, check_refused, check_settings
from commands.checks.home import check_home
from commands.checks.machine import check_chromium, check_fonts
from commands.checks.outside import check_console, check_messages_out, check_portals
from commands.checks.result import Check, CheckKind, State, broken
from commands.checks.temporal import check_own_worker, check_temporal
from commands.output import Answer
from installation import wall_clock
from settings import Settings

_PARTS: tuple[tuple[tuple[CheckKind, ...], Callable[[Settings], Iterable[Check]]], ...] = (
    ((CheckKind.SETTINGS,), lambda settings: check_settings(settings, os.environ)),
    ((CheckKind.CLOCK,), lambda settings: check_clock(settings, wall_clock())),
    ((CheckKind.HOME, CheckKind.DISK, CheckKind.KEYS), check_home),
    (
        (CheckKind.DATABASE, CheckKind.AUDIT, CheckKind.LOGIN, CheckKind.MESSAGES, CheckKind.TASKS),
        lambda settings: check_books(settings, wall_clock()),
    ),
    ((CheckKind.TEMPORAL, CheckKind.QUEUE), check_temporal),
    ((CheckKind.WORKER,), check_own_worker),
    ((CheckKind.PORTAL,), check_portals),
    ((CheckKind.MAIL,), check_messages_out),
    ((CheckKind.CONSOLE,), check_console),
    ((CheckKind.CHROMIUM,), check_chromium),
    ((CheckKind.FONTS,), lambda settings: check_fonts()),
)
_FOUNDATIONS = (CheckKind.HOME, CheckKind.DATABASE, CheckKind.TEMPORAL)
"""Where these are broken it is said even to whoever asked for what only stands on them."""
_COLOURS = {State.OK: "green", State.WARNING: "yellow", State.BROKEN: "red"}


def examine(wanted: Collection[CheckKind], answer: Answer) -> bool:
    """Shows what was found about the `wanted` kinds; whether none of it is broken."""
    checks = tuple(_looked_at(wanted))
    is_right = all(check.state is not State.BROKEN for check in checks)
    answer.show({"ok": is_right, "checks": checks}, lambda console: _draw(console, checks))
    return is_right


def _looked_at(wanted: Collection[CheckKind]) -> Iterator[Check]:
    try:
        settings = Settings()
    except ValidationError as error:
        yield from check_refused(error)
        return
    for kinds, look in _PARTS:
        if not set(kinds).isdisjoint(wanted):
            for check in _survived(kinds[0], look, settings):
                if check.kind in wanted or (check.kind in _FOUNDATIONS and check.state is State.BROKEN):
                    yield check


def _survived(kind: CheckKind, look: Callable[[Settings], Iterable[Check]], settings: Settings) -> Iterator[Check]:
    """The findings of one part. A check that fails is a finding, and the others go on."""
    try:
        yield from look(settings)
    except Exception as error:
        # Not the error's words: what they repeat is not known here, and it might be a secret.
        yield broken(kind, f"It could not be looked at ({type(error).__name__}).", "Look into the log of what runs.")


def _draw(console: Console, checks: Sequence[Check]) -> None:
    for check in checks:
        head = f"[{_COLOURS[check.state]}]{check.state:<8}[/] [bold]{escape(check.name)}[/]: {escape(check.found)}"
        console.print(head, highlight=False, soft_wrap=True)
        if check.remedy:
            console.print(f"{'':8} → {escape(check.remedy)}", highlight=False, soft_wrap=True)

"""The demo from its first request to the table of outcomes."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.box import SIMPLE
from rich.console import Console
from rich.live import Live
from rich.table import Table

from audit.verify import Verification
from commands.output import ERRORS, Answer
from installation import open_installation
from sandbox import iban
from sandbox.demo.director import SCENARIOS, Cases, Director, Scenario
from sandbox.demo.office import Office
from sandbox.demo.oracle import Outcome, outcomes
from sandbox.demo.purchases import PURCHASES
from sandbox.demo.sales import SALES
from sandbox.faults import Fault, clear_faults, set_fault
from sandbox.stack import Stack
from settings import Settings

_LONGEST_SECONDS = 900
_PAUSE = 0.4
_OTHER_ACCOUNT = iban.from_bban("DE", "219998099990999999")
_MARKS = {"done": "[green]●[/]", "partly": "[yellow]◐[/]", "next": "[cyan]○[/]", "later": "[dim]·[/]"}


@dataclass
class _Notebook:
    """Which run it is, kept in the home folder so that a demo that was killed is taken up where it was."""

    file: Path

    def take_up(self) -> tuple[int, bool]:
        """The number of the run to play and whether it begins now."""
        noted = json.loads(self.file.read_text()) if self.file.exists() else {"run": 0, "is_over": True}
        return (noted["run"] + 1, True) if noted["is_over"] else (noted["run"], False)

    def begin(self, run: int) -> None:
        self._write(run, is_over=False)

    def close(self, run: int) -> None:
        self._write(run, is_over=True)

    def _write(self, run: int, *, is_over: bool) -> None:
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps({"run": run, "is_over": is_over}))
        part.rename(self.file)


def run_demo(stack: Stack, answer: Answer) -> bool:
    """Plays purchases and sales and prints how they ended; True when all ended as they must and the log is whole."""
    notebook = _Notebook(stack.home / "demo.json")
    run, is_new = notebook.take_up()
    portals = stack.home / "sandbox"
    if is_new:
        # Before the run is noted: one that is killed in between begins anew, with its faults set once.
        _set_faults(portals, run)
        notebook.begin(run)
    started = time.monotonic()
    office, ledger = Office(stack.ports.url("console")), portals / "bank" / "ledger.db"
    director = Director(office, Settings().inbox_folder, ledger, run)
    cases = _play(director, stack, started)
    notebook.close(run)
    found = outcomes(portals, run, cases)
    verification = _verify()
    _report(answer, found, verification, time.monotonic() - started)
    return verification.ok and all(outcome.is_right for outcome in found)


def _set_faults(portals: Path, run: int) -> None:
    bank, tax = portals / "bank" / "ledger.db", portals / "tax" / "ledger.db"
    clear_faults(bank)
    clear_faults(tax)
    for purchase in PURCHASES:
        if purchase.bank_fault is not None:
            argument = _OTHER_ACCOUNT if purchase.bank_fault is Fault.CHANGE_PAYEE_ACCOUNT else ""
            set_fault(bank, purchase.bank_fault, match=str(purchase.gross(run)), argument=argument)
    for sale in SALES:
        if sale.tax_fault is not None:
            set_fault(tax, sale.tax_fault, match=str(sale.gross(run)))


def _play(director: Director, stack: Stack, started: float) -> Cases:
    """Until every case is over or the time is; the cases as they then stand. Raises StackError."""
    cases: Cases = {}
    ended: dict[Scenario, float] = {}
    with Live(console=ERRORS, auto_refresh=False, transient=ERRORS.is_terminal) as live:
        while len(ended) < len(SCENARIOS) and time.monotonic() - started < _LONGEST_SECONDS:
            stack.require_all_running()
            try:
                cases = director.tick()
            except httpx.TransportError:
                # The console is away; whatever was pressed is recorded or is pressed again.
                time.sleep(_PAUSE)
                continue
            for scenario in SCENARIOS:
                if scenario not in ended and director.is_over(scenario, cases[scenario]):
                    ended[scenario] = time.monotonic() - started
                    if not ERRORS.is_terminal:
                        ERRORS.print(f"{ended[scenario]:5.1f} s  {scenario.title}: {scenario.ending}")
            if ERRORS.is_terminal:
                live.update(_progress(cases, ended, time.monotonic() - started), refresh=True)
            time.sleep(_PAUSE)
    return cases


def _progress(cases: Cases, ended: Mapping[Scenario, float], elapsed: float) -> Table:
    title = f"{len(PURCHASES)} purchases and {len(SALES)} sales, {elapsed:.0f} s"
    table = Table("What", "Case", "Progress", "Time", title=title, title_justify="left")
    for scenario in SCENARIOS:
        case = cases[scenario]
        marks = " ".join(_MARKS.get(step["state"], "[red]✕[/]") for step in case["progress"])
        seconds = f"{ended[scenario]:.0f} s" if scenario in ended else "…"
        table.add_row(scenario.title, case["id"], marks, seconds)
    return table


def _verify() -> Verification:
    house = open_installation(Settings())
    with house.store.read() as connection:
        found = house.store.log.verify(connection, house.settings.tenant, house.verifier)
    house.close()
    return found


def _report(answer: Answer, found: tuple[Outcome, ...], verification: Verification, seconds: float) -> None:
    document = {
        "ok": verification.ok and all(outcome.is_right for outcome in found),
        "seconds": round(seconds, 1),
        "cases": [outcome.document() for outcome in found],
        "audit": verification.model_dump(mode="json", include={"ok", "entries", "first_bad", "damage"}),
    }
    answer.show(document, lambda console: _draw(console, found, verification, seconds))


def _draw(console: Console, found: tuple[Outcome, ...], verification: Verification, seconds: float) -> None:
    table = Table("", "What", "Ended", "In the portals' own ledgers", box=SIMPLE)
    for outcome in found:
        table.add_row(
            "[bold green]✓[/]" if outcome.is_right else "[bold red]✕[/]",
            f"{outcome.scenario.title}\n[dim]{outcome.case}, had to end {outcome.scenario.ending.replace('_', ' ')}[/]",
            outcome.state,
            ", ".join(f"{what} {_times(count)}" for what, count in outcome.rows.items()),
        )
    console.print(table)
    log = "[green]whole[/]" if verification.ok else f"[red]damaged at {verification.first_bad}[/]"
    console.print(f"{seconds:.0f} seconds; audit log of {verification.entries} entries: {log}.")


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")

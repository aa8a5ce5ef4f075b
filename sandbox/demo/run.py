"""The demo from its first request to the table of outcomes."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

import httpx
from rich.box import SIMPLE
from rich.console import Console
from rich.live import Live
from rich.table import Table

from audit.verify import Verification
from commands.output import ERRORS, Answer
from installation import Installation, open_installation
from sandbox import iban
from sandbox.demo.director import SCENARIOS, Cases, Director, Scenario
from sandbox.demo.night import Night, disturb
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
_NIGHT = {
    "payments_by_schedule": "What was released was paid by a payment run, by schedule.",
    "statement_by_schedule": "The statement came by schedule.",
    "changed_portal_healed": "The bank calls its list of orders otherwise: found another way, and reported.",
    "failed_canary_parked": "The second bank did not work when a bot tried it out: its payment waited until it did.",
}
_MARKS = {"done": "[green]●[/]", "partly": "[yellow]◐[/]", "next": "[cyan]○[/]", "later": "[dim]·[/]"}


@dataclass(frozen=True)
class _Run:
    run: int
    is_over: bool
    since: str = "1970-01-01T00:00:00+00:00"
    """When it began, in business time."""


@dataclass
class _Notebook:
    """Which run it is, kept in the home folder so that a demo that was killed is taken up where it was."""

    file: Path

    def take_up(self, now: datetime) -> tuple[_Run, bool]:
        """The run to play and whether it begins now."""
        noted = _Run(**json.loads(self.file.read_text())) if self.file.exists() else _Run(0, is_over=True)
        return (_Run(noted.run + 1, is_over=False, since=now.isoformat()), True) if noted.is_over else (noted, False)

    def write(self, run: _Run) -> None:
        part = self.file.with_suffix(".part")
        part.write_text(json.dumps(asdict(run)))
        part.rename(self.file)


def run_demo(stack: Stack, answer: Answer) -> bool:
    """Plays purchases and sales and prints how they ended; True when all ended as they must and the log is whole."""
    house = open_installation(Settings())
    try:
        return _run_demo(stack, answer, house)
    finally:
        house.close()


def _run_demo(stack: Stack, answer: Answer, house: Installation) -> bool:
    notebook = _Notebook(stack.home / "demo.json")
    noted, is_new = notebook.take_up(house.store.now())
    portals, run = stack.home / "sandbox", noted.run
    if is_new:
        # Before the run is noted: one that is killed in between begins anew, with its faults set once.
        _set_faults(portals, run)
        notebook.write(noted)
    started = time.monotonic()
    night = Night(house, portals, datetime.fromisoformat(noted.since))
    office, ledger = Office(stack.ports.url("console")), portals / "bank" / "ledger.db"
    cases = _play(Director(office, Settings().inbox_folder, ledger, run, night), stack, started)
    notebook.write(replace(noted, is_over=True))
    result = _Result(outcomes(portals, run, cases), night.outcome(), _verify(house), time.monotonic() - started)
    _report(answer, result)
    return result.is_right


def _set_faults(portals: Path, run: int) -> None:
    bank, tax = portals / "bank" / "ledger.db", portals / "tax" / "ledger.db"
    clear_faults(bank)
    clear_faults(tax)
    disturb(portals)
    for purchase in PURCHASES:
        if purchase.bank_fault is not None:
            # The other account is shown as often as somebody looks: a bot that is killed there looks again.
            argument, times = (_OTHER_ACCOUNT, -1) if purchase.bank_fault is Fault.CHANGE_PAYEE_ACCOUNT else ("", 1)
            set_fault(bank, purchase.bank_fault, match=str(purchase.gross(run)), argument=argument, times=times)
    for sale in SALES:
        if sale.tax_fault is not None:
            set_fault(tax, sale.tax_fault, match=str(sale.gross(run)))


def _play(director: Director, stack: Stack, started: float) -> Cases:
    """Until every case is over or the time is; the cases as they then stand. Raises StackError."""
    cases: Cases = {}
    ended: dict[Scenario, float] = {}
    with Live(console=ERRORS, auto_refresh=False, transient=ERRORS.is_terminal) as live:
        while (
            not (len(ended) == len(SCENARIOS) and director.night.is_over())
            and time.monotonic() - started < _LONGEST_SECONDS
        ):
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


def _verify(house: Installation) -> Verification:
    with house.store.read() as connection:
        return house.store.log.verify(connection, house.settings.tenant, house.verifier)


@dataclass(frozen=True)
class _Result:
    cases: tuple[Outcome, ...]
    night: Mapping[str, bool]
    verification: Verification
    seconds: float

    @property
    def is_right(self) -> bool:
        return self.verification.ok and all(outcome.is_right for outcome in self.cases) and all(self.night.values())


def _report(answer: Answer, result: _Result) -> None:
    document = {
        "ok": result.is_right,
        "seconds": round(result.seconds, 1),
        "cases": [outcome.document() for outcome in result.cases],
        "bots": dict(result.night),
        "audit": result.verification.model_dump(mode="json", include={"ok", "entries", "first_bad", "damage"}),
    }
    answer.show(document, lambda console: _draw(console, result))


def _draw(console: Console, result: _Result) -> None:
    table = Table("", "What", "Ended", "In the portals' own ledgers", box=SIMPLE)
    for outcome in result.cases:
        table.add_row(
            "[bold green]✓[/]" if outcome.is_right else "[bold red]✕[/]",
            f"{outcome.scenario.title}\n[dim]{outcome.case}, had to end {outcome.scenario.ending.replace('_', ' ')}[/]",
            outcome.state,
            ", ".join(f"{what} {_times(count)}" for what, count in outcome.rows.items()),
        )
    console.print(table)
    for what, happened in result.night.items():
        console.print(f" {'[bold green]✓[/]' if happened else '[bold red]✕[/]'}  {_NIGHT[what]}")
    verification = result.verification
    log = "[green]whole[/]" if verification.ok else f"[red]damaged at {verification.first_bad}[/]"
    console.print(f"{result.seconds:.0f} seconds; audit log of {verification.entries} entries: {log}.")


def _times(count: int) -> str:
    return {0: "never", 1: "once"}.get(count, f"{count} times")

"""Differences, findings and back-tests of decision tables as people read them on a terminal."""

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from models.errors import Finding
from rules.backtest import BacktestSummary, ChangeKind, Total
from rules.difference import TableDifference
from store.rule_backtests import ChangedDecision

KIND_WORDS = {
    ChangeKind.NEWLY_WITHOUT_APPROVAL: "go without approval",
    ChangeKind.NEWLY_REFUSED: "stop, because no row answers",
    ChangeKind.ESCALATED: "ask somebody more",
    ChangeKind.NEWLY_WITH_APPROVAL: "need an approval",
    ChangeKind.RELIEVED: "spare somebody",
    ChangeKind.REROUTED: "ask the same people in another order",
    ChangeKind.CHANGED: "get another answer",
    ChangeKind.NEWLY_ANSWERED: "go on that stopped",
}


def draw_difference(console: Console, changes: TableDifference) -> None:
    if changes.is_empty:
        console.print("Nothing differs.")
        return
    if changes.policy:
        console.print(f"Hit policy: {changes.policy.before} -> {changes.policy.after}", highlight=False)
    for column in changes.columns:
        console.print(f"Column {column.column!r} {column.edit}: {column.detail}", highlight=False, markup=False)
    table = Table("Row", "What", "Cell", "Before", "After")
    for row in changes.rows:
        place = f"{row.edit} ({row.position_before or '-'} -> {row.position_after or '-'})"
        cells = [(cell.column, cell.before, cell.after) for cell in row.cells] or [("", "", "")]
        for number, cell in enumerate(cells):
            table.add_row(*(("", "") if number else (row.row, place)), *cell)
    for each in changes.elsewhere:
        table.add_row("", "elsewhere", each.column, each.before, each.after)
    console.print(table)


def draw_findings(console: Console, findings: Iterable[Finding]) -> None:
    for finding in findings:
        console.print(f"  - {finding}", style="bold red", highlight=False, markup=False)


def draw_summary(console: Console, summary: BacktestSummary) -> None:
    if summary.oldest is None or summary.newest is None:
        console.print("No decision was taken by this table yet.")
        return
    span = f"{summary.oldest:%Y-%m-%d} to {summary.newest:%Y-%m-%d}"
    console.print(f"{_counted(summary.decisions)} from {span}; {_counted(summary.changed)} would change:")
    for kind, total in summary.by_kind.items():
        console.print(f"  {_counted(total)} {KIND_WORDS[kind]}", highlight=False)


def draw_changes(console: Console, changes: Iterable[ChangedDecision]) -> None:
    table = Table("Case", "About", "Decided", "Value", "What", "Before", "After")
    for each in changes:
        about = f"{each.subject_kind} {each.subject_id}"
        when, value = f"{each.decided_at:%Y-%m-%d}", "" if each.value is None else _amount(each.value)
        table.add_row(each.case, about, when, value, KIND_WORDS[each.kind], _said(each.before), _said(each.after))
    console.print(table)


def _counted(total: Total) -> str:
    value = "" if total.value is None else f" worth {_amount(total.value)}"
    return f"{total.count:,} decision{'s' if total.count != 1 else ''}{value}"


def _amount(value: Decimal) -> str:
    return f"{value:,.2f}"


def _said(result: object) -> str:
    if isinstance(result, dict) and "stages" in result:
        return ", ".join(map(str, result["stages"] or ())) or "nobody"
    return "no answer" if result is None else str(result)

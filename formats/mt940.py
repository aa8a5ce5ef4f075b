"""SWIFT MT940 (final) and MT942 (intraday) statements.

Written here and not taken from the package `mt-940`, which keeps the last of repeated fields, passes over what it
cannot place and opens a file where the content happens to be a path: a statement has to be read whole or refused.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from schwifty import IBAN

from formats.currencies import NO_CURRENCY, known_currency
from formats.fields import refuse
from formats.mt940_entry import read_entry
from formats.mt940_text import SwiftMessage, read_messages
from formats.mt940_values import AMOUNT, Notes, amount_of, day_of
from models.errors import BusinessError, Finding
from models.statement import Balance, BalanceKind, EntryTotal, Statement, StatementEntry

_BALANCE = re.compile(rf"([CD])(\d{{6}})([A-Z]{{3}})({AMOUNT})", re.ASCII)
_TOTAL = re.compile(rf"(\d{{0,5}})([A-Z]{{3}})({AMOUNT})", re.ASCII)
_FLOOR = re.compile(rf"([A-Z]{{3}})[CD]?{AMOUNT}", re.ASCII)
_ACCOUNT = re.compile(r"(.*\d)([A-Z]{3})", re.ASCII)
_KINDS = {"60": BalanceKind.OPENING, "62": BalanceKind.CLOSING, "64": BalanceKind.OTHER, "65": BalanceKind.OTHER}
_INTRADAY = frozenset({"34F", "13D", "90C", "90D"})
_MOST_DETAILS = 8
_OF_MONEY = frozenset({*_KINDS, "61", "90"})


class SwiftReading(NamedTuple):
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    """What is remarkable in statements that can be used, with paths as of `ReadResult`."""


def read_mt940(data: bytes) -> SwiftReading:
    """The statements in `data`, in the file's order; one that goes over several messages stays as many.

    An extract without reference, account or balances is read, and the checks of statements name what it lacks. Raises
    BusinessError `document.empty`, `document.wrong_type` for text of another kind, `document.invalid` with every
    malformed booking and balance as a finding.
    """
    messages = [each for each in read_messages(data) if any(field.tag[:2] in _OF_MONEY for field in each)]
    if not messages:
        raise BusinessError("document.wrong_type", "The file is no MT940 or MT942 statement.")
    notes = Notes()
    statements = tuple(_Message(each, position, notes).read() for position, each in enumerate(messages))
    refuse("The statement file", notes.violations)
    return SwiftReading(statements, tuple(notes.remarks))


class _Message:
    """One MT940 or MT942 message on its way to a statement."""

    def __init__(self, fields: SwiftMessage, position: int, notes: Notes) -> None:
        self._fields = fields
        self._path = f"statements[{position}]"
        self._notes = notes
        self._account, account_currency = _split_account(self._only("25") or self._only("25P"))
        self._currency = known_currency([*self._stated_currencies(), account_currency])

    def read(self) -> Statement:
        balances, entries = tuple(self._balances()), tuple(self._entries())
        reference, sequence = self._only("20"), self._only("28C") or self._only("28")
        return Statement(
            id=" ".join(filter(None, [reference, sequence, _last_day(balances, entries)])),
            message_type="mt942" if _INTRADAY & {field.tag for field in self._fields} else "mt940",
            sequence=sequence,
            account=self._account,
            currency=None if self._currency == NO_CURRENCY else self._currency,
            balances=balances,
            entries=entries,
            credits=self._total("90C"),
            debits=self._total("90D"),
            information=" ".join(self._statement_information().split()),
        )

    def _stated_currencies(self) -> Iterator[str]:
        """Balances first; an intraday report has none and states its currency in its limits and totals."""
        for pattern, group, tags in ((_BALANCE, 3, _KINDS), (_FLOOR, 1, {"34"}), (_TOTAL, 2, {"90"})):
            for field in self._fields:
                if field.tag[:2] in tags and (match := pattern.fullmatch(field.value.strip())):
                    yield match[group]

    def _only(self, tag: str) -> str:
        """The value of a field that a message has once; further ones are left out and named."""
        found = [field.value.strip() for field in self._fields if field.tag == tag]
        if len(found) > 1:
            problem = f"field {tag} is there {len(found)} times; the first one was taken"
            self._notes.remark(self._path, problem, "statement.field_repeated")
        return found[0] if found else ""

    def _balances(self) -> Iterator[Balance]:
        for field in self._fields:
            if field.tag[:2] not in _KINDS:
                continue
            match = _BALANCE.fullmatch(field.value.strip())
            path = f"{self._path}.:{field.tag}:"
            if match is None:
                self._notes.violation(path, f"{field.value[:40]!r} is no balance (C or D, YYMMDD, currency, amount)")
                continue
            yield Balance(
                kind=_KINDS[field.tag[:2]],
                code=field.tag,
                amount=amount_of(match[4]) * (1 if match[1] == "C" else -1),
                currency=known_currency([match[3]]),
                day=day_of(match[2], path, self._notes),
            )

    def _entries(self) -> Iterator[StatementEntry]:
        lines = [index for index, field in enumerate(self._fields) if field.tag == "61"]
        for position, index in enumerate(lines, start=1):
            path = f"{self._path}.entries[{position - 1}]"
            details = _details_after(self._fields, index)
            if entry := read_entry(self._fields[index].value, details, position, self._currency, path, self._notes):
                yield entry

    def _total(self, tag: str) -> EntryTotal | None:
        value = self._only(tag)
        if not value:
            return None
        match = _TOTAL.fullmatch(value)
        if match is None:
            self._notes.violation(f"{self._path}.:{tag}:", f"{value[:40]!r} is no total (count, currency, amount)")
            return None
        return EntryTotal(amount=amount_of(match[3]), count=int(match[1]) if match[1] else None)

    def _statement_information(self) -> str:
        """Field 86 after a balance is about the statement, not about its last booking."""
        pairs = zip(self._fields, self._fields[1:], strict=False)
        return " ".join(after.value for before, after in pairs if after.tag == "86" and before.tag not in ("61", "86"))


def _last_day(balances: Sequence[Balance], entries: Sequence[StatementEntry]) -> str:
    """Tells statements apart: many banks write the same reference and number on every one of an account."""
    closing = [balance.day for balance in balances if balance.kind is BalanceKind.CLOSING]
    days = closing or [entry.booked for entry in entries if entry.booked]
    return str(max(days)) if days else ""


def _split_account(value: str) -> tuple[str, str]:
    """The number and, where the bank adds it, the currency of the account; a second line is the bank's BIC."""
    number = "".join(value.partition("\n")[0].split())
    match = _ACCOUNT.fullmatch(number)
    if match and not IBAN(number, allow_invalid=True).is_valid and known_currency([match[2]]) != NO_CURRENCY:
        return match[1], match[2]
    return number, ""


def _details_after(fields: SwiftMessage, index: int) -> str:
    """Field 86 of the booking at `index`; a few banks write several."""
    following = takewhile(lambda field: field.tag == "86", fields[index + 1 : index + 1 + _MOST_DETAILS])
    return "\n".join(field.value for field in following)

"""The expected readings (`.yml`) that the publisher of the MT940 samples keeps beside them."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import yaml

_PYTHON = "tag:yaml.org,2002:python/"
_BACK_REFERENCE = re.compile(r"^ +transactions: \*id\d+$", re.MULTILINE)
"""Each entry points back at its file, which plain data cannot."""
_AMOUNT_OUT = frozenset({"D", "RC"})


class ExpectedEntry(NamedTuple):
    amount: Decimal
    value: date
    booked: date | None
    fields: dict[str, Any]
    """The publisher's own names: `purpose`, `end_to_end_reference`, `applicant_name` and others."""


class ExpectedReading(NamedTuple):
    """Of several statements in one file, the publisher keeps all entries and the balances of the last."""

    balances: dict[str, tuple[Decimal, str, date]]
    entries: tuple[ExpectedEntry, ...]
    data: dict[str, Any]


class _Loader(yaml.SafeLoader):
    """Reads the dumped objects as plain data; no object is ever made."""


def _plain(loader: _Loader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        values = loader.construct_sequence(node, deep=True)
        return _value(suffix, values)
    return None


def _value(suffix: str, values: list[Any]) -> Any:
    if suffix.endswith("decimal.Decimal"):
        return Decimal(values[0])
    if suffix.endswith("models.Date"):
        high, low, month, day = values[0]
        return date(high * 256 + low, month, day)
    return values


_Loader.add_multi_constructor(_PYTHON, _plain)


def expected_reading(path: Path) -> ExpectedReading:
    text = _BACK_REFERENCE.sub("", path.read_text())
    document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a loader of our own, made of the safe one
    data = document["data"]
    return ExpectedReading(dict(_balances(data)), tuple(map(_entry, document["transactions"])), data)


def _balances(data: dict[str, Any]) -> Iterator[tuple[str, tuple[Decimal, str, date]]]:
    for name, each in data.items():
        if name.endswith("_balance"):
            sign = -1 if each["status"] == "D" else 1
            amount = each["amount"]
            yield name, (abs(amount["amount"]) * sign, amount["currency"], each["date"])


def _entry(transaction: dict[str, Any]) -> ExpectedEntry:
    """The publisher keeps the older reading of RC as money in, which its own package calls a fault by now."""
    fields = transaction["data"]
    amount = abs(fields["amount"]["amount"])
    sign = -1 if fields["status"] in _AMOUNT_OUT else 1
    return ExpectedEntry(amount * sign, fields["date"], fields.get("entry_date"), fields)

"""What a sentence of the time line can say about an audit entry: names, amounts and states in one language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from console import event_words, words
from console.formatting import money, quantity
from console.language import Language, message
from console.names import Names
from console.rendering import label
from console.task_words import task_words
from models.money import Money
from store.log import HistoryEntry

_RECEIVED_LINE = message("line %(line)s: %(quantity)s")


class Facts(dict[str, str]):
    """The fields of a sentence; one that an entry does not have reads as nothing."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True)
class _Reading:
    entry: HistoryEntry
    after: Mapping[str, Any]
    names: Names
    language: Language

    def label(self, table: Mapping[str, str], field: str) -> str:
        return label(self.language, table, str(self.after[field]))

    def money(self, field: str) -> str:
        amount, _, currency = str(self.after[field]).partition(" ")
        if not currency:
            return amount
        return money(Money(amount=Decimal(amount), currency=currency), self.language.locale)


def facts_of(entry: HistoryEntry, names: Names, language: Language) -> Facts:
    """Every field that a sentence about `entry` may use."""
    reading = _Reading(entry, entry.body.get("after") or {}, names, language)
    facts = Facts({key: str(value) for key, value in reading.after.items() if isinstance(value, str | int)})
    facts["actor"] = names.actor(entry.actor, language)
    facts["subject"] = names.person(entry.subject.id)
    facts["work"] = label(language, event_words.WORK, entry.subject.id.partition(".")[0])
    facts.update({key: read(reading) for key, read in _READINGS.items() if key in reading.after})
    return facts


def _chain(reading: _Reading) -> str:
    alternatives = [[reading.names.person(each) for each in stage["people"]] for stage in reading.after["stages"]]
    return ", ".join(" / ".join(people) for people in alternatives)


def _received(reading: _Reading) -> str:
    if reading.entry.action not in ("goods.received", "goods.delivered"):
        return ""
    sentence = reading.language.gettext(_RECEIVED_LINE)
    locale = reading.language.locale
    return ", ".join(
        sentence % {"line": line["order_line"], "quantity": quantity(Decimal(line["quantity"]), locale)}
        for line in reading.after["lines"]
    )


def _voided(reading: _Reading) -> str:
    roles = [label(reading.language, words.ROLES, role) for role in reading.after["voided"]]
    return ", ".join(roles) or "–"


def _state(reading: _Reading) -> str:
    is_probe = reading.entry.action == "attempt.probed"
    return reading.label(words.PORTAL_STATES if is_probe else words.CASE_STATES, "state")


_READINGS: Mapping[str, Callable[[_Reading], str]] = {
    "stages": _chain,
    "amount": lambda reading: reading.money("amount"),
    "open": lambda reading: reading.money("open"),
    "payable": lambda reading: reading.money("payable"),
    "lines": _received,
    "owner": lambda reading: reading.label(words.ROLES, "owner"),
    "resolution": lambda reading: reading.label(words.RESOLUTIONS, "resolution"),
    "state": _state,
    "person": lambda reading: reading.names.person(str(reading.after["person"])),
    "people": lambda reading: " / ".join(map(reading.names.person, reading.after["people"])),
    "delegate": lambda reading: reading.names.person(str(reading.after["delegate"])),
    "principal": lambda reading: reading.names.person(str(reading.after["principal"])),
    "manager": lambda reading: reading.names.person(str(reading.after["manager"])),
    "voided": _voided,
    "portal": lambda reading: reading.names.portal(str(reading.after["portal"])),
    "recipient": lambda reading: reading.names.mailbox(str(reading.after["recipient"])),
    "title": lambda reading: task_words(reading.language, str(reading.after["title"])),
    "table": lambda reading: str(reading.after["table"]).replace("_", " "),
}

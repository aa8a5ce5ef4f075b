"""Reads values out of XML and collects every violation instead of stopping at the first."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import NamedTuple, cast

from lxml import etree

from formats.currencies import NO_CURRENCY, known_currency
from models.errors import BusinessError, Finding

_DECIMAL = re.compile(r"[+-]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})", re.ASCII)
"""xs:decimal, bounded so that sums and products stay exact in 28 digits."""
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_LISTED = 100
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


class Term(NamedTuple):
    """A business term that must be there, and the published rule that says so."""

    name: str
    rule: str = ""


class Fields:
    """One element of a document. Paths are ElementPath with the prefixes of `namespaces`.

    A missing required or a malformed value becomes a finding, and a placeholder is returned, so that reading can go on
    to the next violation; whoever started the reading raises when there are findings.
    """

    def __init__(
        self,
        element: etree._Element,
        path: str,
        namespaces: Mapping[str | None, str],
        findings: list[Finding],
    ) -> None:
        self.element = element
        self.path = path
        self._namespaces = namespaces
        self._findings = findings

    def text(self, path: str, required: Term | None = None) -> str:
        """The one text at `path` without surrounding space, empty when there is none."""
        elements = self._find(path)
        if len(elements) > 1:
            self.note(path, f"occurs {len(elements)} times, but only once is allowed")
        value = self._leaf(elements[0], path) if elements else ""
        if not value and required:
            self.note(path, f"{required.name} is missing; ask the sender to send it again with it", required.rule)
        return value

    def texts(self, path: str) -> list[str]:
        """All texts at `path` that are not empty, in document order."""
        values = (self._leaf(element, path) for element in self._find(path))
        return [value for value in values if value]

    def decimal(self, path: str, required: Term | None = None) -> Decimal | None:
        value = self.text(path, required)
        if not value:
            return None
        if not _DECIMAL.fullmatch(value):
            self.note(path, f"{_short(value)} is not a decimal number such as 1250.00 (at most 15 and 10 digits)")
            return None
        return Decimal(value)

    def required_decimal(self, path: str, term: Term) -> Decimal:
        value = self.decimal(path, term)
        return Decimal(0) if value is None else value

    def day(self, path: str, required: Term | None = None) -> date | None:
        value = self.text(path, required)
        if not value:
            return None
        match = _DATE.fullmatch(value)
        try:
            return date.fromisoformat(match[1] if match else value[:0])
        except ValueError:
            self.note(path, f"{_short(value)} is not a date such as 2026-11-20")
            return None

    def required_day(self, path: str, term: Term) -> date:
        return self.day(path, term) or date.min

    def moment(self, path: str) -> datetime | None:
        """An aware time; one without offset is taken as UTC."""
        value = self.text(path)
        if not value:
            return None
        match = _DATE_TIME.fullmatch(value)
        try:
            moment = datetime.fromisoformat(value if match else value[:0])
        except ValueError:
            self.note(path, f"{_short(value)} is not a time such as 2026-11-20T08:30:00+01:00")
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def boolean(self, path: str, required: Term | None = None) -> bool:
        value = self.text(path, required)
        if value and value not in _BOOLEANS:
            self.note(path, f"{_short(value)} is neither true nor false")
        return _BOOLEANS.get(value, False)

    def attribute(self, path: str, name: str) -> str:
        found = self._find(path)
        return str(found[0].get(name, "")).strip() if found else ""

    def currency(self, path: str, required: Term) -> str:
        """The ISO 4217 code at `path`, which is an element or ends with an attribute (`Amt/@Ccy`)."""
        element, _, attribute = path.partition("/@")
        value = self.attribute(element, attribute) if attribute else self.text(path)
        currency = known_currency([value])
        if currency == NO_CURRENCY:
            what = f"{required.name} {_short(value)} is no currency code" if value else f"{required.name} is missing"
            self.note(path, f"{what}; codes are those of ISO 4217 such as EUR or CNY", required.rule)
        return currency

    def all(self, path: str) -> "list[Fields]":
        """The elements at `path`, each with its one-based position in its own path."""
        found = self._find(path)
        return [self._below(element, f"{path}[{position}]") for position, element in enumerate(found, start=1)]

    def first(self, path: str) -> "Fields | None":
        found = self._find(path)
        return self._below(found[0], path) if found else None

    def note(self, path: str, problem: str, code: str = "") -> None:
        """Add a violation of the value at `path`."""
        field = self.path if path == "." else f"{self.path}/{path}"
        self._findings.append(Finding(field=field, problem=problem, code=code))

    def _below(self, element: etree._Element, path: str) -> "Fields":
        return Fields(element, f"{self.path}/{path}", self._namespaces, self._findings)

    def _find(self, path: str) -> list[etree._Element]:
        if path == ".":
            return [self.element]
        known_to_stubs = cast(Mapping[str, str], self._namespaces)  # they leave out None, the default namespace
        return self.element.findall(path, known_to_stubs)

    def _leaf(self, element: etree._Element, path: str) -> str:
        if len(element):
            # Whoever takes the text before the first child reads another value than a viewer shows.
            self.note(path, "holds further elements where a plain value is expected")
        return (element.text or "").strip()


def refuse(what: str, findings: Sequence[Finding]) -> None:
    """Raise `refusal` when there are findings."""
    if findings:
        raise refusal(what, findings)


def refusal(what: str, findings: Sequence[Finding]) -> BusinessError:
    """BusinessError `document.invalid`; `what` begins the sentence: "The invoice".

    It lists the first hundred findings: nobody reads more, and a hostile file makes millions.
    """
    count = "one thing" if len(findings) == 1 else f"{len(findings)} things"
    listed = f" The first {_LISTED} are listed." if len(findings) > _LISTED else ""
    message = f"{what} cannot be used: {count} in it must be put right by the sender.{listed}"
    return BusinessError("document.invalid", message, tuple(findings[:_LISTED]))


def _short(value: str) -> str:
    return repr(value if len(value) <= 40 else f"{value[:40]}…")

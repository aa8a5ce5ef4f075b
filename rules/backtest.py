"""Past decisions run again with a candidate, beside the version in force: what would be decided otherwise.

The value of a decision is its input `amount`, where the table has a number of that name.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models.base import Model
from models.errors import BusinessError
from rules.engine import CompiledDecision
from rules.kept_inputs import restored
from rules.portable import same_value

VALUE_INPUT = "amount"


class ChangeKind(StrEnum):
    """What a change means to whoever answers for it, the gravest first."""

    NEWLY_WITHOUT_APPROVAL = "newly_without_approval"
    NEWLY_REFUSED = "newly_refused"
    """No row matches any more, or the table cannot answer: the case would stop."""
    ESCALATED = "escalated"
    """Somebody decides who did not have to."""
    NEWLY_WITH_APPROVAL = "newly_with_approval"
    RELIEVED = "relieved"
    """Somebody need not decide any more; others still do."""
    REROUTED = "rerouted"
    """The same people in another order."""
    CHANGED = "changed"
    """Another answer of a table that is not about approval."""
    NEWLY_ANSWERED = "newly_answered"
    """A case that stopped would go on."""


@dataclass(frozen=True, slots=True)
class PastDecision:
    """`inputs` are as they were kept with the decision."""

    subject_kind: str
    subject_id: str
    case: str
    decided_at: datetime
    inputs: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Said:
    """An answer; `problem` is why there is none."""

    result: Any
    matched: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    problem: str = ""

    @property
    def is_refusal(self) -> bool:
        return bool(self.problem) or (self.result in (None, []) and not self.matched)


@dataclass(frozen=True, slots=True)
class Change:
    past: PastDecision
    kind: ChangeKind
    value: Decimal | None
    before: Said
    after: Said


class Total(Model):
    """`value` is None where the table has no value input."""

    count: int
    value: Decimal | None


class BacktestSummary(Model):
    decisions: Total
    changed: Total
    by_kind: dict[ChangeKind, Total]
    """The kinds that occur, the gravest first."""
    oldest: datetime | None
    newest: datetime | None


@dataclass
class Backtest:
    """One run: take `changes` to their end, then `summary` counts them."""

    live: CompiledDecision | None
    candidate: CompiledDecision
    _counts: Counter[ChangeKind | None] = field(default_factory=Counter)
    _values: dict[ChangeKind | None, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    _oldest: datetime | None = None
    _newest: datetime | None = None

    def changes(self, decisions: Iterable[PastDecision]) -> Iterator[Change]:
        """Every decision that would be another one. Nothing is held: a hundred thousand take no more than one."""
        for past in decisions:
            before = said(self.live, past.inputs) if self.live else Said(None)
            after = said(self.candidate, past.inputs)
            kind, value = kind_of(before, after), self._value(past.inputs)
            self._count(past, kind, value)
            if kind is not None:
                yield Change(past, kind, value, before, after)

    def summary(self) -> BacktestSummary:
        kinds = [kind for kind in ChangeKind if self._counts[kind]]
        return BacktestSummary(
            decisions=self._total([*kinds, None]),
            changed=self._total(kinds),
            by_kind={kind: self._total([kind]) for kind in kinds},
            oldest=self._oldest,
            newest=self._newest,
        )

    def _count(self, past: PastDecision, kind: ChangeKind | None, value: Decimal | None) -> None:
        self._counts[kind] += 1
        self._values[kind] += value or 0
        self._oldest = min(self._oldest or past.decided_at, past.decided_at)
        self._newest = max(self._newest or past.decided_at, past.decided_at)

    def _total(self, kinds: Iterable[ChangeKind | None]) -> Total:
        kinds = list(kinds)
        value = sum((self._values[kind] for kind in kinds), start=Decimal(0))
        return Total(count=sum(self._counts[kind] for kind in kinds), value=value if self._has_value else None)

    @property
    def _has_value(self) -> bool:
        return any(each.name == VALUE_INPUT and each.type.kind == "number" for each in self.candidate.variables)

    def _value(self, inputs: Mapping[str, Any]) -> Decimal | None:
        kept = inputs.get(VALUE_INPUT)
        return Decimal(kept) if self._has_value and isinstance(kept, str | Decimal) else None


def said(decision: CompiledDecision, inputs: Mapping[str, Any]) -> Said:
    """What `decision` says to inputs as kept; a refusal is an answer too."""
    try:
        answer = decision.evaluate(restored(decision.variables, inputs))
    except BusinessError as error:
        return Said(None, problem=str(error))
    return Said(answer.result, answer.matched, answer.reasons)


def kind_of(before: Said, after: Said) -> ChangeKind | None:
    """What it means to go from one answer to the other; None where both come to the same."""
    if _is_stop(before) or _is_stop(after):
        return _kind_of_stop(_is_stop(before), _is_stop(after))
    if same_value(before.result, after.result):
        return None
    old, new = _roles(before.result), _roles(after.result)
    if old is None or new is None:
        return ChangeKind.CHANGED
    return _kind_of_route(old, new)


def _is_stop(answer: Said) -> bool:
    return answer.is_refusal or (speaks_of_approval(answer.result) and _roles(answer.result) is None)


def _kind_of_stop(was: bool, is_now: bool) -> ChangeKind | None:
    if was and is_now:
        return None
    return ChangeKind.NEWLY_REFUSED if is_now else ChangeKind.NEWLY_ANSWERED


def _kind_of_route(old: list[Any], new: list[Any]) -> ChangeKind:
    if not new:
        return ChangeKind.NEWLY_WITHOUT_APPROVAL
    if not old:
        return ChangeKind.NEWLY_WITH_APPROVAL
    if any(role not in old for role in new):
        return ChangeKind.ESCALATED
    return ChangeKind.RELIEVED if any(role not in new for role in old) else ChangeKind.REROUTED


def speaks_of_approval(result: Any) -> bool:
    """Whether a result is of a table that says who approves."""
    return isinstance(result, dict) and "approval" in result


def _roles(result: Any) -> list[Any] | None:
    """The stages of a result that says who approves, none where nobody has to; None where it says neither."""
    if not speaks_of_approval(result):
        return None
    stages = result.get("stages") or []
    fits = isinstance(stages, list) and result["approval"] == ("required" if stages else "not required")
    return stages if fits else None

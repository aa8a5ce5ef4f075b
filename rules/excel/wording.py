"""What the sheets say in words, in each language: how rows are used, what a column takes, and the legend."""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.column_kinds import ColumnKind
from rules.definitions import Aggregation, DecisionTable, HitPolicy
from rules.speech import Speech

Policy = tuple[HitPolicy, Aggregation | None]
Pairs = tuple[tuple[str, str], ...]
_LONGEST_CONSTRAINT = 30


@dataclass(frozen=True, slots=True)
class Wording:
    """Texts in braces take what is named there. A pair is a term and what it means."""

    speech: Speech
    policies: Mapping[str, Policy]
    policy_title: str
    row_title: str
    bands: Mapping[str, str]
    kinds: Mapping[str, str]
    any_text: str
    one: str
    several: str
    list_of: str
    or_one: str
    constrained: str
    page: str
    legend: str
    legend_sheet: str
    introduction: Pairs
    conditions_title: str
    conditions: Pairs
    results_title: str
    results: Pairs
    care_title: str
    care: tuple[str, ...]
    afterwards_title: str
    afterwards: tuple[str, ...]
    columns_title: str

    def policy_words(self, table: DecisionTable) -> str:
        """How rows of the table are used."""
        policy = (table.hit_policy, table.aggregation)
        return next((words for words, each in self.policies.items() if each == policy), _standard_words(table))

    def kind_words(self, kind: ColumnKind | None) -> str:
        """What a column takes, short enough for its heading."""
        if kind is None:
            return self.any_text
        if kind.is_closed:
            return self.several if kind.takes_several else self.one
        words = self.kinds.get(kind.kind, kind.kind)
        if kind.is_list:
            words = self.list_of.format(kind=words)
        if kind.choices:
            return self.or_one.format(kind=words)
        is_short = 0 < len(kind.constraint) <= _LONGEST_CONSTRAINT
        return self.constrained.format(kind=words, constraint=kind.constraint) if is_short else words

    def explained(self, kind: ColumnKind) -> str:
        """What a column takes, with everything that may be chosen."""
        words = self.kind_words(kind)
        return f"{words}: {', '.join(map(self.speech.value, kind.choices))}" if kind.choices else words


def _standard_words(table: DecisionTable) -> str:
    return " ".join(filter(None, (table.hit_policy, table.aggregation)))

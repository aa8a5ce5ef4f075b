"""Which two functions are kept apart, and what is proposed about them."""

from console.context import ConsoleContext
from console.control_words import Words
from console.views.proposals import ChangeView, change_views
from finance.segregation import SHIPPED, Function, SegregationPolicy, Severity, may_be_excepted
from models.base import Model
from models.party import Person
from store.reads import View
from store.signed_changes import PROPOSERS, ChangeKind, changes, segregation_at


class PairView(Model):
    one: Function
    other: Function
    did_one: str
    did_other: str
    is_fixed: bool
    """One person's own approval of their own wish: nobody can change it."""
    is_own: bool
    """Whether the company decided otherwise than what is shipped."""


class PairsView(Model):
    pairs: dict[Severity, tuple[PairView, ...]]
    """Of those that are allowed only what the company took from the list."""
    functions: tuple[tuple[Function, str], ...]
    proposals: tuple[ChangeView, ...]
    may_propose: bool


def pairs_view(view: View, context: ConsoleContext, words: Words, reader: Person) -> PairsView:
    now = context.store.now()
    signed = changes(view, context.tenant)
    shown = change_views(signed, words, reader, now)
    policy = segregation_at(signed, now)
    return PairsView(
        pairs={severity: _pairs(words, policy, severity) for severity in Severity},
        functions=tuple(sorted(((each, words.did(each)) for each in Function), key=lambda pair: pair[1])),
        proposals=tuple(shown[each.id] for each in signed if each.is_open and each.kind is ChangeKind.PAIR),
        may_propose=bool(reader.roles & set(PROPOSERS)),
    )


def _pairs(words: Words, policy: SegregationPolicy, severity: Severity) -> tuple[PairView, ...]:
    place = {function: number for number, function in enumerate(Function)}
    found = [
        sorted(pair, key=place.__getitem__) for pair in policy.pairs if policy.pairs[pair] is severity and len(pair) > 1
    ]
    return tuple(
        PairView(
            one=one,
            other=other,
            did_one=words.did(one),
            did_other=words.did(other),
            is_fixed=not may_be_excepted(one, other),
            is_own=SHIPPED.severity(one, other) is not severity,
        )
        for one, other in sorted(found, key=lambda pair: [place[each] for each in pair])
    )

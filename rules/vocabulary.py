"""The names and types that the cells of one decision may speak of."""

import re

from rules.definitions import Decision, Definitions
from rules.feel.functions import BUILTINS
from rules.feel.tokens import KEYWORDS, KnownNames

_WORDS = re.compile(r"[^\W\d]\w*(?:\s+[^\W\d]\w*)*")


def known_names(definitions: Definitions, decision: Decision) -> KnownNames:
    """Inputs, the other decisions and the members of structures; without declared inputs also what the columns test."""
    names = {data.name for data in definitions.inputs}
    names |= {other.name for other in definitions.decisions if other.name != decision.name}
    names |= column_names(decision)
    return KnownNames(names, BUILTINS, _member_names(definitions))


def column_names(decision: Decision) -> set[str]:
    """Simple modelers declare no input data: the name that a column tests is the input then."""
    if decision.table is None or decision.required_inputs:
        return set()
    texts = (" ".join(column.expression.split()) for column in decision.table.inputs)
    return {text for text in texts if _WORDS.fullmatch(text) and not KEYWORDS.keys() & set(text.split())}


def _member_names(definitions: Definitions) -> list[str]:
    pending, names = list(definitions.items), []
    while pending:
        item = pending.pop()
        names += [part.name for part in item.components]
        pending += item.components
    return names

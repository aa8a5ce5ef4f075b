"""The names that the cells of one decision may speak of."""

import re
from itertools import pairwise

from lark import Token

from rules.definitions import Decision, Definitions
from rules.feel.errors import FeelError
from rules.feel.functions import BUILTINS
from rules.feel.syntax import INPUT_VALUE
from rules.feel.tokens import KEYWORDS, KnownNames, tokens

_WORDS = re.compile(r"[^\W\d]\w*(?: [^\W\d]\w*)*")


def known_names(definitions: Definitions, decision: Decision) -> KnownNames:
    """Inputs, the other decisions and the members of structures; without declared inputs also what the columns test."""
    names = {data.name for data in definitions.inputs}
    names |= {other.name for other in definitions.decisions if other.name != decision.name}
    names |= _column_names(decision)
    return KnownNames(names, BUILTINS, _member_names(definitions))


def _column_names(decision: Decision) -> set[str]:
    """Simple modelers declare no input data: a name that a column tests is the input then."""
    if decision.table is None or decision.required_inputs:
        return set()
    return {name for column in decision.table.inputs for name in _names_of(" ".join(column.expression.split()))}


def _names_of(expression: str) -> list[str]:
    """An expression of nothing but words is one name; in any other each word is."""
    if _WORDS.fullmatch(expression) and not KEYWORDS.keys() & set(expression.split()):
        return [expression]
    try:
        found = tokens(expression, KnownNames((), BUILTINS))
    except FeelError:
        # The compiler reports it at its column.
        return []
    start = Token("START", "")
    return [str(token) for before, token in pairwise([start, *found]) if _is_variable(before, token)]


def _is_variable(before: Token, token: Token) -> bool:
    return token.type == "NAME" and before.type != "DOT" and token not in BUILTINS and token != INPUT_VALUE


def _member_names(definitions: Definitions) -> list[str]:
    pending, names = list(definitions.items), []
    while pending:
        item = pending.pop()
        names += [part.name for part in item.components]
        pending += item.components
    return names

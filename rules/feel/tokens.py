"""FEEL text to tokens. A name may contain spaces and signs (`Applicant Age`, `Pre-bureau`), so the longest name in
scope wins at each place; a name that is nowhere declared is one word."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType

from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer

from rules.feel.budget import MAX_EXPRESSION_LENGTH, MAX_TOKENS, REMEMBERED
from rules.feel.errors import FeelError

KEYWORDS = {
    word: word.upper() for word in ("if", "then", "else", "and", "or", "in", "between", "true", "false", "null")
}
UNSUPPORTED = frozenset({"for", "return", "some", "every", "satisfies", "instance", "function"})
OPERATORS = {
    "**": "POWER",
    "<=": "LESS_EQUAL",
    ">=": "GREATER_EQUAL",
    "!=": "NOT_EQUAL",
    "..": "RANGE",
    "<": "LESS",
    ">": "GREATER",
    "=": "EQUAL",
    "+": "PLUS",
    "-": "MINUS",
    "*": "STAR",
    "/": "SLASH",
    "(": "LPAR",
    ")": "RPAR",
    "[": "LSQUARE",
    "]": "RSQUARE",
    "{": "LBRACE",
    "}": "RBRACE",
    ",": "COMMA",
    ":": "COLON",
    ".": "DOT",
    "?": "NAME",
}
_TOKEN = re.compile(
    r"""(?P<SPACE>\s+|//[^\n]*|/\*.*?\*/)
      | (?P<NUMBER>\d+(?:\.\d+)?|\.\d+)
      | (?P<TEMPORAL>@\s*"(?:[^"\\]|\\.)*")
      | (?P<STRING>"(?:[^"\\]|\\.)*")
      | (?P<EMPTY_LIST>\[\s*\])
      | (?P<WORD>[^\W\d]\w*)
      | (?P<OPERATOR>\*\*|<=|>=|!=|\.\.|[-<>=+*/()\[\]{},:.?])
    """,
    re.VERBOSE | re.DOTALL,
)


class KnownNames:
    """The names in scope of an expression: variables, members of structures, and functions and business knowledge
    models, which count only before a parenthesis. `knowledge` gives the parameters of each model."""

    def __init__(
        self,
        variables: Iterable[str],
        functions: Iterable[str],
        members: Iterable[str] = (),
        knowledge: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> None:
        self.variables = frozenset(" ".join(name.split()) for name in variables)
        self.knowledge = dict(knowledge)
        self._content = (self.variables, frozenset(functions), frozenset(members), frozenset(knowledge.items()))
        self._variable = _longest_first({*self.variables, *self._content[2]}, "")
        self._function = _longest_first((name for name in self._content[1] if " " in name), r"(?=\s*\()")
        self._knowledge = _longest_first(knowledge, r"(?=\s*\()")

    def with_variable(self, name: str) -> "KnownNames":
        variables, functions, members, _ = self._content
        return KnownNames({*variables, name}, functions, members, self.knowledge)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownNames) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    def match(self, text: str, position: int) -> tuple[str, re.Match[str]] | None:
        """The longest known name at `position` with its token; None where a plain word, number or sign stands."""
        patterns = (("KNOWLEDGE", self._knowledge), ("NAME", self._function), ("NAME", self._variable))
        found = [(kind, match) for kind, pattern in patterns if (match := pattern.match(text, position))]
        return max(found, key=lambda each: each[1].end(), default=None)


def _longest_first(names: Iterable[str], suffix: str) -> re.Pattern[str]:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    choices = "|".join(r"\s+".join(map(re.escape, name.split(" "))) for name in ordered if name)
    return re.compile(rf"(?:{choices})(?!\w){suffix}" if choices else r"(?!)")


def tokens(text: str, names: KnownNames) -> list[Token]:
    """The tokens of `text`. Raises FeelError at a sign or word that FEEL, or this engine, does not know."""
    if len(text) > MAX_EXPRESSION_LENGTH:
        raise FeelError(f"is {len(text):,} characters long; at most {MAX_EXPRESSION_LENGTH:,} are allowed")
    found = list(islice(_scan(text, names), MAX_TOKENS + 1))
    if len(found) > MAX_TOKENS:
        raise FeelError(f"has more than {MAX_TOKENS:,} words and signs; share them out among several rows")
    return found


def _scan(text: str, names: KnownNames) -> Iterator[Token]:
    position = 0
    while position < len(text):
        known = names.match(text, position)
        if known:
            kind, name = known
            yield Token(kind, " ".join(name.group().split()), start_pos=position)
            position = name.end()
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            raise FeelError(f"has {text[position]!r} at position {position + 1}, which FEEL does not know{_hint(text)}")
        if match.lastgroup != "SPACE":
            yield _token(match)
        position = match.end()


def _hint(text: str) -> str:
    return '; write texts in straight quotes: "text"' if any(mark in text for mark in "“”„‟'‘’`") else ""


def _token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup or "", match.group()
    if kind == "OPERATOR":
        kind = OPERATORS[text]
    elif kind == "EMPTY_LIST":
        text = "[]"
    elif kind == "WORD":
        if text in UNSUPPORTED:
            raise FeelError(f"uses {text!r}, which is not supported in tables")
        kind = KEYWORDS.get(text, "NAME")
    return Token(kind, text, start_pos=match.start())


class TokenSource(Lexer):
    """Hands tokens that are already made to the parser."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        pass

    def lex(self, lexer_state: Iterable[Token], parser_state: object = None) -> Iterator[Token]:  # type: ignore[override]
        yield from lexer_state


@lru_cache(REMEMBERED)
def canonical(text: str, names: KnownNames) -> str:
    """`text` with one space between tokens and without comments, so that layout does not count as content."""
    return " ".join(str(token) for token in tokens(text, names))

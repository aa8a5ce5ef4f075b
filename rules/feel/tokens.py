"""FEEL text to tokens. A name may contain spaces and signs (`Applicant Age`, `Pre-bureau`), so the longest name in
scope wins at each place; a name that is nowhere declared is one word."""

import re
from collections.abc import Iterable, Iterator

from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer

from rules.feel.budget import MAX_EXPRESSION_LENGTH
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
    """The names in scope of an expression: variables, members of structures, and functions, which count only before a
    parenthesis."""

    def __init__(self, variables: Iterable[str], functions: Iterable[str], members: Iterable[str] = ()) -> None:
        self.variables = frozenset(" ".join(name.split()) for name in variables)
        self._variable = _longest_first({*self.variables, *members}, "")
        self._function = _longest_first((name for name in functions if " " in name), r"(?=\s*\()")

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """The longest known name at `position`; None where a plain word, number or sign stands."""
        function = self._function.match(text, position)
        variable = self._variable.match(text, position)
        if function and variable:
            return max(function, variable, key=lambda found: found.end())
        return function or variable


def _longest_first(names: Iterable[str], suffix: str) -> re.Pattern[str]:
    ordered = sorted(names, key=lambda name: (-len(name), name))
    choices = "|".join(r"\s+".join(map(re.escape, name.split(" "))) for name in ordered if name)
    return re.compile(rf"(?:{choices})(?!\w){suffix}" if choices else r"(?!)")


def tokens(text: str, names: KnownNames) -> list[Token]:
    """The tokens of `text`. Raises FeelError at a sign or word that FEEL, or this engine, does not know."""
    if len(text) > MAX_EXPRESSION_LENGTH:
        raise FeelError(f"is {len(text):,} characters long; at most {MAX_EXPRESSION_LENGTH:,} are allowed")
    return list(_scan(text, names))


def _scan(text: str, names: KnownNames) -> Iterator[Token]:
    position = 0
    while position < len(text):
        known = names.match(text, position)
        if known:
            yield Token("NAME", " ".join(known.group().split()), start_pos=position)
            position = known.end()
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


def canonical(text: str, names: KnownNames) -> str:
    """`text` with one space between tokens and without comments, so that layout does not count as content."""
    return " ".join(str(token) for token in tokens(text, names))

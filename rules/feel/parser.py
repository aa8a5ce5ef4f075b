"""Text to syntax: expressions, and the unary tests of input cells."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedToken

from rules.feel import syntax
from rules.feel.budget import MAX_DIGITS, MAX_NESTING, REMEMBERED
from rules.feel.errors import FeelError
from rules.feel.temporal import read_temporal
from rules.feel.tokens import KnownNames, TokenSource, tokens

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_EMPTY_CELLS = ("", "-")


@lru_cache(REMEMBERED)
def parse_expression(text: str, names: KnownNames) -> syntax.Node:
    """Raises FeelError naming what cannot be read and where."""
    node: syntax.Node = _parse(tokens(text, names), "expression")
    return node


def parse_unary_tests(text: str, names: KnownNames) -> syntax.UnaryTests:
    """The tests of one input cell; an empty cell is a dash. Raises FeelError."""
    if text.strip() in _EMPTY_CELLS:
        return syntax.UnaryTests(())
    found = tokens(text, names)
    tests: syntax.UnaryTests
    if len(found) > 2 and found[0] == "not" and found[1].type == "LPAR":
        try:
            tests = _parse([found[0].update(type="NEGATION"), *found[1:]], "unary_tests")
            return tests
        except _Misread:
            # `not(a) and b`: here it is the function of that name.
            pass
    tests = _parse(found, "unary_tests")
    return tests


class _Misread(FeelError):
    """The tokens do not follow the grammar."""


def _parse(found: list[Token], start: str) -> Any:
    if not found:
        raise FeelError("is empty")
    try:
        node: Any = _PARSER.parse(found, start=start)
    except UnexpectedToken as error:
        raise _Misread(_explain(error)) from error
    if any(depth > MAX_NESTING for _, depth in syntax.walk(node)):
        raise FeelError(f"is nested more than {MAX_NESTING} levels deep")
    return node


def _explain(error: UnexpectedToken) -> str:
    token = error.token
    if token.type == "$END":
        return "ends too early; something is missing at its end"
    remedy = '; write texts in quotes ("text") and separate several tests by commas' if token.type == "NAME" else ""
    return f"cannot be read at {str(token)[:40]!r}, position {(token.start_pos or 0) + 1}{remedy}"


def _operands(items: list[Any]) -> tuple[Any, ...]:
    return tuple(item for item in items if not isinstance(item, Token))


def _binary(kind: Callable[[str, Any, Any], Any]) -> Callable[["_Build", list[Any]], Any]:
    return lambda _, items: kind(str(items[1]), items[0], items[2])


class _Build(Transformer[Token, Any]):
    """Makes a node for each alias of the grammar."""

    def tests(self, items: list[Any]) -> syntax.UnaryTests:
        return syntax.UnaryTests(_operands(items))

    def negated_tests(self, items: list[Any]) -> syntax.UnaryTests:
        return syntax.UnaryTests(_operands(items), negated=True)

    def unary_comparison(self, items: list[Any]) -> syntax.UnaryComparison:
        return syntax.UnaryComparison(str(items[0]), items[1])

    def conditional(self, items: list[Any]) -> syntax.Conditional:
        return syntax.Conditional(*_operands(items))

    logic = _binary(syntax.Logic)
    compare = _binary(syntax.Comparison)
    arithmetic = _binary(syntax.Arithmetic)

    def between(self, items: list[Any]) -> syntax.Between:
        return syntax.Between(*_operands(items))

    def membership(self, items: list[Any]) -> syntax.Membership:
        operand, *tests = _operands(items)
        return syntax.Membership(operand, tuple(tests))

    def negate(self, items: list[Any]) -> syntax.Negate:
        return syntax.Negate(items[1])

    def path(self, items: list[Any]) -> syntax.Path:
        return syntax.Path(items[0], str(items[2]))

    def number(self, items: list[Any]) -> syntax.Literal:
        if len(items[0]) > MAX_DIGITS + 1:
            raise FeelError(f"has a number of more than {MAX_DIGITS} digits")
        return syntax.Literal(Decimal(str(items[0])))

    def string(self, items: list[Any]) -> syntax.Literal:
        return syntax.Literal(_unquote(items[0]))

    def temporal(self, items: list[Any]) -> syntax.Literal:
        text = _unquote(items[0][items[0].index('"') :])
        value = read_temporal(text)
        if value is None:
            raise FeelError(f'has @"{text}", which is no date, time, date and time or duration of ISO 8601')
        return syntax.Literal(value)

    def true(self, _: list[Any]) -> syntax.Literal:
        return syntax.Literal(True)

    def false(self, _: list[Any]) -> syntax.Literal:
        return syntax.Literal(False)

    def null(self, _: list[Any]) -> syntax.Literal:
        return syntax.Literal(None)

    def name(self, items: list[Any]) -> syntax.Name:
        return syntax.Name(str(items[0]))

    def call(self, items: list[Any]) -> syntax.Call:
        return syntax.Call(str(items[0]), _operands(items))

    def invocation(self, items: list[Any]) -> syntax.Invocation:
        return syntax.Invocation(str(items[0]), _operands(items))

    def named_invocation(self, items: list[Any]) -> syntax.Invocation:
        names, arguments = zip(*_operands(items), strict=True)
        return syntax.Invocation(str(items[0]), arguments, names)

    def parenthesis(self, items: list[Any]) -> Any:
        return items[1]

    def list_of(self, items: list[Any]) -> syntax.ListOf:
        return syntax.ListOf(_operands(items))

    def context(self, items: list[Any]) -> syntax.Context:
        entries = _operands(items)
        keys = [key for key, _ in entries]
        if len(set(keys)) < len(keys):
            raise FeelError("names an entry of a context twice")
        return syntax.Context(entries)

    def entry(self, items: list[Any]) -> tuple[str, syntax.Node]:
        key = items[0]
        return (_unquote(key) if key.type == "STRING" else str(key), items[2])

    def interval(self, items: list[Any]) -> syntax.Interval:
        return syntax.Interval(items[1], items[3], items[0].type == "LSQUARE", items[4].type == "RSQUARE")


def _unquote(token: str) -> str:
    body = token[1:-1]
    if "\\" not in body:
        return body
    parts, position = [], 0
    while (escape := body.find("\\", position)) >= 0:
        text, end = _escaped(body, escape + 1)
        parts += [body[position:escape], text]
        position = end
    return "".join([*parts, body[position:]])


def _escaped(body: str, position: int) -> tuple[str, int]:
    """The character that an escape stands for, and where the text goes on."""
    letter = body[position]
    if letter in _ESCAPES:
        return _ESCAPES[letter], position + 1
    digits = {"u": 4, "U": 6}.get(letter, 0)
    code = body[position + 1 : position + 1 + digits]
    try:
        return chr(int(code, 16)), position + 1 + digits
    except (ValueError, OverflowError):
        raise FeelError(f"has an unknown escape \\{letter} in a text") from None


_PARSER = Lark(
    (FilePath(__file__).parent.parent / "feel.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer=TokenSource,
    start=["expression", "unary_tests"],
    transformer=_Build(),
    maybe_placeholders=False,
)

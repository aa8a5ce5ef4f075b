"""Syntax to Python closures. Everything that can be wrong before a value is known is refused here."""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

from rules.feel import syntax, values
from rules.feel.budget import MAX_LIST_SIZE, MAX_TEXT_LENGTH, Scope
from rules.feel.errors import BudgetExceededError, FeelError
from rules.feel.functions import BUILTINS
from rules.feel.temporal import MonthsDuration

Expression = Callable[[Scope], Any]

MAX_SUGGESTED = 40
MAX_SUGGESTIONS = 500
_NO_KNOWLEDGE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_CLOCK_FUNCTIONS = frozenset({"today", "now"})
_TEMPORAL_FUNCTIONS = frozenset({"date", "time", "date and time", "duration"})


def compile_expression(
    node: syntax.Node, variables: Iterable[str], knowledge: Mapping[str, tuple[str, ...]] = _NO_KNOWLEDGE
) -> Expression:
    """Raises FeelError for a name, function or business knowledge model that does not exist, or is given arguments
    that it does not take. An expression without names is computed once."""
    _check_names(syntax.variables_in(node), frozenset(variables))
    _check_calls(node, knowledge)
    expression = _compile(node)
    if syntax.names_in(node):
        return expression
    value = expression(Scope({}))
    return lambda scope: value


def constant(node: syntax.Node) -> Any:
    """The value of an expression that has no names in it. Raises FeelError."""
    return compile_expression(node, ())(Scope({}))


def _check_names(names: frozenset[str], known: frozenset[str]) -> None:
    unknown = sorted(names - known)
    if unknown:
        close = _closest(unknown[0], known)
        remedy = f"did you mean {close!r}?" if close else f'write "{unknown[0][:40]}" in quotes if it is a text'
        shown = ", ".join(repr(name[:40]) for name in unknown[:3])
        raise FeelError(f"speaks of {shown}, which is no input or decision here; {remedy}")


def _closest(name: str, known: Collection[str]) -> str:
    """Comparing texts takes time that grows with the square of their length, so long ones get no suggestion."""
    if len(name) > MAX_SUGGESTED or len(known) > MAX_SUGGESTIONS:
        return ""
    return next(iter(get_close_matches(name, (word for word in known if len(word) <= MAX_SUGGESTED), n=1)), "")


def _check_calls(node: syntax.Node, knowledge: Mapping[str, tuple[str, ...]]) -> None:
    for part, _ in syntax.walk(node):
        if isinstance(part, syntax.Call):
            _check_call(part)
        elif isinstance(part, syntax.Invocation):
            _check_arguments(part, knowledge[part.function])


def _check_arguments(call: syntax.Invocation, parameters: tuple[str, ...]) -> None:
    expected = f"{call.function!r} takes {', '.join(map(repr, parameters)) or 'none'}"
    if len(call.arguments) != len(parameters):
        raise FeelError(f"gives {call.function!r} {len(call.arguments)} arguments; {expected}")
    if call.names and sorted(call.names) != sorted(parameters):
        unknown = next((name for name in call.names if name not in parameters), call.names[0])
        raise FeelError(f"gives {call.function!r} the argument {unknown[:40]!r}; {expected}, each once")


def _check_call(call: syntax.Call) -> None:
    if call.function in _CLOCK_FUNCTIONS:
        raise FeelError(
            f"calls {call.function}(); pass the day as an input, so that the decision can be run again later"
        )
    builtin = BUILTINS.get(call.function)
    if builtin is None:
        close = _closest(call.function, BUILTINS)
        remedy = f"; did you mean {close!r}?" if close else ""
        raise FeelError(f"calls {call.function[:40]!r}, which is no function of tables{remedy}")
    if not builtin.least <= len(call.arguments) <= builtin.most:
        expected = builtin.least if builtin.least == builtin.most else f"{builtin.least} to {builtin.most}"
        raise FeelError(f"gives {call.function!r} {len(call.arguments)} arguments; {expected} are expected")


def _compile(node: syntax.Node) -> Expression:
    match node:
        case syntax.Literal(value=value):
            return lambda scope: value
        case syntax.Name(name=name):
            return lambda scope: scope.variables[name]
        case syntax.Path():
            return _path(node)
        case syntax.Negate(operand=operand):
            number = _compile(operand)
            return lambda scope: values.negative(number(scope))
        case syntax.Arithmetic():
            return _arithmetic(node)
        case syntax.Comparison():
            return _comparison(node)
        case syntax.Logic():
            return _logic(node)
        case syntax.Conditional():
            return _conditional(node)
        case syntax.Between():
            return _between(node)
        case syntax.Membership():
            return _membership(node)
        case syntax.Call():
            return _call(node)
        case syntax.Invocation():
            return _invocation(node)
        case syntax.ListOf(items=items):
            parts = [_compile(item) for item in items]
            return lambda scope: [part(scope) for part in parts]
        case syntax.Context(entries=entries):
            fields = [(key, _compile(value)) for key, value in entries]
            return lambda scope: {key: field(scope) for key, field in fields}
        case syntax.Interval():
            return _interval(node)
        case syntax.UnaryComparison():
            raise FeelError(f"has a comparison with {node.operator!r} that lacks its left side")


def _arithmetic(node: syntax.Arithmetic) -> Expression:
    sign, left, right = node.operator, _compile(node.left), _compile(node.right)

    def compute(scope: Scope) -> Any:
        result = values.arithmetic(sign, left(scope), right(scope))
        return _limited(result) if isinstance(result, str) else result

    return compute


def _limited(result: Any) -> Any:
    if isinstance(result, str) and len(result) > MAX_TEXT_LENGTH:
        raise BudgetExceededError(f"makes a text of more than {MAX_TEXT_LENGTH:,} characters")
    if isinstance(result, list) and len(result) > MAX_LIST_SIZE:
        raise BudgetExceededError(f"makes a list of more than {MAX_LIST_SIZE:,} items")
    return result


def _comparison(node: syntax.Comparison) -> Expression:
    sign, left, right = node.operator, _compile(node.left), _compile(node.right)
    return lambda scope: values.compare(sign, left(scope), right(scope), scope)


def _logic(node: syntax.Logic) -> Expression:
    left, right = _compile(node.left), _compile(node.right)
    join, decisive = (values.all_of, False) if node.operator == "and" else (values.any_of, True)

    def decide(scope: Scope) -> bool | None:
        first = _truth(left(scope))
        return first if first is decisive else join((first, _truth(right(scope))))

    return decide


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _conditional(node: syntax.Conditional) -> Expression:
    condition, then, otherwise = _compile(node.condition), _compile(node.then), _compile(node.otherwise)
    return lambda scope: then(scope) if condition(scope) is True else otherwise(scope)


def _between(node: syntax.Between) -> Expression:
    operand, low, high = _compile(node.operand), _compile(node.low), _compile(node.high)
    return lambda scope: values.Range(low(scope), high(scope), True, True).contains(operand(scope))


def _interval(node: syntax.Interval) -> Expression:
    low, high = _compile(node.low), _compile(node.high)
    return lambda scope: values.Range(low(scope), high(scope), node.low_included, node.high_included)


def _membership(node: syntax.Membership) -> Expression:
    operand = _compile(node.operand)
    tests = [compile_test(test) for test in node.tests]

    def contained(scope: Scope) -> bool | None:
        value = operand(scope)
        return values.any_of(test(value, scope) for test in tests)

    return contained


Test = Callable[[Any, Scope], bool | None]


def compile_test(node: syntax.Node) -> Test:
    """A test of a value against `< 5`, an interval, a value, a list of these, or an expression that speaks of `?`."""
    speaks_of_value = syntax.INPUT_VALUE in syntax.names_in(node)
    if isinstance(node, syntax.UnaryComparison):
        sign, operand = node.operator, _compile(node.operand)

        def compares(value: Any, scope: Scope) -> bool | None:
            return values.compare(sign, value, operand(scope), scope)

        return _with_value(compares) if speaks_of_value else compares
    expression = _compile(node)
    if speaks_of_value:
        return _with_value(lambda value, scope: _truth(expression(scope)))
    return lambda value, scope: fits(value, expression(scope), scope)


def _with_value(test: Test) -> Test:
    """The test with `?` standing for the value; a test within a test leaves the outer one's `?` as it was."""

    def tested(value: Any, scope: Scope) -> bool | None:
        outer = scope.variables.get(syntax.INPUT_VALUE)
        scope.variables[syntax.INPUT_VALUE] = value
        answer = test(value, scope)
        scope.variables[syntax.INPUT_VALUE] = outer
        return answer

    return tested


def fits(value: Any, expected: Any, scope: Scope) -> bool | None:
    """FEEL's `value in expected`."""
    if isinstance(expected, values.Range):
        return expected.contains(value)
    if isinstance(expected, list):
        scope.spend(len(expected))
        if isinstance(value, list) and values.equal(value, expected, scope) is True:
            return True
        return values.any_of(fits(value, item, scope) for item in expected)
    return values.equal(value, expected, scope)


def _call(node: syntax.Call) -> Expression:
    function = BUILTINS[node.function].call
    arguments = [_compile(argument) for argument in node.arguments]
    if node.function in _TEMPORAL_FUNCTIONS and not syntax.names_in(node):
        _check_temporal(node, function, arguments)

    def call(scope: Scope) -> Any:
        given = [argument(scope) for argument in arguments]
        scope.spend(1 + sum(len(value) for value in given if isinstance(value, list)))
        return _limited(function(*given))

    return call


def _invocation(node: syntax.Invocation) -> Expression:
    name, names = node.function, node.names
    arguments = [_compile(argument) for argument in node.arguments]

    def invoke(scope: Scope) -> Any:
        return scope.functions[name]([argument(scope) for argument in arguments], names, scope)

    return invoke


def _check_temporal(node: syntax.Call, function: Callable[..., Any], arguments: list[Expression]) -> None:
    given = [argument(Scope({})) for argument in arguments]
    if function(*given) is None:
        raise FeelError(f"has {node.function}({', '.join(map(str, given))}), which does not exist or is not ISO 8601")


def _path(node: syntax.Path) -> Expression:
    source, member = _compile(node.source), node.member

    def take(scope: Scope) -> Any:
        value = source(scope)
        if isinstance(value, list):
            scope.spend(len(value))
            return [_member(item, member) for item in value]
        return _member(value, member)

    return take


def _member(value: Any, member: str) -> Any:
    if isinstance(value, dict):
        return value.get(member)
    read = _PROPERTIES.get((type(value), member))
    return None if read is None else read(value)


_PROPERTIES: dict[tuple[type, str], Callable[[Any], Any]] = {
    (day, name): read
    for day in (date, datetime)
    for name, read in {
        "year": lambda value: Decimal(value.year),
        "month": lambda value: Decimal(value.month),
        "day": lambda value: Decimal(value.day),
        "weekday": lambda value: Decimal(value.isoweekday()),
    }.items()
} | {
    (clock, name): read
    for clock in (time, datetime)
    for name, read in {
        "hour": lambda value: Decimal(value.hour),
        "minute": lambda value: Decimal(value.minute),
        "second": lambda value: Decimal(value.second),
    }.items()
}
_PROPERTIES |= {
    (timedelta, "days"): lambda value: Decimal(value.days),
    (timedelta, "hours"): lambda value: Decimal(value.seconds // 3600),
    (timedelta, "minutes"): lambda value: Decimal(value.seconds // 60 % 60),
    (timedelta, "seconds"): lambda value: Decimal(value.seconds % 60),
    (MonthsDuration, "years"): lambda value: Decimal(value.months // 12),
    (MonthsDuration, "months"): lambda value: Decimal(value.months % 12),
}

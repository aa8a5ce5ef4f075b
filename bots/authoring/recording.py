"""A recording of `playwright codegen` turned into page objects. A pure function of its text; nothing of it is run.

What was typed while recording does not come along: every typed value becomes an argument, every password a secret.
"""

import ast
import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bots.authoring.recorded_pages import Element, RecordedPages, Step, quoted
from bots.boundary import origin_of
from models.errors import BusinessError

_FIELD_ROLES = frozenset({"textbox", "combobox", "searchbox", "spinbutton", "checkbox", "radio", "listbox", "switch"})
_SECRET = re.compile(
    r"pass(word|wort|code|phrase)|kennwort|secret|\b(pin|tan|otp|code)\b|密码|口令|验证码", re.IGNORECASE
)
_ACTIONS = frozenset({"fill", "select_option", "click", "dblclick", "check", "uncheck", "press"})
_NAMED_BY = {
    "get_by_role": "role",
    "get_by_label": "label",
    "get_by_text": "text",
    "get_by_placeholder": "placeholder",
    "get_by_title": "title",
    "get_by_alt_text": "picture",
    "get_by_test_id": "test_id",
}


def turned(recording: str, class_name: str) -> RecordedPages:
    """Page objects for the way that `recording` (codegen's targets python and python-async) goes.

    Raises BusinessError `recording.unreadable` where it is none.
    """
    reading = _Reading()
    for statement in _statements(recording):
        reading.take(statement)
    if not reading.steps:
        raise BusinessError("recording.unreadable", "The recording has no step; go at least one step while recording.")
    steps = _without_idle_clicks(_with_keys_as_clicks(reading.steps))
    return RecordedPages(class_name, tuple(steps), tuple(reading.left_out))


def _statements(recording: str) -> Sequence[ast.stmt]:
    try:
        tree = ast.parse(recording)
    except SyntaxError as error:
        problem = f"Line {error.lineno} of the recording is no Python; record with `tallywright bot record`."
        raise BusinessError("recording.unreadable", problem) from None
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == "run":
            return node.body
    problem = "The recording has no function run(); record with `tallywright bot record`."
    raise BusinessError("recording.unreadable", problem)


@dataclass
class _Reading:
    steps: list[Step] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    _elements: dict[str, Element] = field(default_factory=dict)
    """By the recorded way."""
    _origin: str = ""

    def take(self, statement: ast.stmt) -> None:
        call = _call(statement)
        if call is None:
            self._leave_out(statement)
        elif _is_frame_of_the_recording(call):
            return
        elif call.method == "goto" and isinstance(call.target, ast.Name):
            self._go(statement, call)
        else:
            self._act(statement, call)

    def _go(self, statement: ast.stmt, call: "_Call") -> None:
        url = call.text
        self._origin = self._origin or origin_of(url)
        if origin_of(url) != self._origin:
            return self._leave_out(statement)
        if urlsplit(url).query:
            self.left_out.append(f"line {statement.lineno}: the address's query, which may hold a secret")
        return self.steps.append(Step("goto", text=urlsplit(url).path or "/"))

    def _act(self, statement: ast.stmt, call: "_Call") -> None:
        ways = _ways(call.target)
        if not ways or call.method not in _ACTIONS or _root(call.target) != "page":
            return self._leave_out(statement)
        element = self._element(ways, _title(call.target))
        is_secret = call.method == "fill" and _SECRET.search(element.title) is not None
        action = "type_secret" if is_secret else call.method
        return self.steps.append(Step(action, element, call.text if action == "press" else ""))

    def _element(self, ways: dict[str, str], title: str) -> Element:
        recorded = next(iter(ways.values()))
        if recorded not in self._elements:
            name = _free(_slug(title), {element.name for element in self._elements.values()})
            self._elements[recorded] = Element(name, title, tuple(ways.items()))
        return self._elements[recorded]

    def _leave_out(self, statement: ast.stmt) -> None:
        # Without its arguments, among which may be what was typed.
        call = _call(statement)
        told = f"{call.method}()" if call else type(statement).__name__.lower()
        self.left_out.append(f"line {statement.lineno}: {told}")


@dataclass(frozen=True)
class _Call:
    """`target.method(text, ...)`; `text` is empty where the first argument is no constant."""

    target: ast.expr
    method: str
    text: str


def _call(statement: ast.stmt) -> _Call | None:
    """What a statement calls, awaited or not, its answer kept or not."""
    value = statement.value if isinstance(statement, ast.Expr | ast.Assign) else None
    value = value.value if isinstance(value, ast.Await) else value
    return _method_call(value)


def _method_call(node: ast.expr | None) -> _Call | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    first = node.args[0] if node.args else None
    text = str(first.value) if isinstance(first, ast.Constant) else ""
    return _Call(node.func.value, node.func.attr, text)


def _is_frame_of_the_recording(call: _Call) -> bool:
    """Opening and closing of browser, context and page, which the session does."""
    return _root(call.target) in ("playwright", "browser", "context") or call.method == "close"


def _root(node: ast.expr) -> str:
    """The name with which a chain of calls and attributes begins."""
    while isinstance(node, ast.Attribute | ast.Call):
        node = node.value if isinstance(node, ast.Attribute) else node.func
    return node.id if isinstance(node, ast.Name) else ""


def _ways(target: ast.expr) -> dict[str, str]:
    """Ways to the element, in the order in which they are preferred; the first is the recorded one."""
    call = _method_call(target)
    if call is None or not isinstance(target, ast.Call):
        return {}
    kind = _NAMED_BY.get(call.method, "recorded")
    recorded = {kind: _source(target)}
    name = next((_text(each.value) for each in target.keywords if each.arg == "name"), "")
    if kind != "role" or not name:
        return recorded
    other, method = ("label", "get_by_label") if call.text in _FIELD_ROLES else ("text", "get_by_text")
    return recorded | {other: f"{_source(call.target)}.{method}({quoted(name)}, exact=True)"}


def _title(target: ast.expr) -> str:
    """What a person would call the element."""
    call = _method_call(target)
    if call is None or not isinstance(target, ast.Call):
        return ""
    name = next((_text(each.value) for each in target.keywords if each.arg == "name"), "")
    return name or call.text or _title(call.target)


def _source(node: ast.expr) -> str:
    """`node` as code of a page object: the page is the session's, texts stand in double quotes."""
    if isinstance(node, ast.Name):
        return f"self._{node.id}" if node.id == "page" else node.id
    if isinstance(node, ast.Attribute):
        return f"{_source(node.value)}.{node.attr}"
    if isinstance(node, ast.Call):
        named = [f"{each.arg}={_source(each.value)}" for each in node.keywords]
        return f"{_source(node.func)}({', '.join([*map(_source, node.args), *named])})"
    return quoted(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ast.unparse(node)


def _text(node: ast.expr) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _slug(title: str) -> str:
    words = "_".join(re.findall(r"[a-z0-9]+", title.lower()))[:40].strip("_")
    return f"element_{words}".strip("_") if not words or words[0].isdigit() or keyword.iskeyword(words) else words


def _free(name: str, taken: set[str]) -> str:
    return next(each for each in (name, *(f"{name}_{number}" for number in range(2, 1000))) if each not in taken)


def _with_keys_as_clicks(steps: Sequence[Step]) -> list[Step]:
    """Enter on a button or link, which says the same as a click; in a field it stays a key."""
    fields = {step.element for step in steps if step.action in _TYPING}
    return [
        Step("click", step.element)
        if step.action == "press"
        and step.text == "Enter"
        and step.element not in fields
        and not _is_field(step.element)
        else step
        for step in steps
    ]


def _is_field(element: Element | None) -> bool:
    return element is not None and not {"label", "placeholder"}.isdisjoint(name for name, _ in element.ways)


def _without_idle_clicks(steps: Sequence[Step]) -> list[Step]:
    """A click into a field before something is typed there, and the tab out of it, are the recorder's noise."""
    following = [*steps[1:], None]
    return [
        step
        for step, after in zip(steps, following, strict=True)
        if not (step.action == "press" and step.text == "Tab")
        and not (step.action == "click" and after and after.element == step.element and after.action in _TYPING)
    ]


_TYPING = frozenset({"fill", "type_secret", "select_option"})

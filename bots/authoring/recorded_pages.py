"""Page objects as source text: one method for each element with the ways to it, the way through, the last click."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent

_FRAME_WITHOUT_NAME = ".frame_locator()"


@dataclass(frozen=True)
class Element:
    """`ways` to it in the order in which they are preferred, each with its source."""

    name: str
    title: str
    ways: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Step:
    """`text` is the path of a page that is gone to, or the key that is pressed."""

    action: str
    element: Element | None = None
    text: str = ""


@dataclass(frozen=True)
class RecordedPages:
    """`left_out` names what of the recording has no place in page objects, line by line."""

    class_name: str
    steps: tuple[Step, ...]
    left_out: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """What is left for the author to do."""
        last = self._last_click
        told = [f"left out {each}" for each in self.left_out]
        if _FRAME_WITHOUT_NAME in self.source:
            told.append(f"the recorder does not tell which frame it was: write its selector into {_FRAME_WITHOUT_NAME}")
        if last is None:
            told.append("the recording does not end with a click: there is no press(), and walk() goes to its very end")
        elif len(last.ways) < 2:
            told.append(f"press() knows one way to {last.title!r} and refuses until you add a second, independent one")
        return tuple(told)

    @property
    def source(self) -> str:
        parts = [_HEAD.format(imports=self._imports, name=self.class_name), self._walk()]
        if self._last_click:
            parts.append(_press(self._last_click))
        parts += [_finder(element) for element in self._elements if element is not self._last_click]
        return "\n".join(parts)

    @property
    def _last_click(self) -> Element | None:
        last = self.steps[-1]
        return last.element if last.action == "click" else None

    @property
    def _walked(self) -> tuple[Step, ...]:
        return self.steps[:-1] if self._last_click else self.steps

    @property
    def _elements(self) -> tuple[Element, ...]:
        return tuple(dict.fromkeys(step.element for step in self._walked if step.element))

    @property
    def _imports(self) -> str:
        secret = any(step.action == "type_secret" for step in self._walked)
        ways = [name for name, used in (("agreed", self._last_click), ("found", self._elements)) if used]
        lines = ["from playwright.async_api import Locator"] if self._finders else []
        lines += ["from pydantic import SecretStr"] if secret else []
        lines += ["", "from bots.session import Session"] if lines else ["from bots.session import Session"]
        return "\n".join([*lines, f"from bots.ways import {', '.join(ways)}"])

    @property
    def _finders(self) -> bool:
        return any(element is not self._last_click for element in self._elements)

    def _walk(self) -> str:
        lines = [line for step in self._walked for line in _done(step)]
        arguments = "".join(f"        {argument},\n" for argument in dict.fromkeys(self._arguments()))
        signature = f"    async def walk(\n        self,\n{arguments}    ) -> None:\n"
        body = [f'"""Goes the recorded way{", up to its last click" if self._last_click else ""}."""', *lines]
        return signature + indent("\n".join(body), " " * 8) + "\n"

    def _arguments(self) -> Iterator[str]:
        for step in self._walked:
            if step.element and step.action in ("fill", "select_option", "type_secret"):
                yield f"{step.element.name}: {'SecretStr' if step.action == 'type_secret' else 'str'}"


_HEAD = '''"""Pages as they were recorded once. Read every line: a recording knows one day of one portal."""

{imports}


class {name}:
    def __init__(self, session: Session, base_url: str) -> None:
        self._session = session
        self._base_url = base_url
        self._page = session.page
'''


def quoted(text: str) -> str:
    """`text` as a literal, in double quotes where that needs no escapes."""
    return repr(text) if '"' in text and "'" not in text else json.dumps(text, ensure_ascii=False)


def _done(step: Step) -> Iterator[str]:
    if step.element is None:
        address = f'f"{{self._base_url}}{step.text}"'.replace("\\", "\\\\")
        yield f"await self._page.goto({address})"
        return
    name = step.element.name
    if step.action == "type_secret":
        yield f"await self._session.type_secret(await self._{name}(), {name})"
    elif step.action in ("fill", "select_option"):
        yield f"await (await self._{name}()).{step.action}({name})"
    else:
        yield f"await (await self._{name}()).{step.action}({quoted(step.text) if step.text else ''})"


def _press(element: Element) -> str:
    return (
        "    async def press(self) -> None:\n"
        '        """The last click of the recording. Make sure that it is the final one; the gate stands on it."""\n'
        f"        element = await agreed(\n            {quoted(element.title)},\n{_ways(element)}        )\n"
        "        await element.click()\n"
    )


def _finder(element: Element) -> str:
    return (
        f"    async def _{element.name}(self) -> Locator:\n"
        f"        return await found(\n            self._session,\n            {quoted(element.title)},\n"
        f"{_ways(element)}        )\n"
    )


def _ways(element: Element) -> str:
    return "".join(f"            {name}={source},\n" for name, source in element.ways)

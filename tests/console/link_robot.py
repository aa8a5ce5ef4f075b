"""What opens the links of messages before a person does: scanners, previews, and a browser that presses everything."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser
from importlib import import_module
from pkgutil import iter_modules
from typing import Any
from urllib.parse import urljoin

from fastapi.routing import APIRoute
from httpx import Client
from playwright.async_api import Browser, BrowserContext, Error, Locator, Request
from playwright.async_api import Page as Tab
from sqlalchemy import Connection, Table, select

import console.pages
from console.visit import SESSION_COOKIE
from store.schema.types import METADATA

_CONTROLS = "button, a[href], summary, select, input:is([type=submit], [type=checkbox], [type=radio]), [role=button]"
_PRESS_MILLISECONDS = 2000
_ANSWER_SECONDS = 60
_WRITES = {"POST", "PUT", "PATCH", "DELETE"}
_LOG = ("audit_entry", "audit_body", "audit_head")
_PLUMBING = ("passkey_challenge",)
"""A question that a browser asked and nobody has answered."""


@dataclass
class Opened:
    """What the robot did, so that a test can tell thoroughness from idleness."""

    links: int = 0
    answers: int = 0
    pressed: int = 0
    submitted: int = 0


def links_in(messages: Iterable[EmailMessage]) -> list[str]:
    """Every different address in text and HTML of the messages, in their order."""
    found: dict[str, None] = {}
    for message in messages:
        for part in message.walk():
            if part.get_content_maintype() == "text":
                written = unescape(part.get_content())
                found |= dict.fromkeys(re.findall(r"https?://[^\s\"'<>]+", written))
    return list(found)


def state_of(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table, without the audit log itself."""
    tables = [each for each in METADATA.sorted_tables if each.name not in (*_LOG, *_PLUMBING)]
    return {table.name: _rows(connection, table) for table in tables}


def _rows(connection: Connection, table: Table) -> list[str]:
    return sorted(repr(tuple(row)) for row in connection.execute(select(table)))


@dataclass
class Traffic:
    """What a browser has asked for and not got yet, so that nothing it began is cut off."""

    under_way: set[Request] = field(default_factory=set)
    none: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    def of(cls, context: BrowserContext) -> "Traffic":
        made = cls()
        context.on("request", made._begun)
        context.on("requestfinished", made._ended)
        context.on("requestfailed", made._ended)
        return made

    async def over(self, tab: Tab) -> None:
        """Once what a press set off has begun, which takes the browser two frames, and ended."""
        with suppress(Error):
            await tab.evaluate("() => new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")
        if self.under_way:
            await asyncio.wait_for(self.none.wait(), _ANSWER_SECONDS)

    def _begun(self, request: Request) -> None:
        self.under_way.add(request)
        self.none.clear()

    def _ended(self, request: Request) -> None:
        self.under_way.discard(request)
        if not self.under_way:
            self.none.set()


def writing_routes() -> list[tuple[str, str]]:
    """Method and path of everything that changes something, of pages and API."""
    modules = [f"console.pages.{each.name}" for each in iter_modules(console.pages.__path__)]
    modules += ["console.api", "console.api_documents", "console.api_sales"]
    routers = [getattr(import_module(name), "router", None) for name in modules]
    routes = [route for router in routers if router for route in router.routes if isinstance(route, APIRoute)]
    return [(method, route.path) for route in routes for method in sorted((route.methods or set()) & _WRITES)]


@dataclass
class Robot:
    """Somebody without a login who tries everything on the page behind a link."""

    browser: Browser
    opened: Opened = field(default_factory=Opened)

    def ask(self, client: Client, link: str) -> None:
        """GET and HEAD, and every form that stands in the answer, its fields filled."""
        for method in ("GET", "HEAD"):
            answer = client.request(method, link)
            assert answer.status_code < 500, (method, link, answer.status_code)
            self.opened.answers += 1
        page = client.get(link)
        for form in forms_in(page.text):
            answer = client.request(form.method, urljoin(str(page.url), form.action), **form.content)
            assert answer.status_code < 500, (form, answer.status_code)
            self.opened.submitted += 1
        self.opened.links += 1

    def guess(self, client: Client, name: str) -> None:
        """Every address of the console that changes anything, with `name` where a name belongs."""
        for method, path in writing_routes():
            address = re.sub(r"\{[^}]+\}", name, path)
            answer = client.request(method, address, data={"outcome": "approve", "answer": "{}"})
            assert answer.status_code < 500, (method, address, answer.status_code)
            self.opened.answers += 1

    async def browse(self, link: str, session: str = "") -> None:
        """Presses every control and submits every form in a browser of its own, with a session where one is given."""
        context = await self.browser.new_context()
        if session:
            await context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": link}])
        traffic = Traffic.of(context)
        tab = await context.new_page()
        await tab.goto(link)
        # From below, since what signs out stands above.
        for number in reversed(range(await tab.locator(_CONTROLS).count())):
            await tab.goto(link)
            await _fill(tab)
            self.opened.pressed += await _pressed(tab.locator(_CONTROLS).nth(number))
            await traffic.over(tab)
        await tab.goto(link)
        for number in reversed(range(await tab.locator("form").count())):
            await tab.goto(link)
            await _fill(tab)
            self.opened.submitted += await _submitted(tab.locator("form").nth(number))
            await traffic.over(tab)
        await context.close()
        self.opened.links += 1


@dataclass(frozen=True)
class FoundForm:
    action: str
    method: str
    fields: dict[str, str]

    @property
    def content(self) -> dict[str, Any]:
        return {"params" if self.method == "GET" else "data": self.fields}


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[FoundForm] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            method = values.get("method", "get").upper()
            self.found.append(FoundForm(values.get("action", ""), method, {}))
        elif self.found and tag in ("input", "button", "select", "textarea") and values.get("name"):
            self.found[-1].fields[values["name"]] = values.get("value", "") or "robot"


def forms_in(html: str) -> Iterator[FoundForm]:
    parser = _Forms()
    parser.feed(html)
    yield from parser.found


async def _submitted(form: Locator) -> bool:
    """Past what the browser would check before."""
    if not await form.count():
        return False
    await form.evaluate("form => form.submit()")
    return True


async def _fill(tab: Tab) -> None:
    """Straight into the page: what is hidden or not yet there is filled as well."""
    script = "each => { if (!['hidden', 'checkbox', 'radio', 'file'].includes(each.type)) each.value = 'robot' }"
    await tab.locator("input, textarea").evaluate_all(f"found => found.forEach({script})")


async def _pressed(control: Locator) -> bool:
    """By a real click, or by the page's own where it cannot be seen."""
    try:
        if not await control.count():
            return False
        if await control.is_visible():
            await control.click(timeout=_PRESS_MILLISECONDS)
        else:
            await control.evaluate("each => each.click && each.click()")
    except Error:
        # A click that leaves the page takes the control away while Playwright still looks at it.
        return False
    return True

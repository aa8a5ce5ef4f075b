"""`python -m scripts.screenshots`: the pictures of the documents, taken from a demo that is played for them."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from sandbox.company import ENTITY, SANDBOX_PASSWORD
from sandbox.stack import Ports
from tests.rules.excel.spreadsheet import Formula, Spreadsheet

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZES = {1280: 900, 390: 844}
"""Width and height of the window, by which the pictures are named."""
_LOCALES = {"en": "en-GB", "zh": "zh-CN"}
_REASON = "Force sensors for the test bench"
_REQUISITION = {
    "entity": ENTITY.id,
    "vendor": "KAB",
    "cost_centre": "4000",
    "category": "goods",
    "currency": ENTITY.currency,
    "reason": _REASON,
    "lines": [
        {"number": 1, "description": "Force sensor 2 kN", "quantity": "4", "unit_price": "384.00"},
        {"number": 2, "description": "Amplifier, four channels", "quantity": "1", "unit_price": "912.00"},
    ],
}
_STAGES = 6
"""Column of the purchase approval table."""
_TABLE, _CHANGE = "/rules/purchase_approval", "Office supplies up to EUR 100"
_PATIENCE = 60_000
"""Milliseconds."""
_LOAD_EVERYTHING = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([document.fonts.ready, ...[...document.images].map(image => image.decode())]);
}"""


@dataclass(frozen=True)
class Demo:
    """A finished demo that still runs."""

    url: str
    mail_url: str
    cases: dict[str, str]
    """Kind of purchase to case number."""


@dataclass(frozen=True)
class Shot:
    name: str
    person: str
    """Empty for somebody who is not signed in."""
    go: Callable[[Page, Demo], None]
    language: str = "en"
    whole_page: bool = True
    """False: only what a reader sees without scrolling."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.screenshots", description=__doc__)
    parser.add_argument("--base-port", type=int, default=8390, help="first of the sandbox's ports")
    parser.add_argument("--to", type=Path, default=PICTURES, help="folder of the pictures")
    parser.add_argument("--only", default="", help="take only those whose name begins so")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    with _played_demo(arguments.base_port) as demo, sync_playwright() as playwright:
        _ask_for_an_approval(demo)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _hand_over_a_rule(browser, demo)
        for width in SIZES:
            for shot in (each for each in SHOTS if each.name.startswith(arguments.only)):
                _take(browser, demo, shot, width, arguments.to / f"{shot.name}-{width}.png")
        browser.close()


@contextmanager
def _played_demo(base_port: int) -> Iterator[Demo]:
    """The eight purchases in a home folder of their own. Raises CalledProcessError when they do not end well."""
    command = [sys.executable, "-m", "cli", "demo", "--keep", "--json", "--base-port", str(base_port)]
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"TALLYWRIGHT_HOME": home}
        process = subprocess.Popen(  # noqa: S603 - our own fixed command
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
        )
        try:
            yield _demo_of(process, command, Ports(base_port))
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()


def _demo_of(process: "subprocess.Popen[str]", command: Sequence[str], ports: Ports) -> Demo:
    line = process.stdout.readline() if process.stdout else ""
    played: dict[str, Any] = json.loads(line or "{}")
    if not played.get("ok"):
        raise subprocess.CalledProcessError(process.poll() or 1, command, line)
    cases = {case["kind"]: case["case"] for case in played["cases"]}
    return Demo(ports.url("console"), ports.url("mail"), cases)


def _ask_for_an_approval(demo: Demo) -> None:
    """One more request, so that something waits for a decision."""
    with httpx.Client(base_url=f"{demo.url}/api/v1") as api:
        session = api.post("/sign-in", json={"login": "mara.voss", "password": SANDBOX_PASSWORD}).raise_for_status()
        headers = {"Authorization": f"Bearer {session.json()['token']}", "Idempotency-Key": "screenshots-1"}
        api.post("/requisitions", json=_REQUISITION, headers=headers).raise_for_status()


def _hand_over_a_rule(browser: Browser, demo: Demo) -> None:
    """A changed table that waits for a second person."""
    page = browser.new_context(locale=_LOCALES["en"]).new_page()
    page.set_default_timeout(_PATIENCE)
    _sign_in(page, demo, "greta.holm")
    _changed_rule(page, demo)
    page.get_by_role("button", name="Try it on all past decisions").click()
    page.get_by_role("link", name="Draft", exact=True).click()
    page.get_by_role("button", name="The new answer is right").click()
    page.get_by_label("Why, for whoever publishes it").fill("Paper and toner have become dearer.")
    page.get_by_role("button", name="Hand over to a second person").click()
    page.get_by_text("Waits for a second person").wait_for()
    page.context.close()


def _take(browser: Browser, demo: Demo, shot: Shot, width: int, file: Path) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, locale=_LOCALES[shot.language], reduced_motion="reduce"
    )
    context.set_default_timeout(_PATIENCE)
    page = context.new_page()
    if shot.person:
        _sign_in(page, demo, shot.person)
    if shot.language == "zh":
        page.locator("footer button[value=zh]").click()
    shot.go(page, demo)
    page.evaluate(_LOAD_EVERYTHING)
    page.screenshot(path=file, full_page=shot.whole_page)
    context.close()


def _sign_in(page: Page, demo: Demo, person: str) -> None:
    page.goto(f"{demo.url}/sign-in")
    page.locator("input[name=login]").fill(person)
    page.locator("input[name=password]").fill(SANDBOX_PASSWORD)
    page.locator("form button.primary").click()
    page.wait_for_url(f"{demo.url}/")


def _at(path: str) -> Callable[[Page, Demo], None]:
    return lambda page, demo: _visit(page, f"{demo.url}{path}")


def _visit(page: Page, url: str) -> None:
    page.goto(url)


def _case(kind: str) -> Callable[[Page, Demo], None]:
    return lambda page, demo: _visit(page, f"{demo.url}/cases/{demo.cases[kind]}")


def _inbox(page: Page, demo: Demo) -> None:
    page.goto(demo.url)
    page.get_by_text(_REASON).wait_for()


def _decision(page: Page, demo: Demo) -> None:
    _inbox(page, demo)
    page.get_by_text(_REASON).click()
    page.locator("article.decision").wait_for()


def _stopped_payment(page: Page, demo: Demo) -> None:
    page.goto(demo.url)
    page.locator("a.row[href^='/tasks/']").first.click()
    page.locator("figure.shot img").wait_for()


def _order(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/orders")
    page.locator("a.row").first.click()
    page.get_by_role("heading", level=1).wait_for()


def _filled_request(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/requisitions/new")
    page.locator("input[name=reason]").fill("Sensor cables for test bench 4")
    for name, value in (("vendor", "KAB"), ("category", "goods"), ("cost_centre", "4000")):
        page.locator(f"select[name={name}]").select_option(value)
    page.locator("input[name=description]").fill("Sensor cable, shielded, 5 m")
    page.locator("input[name=quantity]").fill("40")
    page.locator("input[name=unit_price]").fill("18.50")


def _mail(page: Page, demo: Demo) -> None:
    page.goto(demo.mail_url)
    page.get_by_role("link", name=_REASON).first.click()
    page.frame_locator("iframe").locator("body").wait_for()


def _draft(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}{_TABLE}")
    form = page.locator(f"form[action='{_TABLE}/drafts']")
    form.locator("input[name=name]").fill(_CHANGE)
    form.locator("button").click()
    page.locator(".all-well").wait_for()


def _type(page: Page, row: int, text: str, column: int = 1) -> None:
    page.locator(f"tbody tr:nth-child({row}) td:nth-of-type({column})").click()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def _changed_rule(page: Page, demo: Demo) -> None:
    _draft(page, demo)
    _type(page, 1, "<= 100")
    _type(page, 2, "above 100 to below 5000")
    page.locator(".all-well").wait_for()
    page.get_by_role("button", name="Save").click()
    page.locator("#grid-state:text-is('Saved')").wait_for()


def _new_column(page: Page, demo: Demo) -> None:
    _draft(page, demo)
    page.locator("tbody tr:nth-child(1) td:nth-of-type(3)").click()
    page.get_by_role("button", name="New column").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("What it asks for").fill("amount / 12")
    dialog.get_by_label("Heading").fill("Total per month in EUR")
    dialog.get_by_label("What it takes").select_option("number")
    dialog.get_by_label("Allowed values").fill(">= 0")


def _rule_with_a_gap(page: Page, demo: Demo) -> None:
    _draft(page, demo)
    _type(page, 1, "<= 40")
    page.locator(".findings").wait_for()
    page.evaluate("scrollTo(0, 0)")


def _refused_workbook(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}{_TABLE}")
    with page.expect_download() as started:
        page.get_by_role("link", name="Download for Excel").click()
    sheet = Spreadsheet(Path(started.value.path()).read_bytes())
    sheet["B9"], sheet["C11"] = "<= 1,000", Formula("=C10")
    page.get_by_label("What the change is about").fill(_CHANGE)
    page.get_by_label("Excel file, if you changed it there").set_input_files(
        {"name": "purchase_approval.xlsx", "mimeType": "application/octet-stream", "buffer": sheet.saved()}
    )
    page.get_by_role("button", name="Begin a draft").click()
    page.get_by_role("alert").wait_for()


def _backtest(page: Page, demo: Demo) -> None:
    _draft(page, demo)
    _type(page, 3, "cost centre owner, finance director", column=_STAGES)
    page.get_by_role("button", name="Save").click()
    page.locator("#grid-state:text-is('Saved')").wait_for()
    page.get_by_role("button", name="Try it on all past decisions").click()
    page.locator(".changes").wait_for()


def _waiting_rule(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.url}/rules")
    page.locator("a.row", has_text="Waits for a second person").first.click()
    page.get_by_role("button", name="Try it on all past decisions").click()
    page.get_by_role("link", name="Draft", exact=True).click()
    page.get_by_role("button", name="Publish it").scroll_into_view_if_needed()


SHOTS = (
    Shot("sign-in", "", _at("/sign-in")),
    Shot("inbox", "ayse.kaya", _inbox),
    Shot("approval", "ayse.kaya", _decision, whole_page=False),
    Shot("request", "mara.voss", _filled_request),
    Shot("cases", "ruth.feldmann", _at("/cases")),
    Shot("case", "ruth.feldmann", _case("straight"), whole_page=False),
    Shot("case-whole", "ruth.feldmann", _case("bank-drops")),
    Shot("case-zh", "chen.wei", _case("straight"), language="zh", whole_page=False),
    Shot("task", "marek.hansen", _stopped_payment),
    Shot("orders", "tom.behrens", _at("/orders")),
    Shot("order", "tom.behrens", _order),
    Shot("statements", "sofia.brandt", _at("/statements")),
    Shot("bots", "sofia.brandt", _at("/bots")),
    Shot("schedules", "sofia.brandt", _at("/schedules"), whole_page=False),
    Shot("controls", "karl.lindqvist", _at("/controls")),
    Shot("mail", "", _mail),
    Shot("rules", "greta.holm", _at("/rules"), whole_page=False),
    Shot("rule-table", "greta.holm", _at("/rules/purchase_approval"), whole_page=False),
    Shot("rule-refused", "greta.holm", _refused_workbook, whole_page=False),
    Shot("rule-draft", "greta.holm", _rule_with_a_gap, whole_page=False),
    Shot("rule-column", "greta.holm", _new_column, whole_page=False),
    Shot("rule-draft-zh", "chen.wei", _rule_with_a_gap, language="zh", whole_page=False),
    Shot("rule-backtest", "greta.holm", _backtest, whole_page=False),
    Shot("rule-publish", "ines.lindqvist", _waiting_rule, whole_page=False),
)


if __name__ == "__main__":
    main()

"""Recording and watching a bot in real windows, by hand, on a virtual screen. `make test-windows`."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, sync_playwright
from starlette.types import ASGIApp, Receive, Scope, Send

from bots.authoring.recording import turned
from sandbox.serving import serve_in_thread
from sandbox.stand_in import StandIn
from tests.commands.checkout import Checkout
from tests.commands.running import Ended
from tests.commands.screen import Screen, is_there, until, virtual_screen

pytestmark = [
    pytest.mark.behaviour("R11"),
    pytest.mark.skipif(not is_there, reason="`make test-windows` installs Xvfb and xdotool"),
    pytest.mark.xdist_group("windows"),
    pytest.mark.timeout(600),
]

_RECORDED = Path(__file__).parents[1] / "bots" / "authoring" / "recorded_test_ids.txt"
_WIDTH, _HEIGHT = 1280, 720
"""What the recorder's window shows of a page."""


@dataclass
class Watched:
    """A portal, and which of its pages were asked for."""

    portal: ASGIApp
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.portal(scope, receive, send)
        if scope["type"] == "http":
            self.asked.append(scope["path"])


@dataclass
class Hand:
    """Clicks and types in the window; where an element stands there is read from a twin of the page, without window."""

    screen: Screen
    twin: Page
    asked: list[str]

    def write(self, label: str, text: str) -> None:
        place = self.twin.get_by_label(label)
        self._click(place)
        self.screen.type(text)
        place.fill(text)

    def go(self, button: str, path: str) -> None:
        """Clicks and waits until the window has the page at `path`."""
        place = self.twin.get_by_test_id(button)
        self._click(place)
        place.click()
        self.arrive(path)

    def arrive(self, path: str) -> None:
        until(lambda: path in self.asked, f"the page {path}")
        time.sleep(2)  # it is drawn, and the recorder looks at it

    def _click(self, element: Locator) -> None:
        window, box = self.screen.window("^acme - "), element.bounding_box()
        assert box is not None
        bottom = window.top + window.height - _HEIGHT
        self.screen.click(window.left + box["x"] + box["width"] / 2, bottom + box["y"] + box["height"] / 2)


def stand_in() -> StandIn:
    return StandIn("acme", fields=("Payee", "Amount", "Reference"), listed=("Payee", "Amount"), password="canary-9")


@pytest.fixture
def screen() -> Iterator[Screen]:
    with virtual_screen() as started:
        yield started


@pytest.fixture
def twin() -> Iterator[Page]:
    with (
        serve_in_thread(stand_in().application) as url,
        sync_playwright() as driver,
        driver.chromium.launch(executable_path=shutil.which("chromium")) as browser,
    ):
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT})
        page.goto(f"{url}/login")
        yield page


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    copied = Checkout.copied_to(tmp_path_factory.mktemp("checkout"))
    assert copied.tallywright("bot", "new", "acme-bank", "--kind", "payment").status == 0
    return copied


def test_what_a_person_does_in_the_recorders_window_becomes_a_page_object(
    checkout: Checkout, screen: Screen, twin: Page
) -> None:
    real = stand_in()
    portal = Watched(real.application)
    file = checkout.root / "recorded.py"
    with serve_in_thread(portal) as url:
        words = ("bot", "record", f"{url}/login", "--class-name", "AcmePages", "--output", str(file))
        with checkout.started(*words, DISPLAY=screen.display) as recorder:
            hand = Hand(screen, twin, portal.asked)
            hand.arrive("/login")
            hand.write("User", "CLERK")
            hand.write("Password", "canary-9")
            hand.go("sign-in", "/home")
            hand.go("new-entry", "/entry")
            hand.write("Payee", "Anna")
            hand.write("Amount", "12.50")
            hand.write("Reference", "TW1")
            hand.go("continue", "/entry/check")
            hand.go("save", "/entry/save")
            screen.press("ctrl+w")
            _, told = recorder.communicate(timeout=60)
    assert recorder.returncode == 0, told
    assert real.entries == [{"Payee": "Anna", "Amount": "12.50", "Reference": "TW1"}]
    assert file.read_text() == turned(_RECORDED.read_text(), "AcmePages").source
    assert told.splitlines() == [
        "Note: press() knows one way to 'save' and refuses until you add a second, independent one"
    ]


def test_a_portal_that_does_not_answer_is_told_by_the_recorder(checkout: Checkout, screen: Screen) -> None:
    ended = checkout.tallywright("bot", "record", "http://127.0.0.1:1/", DISPLAY=screen.display)
    assert (ended.status, ended.err.count("\n")) == (2, 1), ended
    assert "The recorder left no recording: net::ERR_" in ended.err


def test_a_run_step_by_step_can_be_watched_in_its_window(checkout: Checkout, screen: Screen) -> None:
    words = ("bot", "run", "acme-bank", "--input", "sandbox/stand_ins/acme_bank.json", "--headed", "--step")
    with checkout.started(*words, DISPLAY=screen.display) as run:
        assert run.stdin is not None and run.stderr is not None
        steps = []
        for line in run.stderr:
            if "Enter goes on" in line:
                assert screen.window("^acme-bank - ").width >= _WIDTH
                run.stdin.write("\n")
                run.stdin.flush()
            else:
                steps.append(line.split()[1:])
        out, _ = run.communicate(timeout=60)
    assert (run.returncode, "Everything is as it was meant" in out) == (0, True), Ended(run.returncode, out, "")
    assert [step[0] for step in steps] == ["signed", "entered", "read"]
    assert not screen.shows("^acme-bank - "), "the window is closed with the run"

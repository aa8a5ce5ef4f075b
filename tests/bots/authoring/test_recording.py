"""Recordings that codegen made of the stand-ins, turned into page objects that go the same way."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect
from pydantic import SecretStr

from bots.authoring.recording import turned
from bots.boundary import Boundary, origin_of, posts
from bots.browser import Browser
from models.errors import BusinessError
from sandbox.serving import serve_in_thread
from sandbox.stand_in import StandIn
from tests.bots.fakes import FakeEvidence, wall_clock

pytestmark = pytest.mark.behaviour("R11")

_HERE = Path(__file__).parent
_WITH_TEST_IDS = (_HERE / "recorded_test_ids.txt").read_text(encoding="utf-8")
_WITH_FRAMES = (_HERE / "recorded_frames.txt").read_text(encoding="utf-8")
_ROLES = {
    "sign-in": ("button", "Sign in"),
    "new-entry": ("link", "New entry"),
    "continue": ("button", "Continue"),
    "save": ("button", "Save"),
}
_WITH_ROLES = re.sub(
    r'get_by_test_id\("([\w-]+)"\)',
    lambda found: f'get_by_role("{_ROLES[found[1]][0]}", name="{_ROLES[found[1]][1]}")',
    _WITH_TEST_IDS,
)


def recording(*lines: str) -> str:
    return "\n".join(["async def run(playwright):", *(f"    {line}" for line in lines)])


@pytest.mark.parametrize("recorded", [_WITH_TEST_IDS, _WITH_ROLES], ids=["test ids", "roles"])
async def test_the_page_object_goes_the_recorded_way_up_to_the_last_click(browser: Browser, recorded: str) -> None:
    made: dict[str, Any] = {}
    exec(turned(recorded, "AcmePages").source, made)  # noqa: S102 - made by the function under test
    stand_in = StandIn("acme", fields=("Payee", "Amount", "Reference"), listed=("Payee", "Amount"))
    with serve_in_thread(stand_in.application) as url:
        boundary = Boundary(
            frozenset({origin_of(url)}), final=posts("/entry/save"), steps=posts("/login", "/entry/check")
        )
        async with browser.open_session(boundary, FakeEvidence(), wall_clock) as session:
            pages = made["AcmePages"](session, url)
            await pages.walk(
                user=stand_in.login,
                password=SecretStr(stand_in.password),
                payee="Berta",
                amount="9.00",
                reference="TW2",
            )
            await expect(session.page.get_by_role("cell", name="Berta")).to_be_visible()
    assert stand_in.saves == 0


def test_values_become_arguments_and_passwords_secrets_and_neither_comes_along() -> None:
    pages = turned(_WITH_TEST_IDS, "AcmePages")
    assert not [value for value in ("CLERK", "canary-9", "Anna", "12.50", "127.0.0.1") if value in pages.source]
    assert "password: SecretStr," in pages.source
    assert "await self._session.type_secret(await self._password(), password)" in pages.source
    assert '.press("Tab")' not in pages.source
    assert pages.source.count(".click()") == 4, "clicks into fields before typing are left out"


def test_each_element_has_its_ways_in_the_order_of_role_label_text_test_id() -> None:
    source = turned(_WITH_ROLES, "AcmePages").source
    assert (
        'role=self._page.get_by_role("textbox", name="Payee"),\n'
        '            label=self._page.get_by_label("Payee", exact=True),'
    ) in source
    assert (
        'role=self._page.get_by_role("button", name="Save"),\n'
        '            text=self._page.get_by_text("Save", exact=True),'
    ) in source
    assert 'test_id=self._page.get_by_test_id("continue"),' in turned(_WITH_TEST_IDS, "AcmePages").source


def test_a_final_button_to_which_one_way_leads_is_noted() -> None:
    assert turned(_WITH_ROLES, "AcmePages").notes == ()
    (note,) = turned(_WITH_TEST_IDS, "AcmePages").notes
    assert note == "press() knows one way to 'save' and refuses until you add a second, independent one"


@pytest.mark.parametrize("recorded", [_WITH_TEST_IDS, _WITH_ROLES], ids=["test ids", "roles"])
def test_enter_on_a_button_is_a_click_so_that_the_way_through_never_presses_the_last_one(recorded: str) -> None:
    by_keyboard = re.sub(r'("save"|"Save")\)\.click\(\)', r'\1).press("Enter")', recorded)
    assert by_keyboard.count('.press("Enter")') == 1
    assert turned(by_keyboard, "AcmePages") == turned(recorded, "AcmePages")


def test_enter_in_a_field_stays_a_key_and_at_the_end_it_is_noted() -> None:
    start = 'await page.goto("https://portal.example/a")'
    field = 'page.get_by_role("textbox", name="Sum")'
    pages = turned(recording(start, f'await {field}.fill("1")', f'await {field}.press("Enter")'), "P")
    assert '.press("Enter")' in pages.source and "async def press" not in pages.source
    (note,) = pages.notes
    assert "there is no press(), and walk() goes to its very end" in note


def test_a_frame_whose_name_the_recorder_keeps_to_itself_is_noted() -> None:
    pages = turned(_WITH_FRAMES, "ErpPages")
    assert [note for note in pages.notes if "which frame" in note]
    assert "kennwort: SecretStr," in pages.source and "canary-kennwort" not in pages.source


@pytest.mark.parametrize(
    "line",
    [
        'await page1.get_by_role("button", name="Pay").click()',
        'await page.get_by_label("File").set_input_files("secret.pdf")',
        "async with page.expect_popup() as page1_info:\n        pass",
        'await page.goto("https://elsewhere.example/secret")',
    ],
    ids=["another window", "a file", "a pop-up", "another site"],
)
def test_what_has_no_place_in_page_objects_is_left_out_and_said_without_its_values(line: str) -> None:
    start = 'await page.goto("https://portal.example/a?b=secret")'
    pages = turned(recording(start, line, 'await page.get_by_role("link", name="On").click()'), "P")
    assert [note.split(":")[0] for note in pages.notes if "left out" in note] == ["left out line 2", "left out line 3"]
    assert not [told for told in (*pages.notes, pages.source) if "=secret" in told or "secret." in told]
    assert 'goto(f"{self._base_url}/a")' in pages.source


@pytest.mark.parametrize("text", ["this is no { Python", "x = 1", recording("pass")])
def test_what_is_no_recording_is_refused(text: str) -> None:
    with pytest.raises(BusinessError) as refused:
        turned(text, "P")
    assert refused.value.code == "recording.unreadable"


@pytest.mark.parametrize("recorded", [_WITH_TEST_IDS, _WITH_ROLES], ids=["test ids", "roles"])
def test_what_is_made_is_in_the_projects_own_style(tmp_path: Path, recorded: str) -> None:
    file = tmp_path / "pages.py"
    file.write_text(turned(recorded, "AcmePages").source)
    for check in (("format", "--check"), ("check",)):
        command = [sys.executable, "-m", "ruff", *check, "--config", "pyproject.toml", "--no-cache", str(file)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr

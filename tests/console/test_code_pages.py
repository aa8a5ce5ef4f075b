"""A code from a phone, typed on a page that fits a phone."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import ViewportSize, expect
from pydantic import SecretStr

from models.portal import CodeKind, Credential
from store.sealed_box import BoxKey
from store.tasks import open_tasks
from store.typed_codes import CodeWish, take_code, want_code
from store.vault import Vault
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn
from tests.store.houses import SYSTEM

pytestmark = pytest.mark.behaviour("R5", "C1")
_SAID = "mTAN per SMS an +49 *** <417>"


@pytest.fixture
def key() -> BoxKey:
    return BoxKey()


def wished(company: Company, key: BoxKey, kind: CodeKind = CodeKind.SMS) -> str:
    with company.store.change(TENANT, SYSTEM) as work:
        Vault.of(bytes(32)).put(work, "sandbox-bank", Credential(login="L", password=SecretStr("p")), "oliver.stein")
    wish = CodeWish(portal="sandbox-bank", kind=kind, said=_SAID, lasts=timedelta(minutes=5))
    return want_code(company.store, TENANT, SYSTEM, wish, key, datetime.now(UTC))


def code_of(company: Company, slot: str, key: BoxKey) -> str | None:
    code = take_code(company.store, TENANT, SYSTEM, slot, key)
    return code.get_secret_value() if code is not None else None


def test_the_task_leads_to_the_page_and_what_is_typed_comes_back_on_none(
    page: Page, company: Company, key: BoxKey
) -> None:
    slot = wished(company, key)
    with company.store.read() as view:
        (task,) = open_tasks(view, TENANT)
    page.sign_in("oliver.stein")
    html = page.open(f"/tasks/{task.id}").text
    assert "mTAN per SMS an +49 *** &lt;417&gt;" in html
    assert "A code for Nordhafen Bank" in html
    refused = page.send(f"/codes/{slot}", {"code": "what?"})
    assert (refused.status_code, "what?" in refused.text) == (422, False)
    assert page.send(f"/codes/{slot}", {"code": "739104"}).status_code == 303
    html = page.open(f"/codes/{slot}").text
    assert ("Handed to the bot." in html, "739104" in html) == (True, False)
    assert code_of(company, slot, key) == "739104"
    assert "The bot has it and goes on." in page.open(f"/codes/{slot}").text
    late = page.send(f"/codes/{slot}", {"code": "111111"})
    assert (late.status_code, "does not wait for this code any more" in late.text) == (422, True)


def test_who_may_not_give_it_is_told_and_refused(page: Page, company: Company, key: BoxKey) -> None:
    slot = wished(company, key)
    page.sign_in("mara.voss")
    assert "Give it to the bot" not in page.open(f"/codes/{slot}").text
    assert page.send(f"/codes/{slot}", {"code": "739104"}).status_code == 403
    assert page.open("/codes/nothing").status_code == 404


def test_there_is_no_code_ends_the_wish(page: Page, company: Company, key: BoxKey) -> None:
    slot = wished(company, key)
    page.sign_in("sofia.brandt")
    page.send(f"/codes/{slot}", {"answer": "none"})
    assert "The bot does not wait for it any more." in page.open(f"/codes/{slot}").text


@pytest.mark.parametrize("width", [390, 1280])
async def test_a_code_is_typed_with_one_field_and_one_button(
    sign_in: SignIn, company: Company, key: BoxKey, width: int
) -> None:
    slot = wished(company, key)
    tab = await sign_in("oliver.stein", f"/codes/{slot}", ViewportSize(width=width, height=844))
    await tab.get_by_role("button", name="中文").click()
    await expect(tab.get_by_label("手机上的验证码")).to_be_visible()
    await tab.get_by_role("button", name="English").click()
    field = tab.get_by_label("Code from the phone")
    assert await field.get_attribute("inputmode") == "numeric"
    assert await field.get_attribute("autocomplete") == "one-time-code"
    assert await tab.evaluate("document.documentElement.scrollWidth") <= width
    await field.fill("739104")
    await tab.get_by_role("button", name="Give it to the bot").click()
    await expect(tab.get_by_text("Handed to the bot.")).to_be_visible()
    assert code_of(company, slot, key) == "739104"


async def test_a_confirmation_on_the_phone_is_one_press(sign_in: SignIn, company: Company, key: BoxKey) -> None:
    slot = wished(company, key, CodeKind.PUSH)
    tab = await sign_in("sofia.brandt", f"/codes/{slot}", ViewportSize(width=390, height=844))
    await tab.get_by_role("button", name="I have confirmed it on the phone").click()
    await expect(tab.get_by_text("Handed to the bot.")).to_be_visible()
    assert code_of(company, slot, key) == ""

"""What whoever is on duty asks about a portal: what ran, how it went, what comes by schedule, what changed."""

from datetime import date, time

import pytest
from playwright.async_api import ViewportSize, expect
from pydantic import SecretStr

from models.portal import Credential, EvidenceStep, Finding, FindingKind
from models.schedule import Frequency, Job, Schedule, Timing
from store.canaries import record_canary
from store.credentials import park_refused
from store.evidence import record_step
from store.schedules import set_schedule
from store.vault import Vault
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn
from tests.store.houses import SYSTEM, signed_in

pytestmark = [pytest.mark.behaviour("R4", "R6", "R7", "C1"), pytest.mark.usefixtures("payment")]
_BANK, _ERP = "sandbox-bank", "sandbox-erp"


@pytest.fixture
def night(company: Company) -> None:
    """Three runs, one of them broken off; a drift, a failed canary, a login that expires, a schedule."""
    store, timing = company.store, Timing(frequency=Frequency.DAILY, at=time(4), zone="UTC", calendar="target2")
    with store.change(TENANT, SYSTEM) as work:
        login = Credential(login="L", password=SecretStr("p"))
        Vault.of(bytes(32)).put(work, _ERP, login, "oliver.stein", date(2026, 12, 31))
        record_canary(work, _ERP, "The journal could not be read.", "15:00")
    canary = Schedule(id="try-bank", title="Try the bank", job=Job.CANARY, target=_BANK, timing=timing)
    set_schedule(store, signed_in(store, "sofia.brandt"), canary)
    drift = Finding(kind=FindingKind.DRIFT, sought="x", expected_by="words", found_by="hint", found="y")
    for run, action in (("a.1", "signed in"), ("b.1", "read an order"), ("c.1", "failed")):
        step = EvidenceStep(action=action, target="t", screenshot=b"\x89PNG", finding=drift)
        with store.change(TENANT, SYSTEM, "", run) as work:
            record_step(work, company.files, _BANK, 1, step)


def test_the_page_answers_what_a_night_asks(page: Page, night: None) -> None:
    page.sign_in("sofia.brandt")
    html = page.open("/bots").text
    for told in ("66 % of 3 went well", "1 broke off", "Try the bank", "2026, 05:00", "Changed on the portal"):
        assert told in html
    for told in ("A portal does not work", "The journal could not be read.", "until 31 Dec 2026", "Nothing ran"):
        assert told in html


def test_a_login_that_was_refused_says_that_nothing_runs(page: Page, company: Company) -> None:
    park_refused(company.store, TENANT, SYSTEM, _BANK, "PIN ist falsch.")
    page.sign_in("oliver.stein")
    html = page.open("/bots").text
    assert "Nothing runs here until the right password is stored." in html
    assert "A portal refused its login" in html


def test_what_ran_is_told_with_every_step_and_its_picture(page: Page, night: None) -> None:
    page.sign_in("ruth.feldmann")
    html = page.open(f"/bots/portals/{_BANK}").text
    for told in ("What ran on Nordhafen Bank", "Went well", "Broke off", "Read an order · t", 'href="/files/'):
        assert told in html
    assert page.open("/bots/portals/nowhere").status_code == 404
    page.sign_in("mara.voss")
    assert page.open(f"/bots/portals/{_BANK}").status_code == 403


@pytest.mark.parametrize("width", [390, 1280])
async def test_both_pages_fit_a_phone_and_a_desktop_in_either_language(
    sign_in: SignIn, night: None, width: int
) -> None:
    tab = await sign_in("sofia.brandt", "/bots", ViewportSize(width=width, height=844))
    for path, titles in (
        ("/bots", ("Bots", "机器人")),
        (f"/bots/portals/{_BANK}", ("What ran on Nordhafen Bank", "Nordhafen Bank 上的运行记录")),
    ):
        await tab.goto(path)
        for language, title in zip(("English", "中文"), titles, strict=True):
            await tab.get_by_role("button", name=language).click()
            await expect(tab.get_by_role("heading", name=title, exact=True)).to_be_visible()
            assert await tab.evaluate("document.documentElement.scrollWidth") <= width

"""What has changed on the portals, on its page: untrusted words, a picture, and who may see to it."""

import pytest
from playwright.async_api import ViewportSize, expect

from models.portal import EvidenceStep, Finding, FindingKind
from store.evidence import record_step
from store.portal_findings import findings
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn
from tests.store.houses import SYSTEM

pytestmark = pytest.mark.behaviour("R6", "R12", "C1")
HOSTILE = "<img src=x onerror=alert(1)>"
_PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def noticed(company: Company) -> str:
    """Two notes; the id of the drift's."""
    drift = Finding(
        kind=FindingKind.DRIFT,
        element="link",
        sought="Auftragsliste",
        expected_by="words",
        found_by="address",
        found=HOSTILE,
    )
    blocked = Finding(kind=FindingKind.BLOCKED, sought="https://tracker.example", found_by="GET")
    with company.store.change(TENANT, SYSTEM, "", "run-1") as work:
        for position, finding in enumerate((blocked, drift), 1):
            step = EvidenceStep(action="found another way", target="t", screenshot=_PNG, finding=finding)
            record_step(work, company.files, "sandbox-bank", position, step)
    with company.store.read() as view:
        return next(each.id for each in findings(view, TENANT) if each.finding == drift)


def test_what_was_noticed_is_told_with_its_picture_and_what_a_portal_wrote_stays_text(page: Page, noticed: str) -> None:
    page.sign_in("sofia.brandt")
    assert "What has changed on the portals" in page.open("/bots").text
    html = page.open("/bots/findings").text
    for told in ("Nordhafen Bank", "Link “Auftragsliste”", "Looked for by its words", "found by where it leads"):
        assert told in html
    assert "https://tracker.example" in html
    assert HOSTILE not in html
    assert "&lt;img src=x" in html
    picture = html.partition('href="/files/')[2].partition('"')[0]
    assert page.open(f"/files/{picture}").headers["content-type"] == "image/png"


def test_a_treasurer_sees_to_it_with_a_reason(page: Page, noticed: str) -> None:
    page.sign_in("sofia.brandt")
    action = f"/bots/findings/{noticed}"
    assert page.send("/bots/findings", {"comment": " "}, action).status_code == 422
    assert page.send("/bots/findings", {"comment": "The bot was mended."}, action).status_code == 303
    assert "The bot was mended." in page.open("/bots/findings").text
    assert page.send("/bots/findings", {"comment": "Mended."}, "/bots/findings/nothing").status_code == 404


def test_a_clerk_and_an_auditor_see_it_others_do_not(page: Page, noticed: str) -> None:
    for person in ("greta.holm", "ruth.feldmann"):
        page.sign_in(person)
        html = page.open("/bots/findings").text
        assert ("tracker.example" in html, f"/bots/findings/{noticed}" in html) == (True, False)
    assert page.send("/bots/findings", {"comment": "Mine."}, f"/bots/findings/{noticed}").status_code == 403
    page.sign_in("mara.voss")
    assert page.open("/bots/findings").status_code == 403


@pytest.mark.parametrize("width", [390, 1280])
async def test_it_fits_a_phone_and_a_desktop_in_either_language(sign_in: SignIn, noticed: str, width: int) -> None:
    tab = await sign_in("sofia.brandt", "/bots/findings", ViewportSize(width=width, height=844))
    for language, title in (("中文", "门户网站的变化"), ("English", "What has changed on the portals")):
        await tab.get_by_role("button", name=language).click()
        await expect(tab.get_by_role("heading", name=title)).to_be_visible()
        assert await tab.evaluate("document.documentElement.scrollWidth") <= width

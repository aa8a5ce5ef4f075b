"""The portals' queues on their page: what runs, what comes next, and who may steer it."""

import pytest

from models.work import Lease, Priority, WorkItem
from store.portal_queue import PortalQueue, queues
from store.portal_turns import take_turn
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.store.houses import moment

pytestmark = pytest.mark.behaviour("R4", "C1")
_BANK = "sandbox-bank"


def bank(company: Company) -> PortalQueue:
    with company.store.read() as view:
        return next(queue for queue in queues(view, TENANT, moment().wall) if queue.portal == _BANK)


def test_the_page_shows_what_waits_and_refreshes_its_list(page: Page, payment: str) -> None:
    page.sign_in("sofia.brandt")
    for path in ("/bots", "/bots/list"):
        html = page.open(path).text
        for shown in ("Nordhafen Bank", payment, "Pay ", "Prepared", "Free"):
            assert shown in html
    assert "/bots" in page.open("/").text


def test_what_runs_now_is_shown_with_its_portal_busy(page: Page, company: Company, payment: str) -> None:
    item = WorkItem(reference=payment, portal=_BANK, kind="payment", subject="s", case="", title="Pay")
    at = moment()
    wall = at.wall.replace(year=at.wall.year + 50)
    assert isinstance(take_turn(company.store, TENANT, item, "host/1", wall, at.settle), Lease)
    page.sign_in("sofia.brandt")
    html = page.open("/bots").text
    assert ("Runs now" in html, "Busy" in html) == (True, True)


def test_a_treasurer_pauses_a_portal_with_a_reason_and_lets_it_go_on(
    page: Page, company: Company, payment: str
) -> None:
    page.sign_in("sofia.brandt")
    action = f"/bots/portals/{_BANK}/pause"
    assert page.send("/bots", {"reason": " "}, action).status_code == 422
    assert page.send("/bots", {"reason": "The bank's holiday"}, action).status_code == 303
    assert "The bank&#39;s holiday" in page.open("/bots").text
    assert bank(company).paused
    assert page.send("/bots", {}, f"/bots/portals/{_BANK}/resume").status_code == 303
    assert not bank(company).paused


def test_a_clerk_puts_work_forward_and_off_but_does_not_pause(page: Page, company: Company, payment: str) -> None:
    page.sign_in("greta.holm")
    assert "Pause this portal" not in page.open("/bots").text
    assert page.send("/bots", {"reason": "No."}, f"/bots/portals/{_BANK}/pause").status_code == 403
    assert page.send("/bots", {"priority": "1"}, f"/bots/items/{payment}/priority").status_code == 303
    late = {"until": "2026-12-24T08:00"}
    assert page.send("/bots", late, f"/bots/items/{payment}/defer").status_code == 303
    (item,) = bank(company).waiting
    assert (item.priority, str(item.defer_until)) == (Priority.HIGH, "2026-12-24 07:00:00+00:00")
    assert "Put off" in page.open("/bots").text
    assert page.send("/bots", {"until": ""}, f"/bots/items/{payment}/defer").status_code == 303
    assert bank(company).waiting[0].defer_until is None


@pytest.mark.parametrize(("field", "typed"), [("priority", "0"), ("defer", "soon"), ("defer", "9999-99-99T00:00")])
def test_what_cannot_be_meant_is_refused_and_changes_nothing(
    page: Page, company: Company, payment: str, field: str, typed: str
) -> None:
    page.sign_in("sofia.brandt")
    before = bank(company)
    values = {"priority": typed} if field == "priority" else {"until": typed}
    assert page.send("/bots", values, f"/bots/items/{payment}/{field}").status_code == 422
    assert bank(company) == before


def test_who_has_nothing_to_do_with_it_neither_sees_nor_steers_it(page: Page, payment: str) -> None:
    page.sign_in("mara.voss")
    assert 'href="/bots"' not in page.open("/").text
    assert page.open("/bots").status_code == 403


def test_an_auditor_sees_it_and_is_offered_nothing(page: Page, payment: str) -> None:
    page.sign_in("ruth.feldmann")
    html = page.open("/bots").text
    assert (payment in html, "Change the order" in html, "Pause this portal" in html) == (True, False, False)


def test_what_does_not_exist_is_not_found(page: Page, payment: str) -> None:
    page.sign_in("sofia.brandt")
    for action in ("/bots/items/NOTHING/priority", "/bots/portals/nowhere/pause"):
        assert page.send("/bots", {"priority": "1", "reason": "Why"}, action).status_code == 404

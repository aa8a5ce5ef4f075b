"""Where messages reach a person, on their own page."""

from queue import Queue

import pytest
from playwright.async_api import ViewportSize, expect

from models.target import MAIL, Amounts, MessagePolicy, MessageTimes
from store.held_messages import times_of
from store.notices import SENT, keep_try
from store.outbox import undelivered
from store.targets import set_policy, targets_of
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import DESK, SignIn
from tests.store.houses import SYSTEM, signed_in

pytestmark = pytest.mark.behaviour("N1")
_PHONE = ViewportSize(width=390, height=844)
_SECRET = "canary-77x"
_ADDRESS = f"json://127.0.0.1:9/{_SECRET}"


def add(page: Page, name: str = "Phone", address: str = _ADDRESS) -> str:
    """The page that answers."""
    answer = page.send("/account", {"name": name, "address": address}, action="/account/places")
    return page.open("/account").text if answer.status_code == 303 else answer.text


def places(company: Company) -> tuple[str, ...]:
    with company.store.read() as view:
        return tuple(each.id for each in targets_of(view, TENANT, "ayse.kaya"))


def test_a_place_is_added_put_first_and_removed_and_its_address_never_shown(page: Page, company: Company) -> None:
    page.sign_in("ayse.kaya")
    shown = add(page)
    assert "Phone" in shown and "JSON" in shown and _SECRET not in shown
    _, phone = places(company)
    page.send("/account", {}, action=f"/account/places/{phone}/first")
    assert places(company) == (phone, MAIL)
    page.send("/account", {}, action=f"/account/places/{phone}/remove")
    assert places(company) == (MAIL,)


@pytest.mark.parametrize(
    ("name", "address", "said"),
    [
        ("Phone", f"json://10.0.0.1/{_SECRET}", "10.0.0.1 leads to 10.0.0.1, which is inside this network"),
        ("Phone", f"nonsense {_SECRET}", "Apprise does not know such an address"),
        ("x" * 61, _ADDRESS, "Give it a name of at most 60 characters"),
    ],
)
def test_what_cannot_be_added_is_said_with_the_way_on_and_without_the_address(
    page: Page, company: Company, name: str, address: str, said: str
) -> None:
    page.sign_in("ayse.kaya")
    shown = add(page, name, address)
    assert said in shown
    assert _SECRET not in shown
    assert places(company) == (MAIL,)


def test_nobody_touches_the_places_of_others_and_no_foreign_form_adds_one(page: Page, company: Company) -> None:
    page.sign_in("ayse.kaya")
    add(page)
    _, phone = places(company)
    page.sign_in("sofia.brandt")
    assert page.send("/account", {}, action=f"/account/places/{phone}/remove").status_code == 404
    foreign = page.client.post("/account/places", data={"name": "Mine", "address": _ADDRESS, "csrf_token": "x"})
    assert foreign.status_code == 403
    assert len(places(company)) == 2


def test_without_amounts_is_the_persons_choice_unless_the_company_has_chosen(page: Page, company: Company) -> None:
    page.sign_in("ayse.kaya")
    add(page)
    page.send("/account", {"hidden": "yes"}, action=f"/account/places/{places(company)[1]}/amounts")
    assert "without amounts<" in page.open("/account").text
    set_policy(company.store, signed_in(company.store, "oliver.stein"), MessagePolicy(amounts=Amounts.NOWHERE))
    assert page.open("/account").text.count("without amounts, by the company") == 2


def test_quiet_hours_a_digest_and_the_zone_are_chosen_and_shown_again(page: Page, company: Company) -> None:
    page.sign_in("ayse.kaya")
    wanted = {"zone": "Asia/Shanghai", "quiet_from": "22:00", "quiet_until": "07:00", "digest_at": "08:30"}
    assert page.send("/account", wanted, action="/account/times").status_code == 303
    shown = page.open("/account").text
    assert [f'value="{value}"' in shown for value in wanted.values()] == [True] * 4
    page.send("/account", dict.fromkeys(wanted, ""), action="/account/times")
    with company.store.read() as view:
        assert times_of(view, TENANT, "ayse.kaya") == MessageTimes()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("zone", "Kiel", "Kiel is no time zone"),
        ("quiet_from", "22:00", "Quiet hours need a beginning and another end"),
        ("digest_at", "99", "99 is no time of the day"),
    ],
)
def test_times_that_cannot_be_are_said(page: Page, field: str, value: str, said: str) -> None:
    page.sign_in("ayse.kaya")
    answer = page.send("/account", {field: value}, action="/account/times")
    assert (answer.status_code, said in answer.text) == (422, True)


@pytest.mark.parametrize("size", [DESK, _PHONE])
async def test_a_place_is_tried_out_and_its_result_appears_by_itself(
    sign_in: SignIn, company: Company, delivered: "Queue[str]", size: ViewportSize
) -> None:
    tab = await sign_in("ayse.kaya", "/account", size)
    await tab.get_by_text("Add a place").click()
    await tab.get_by_label("What you call it").fill("Phone")
    await tab.get_by_label("Its address").fill(_ADDRESS)
    await tab.get_by_role("button", name="Add", exact=True).click()
    await tab.get_by_role("button", name="Send a test message to Phone").click()
    await expect(tab.get_by_text("A test message is on its way")).to_be_visible()
    delivered.get(timeout=30)
    with company.store.read() as view:
        [test] = [each.argument for each in undelivered(view) if each.workflow == "TargetTest"]
        target = next(each for each in targets_of(view, TENANT, "ayse.kaya") if each.id == test["target"])
    with company.store.change(TENANT, SYSTEM) as work:
        keep_try(work, test["test"], "ayse.kaya", target, "", SENT)
        work.record("notification.sent", "notification", test["test"])
    await expect(tab.get_by_text("The last message arrived")).to_be_visible(timeout=30_000)
    width = await tab.evaluate("document.documentElement.scrollWidth")
    assert width <= size["width"]

"""Conflicting functions, people's limits and managers on their pages: proposed, previewed, signed by another."""

import re
from html import unescape

import pytest
from playwright.async_api import expect

from finance.segregation import Function, SegregationPair, Severity
from models.authority import RightLimit
from models.money import Money
from store.people import person_of
from store.signed_changes import Content, ManagerOf, PersonRights, changes, limits_at, propose, segregation_at
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn
from tests.store.asking import publish_stages, signed, waiting

pytestmark = pytest.mark.behaviour("A10")
FUNCTIONS, PEOPLE = "/controls/functions", "/controls/people"
AYSE, MARA = f"{PEOPLE}/ayse.kaya", f"{PEOPLE}/mara.voss"
PAIR = {"one": "approved_purchase", "other": "received_goods", "severity": "forbidden", "reason": "Audit finding"}
LIMIT = {"entity": "LMT", "cost_centre": "4000", "amount": "5000", "currency": "EUR", "reason": "New in the job"}


def send(page: Page, path: str, act: str = "", **values: str) -> tuple[int, str]:
    answer = page.send(path, values, action=f"{path}/{act}" if act else path)
    return answer.status_code, plain(answer.text)


def text(page: Page, path: str) -> str:
    return plain(page.open(path).text)


def plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def press(page: Page, act: str, path: str = "/controls") -> int:
    found = re.search(rf'action="(/controls/changes/\w+/{act})"', page.open(path).text)
    assert found is not None
    return page.send(path, {}, action=found[1]).status_code


def severity(company: Company) -> Severity:
    with company.store.read() as view:
        policy = segregation_at(changes(view, TENANT), company.clock())
    return policy.severity(Function.APPROVED_PURCHASE, Function.RECEIVED_GOODS)


def limits(company: Company, person: str) -> list[tuple[str, str, Money | None]]:
    with company.store.read() as view:
        found = limits_at(changes(view, TENANT), company.clock())
    return [(each.entity, each.cost_centre, each.limit) for each in found if each.person == person]


def manager(company: Company, person: str) -> str:
    with company.store.read() as view:
        return person_of(view, TENANT, person).manager


def proposed(company: Company, content: Content, by: str = "oliver.stein") -> str:
    return propose(company.store, company.signed_in(by), content, "As agreed")


def test_a_pair_is_proposed_by_one_signed_by_another_and_shown_with_its_difference(
    page: Page, company: Company
) -> None:
    page.sign_in("oliver.stein")
    assert send(page, FUNCTIONS, **PAIR)[0] == 303
    assert "Sign it" not in text(page, FUNCTIONS) and "A second person has to sign it." in text(page, FUNCTIONS)
    page.sign_in("karl.lindqvist")
    shown = text(page, "/controls")
    assert "What becomes of both Before: Allowed, reported Then: Forbidden Audit finding" in shown
    assert "proposed by Oliver Stein, 2 Nov 2026, 09:05" in shown
    assert severity(company) is Severity.REPORTED
    assert press(page, "sign") == 303
    assert severity(company) is Severity.FORBIDDEN
    assert "approved the purchase received the goods Forbidden changed here" in text(page, FUNCTIONS)


def test_a_pair_is_taken_from_the_list_and_stands_where_it_can_come_back(page: Page, company: Company) -> None:
    pair = SegregationPair(one=Function.APPROVED_PURCHASE, other=Function.RECEIVED_GOODS, severity=Severity.ALLOWED)
    page.sign_in("ruth.feldmann")
    assert "Nothing was taken from the list." in text(page, FUNCTIONS)
    signed(company, pair)
    assert "Allowed 1 One person may do both, and no report names it." in text(page, FUNCTIONS)


def test_the_form_about_a_pair_says_everything_that_is_wrong_at_once(page: Page, company: Company) -> None:
    page.sign_in("oliver.stein")
    status, said = send(page, FUNCTIONS, one="buy", other="", severity="", reason=" ")
    assert status == 422
    assert said.count("please choose") == 3 and "Say why, for whoever has to sign it" in said
    assert 'value="forbidden" required checked' in page.send(FUNCTIONS, PAIR | {"reason": ""}).text
    same = send(page, FUNCTIONS, **PAIR | {"other": "approved_purchase"})
    assert same[0] == 422 and "Choose two different functions." in same[1]
    never = send(page, FUNCTIONS, **PAIR | {"one": "requested_purchase", "other": "approved_purchase"})
    assert never[0] == 422 and "may never approve the purchase" in never[1]
    as_it_is = send(page, FUNCTIONS, **PAIR | {"severity": "reported"})
    assert as_it_is[0] == 422 and "It is like that already" in as_it_is[1]


def test_what_nobody_may_allow_has_no_way_to_change_it(page: Page) -> None:
    page.sign_in("oliver.stein")
    html = page.open(FUNCTIONS).text
    assert "?one=approved_purchase&amp;other=received_goods#propose" in html
    assert "?one=requested_purchase&amp;other=approved_purchase#propose" not in html
    asked = page.open(f"{FUNCTIONS}?one=approved_purchase&other=received_goods").text
    assert 'value="approved_purchase" selected' in asked and 'value="received_goods" selected' in asked


def test_limits_are_proposed_signed_and_in_force(page: Page, company: Company) -> None:
    page.sign_in("oliver.stein")
    assert send(page, AYSE, "limits", **LIMIT)[0] == 303
    page.sign_in("ines.lindqvist")
    listed = text(page, PEOPLE)
    assert "Ayşe Kaya 1 proposal Cost centre owner nobody no limit beside their roles" in listed
    shown = text(page, AYSE)
    reach = "up to 5,000.00 EUR · Production (4000) · Lindqvist Messtechnik GmbH"
    assert f"Before: no limit beside their roles Then: {reach}" in shown
    assert limits(company, "ayse.kaya") == []
    assert press(page, "sign", AYSE) == 303
    assert limits(company, "ayse.kaya") == [("LMT", "4000", Money(amount="5000", currency="EUR"))]
    assert f"nobody {reach}" in text(page, PEOPLE)
    assert "signed by Ines Lindqvist" in text(page, AYSE)


def test_a_form_without_a_limit_proposes_that_their_roles_alone_bind_them(page: Page, company: Company) -> None:
    only = RightLimit(id="L", person="ayse.kaya", cost_centre="4000")
    signed(company, PersonRights(person="ayse.kaya", limits=(only,)))
    company.clock.move(minutes=1)
    page.sign_in("oliver.stein")
    assert 'value="4000" selected' in page.open(AYSE).text
    assert (
        "Without a limit their roles alone bind them."
        in send(page, AYSE, "limits", cost_centre="4000", do="remove-1")[1]
    )
    assert send(page, AYSE, "limits", reason="Long in the job")[0] == 303
    page.sign_in("karl.lindqvist")
    assert press(page, "sign", AYSE) == 303
    assert limits(company, "ayse.kaya") == []


def test_a_line_is_added_to_the_limits_and_taken_away_with_what_was_typed_kept(page: Page) -> None:
    page.sign_in("oliver.stein")
    added = page.send(AYSE, LIMIT | {"do": "add"}, action=f"{AYSE}/limits")
    assert (added.status_code, added.text.count("<legend>Limit ")) == (200, 2)
    assert 'value="5000"' in added.text


def test_the_limits_say_everything_that_is_wrong_at_once(page: Page, company: Company) -> None:
    page.sign_in("oliver.stein")
    wrong = {"entity": "X", "cost_centre": "9", "amount": "1,5", "currency": "?", "reason": ""}
    status, said = send(page, AYSE, "limits", **wrong)
    assert status == 422
    assert said.count("please choose") >= 3
    assert "write a number such as 1234.50" in said and "Say why, for whoever has to sign it" in said
    assert "an amount above zero" in send(page, AYSE, "limits", **LIMIT | {"amount": "0"})[1]
    form = {"csrf_token": "", "entity": ["", ""], "cost_centre": ["", ""], "amount": ["", ""], "currency": ["", ""]}
    twice = page.send(AYSE, form | {"csrf_token": token(page)}, action=f"{AYSE}/limits")
    assert "stands there twice" in twice.text
    assert limits(company, "ayse.kaya") == []


def token(page: Page) -> str:
    return str(re.findall(r'name="csrf_token" value="(\w+)"', page.open(AYSE).text)[0])


def test_the_preview_names_what_would_leave_the_person_and_proposes_nothing(page: Page, company: Company) -> None:
    request = company.pending(company.file()).request
    page.sign_in("oliver.stein")
    status, said = send(page, AYSE, "limits", **LIMIT | {"amount": "10", "do": "preview"})
    assert status == 200
    assert f"Would no longer wait for them: {request.title}" in said
    assert "Nobody else is asked for it: it would be stuck." in said
    assert "Nothing that waits now" in send(page, AYSE, "limits", **LIMIT | {"amount": "90000", "do": "preview"})[1]
    with company.store.read() as view:
        assert changes(view, TENANT) == ()
    assert waiting(company, "ayse.kaya") == [request.id]


def test_a_manager_is_proposed_previewed_and_signed(page: Page, company: Company) -> None:
    signed(company, ManagerOf(person="piotr.nowak", manager="ines.lindqvist"))
    page.sign_in("oliver.stein")
    seen = send(page, MARA, "manager", manager="piotr.nowak", do="preview")
    assert seen[0] == 200 and "Above them: Piotr Nowak → Ines Lindqvist" in seen[1]
    assert "No table in force asks a manager at present" in seen[1]
    publish_stages(company, b'["manager of requester"]')
    assert "These tables ask managers: Purchase approval" in send(page, MARA, "manager", do="preview")[1]
    assert send(page, MARA, "manager", manager="piotr.nowak", reason="New team")[0] == 303
    page.sign_in("karl.lindqvist")
    assert "Manager Before: nobody Then: Piotr Nowak New team" in text(page, MARA)
    assert press(page, "sign", MARA) == 303
    assert manager(company, "mara.voss") == "piotr.nowak"
    assert "Manager of Mara Voss" in text(page, f"{PEOPLE}/piotr.nowak")


def test_a_circle_of_managers_is_refused_in_the_preview_and_in_the_proposal(page: Page, company: Company) -> None:
    signed(company, ManagerOf(person="mara.voss", manager="piotr.nowak"))
    page.sign_in("oliver.stein")
    circle = "Piotr Nowak would be above themselves: Piotr Nowak – Mara Voss – Piotr Nowak."
    path = f"{PEOPLE}/piotr.nowak"
    assert circle in send(page, path, "manager", manager="mara.voss", do="preview")[1]
    status, said = send(page, path, "manager", manager="mara.voss", reason="")
    assert status == 422
    assert circle in said and "Say why, for whoever has to sign it" in said
    assert "please choose" in send(page, path, "manager", manager="nobody.at.all", reason="x")[1].lower()
    page.client.cookies.set("tallywright_language", "zh")
    assert "Piotr Nowak 会成为自己的上级" in send(page, path, "manager", manager="mara.voss", reason="x")[1]


def test_the_proposer_cannot_sign_and_whoever_it_is_about_decides_nothing(page: Page, company: Company) -> None:
    mine = proposed(company, ManagerOf(person="ayse.kaya", manager="ines.lindqvist"), "karl.lindqvist")
    page.sign_in("karl.lindqvist")
    assert "Sign it" not in text(page, AYSE)
    answer = page.send("/controls", {}, action=f"/controls/changes/{mine}/sign")
    assert answer.status_code == 422 and "A second person has to sign it" in plain(answer.text)
    own = proposed(company, ManagerOf(person="karl.lindqvist", manager="astrid.lindqvist"))
    path = f"{PEOPLE}/karl.lindqvist"
    assert "Others have to decide about your own rights." in text(page, path)
    assert "Sign it" not in text(page, path) and "Propose other limits" not in text(page, path)
    assert page.send("/controls", {}, action=f"/controls/changes/{own}/sign").status_code == 422
    assert send(page, path, "manager", manager="ines.lindqvist", reason="x")[0] == 422
    assert manager(company, "karl.lindqvist") == ""


def test_whoever_may_not_propose_sees_no_form_and_is_refused(page: Page, company: Company) -> None:
    change = proposed(company, ManagerOf(person="ayse.kaya", manager="ines.lindqvist"))
    page.sign_in("ruth.feldmann")
    for path in (FUNCTIONS, AYSE):
        assert "Propose" not in text(page, path) and "Sign it" not in text(page, path)
    assert send(page, FUNCTIONS, **PAIR)[0] == 403
    assert send(page, AYSE, "limits", **LIMIT)[0] == 403
    assert send(page, AYSE, "limits", **LIMIT | {"do": "preview"})[0] == 403
    assert send(page, AYSE, "manager", manager="", reason="x")[0] == 403
    assert page.send("/controls", {}, action=f"/controls/changes/{change}/sign").status_code == 403
    page.sign_in("mara.voss")
    assert [page.open(path).status_code for path in (FUNCTIONS, PEOPLE, AYSE)] == [403] * 3
    with company.store.read() as view:
        assert [each.is_open for each in changes(view, TENANT)] == [True]


def test_a_stale_proposal_says_why_has_no_signature_and_is_refused(page: Page, company: Company) -> None:
    old = proposed(company, ManagerOf(person="mara.voss", manager="piotr.nowak"))
    company.clock.move(minutes=5)
    signed(company, ManagerOf(person="mara.voss", manager="henrik.dahl"))
    page.sign_in("ines.lindqvist")
    shown = text(page, MARA)
    assert (
        "Karl Lindqvist signed another change of the same on 2 Nov 2026, 09:10, so this one cannot be signed" in shown
    )
    assert "Sign it" not in shown
    answer = page.send("/controls", {}, action=f"/controls/changes/{old}/sign")
    assert answer.status_code == 422
    assert "Karl Lindqvist signed another change of the same on 2026-11-02" in plain(answer.text)
    assert manager(company, "mara.voss") == "henrik.dahl"
    assert press(page, "put-aside", MARA) == 303
    assert "put aside by Ines Lindqvist" in text(page, MARA)


def test_whoever_could_sign_sees_how_many_wait_on_every_page(page: Page, company: Company) -> None:
    proposed(company, ManagerOf(person="mara.voss", manager="piotr.nowak"))
    proposed(company, ManagerOf(person="karl.lindqvist", manager="astrid.lindqvist"))
    page.sign_in("astrid.lindqvist")
    assert 'aria-label="2 to sign">2</span>' in page.open("/cases").text
    page.sign_in("karl.lindqvist")
    assert 'aria-label="1 to sign">1</span>' in page.open("/cases").text
    page.sign_in("oliver.stein")
    assert "to sign" not in page.open("/cases").text


def test_a_proposal_is_withdrawn_by_whoever_made_it(page: Page, company: Company) -> None:
    proposed(company, ManagerOf(person="mara.voss", manager="piotr.nowak"))
    page.sign_in("oliver.stein")
    assert "Withdraw it" in text(page, MARA)
    assert press(page, "put-aside", MARA) == 303
    assert "Waits for a second signature" not in text(page, MARA)


def test_there_is_no_page_of_somebody_unknown(page: Page) -> None:
    page.sign_in("oliver.stein")
    assert page.open(f"{PEOPLE}/nobody").status_code == 404
    assert page.send(AYSE, LIMIT, action=f"{PEOPLE}/nobody/limits").status_code == 404


async def test_what_would_follow_stands_there_as_soon_as_something_else_is_chosen(
    company: Company, sign_in: SignIn
) -> None:
    signed(company, ManagerOf(person="mara.voss", manager="piotr.nowak"))
    tab = await sign_in("oliver.stein", f"{PEOPLE}/piotr.nowak")
    await tab.get_by_role("combobox", name="Manager").select_option("mara.voss")
    await expect(tab.locator("#manager-preview")).to_contain_text("Piotr Nowak would be above themselves")
    await tab.get_by_role("combobox", name="Manager").select_option("ines.lindqvist")
    await expect(tab.locator("#manager-preview")).to_contain_text("Above them: Ines Lindqvist")
    await tab.get_by_role("button", name="Add a limit").press("Enter")
    await tab.get_by_label("Up to (empty: any amount)").fill("250")
    await tab.keyboard.press("Tab")
    await expect(tab.locator("#limits-preview")).to_contain_text("up to 250.00 EUR")

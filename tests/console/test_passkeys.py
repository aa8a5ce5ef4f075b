"""Passkeys in a real browser, whose authenticator is a virtual one: nobody's finger is needed."""

import json
from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest
from playwright.async_api import APIResponse, expect
from playwright.async_api import Page as Tab
from sqlalchemy import select

from store.passkeys import is_proven, relying_party
from store.people import session_of
from store.schema.audit import audit_entry
from store.schema.people import passkey, session
from store.second_factor import ask_above
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.rule_grids import SignIn

pytestmark = pytest.mark.behaviour("C2", "N2")
_KEEP_INSTEAD_OF_SENDING = """() => { HTMLFormElement.prototype.submit = function () {
    window.kept = new URLSearchParams(new FormData(this)).toString()
} }"""
_KEPT = "async () => { while (!window.kept) await new Promise(done => setTimeout(done, 20)); return window.kept }"
Visitor = Callable[[str, str], Awaitable[Tab]]


@pytest.fixture
def visitor(sign_in: SignIn, console_url: str) -> Visitor:
    """Somebody signed in under the console's name on this machine, with a device that makes passkeys."""

    async def person(login: str, path: str = "/account") -> Tab:
        tab = await sign_in(login, console_url.replace("127.0.0.1", "localhost") + path)
        devices = await tab.context.new_cdp_session(tab)
        await devices.send("WebAuthn.enable")
        await devices.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                }
            },
        )
        return tab

    return person


async def add(tab: Tab, name: str) -> None:
    await tab.get_by_label("Name of the device").fill(name)
    await tab.get_by_role("button", name="Add a passkey").click()
    await expect(tab.get_by_role("listitem").filter(has_text=name)).to_be_visible()


def actions(company: Company) -> list[str]:
    with company.store.read() as view:
        return list(view.execute(select(audit_entry.c.action).order_by(audit_entry.c.sequence)).scalars())


async def test_a_person_adds_a_passkey_and_signs_in_with_it_alone(visitor: Visitor, company: Company) -> None:
    tab = await visitor("ayse.kaya", "/account")
    await add(tab, "My phone")
    await tab.get_by_role("button", name="Sign out").click()
    await tab.get_by_role("button", name="Sign in with a passkey").click()
    await expect(tab.get_by_role("heading", name="Inbox")).to_be_visible()
    with company.store.read() as view:
        rows = view.execute(select(session).order_by(session.c.created_at)).all()
        kept = view.execute(select(passkey)).one()
    assert (rows[-1].person, rows[-1].proven_at is not None) == ("ayse.kaya", True)
    assert (kept.name, kept.sign_count > 0) == ("My phone", True)
    assert {"passkey.added", "passkey.used"} <= set(actions(company))


async def test_a_removed_passkey_opens_nothing_any_more(visitor: Visitor, company: Company) -> None:
    tab = await visitor("ayse.kaya", "/account")
    await add(tab, "Lost phone")
    await tab.get_by_role("button", name="Remove the passkey Lost phone").click()
    await expect(tab.get_by_text("You have none yet.")).to_be_visible()
    await tab.get_by_role("button", name="Sign out").click()
    await tab.get_by_role("button", name="Sign in with a passkey").click()
    await expect(tab.get_by_text("This passkey was not accepted.")).to_be_visible()
    assert actions(company)[-1] == "session.refused"


async def test_whoever_is_signed_in_proves_once_more_that_it_is_them(visitor: Visitor, company: Company) -> None:
    tab = await visitor("ayse.kaya", "/account")
    await add(tab, "My phone")
    await tab.goto(tab.url + "/proof?next=/cases")
    await tab.get_by_role("button", name="Confirm with a passkey").click()
    await expect(tab.get_by_role("heading", name="Cases")).to_be_visible()
    (token,) = [each["value"] for each in await tab.context.cookies() if each["name"] == "tallywright_session"]
    signed_in = session_of(company.store, TENANT, token)
    assert signed_in is not None
    assert signed_in.proven_at is not None
    assert is_proven(signed_in, signed_in.proven_at)
    assert actions(company)[-1] == "session.proven"


async def test_above_the_amount_an_approver_confirms_who_they_are_and_then_decides(
    visitor: Visitor, company: Company
) -> None:
    request = company.pending(company.file()).request
    ask_above(company.store, company.signed_in("ines.lindqvist"), Decimal(1))
    tab = await visitor("ayse.kaya", "/account")
    await add(tab, "My phone")
    await tab.goto(tab.url.replace("/account", f"/approvals/{request.id}"))
    for _ in range(2):
        await tab.get_by_text("Approve", exact=True).click()
        await tab.get_by_role("button", name="Yes, approve").click()
        if await tab.get_by_role("heading", name="Is it you?").count():
            await tab.get_by_role("button", name="Confirm with a passkey").click()
            await tab.get_by_text("Approve", exact=True).wait_for()
    await expect(tab.get_by_text("Your decision is recorded.")).to_be_visible()
    assert {"approval.refused_attempt", "session.proven", "purchase.approved"} <= set(actions(company))


async def test_an_answer_counts_once_and_for_the_session_that_was_asked(visitor: Visitor, company: Company) -> None:
    tab = await visitor("ayse.kaya", "/account")
    await add(tab, "My phone")
    await tab.goto(tab.url + "/proof?next=/cases")
    await tab.evaluate(_KEEP_INSTEAD_OF_SENDING)
    await tab.get_by_role("button", name="Confirm with a passkey").click()
    body = str(await tab.evaluate(_KEPT))

    async def send() -> APIResponse:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return await tab.request.post(tab.url.partition("?")[0], data=body, headers=form, max_redirects=0)

    assert (await send()).status == 303
    before, again = actions(company), await send()
    assert again.status == 422
    assert "answered already" in await again.text()
    assert actions(company) == before


@pytest.mark.parametrize("answer", ["", "{}", "[]", json.dumps({"rawId": "AA", "response": {}}), "x" * 30_000])
def test_what_is_no_answer_is_refused(page: Page, company: Company, answer: str) -> None:
    page.client.base_url = str(page.client.base_url).replace("127.0.0.1", "localhost")
    reply = page.client.post("/sign-in/passkey", data={"answer": answer, "next": "/"})
    assert reply.status_code == 401
    assert "not accepted" in reply.text
    assert actions(company)[-1] == "session.refused"


def test_without_a_passkey_there_is_nothing_to_prove_with(page: Page) -> None:
    page.sign_in("ayse.kaya")
    assert "Add a passkey first" in page.open("/account/proof?next=/cases").text
    refused = page.send("/account/proof", {}, action="/account/proof/options")
    assert refused.status_code in (400, 409, 422)


@pytest.mark.parametrize(
    ("address", "host", "origin"),
    [
        ("http://127.0.0.1:8300", "localhost", "http://localhost:8300"),
        ("http://[::1]:8300", "localhost", "http://localhost:8300"),
        ("https://books.example", "books.example", "https://books.example"),
        ("https://books.example:8443", "books.example", "https://books.example:8443"),
    ],
)
def test_a_passkey_is_bound_to_the_consoles_name(address: str, host: str, origin: str) -> None:
    party = relying_party(address)
    assert party is not None
    assert (party.host, party.origin) == (host, origin)


@pytest.mark.parametrize("address", ["http://books.example", "http://192.168.1.20:8300", "https://10.0.0.4"])
def test_where_browsers_refuse_passkeys_none_are_offered(address: str) -> None:
    assert relying_party(address) is None

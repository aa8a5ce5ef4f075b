"""The link in a message only locates: whoever opens it without a login changes nothing, whatever they press.

A handful of delivered messages is tried; `make links`, or TALLYWRIGHT_TEST_LINKS=1000, tries a thousand.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from httpx import Client
from playwright.async_api import Browser
from sqlalchemy import select

from activities.mailing import Mailing
from console.visit import SESSION_COOKIE
from models.approval import Outcome
from notifications.notifier import AppriseNotifier
from notifications.sender import Sender
from store.approvals import decisions_of
from store.schema.audit import audit_entry
from store.tasks import Task
from store.vault import Vault
from tests.console.browsing import Page
from tests.console.company import TENANT, Company
from tests.console.link_robot import Robot, links_in, state_of
from tests.notifications.mail_server import MailServer, running_mail_server

LINKS = int(os.environ.get("TALLYWRIGHT_TEST_LINKS", "5"))
pytestmark = [
    pytest.mark.behaviour("N2"),
    pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning"),
    pytest.mark.timeout(max(300, 60 * LINKS)),
]
_SMALL = [{"number": 1, "description": "Cable ties, bag of 100", "quantity": "1", "unit_price": "290.00"}]


@pytest.fixture
async def mail() -> AsyncIterator[MailServer]:
    async with running_mail_server() as running:
        yield running


@pytest.fixture
def mailing(company: Company, console_url: str, mail: MailServer) -> Mailing:
    notifier = AppriseNotifier(Sender(mail.url))
    return Mailing(company.store, Vault.of(bytes(32)), notifier, console_url)


async def delivered(company: Company, mailing: Mailing, mail: MailServer, stuck: Task) -> list[str]:
    """The links of as many delivered messages as are tried: of a task, of an answer, and of approvals that wait."""
    await asyncio.to_thread(mailing.announce_task, TENANT, stuck)
    decided = company.file()
    answered = company.pending(decided).request.id
    company.decide(decided, "ayse.kaya", Outcome.REJECT, "Not this year.")
    await asyncio.to_thread(mailing.tell_answer, TENANT, answered)
    while len(links_in(mail.received)) < LINKS:
        request = company.pending(company.file(lines=_SMALL)).request.id
        await asyncio.to_thread(mailing.ask_for_approval, TENANT, request, 1)
    return links_in(mail.received)


async def test_opening_and_pressing_everything_without_a_login_changes_nothing_and_the_persons_link_still_works(
    company: Company, mailing: Mailing, mail: MailServer, stuck: Task, browser: Browser, console_url: str
) -> None:
    links = await delivered(company, mailing, mail, stuck)
    robot = Robot(browser)
    before, entries = await asyncio.to_thread(seen, company)
    for link in links:
        with Client(base_url=console_url, follow_redirects=True) as client:
            await asyncio.to_thread(robot.ask, client, link)
        await robot.browse(link)
    after, later = await asyncio.to_thread(seen, company)
    changed = {table for table, rows in after.items() if rows != before[table]}
    assert (len(links) >= LINKS, changed) == (True, set())
    assert set(later[len(entries) :]) <= {"session.refused"}
    assert robot.opened.pressed >= 3 * len(links)
    assert robot.opened.submitted >= 4 * len(links)
    await asyncio.to_thread(person_decides, company, console_url, links[-1])


async def test_the_same_robot_with_a_login_would_have_decided(
    company: Company, browser: Browser, console_url: str
) -> None:
    """That it changes nothing is not because it presses nothing."""
    request = company.pending(company.file()).request.id
    with Client(base_url=console_url) as client:
        await asyncio.to_thread(Page(client).sign_in, "ayse.kaya")
        session = client.cookies[SESSION_COOKIE]
    await Robot(browser).browse(f"{console_url}/approvals/{request}", session)
    _, actions = await asyncio.to_thread(seen, company)
    assert {"purchase.approved", "purchase.rejected", "purchase.sent_back"} & set(actions)


async def test_no_address_of_the_console_that_changes_anything_does_so_for_nobody(
    company: Company, mailing: Mailing, mail: MailServer, stuck: Task, browser: Browser, console_url: str
) -> None:
    links = await delivered(company, mailing, mail, stuck)
    before, entries = await asyncio.to_thread(seen, company)
    robot = Robot(browser)
    with Client(base_url=console_url) as client:
        for link in (links[0], links[-1]):
            await asyncio.to_thread(robot.guess, client, urlsplit(link).path.rpartition("/")[2])
    after, later = await asyncio.to_thread(seen, company)
    assert {table for table, rows in after.items() if rows != before[table]} == set()
    assert set(later[len(entries) :]) <= {"session.refused"}
    assert robot.opened.answers > 80


def seen(company: Company) -> tuple[dict[str, list[str]], list[str]]:
    """All state, and the actions of the audit log in their order."""
    with company.store.read() as view:
        actions = view.execute(select(audit_entry.c.action).order_by(audit_entry.c.sequence)).scalars()
        return state_of(view), list(actions)


def person_decides(company: Company, console_url: str, link: str) -> None:
    """Whom the link was for opens it, signs in on the page it leads to, and decides."""
    path = urlsplit(link).path
    request = path.rpartition("/")[2]
    with Client(base_url=console_url, follow_redirects=True) as client:
        page = Page(client)
        assert "/sign-in" in str(page.open(path).url)
        assert page.sign_in("ayse.kaya", path).headers["location"] == path
        assert page.send(path, {"outcome": "approve"}).status_code == 303
    with company.store.read() as view:
        assert [each.person for each in decisions_of(view, TENANT, request)] == ["ayse.kaya"]

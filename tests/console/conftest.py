import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest
from httpx import Client
from playwright.async_api import Browser, ViewportSize, async_playwright
from playwright.async_api import Page as Tab
from pydantic import SecretStr

from audit.note import Signer
from console.app import create_app
from console.context import ConsoleContext
from models.party import Role
from models.portal import Credential, PortalState, ProbeResult
from models.task import Resolution, TaskContent
from notifications.egress import networks
from notifications.services import CheckedAddresses
from sandbox.company import SANDBOX_PASSWORD
from sandbox.opening import open_company
from sandbox.serving import serve_in_thread
from store.engine import open_engines
from store.files import FileStore
from store.intents import attempt_of, claim, intent_of, record_probe
from store.log import AuditLog
from store.migrate import migrate
from store.tasks import Task, TaskSubject, open_task, task_of
from store.unit_of_work import Store
from store.vault import Vault
from tests.console.browsing import Api, Page
from tests.console.company import TENANT, Clock, Company
from tests.console.rule_grids import DESK, SignIn
from tests.databases import copy_home, database_in
from tests.store.houses import SYSTEM, moment
from tests.store.steps import armed_payment


def _store(folder: Path, clock: Clock) -> Store:
    engines = open_engines(database_in(folder))
    return Store(engines, AuditLog("test.example", Signer("test", bytes(32)), folder / "checkpoints"), clock)


@pytest.fixture(scope="session")
def opened_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the sample company in it; copied for every test, because hashing passwords takes its time."""
    folder = tmp_path_factory.mktemp("company")
    store = _store(folder, Clock())
    migrate(store.engines)
    open_company(store, TENANT)
    store.engines.dispose()
    return folder


@pytest.fixture
def company(tmp_path: Path, opened_company: Path) -> Iterator[Company]:
    folder = copy_home(opened_company, tmp_path / "company")
    clock = Clock()
    store = _store(folder, clock)
    yield Company(store, FileStore(folder / "files"), clock)
    store.engines.dispose()


@pytest.fixture
def delivered() -> Queue[str]:
    """Gets an item each time the workflows would have been told."""
    return Queue()


@pytest.fixture
def console_url(company: Company, delivered: Queue[str]) -> Iterator[str]:
    """The console over real HTTP."""

    async def deliver() -> None:
        delivered.put("told")

    context = ConsoleContext(
        store=company.store,
        files=company.files,
        tenant=TENANT,
        address="https://tallywright.example",
        session_lasts=timedelta(hours=12),
        secure_cookies=False,
        deliver=deliver,
        moment=lambda: moment(datetime.now(UTC)),
        vault=Vault.of(bytes(32)),
        services=CheckedAddresses(networks("127.0.0.1")),
        portal_names={"sandbox-bank": "Nordhafen Bank", "sandbox-erp": "Bookkeeping"},
    )
    with serve_in_thread(create_app(context)) as url:
        yield url


@pytest.fixture
def client(console_url: str) -> Iterator[Client]:
    with Client(base_url=console_url, follow_redirects=True) as opened:
        yield opened


@pytest.fixture
def page(client: Client) -> Page:
    return Page(client)


@pytest.fixture
def api(client: Client) -> Api:
    return Api(client)


@pytest.fixture
def stuck(company: Company) -> Task:
    """A payment of 4,414.90 EUR that was sent; the bank shows a draft."""
    slice_id = armed_payment(company)
    at = moment(datetime.now(UTC) - timedelta(hours=1)).wall
    content = TaskContent(
        title="Pay", message="The portal is not clear.", resolutions=(Resolution.DONE, Resolution.NOT_DONE)
    )
    subject = TaskSubject(kind="payment_unclear", subject_kind="intent", subject_id=slice_id, workflow="w")
    with company.store.change(TENANT, SYSTEM) as work:
        work.case = intent_of(work.connection, TENANT, slice_id).case
        claim(work, slice_id, 1, timedelta(seconds=20), at)
        look = ProbeResult(state=PortalState.UNKNOWN, portal_text="2 rows of that amount", rows_read=17, probed_at=at)
        record_probe(work, slice_id, 1, look)
        task = open_task(work, subject, Role.TREASURER, content, timedelta(hours=8))
    with company.store.read() as view:
        return task_of(view, TENANT, task)


@pytest.fixture
def payment(company: Company) -> str:
    """The reference of a payment that waits for the bank."""
    with company.store.change(TENANT, SYSTEM) as work:
        login = Credential(login="L", password=SecretStr("p"))
        Vault.of(bytes(32)).put(work, "sandbox-bank", login, "oliver.stein")
    slice_id = armed_payment(company)
    with company.store.read() as view:
        return attempt_of(view, TENANT, slice_id, 1).reference


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=shutil.which("chromium"))
        yield opened
        await opened.close()


@pytest.fixture
async def sign_in(browser: Browser, console_url: str) -> AsyncIterator[SignIn]:
    """A browser of one's own for each person. What a script or the content security policy says fails the test."""
    said: list[str] = []

    async def person(login: str, path: str = "/", viewport: ViewportSize = DESK) -> Tab:
        context = await browser.new_context(viewport=viewport, base_url=console_url)
        await context.grant_permissions(["clipboard-read", "clipboard-write"])
        tab = await context.new_page()
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None)
        await tab.goto(path)
        await tab.get_by_label("Login").fill(login)
        await tab.get_by_label("Password").fill(SANDBOX_PASSWORD)
        await tab.get_by_label("Password").press("Enter")
        await tab.get_by_role("main").wait_for()
        return tab

    yield person
    assert said == []

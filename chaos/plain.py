"""How plain Temporal would pay: an activity that clicks and is retried. It pays twice, which is what it is here for.

It lives in the harness alone and refuses every portal but the sandbox's.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import async_playwright
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

with workflow.unsafe.imports_passed_through():
    from activities.portal_bots import heartbeats
    from bots.browser import LAUNCH_ARGUMENTS
    from bots.gate import CommitGate
    from bots.otp import OneTimePasswords
    from bots.portal import PortalAccess
    from bots.portals.sandbox_bank import NAME, BankPages, boundary_of
    from bots.session import Session
    from chaos.announcing import Announcer
    from chaos.points import Point
    from chaos.worker import Bank, OwnCredentials, run_role
    from installation import Installation, wall_clock
    from models.base import Model
    from models.errors import BusinessError
    from models.portal import EvidenceStep, PaymentOrder

QUEUE = "plain"
_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=5)
_START_TO_CLOSE, _HEARTBEAT = timedelta(seconds=60), timedelta(seconds=10)
_LOOPBACK, _SANDBOX_BANK = "127.0.0.1", "Nordhafen Bank"
_PAGE_TIMEOUT = 10_000


class PlainOrder(Model):
    portal: str
    content: PaymentOrder


def require_sandbox(url: str, shown: str) -> None:
    """Raises BusinessError `chaos.not_the_sandbox` unless `url`, which shows `shown`, is a stand-in bank here."""
    if urlsplit(url).hostname != _LOOPBACK or _SANDBOX_BANK not in shown:
        raise BusinessError(
            "chaos.not_the_sandbox", f"{url} is not the sandbox's bank; paying unguarded is for it alone."
        )


@dataclass(frozen=True)
class PlainBots:
    """No claim, no gate, no probe: Playwright, the bank's pages and a retry."""

    house: Installation
    banks: Sequence[Bank]
    announcer: Announcer

    @activity.defn
    async def pay(self, order: PlainOrder) -> None:
        bank = next(bank for bank in self.banks if bank.portal == order.portal)
        with heartbeats():
            async with _ungated_session(bank) as session:
                await self._enter_and_press(bank, order.content, session)
        self.announcer.reach(Point.ACTIVITY_DONE, str(order.content.amount.amount))

    async def _enter_and_press(self, bank: Bank, content: PaymentOrder, session: Session) -> None:
        amount = str(content.amount.amount)
        pages = BankPages(session, self._access(bank))
        await pages.sign_in()
        await pages.enter(content)
        window = await pages.open_confirmation()
        self.announcer.reach(Point.BEFORE_CLICK, amount)
        self.announcer.reach(Point.BEFORE_SENDING, amount)
        await window.get_by_role("button", name="Auftrag ausführen").click()
        await window.get_by_text("Ihr Auftrag wurde angenommen").wait_for()
        self.announcer.reach(Point.ANSWERED, amount)

    def _access(self, bank: Bank) -> PortalAccess:
        # Nothing of the guarded bots is used but how the bank's pages are filled; their browser is never asked for.
        nobody: Any = None
        credentials, passwords = OwnCredentials(self.house, bank), OneTimePasswords(wall_clock)
        return PortalAccess(NAME, nobody, credentials, bank.url, wall_clock, passwords)


class NoEvidence:
    """Keeps nothing."""

    async def record(self, step: EvidenceStep) -> None:
        return None


@asynccontextmanager
async def _ungated_session(bank: Bank) -> AsyncIterator[Session]:
    """A browser of its own, whose gate nobody has put in the way."""
    executable = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    arguments = [*LAUNCH_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    async with async_playwright() as driver:
        chromium = await driver.chromium.launch(executable_path=executable, args=arguments)
        context = await chromium.new_context()
        context.set_default_timeout(_PAGE_TIMEOUT)
        page = await context.new_page()
        await page.goto(f"{bank.url}/anmeldung")
        require_sandbox(bank.url, await page.locator("body").inner_text())
        gate = CommitGate(boundary_of(bank.url), wall_clock)
        yield Session(context, page, gate, NoEvidence(), carries_login=False)
        await chromium.close()


@workflow.defn
class PlainPayment:
    @workflow.run
    async def run(self, order: PlainOrder) -> None:
        await workflow.execute_activity_method(
            PlainBots.pay,
            order,
            start_to_close_timeout=_START_TO_CLOSE,
            heartbeat_timeout=_HEARTBEAT,
            retry_policy=_RETRIES,
        )


def run_plain(environment: Mapping[str, str], log: Path, address: Path, banks: Sequence[Bank]) -> None:
    """A worker of plain payments until SIGTERM."""
    run_role(environment, log, _Plain(address, banks))


@dataclass(frozen=True)
class _Plain:
    address: Path
    banks: Sequence[Bank]

    async def work(self, house: Installation, client: Client, stopped: asyncio.Event) -> None:
        bots = PlainBots(house, self.banks, Announcer(self.address))
        async with Worker(
            client,
            task_queue=QUEUE,
            workflows=[PlainPayment],
            activities=[bots.pay],
            max_concurrent_activities=1,
            workflow_runner=UnsandboxedWorkflowRunner(),
        ):
            await stopped.wait()

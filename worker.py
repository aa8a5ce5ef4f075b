"""Composition root of the workers: settings -> dependencies -> Temporal workers, by role."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import structlog
from pydantic import SecretStr
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker, WorkflowRunner

from activities.approving import Approving
from activities.asking import Asking
from activities.banking import Banking, StatementBots
from activities.canaries import CanaryBots
from activities.edge import BusinessErrors
from activities.invoicing import Invoicing
from activities.mailing import Mailing
from activities.paying import Paying
from activities.payment_files import StorePaymentFiles
from activities.portal_bots import PortalBots
from activities.portal_steps import PortalSteps
from activities.portal_turns import Turns
from activities.purchasing import Purchasing
from activities.registering import ReceiptBots
from activities.scheduling import Scheduling
from activities.selling import Selling
from activities.signing import Signing
from activities.status_reports import StatusReportBots
from activities.typed_codes import TypedCodes
from audit.entry import Actor
from bots.browser import Browser
from bots.by_name import portal_named
from bots.otp import OneTimePasswords
from bots.portal import ActingPortal, PortalAccess
from bots.portals import sandbox_bank, sandbox_bank_b, sandbox_bank_b_signature, sandbox_erp, sandbox_tax
from console.language import read_languages
from console.match_words import detail_words
from console.task_words import task_words
from installation import Installation, wall_clock
from models.errors import BusinessError
from models.ids import FLOWS_QUEUE, bots_queue
from models.message import Notifier
from models.payment_file import BankFileProfile, CharacterSet
from models.portal import (
    ActionPortal,
    CodeKind,
    Credential,
    ReceiptPortal,
    StatementPortal,
    StatusReportPortal,
    WalkedPortal,
)
from notifications.egress import networks
from notifications.notifier import AppriseNotifier
from notifications.render import spoken_language
from notifications.sender import Sender
from store.vault import claim_window
from workflows.announcement import Announcement, AnswerAnnouncement, HeldMessages, TargetTest
from workflows.approval import Approval
from workflows.banking.bank_statement import BankStatement
from workflows.delivery import sweep
from workflows.intake import Intake
from workflows.order_to_cash.sale import Sale
from workflows.portal_action import PortalAction
from workflows.procure_to_pay.purchase import Purchase
from workflows.procure_to_pay.supplier_invoice import SupplierInvoice
from workflows.scheduled_run import ScheduledRun
from workflows.schedules import ScheduleKeeper

WORKFLOWS = (
    Announcement,
    AnswerAnnouncement,
    Approval,
    BankStatement,
    HeldMessages,
    PortalAction,
    Purchase,
    Sale,
    ScheduledRun,
    SupplierInvoice,
    TargetTest,
)
_THREADS = 16
_WAITING_AT_ONCE = 100
"""Pieces of work that wait in a worker for their turn at one portal; further ones wait in the task queue."""
_PLUMBING = Actor(system="portal logins")
_log = structlog.get_logger(__name__)


class WorkerRole(StrEnum):
    FLOWS = "flows"
    """Workflows, their steps on the store, the sweeper and the watched folder."""
    BOTS = "bots"
    """One browser; one session at a time per portal login, whatever other workers there are."""
    ALL = "all"


@dataclass(frozen=True)
class VaultCredentials:
    """The bots' way to a portal's login: opened when it is needed; a login state goes from one case to the next."""

    house: Installation

    async def credential(self, portal: str) -> Credential:
        return await asyncio.to_thread(self._open, portal)

    async def take_login(self, portal: str) -> SecretStr | None:
        return await asyncio.to_thread(self._take_login, portal)

    async def keep_login(self, portal: str, state: SecretStr) -> None:
        await asyncio.to_thread(self._keep_login, portal, state)

    async def claim_window(self, portal: str, window: int) -> bool:
        return await asyncio.to_thread(self._claim_window, portal, window)

    async def typed_code(self, portal: str, kind: CodeKind, said: str) -> SecretStr:
        codes = TypedCodes(self.house.store, wall_clock)
        return await codes.wanted(self.house.settings.tenant, portal, kind, said)

    def _claim_window(self, portal: str, window: int) -> bool:
        with self.house.store.change(self.house.settings.tenant, _PLUMBING) as work:
            return claim_window(work, portal, window)

    def _take_login(self, portal: str) -> SecretStr | None:
        with self.house.store.change(self.house.settings.tenant, _PLUMBING) as work:
            return self.house.vault.take_login(work, portal, wall_clock())

    def _keep_login(self, portal: str, state: SecretStr) -> None:
        with self.house.store.change(self.house.settings.tenant, _PLUMBING) as work:
            self.house.vault.keep_login(work, portal, state, wall_clock())

    def _open(self, portal: str) -> Credential:
        with self.house.store.read() as connection:
            return self.house.vault.get(connection, self.house.settings.tenant, portal)


async def run_worker(
    house: Installation, client: Client, role: WorkerRole, portals: Collection[str] | None = None
) -> None:
    """Works until SIGTERM or SIGINT, then lets running activities end: a claimed commit is never cut off.

    `portals` names those that its bots serve, None all. Raises BusinessError `worker.unknown_portal`.
    """
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with AsyncExitStack() as stack:
        background: list[asyncio.Task[None]] = []
        if role in (WorkerRole.FLOWS, WorkerRole.ALL):
            await stack.enter_async_context(flows_worker(house, client))
            background = [
                asyncio.create_task(sweep(client, house.store)),
                asyncio.create_task(intake(house, client).watch()),
                asyncio.create_task(
                    ScheduleKeeper(client, house.store, house.settings.clock, house.settings.bank_cut_off).run()
                ),
            ]
        if role in (WorkerRole.BOTS, WorkerRole.ALL):
            browser = Browser(_chromium(house), hosts=_portal_hosts(house))
            stack.push_async_callback(browser.stop)
            for worker in bots_workers(house, client, browser, portals):
                await stack.enter_async_context(worker)
        _log.info("worker ready", role=role)
        await stopped.wait()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        _log.info("worker stops", role=role)


def flows_worker(
    house: Installation,
    client: Client,
    wall: Callable[[], datetime] = wall_clock,
    runner: WorkflowRunner | None = None,
) -> Worker:
    """The worker of workflows and steps.

    `runner` is Temporal's sandbox in the tests, where it refuses what could not be replayed. Here it would load every
    workflow's file anew for each case, which is a third of the worker's time.
    """
    store, files, settings = house.store, house.files, house.settings
    mailing = Mailing(store, house.vault, _notifier(house), settings.console_address)
    settle = timedelta(seconds=settings.settle_seconds)
    purchasing, approving = Purchasing(store, files, mailing), Approving(store, mailing, settings.clock)
    invoicing, paying, asking = Invoicing(store, files, settings.inbox_folder), Paying(store), Asking(store, mailing)
    portal_steps, banking = PortalSteps(store, settle, wall), Banking(store, files)
    selling, scheduling = Selling(store, files, mailing), Scheduling(store, settings.bank_cut_off)
    return Worker(
        client,
        task_queue=FLOWS_QUEUE,
        workflows=WORKFLOWS,
        workflow_runner=runner or UnsandboxedWorkflowRunner(),
        activities=[
            purchasing.route_requisition,
            purchasing.close_rejected_requisition,
            purchasing.issue_order,
            purchasing.send_order,
            purchasing.close_completed_order,
            approving.settle_approval,
            approving.notify_stage,
            approving.keep_time,
            approving.remind,
            approving.tell_answer,
            approving.test_target,
            approving.seconds_held,
            approving.send_held,
            invoicing.receive_invoice,
            invoicing.file_away,
            invoicing.match_invoice,
            invoicing.end_invoice,
            invoicing.invoice_state,
            paying.open_posting,
            paying.propose_payment,
            paying.open_payment,
            asking.ask_person,
            asking.read_answer,
            asking.announce_task,
            portal_steps.arm_attempt,
            portal_steps.judge_attempt,
            Signing(store, settings.bank_cut_off).open_signature,
            banking.import_statements,
            selling.route_sale,
            selling.confirm_order,
            selling.close_rejected_sale,
            selling.next_unsent_invoice,
            selling.send_sales_invoice,
            selling.close_settled_sale,
            scheduling.begin_run,
            scheduling.end_canary,
        ],
        activity_executor=ThreadPoolExecutor(_THREADS),
        interceptors=[BusinessErrors()],
    )


def bots_workers(
    house: Installation, client: Client, browser: Browser, wanted: Collection[str] | None = None
) -> Sequence[Worker]:
    """The workers of the portals that are wanted, None for all that this installation knows, all in one browser."""
    settings, credentials = house.settings, VaultCredentials(house)
    bank = sandbox_bank.SandboxBank(browser, credentials, settings.bank_url, settings.bank_known_row, clock=wall_clock)
    profile = BankFileProfile(characters=CharacterSet.GERMAN)
    files = StorePaymentFiles(house.store, settings.tenant, profile)
    bank_b = sandbox_bank_b.SandboxBankB(
        browser, credentials, files, settings.bank_b_url, settings.bank_b_known_row, clock=wall_clock
    )
    signing = sandbox_bank_b_signature.SandboxBankBSignature(
        browser, credentials, settings.bank_b_url, settings.bank_b_known_row, clock=wall_clock
    )
    erp = sandbox_erp.SandboxErp(browser, credentials, settings.erp_url, settings.erp_known_row, clock=wall_clock)
    tax = sandbox_tax.SandboxTax(browser, credentials, settings.tax_url, settings.tax_known_row, clock=wall_clock)
    portals: dict[str, ActionPortal] = {
        sandbox_bank.NAME: bank,
        sandbox_bank_b.NAME: bank_b,
        sandbox_bank_b_signature.NAME: signing,
        sandbox_erp.NAME: erp,
        sandbox_tax.NAME: tax,
    }
    statements: dict[str, StatementPortal] = {sandbox_bank.NAME: bank, sandbox_bank_b.NAME: bank_b}
    receipts = {sandbox_tax.NAME: tax}
    own = _own_portals(house, browser)
    portals |= own
    unknown = sorted(set(wanted or ()) - portals.keys())
    if unknown:
        known = ", ".join(portals)
        raise BusinessError("worker.unknown_portal", f"No bot knows {', '.join(unknown)}; known are {known}.")
    portals = {name: portal for name, portal in portals.items() if wanted is None or name in wanted}
    reports = {sandbox_bank_b.NAME: bank_b}
    walked: dict[str, WalkedPortal] = {
        sandbox_bank.NAME: bank,
        sandbox_bank_b.NAME: bank_b,
        sandbox_bank_b_signature.NAME: signing,
        sandbox_erp.NAME: erp,
        sandbox_tax.NAME: tax,
        **own,
    }
    return portal_workers(
        house,
        client,
        portals,
        statements,
        receipt_portals=receipts,
        report_portals=reports,
        walked_portals=walked,
    )


def _own_portals(house: Installation, browser: Browser) -> dict[str, ActingPortal[Any]]:
    """The portals that only the settings name."""
    credentials, passwords = VaultCredentials(house), OneTimePasswords(wall_clock)
    return {
        name: portal_named(PortalAccess(name, browser, credentials, site.url, wall_clock, passwords), site.known_row)
        for name, site in house.settings.portals.items()
    }


def portal_workers(
    house: Installation,
    client: Client,
    portals: Mapping[str, ActionPortal],
    statement_portals: Mapping[str, StatementPortal],
    wall: Callable[[], datetime] = wall_clock,
    receipt_portals: Mapping[str, ReceiptPortal] = MappingProxyType({}),
    walked_portals: Mapping[str, WalkedPortal] = MappingProxyType({}),
    report_portals: Mapping[str, StatusReportPortal] = MappingProxyType({}),
) -> Sequence[Worker]:
    """A worker per portal. Its grace is longer than a commit may take."""
    commit_window = timedelta(seconds=house.settings.commit_seconds)
    turns = Turns(house.store, f"{socket.gethostname()}/{os.getpid()}", house.settings.clock, wall)
    actions = PortalBots(house.store, house.files, portals, turns, commit_window, wall)
    statements = StatementBots(house.store, house.files, statement_portals, turns)
    receipts = ReceiptBots(house.store, house.files, receipt_portals, turns)
    canaries = CanaryBots(house.store, house.files, walked_portals, turns)
    reports = StatusReportBots(house.store, house.files, report_portals, turns)
    return [
        Worker(
            client,
            task_queue=bots_queue(portal),
            activities=[
                actions.submit,
                actions.probe,
                statements.fetch_statements,
                receipts.archive_receipt,
                reports.archive_status_report,
                canaries.walk,
            ],
            max_concurrent_activities=_WAITING_AT_ONCE,
            graceful_shutdown_timeout=commit_window + timedelta(seconds=20),
            interceptors=[BusinessErrors()],
        )
        for portal in portals
    ]


def intake(house: Installation, client: Client) -> Intake:
    settings = house.settings
    invoicing = Invoicing(house.store, house.files, settings.inbox_folder)
    return Intake(client, invoicing, house.files, settings.tenant, settings.inbox_folder)


def _chromium(house: Installation) -> str | None:
    return str(house.settings.chromium) if house.settings.chromium else None


def _portal_hosts(house: Installation) -> tuple[str, ...]:
    """Nothing else can be reached from the browser, whatever a portal's page asks for."""
    settings = house.settings
    own = (site.url for site in settings.portals.values())
    urls = (settings.bank_url, settings.bank_b_url, settings.erp_url, settings.tax_url, *own)
    return tuple(urlsplit(url).hostname or "" for url in urls)


def _notifier(house: Installation) -> Notifier:
    address = house.settings.notify_url.get_secret_value()
    languages = read_languages()
    return AppriseNotifier(
        Sender(address) if address else None,
        networks(house.settings.notify_inside),
        lambda language, text: task_words(languages[spoken_language(language)], text),
        lambda language, text: detail_words(languages[spoken_language(language)], text),
    )

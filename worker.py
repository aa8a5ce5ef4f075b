"""Composition root of the workers: settings -> dependencies -> Temporal workers, by role."""

import asyncio
import signal
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

import structlog
from temporalio.client import Client
from temporalio.worker import Worker

from activities.approving import Approving
from activities.asking import Asking
from activities.banking import Banking, StatementBots
from activities.edge import BusinessErrors
from activities.invoicing import Invoicing
from activities.mailing import Mailing
from activities.paying import Paying
from activities.portal_bots import PortalBots
from activities.portal_steps import PortalSteps
from activities.purchasing import Purchasing
from activities.registering import ReceiptBots
from activities.selling import Selling
from bots.browser import Browser
from bots.portals import sandbox_bank, sandbox_erp, sandbox_tax
from installation import Installation, wall_clock
from models.ids import FLOWS_QUEUE, bots_queue
from models.message import Notifier
from models.portal import ActionPortal, Credential, ReceiptPortal, StatementPortal
from notifications.notifier import AppriseNotifier, SilentNotifier
from notifications.sender import Sender
from workflows.approval import Approval
from workflows.banking.bank_statement import BankStatement
from workflows.delivery import sweep
from workflows.intake import Intake
from workflows.order_to_cash.sale import Sale
from workflows.portal_action import PortalAction
from workflows.procure_to_pay.purchase import Purchase
from workflows.procure_to_pay.supplier_invoice import SupplierInvoice

WORKFLOWS = (Approval, BankStatement, PortalAction, Purchase, Sale, SupplierInvoice)
_THREADS = 16
_log = structlog.get_logger(__name__)


class WorkerRole(StrEnum):
    FLOWS = "flows"
    """Workflows, their steps on the store, the sweeper and the watched folder."""
    BOTS = "bots"
    """One browser, one session at a time per portal."""
    ALL = "all"


@dataclass(frozen=True)
class VaultCredentials:
    """The bots' way to a credential: opened when it is needed, never kept."""

    house: Installation

    async def credential(self, portal: str) -> Credential:
        return await asyncio.to_thread(self._open, portal)

    def _open(self, portal: str) -> Credential:
        with self.house.store.read() as connection:
            return self.house.vault.get(connection, self.house.settings.tenant, portal)


async def run_worker(house: Installation, client: Client, role: WorkerRole) -> None:
    """Works until SIGTERM or SIGINT, then lets running activities end: a claimed commit is never cut off."""
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
            ]
        if role in (WorkerRole.BOTS, WorkerRole.ALL):
            browser = Browser(_chromium(house), hosts=_portal_hosts(house))
            stack.push_async_callback(browser.stop)
            for worker in bots_workers(house, client, browser):
                await stack.enter_async_context(worker)
        _log.info("worker ready", role=role)
        await stopped.wait()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        _log.info("worker stops", role=role)


def flows_worker(house: Installation, client: Client, wall: Callable[[], datetime] = wall_clock) -> Worker:
    store, files, settings = house.store, house.files, house.settings
    mailing = Mailing(store, _notifier(house), settings.console_address)
    settle = timedelta(seconds=settings.settle_seconds)
    purchasing, approving = Purchasing(store, files, mailing), Approving(store, mailing)
    invoicing, paying, asking = Invoicing(store, files, settings.inbox_folder), Paying(store), Asking(store, mailing)
    portal_steps, banking = PortalSteps(store, settle, wall), Banking(store, files)
    selling = Selling(store, files, mailing)
    return Worker(
        client,
        task_queue=FLOWS_QUEUE,
        workflows=WORKFLOWS,
        activities=[
            purchasing.route_requisition,
            purchasing.close_rejected_requisition,
            purchasing.issue_order,
            purchasing.send_order,
            purchasing.close_completed_order,
            approving.settle_approval,
            approving.notify_stage,
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
            portal_steps.cancel_intent,
            banking.import_statements,
            selling.route_sale,
            selling.confirm_order,
            selling.close_rejected_sale,
            selling.next_unsent_invoice,
            selling.send_sales_invoice,
            selling.close_settled_sale,
        ],
        activity_executor=ThreadPoolExecutor(_THREADS),
        interceptors=[BusinessErrors()],
    )


def bots_workers(house: Installation, client: Client, browser: Browser) -> Sequence[Worker]:
    """The workers of the portals that this installation knows, all in one browser."""
    settings, credentials = house.settings, VaultCredentials(house)
    bank = sandbox_bank.SandboxBank(browser, credentials, settings.bank_url, settings.bank_known_row, clock=wall_clock)
    erp = sandbox_erp.SandboxErp(browser, credentials, settings.erp_url, settings.erp_known_row, clock=wall_clock)
    tax = sandbox_tax.SandboxTax(browser, credentials, settings.tax_url, settings.tax_known_row, clock=wall_clock)
    portals: dict[str, ActionPortal] = {sandbox_bank.NAME: bank, sandbox_erp.NAME: erp, sandbox_tax.NAME: tax}
    receipts = {sandbox_tax.NAME: tax}
    return portal_workers(house, client, portals, {sandbox_bank.NAME: bank}, receipt_portals=receipts)


def portal_workers(
    house: Installation,
    client: Client,
    portals: Mapping[str, ActionPortal],
    statement_portals: Mapping[str, StatementPortal],
    wall: Callable[[], datetime] = wall_clock,
    receipt_portals: Mapping[str, ReceiptPortal] = MappingProxyType({}),
) -> Sequence[Worker]:
    """A worker per portal. Its grace is longer than a commit may take."""
    commit_window = timedelta(seconds=house.settings.commit_seconds)
    actions = PortalBots(house.store, house.files, portals, commit_window, wall)
    statements = StatementBots(house.store, house.files, statement_portals)
    receipts = ReceiptBots(house.store, house.files, receipt_portals)
    return [
        Worker(
            client,
            task_queue=bots_queue(portal),
            activities=[actions.submit, actions.probe, statements.fetch_statements, receipts.archive_receipt],
            max_concurrent_activities=1,
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
    return tuple(urlsplit(url).hostname or "" for url in (settings.bank_url, settings.erp_url, settings.tax_url))


def _notifier(house: Installation) -> Notifier:
    address = house.settings.notify_url.get_secret_value()
    return AppriseNotifier(Sender(address)) if address else SilentNotifier()

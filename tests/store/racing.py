"""The same change tried by many real processes at one moment."""

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import TypeVar

from models.approval import Outcome
from models.errors import BusinessError
from models.work import Lease, WorkItem
from sandbox.opening import open_company
from store.approval_answers import record_decision
from store.approvals import request_of
from store.credit import route_sale
from store.engine import open_engines
from store.intents import claim
from store.invoice_matching import match_invoice
from store.migrate import migrate
from store.numbers import next_number
from store.people import sign_in
from store.portal_turns import take_turn
from store.rule_drafts import draft_of
from store.rule_publishing import publish_draft
from store.sales_orders import sales_order_of
from store.unit_of_work import Store
from tests.console.company import TENANT
from tests.databases import database_in
from tests.store.houses import SYSTEM, signed_in, store_in

R = TypeVar("R")
_NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload([__name__])
_start: Barrier


def race(act: Callable[[Path, str], R], folder: Path, runners: Iterable[str]) -> list[R]:
    """What each of `runners` got, each in a process of its own, all let go at once."""
    names = list(runners)
    barrier = _PROCESSES.Barrier(len(names))
    with ProcessPoolExecutor(len(names), _PROCESSES, initializer=_line_up, initargs=(barrier,)) as pool:
        running = [pool.submit(_run, act, folder, name) for name in names]
        return [each.result(timeout=100) for each in running]


def claim_attempt(folder: Path, slice_id: str) -> bool:
    with _store(folder).change(TENANT, SYSTEM) as work:
        return claim(work, slice_id, 1, timedelta(seconds=20), _NOW) is not None


def take_login(folder: Path, reference: str) -> int:
    """The fence of the one that got the login, 0 of the others."""
    item = WorkItem(reference=reference, portal="sandbox-bank", kind="payment", subject="s", case="", title="Pay")
    found = take_turn(_store(folder), TENANT, item, reference, _NOW, timedelta(seconds=15))
    return found.fence if isinstance(found, Lease) else 0


def match(folder: Path, invoice: str) -> str:
    with _store(folder).change(TENANT, SYSTEM) as work:
        return match_invoice(work, invoice).state


def decide_credit(folder: Path, order: str) -> str:
    with _store(folder).change(TENANT, SYSTEM, order) as work:
        return route_sale(work, sales_order_of(work.connection, TENANT, order)).state


def decide(folder: Path, person_and_request: str) -> str:
    """The words of the refusal; empty for the one whose answer counts."""
    store = _store(folder)
    person, _, request = person_and_request.partition(" ")
    with store.read() as connection:
        digest = request_of(connection, TENANT, request).request.digest
    try:
        record_decision(store, signed_in(store, person), request, Outcome.APPROVE, "", digest)
    except BusinessError as refusal:
        return refusal.message
    return ""


def decide_often(folder: Path, person_and_request: str) -> list[str]:
    """Five answers of one process at once, each by a thread of its own."""
    with ThreadPoolExecutor(5) as threads:
        return list(threads.map(lambda _: decide(folder, person_and_request), range(5)))


def publish_rule(folder: Path, person_and_draft: str) -> str:
    """The words of the refusal; empty for the one that is published."""
    store = _store(folder)
    person, _, draft_id = person_and_draft.partition(" ")
    with store.read() as connection:
        draft = draft_of(connection, TENANT, draft_id)
    try:
        publish_draft(store, signed_in(store, person), draft_id, draft.revision)
    except BusinessError as refusal:
        return str(refusal)
    return ""


def draw_numbers(folder: Path, series: str) -> list[str]:
    store, drawn = _store(folder), []
    for _ in range(5):
        with store.change(TENANT, SYSTEM) as work:
            drawn.append(next_number(work, series))
            work.record("number.drawn", "series", series)
    return drawn


def guess(folder: Path, password: str) -> str:
    try:
        return sign_in(_store(folder), TENANT, "mara.voss", password, timedelta(hours=1))
    except BusinessError:
        return ""


def bring_up_to_date(folder: Path, _: str) -> str:
    engines = open_engines(database_in(folder))
    migrate(engines)
    return engines.writer.url.database or ""


def open_books(folder: Path, _: str) -> None:
    open_company(_store(folder), TENANT)


def _store(folder: Path) -> Store:
    return store_in(folder, lambda: _NOW)


def _line_up(barrier: Barrier) -> None:
    global _start
    _start = barrier


def _run(act: Callable[[Path, str], R], folder: Path, runner: str) -> R:
    _start.wait(timeout=100)
    return act(folder, runner)

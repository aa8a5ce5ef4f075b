"""Tells workflows what the store recorded for them, until it arrived."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from temporalio.client import Client, WorkflowUpdateStage
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import TemporalError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from models.ids import FLOWS_QUEUE
from store.outbox import Message, MessageKind, mark_delivered, undelivered
from store.unfinished import Unfinished, unfinished
from store.unit_of_work import Store

_PATIENCE = timedelta(seconds=5)
_AT_ONCE = 16
_COMPARISON_SECONDS = 300.0
_log = structlog.get_logger(__name__)


async def deliver_pending(client: Client, store: Store) -> int:
    """Delivers everything that waits and returns how much arrived; what did not stays for the next time."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(message: Message) -> bool:
        async with turns:
            return await _delivered(client, store, message)

    return sum(await asyncio.gather(*map(in_turn, await asyncio.to_thread(_undelivered, store))))


@dataclass
class Deliverer:
    """Delivers what waits, with a client made when it is first needed. Never raises: the sweeper tries again."""

    connect: Callable[[], Awaitable[Client]]
    store: Store
    _client: Client | None = field(default=None, init=False)

    async def __call__(self) -> None:
        try:
            self._client = self._client or await self.connect()
            await deliver_pending(self._client, self.store)
        except (TemporalError, RuntimeError, OSError) as error:
            _log.warning("left to the sweeper", problem=str(error)[:500])


async def start_missing(client: Client, store: Store) -> int:
    """Compares the two worlds: starts what is open in the store and runs nowhere; how many that were.

    A server that lost its history, and a workflow that somebody terminated, are healed by this: every step finds in
    the store what was done already.
    """
    started = 0
    for missing in await asyncio.to_thread(_unfinished, store):
        try:
            await client.start_workflow(
                missing.workflow,
                missing.argument,
                id=missing.workflow_id,
                task_queue=FLOWS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
                rpc_timeout=_PATIENCE,
            )
        except WorkflowAlreadyStartedError:
            continue
        _log.warning("started anew, it was open in the store and ran nowhere", workflow=missing.workflow_id)
        started += 1
    return started


async def sweep(client: Client, store: Store, pause: float = 0.25) -> None:
    """Delivers for ever and compares the two worlds now and then. A failure is logged and tried again."""
    next_comparison = time.monotonic()
    while True:
        try:
            await deliver_pending(client, store)
            if time.monotonic() >= next_comparison:
                await start_missing(client, store)
                next_comparison = time.monotonic() + _COMPARISON_SECONDS
        except Exception as error:
            _log.error("the sweeper stumbled", problem=str(error)[:500])
            await asyncio.sleep(5)
        await asyncio.sleep(pause)


def _unfinished(store: Store) -> tuple[Unfinished, ...]:
    with store.read() as connection:
        return unfinished(connection)


def _undelivered(store: Store) -> tuple[Message, ...]:
    with store.read() as connection:
        return undelivered(connection)


async def _delivered(client: Client, store: Store, message: Message) -> bool:
    """Whether `message` arrived; one that has to wait holds up no other."""
    try:
        problem = await _deliver(client, message)
    except TemporalError as error:
        _log.warning("not delivered yet", workflow=message.workflow_id, kind=message.kind, problem=str(error)[:200])
        return False
    await asyncio.to_thread(mark_delivered, store, message, problem)
    return True


async def _deliver(client: Client, message: Message) -> str:
    """Why the message can never arrive, "" when it did. Raises RPCError when it may arrive later."""
    try:
        match message.kind:
            case MessageKind.START:
                await _start(client, message)
            case MessageKind.CHANGED:
                handle = client.get_workflow_handle(message.workflow_id)
                await handle.signal("changed", rpc_timeout=_PATIENCE)
            case MessageKind.DECIDE:
                handle = client.get_workflow_handle(message.workflow_id)
                await handle.start_update(
                    "decide",
                    message.argument,
                    id=message.id,
                    wait_for_stage=WorkflowUpdateStage.ACCEPTED,
                    rpc_timeout=_PATIENCE,
                )
    except RPCError as error:
        # The workflow is over or not there yet; either way it reads the store before it waits.
        if error.status is RPCStatusCode.NOT_FOUND:
            return "no workflow waits for it"
        raise
    return ""


async def _start(client: Client, message: Message) -> None:
    try:
        await client.start_workflow(
            message.workflow,
            message.argument,
            id=message.workflow_id,
            task_queue=FLOWS_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            rpc_timeout=_PATIENCE,
        )
    except WorkflowAlreadyStartedError:
        _log.info("started before", workflow=message.workflow_id)

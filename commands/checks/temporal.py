"""The Temporal server: reachable, with our namespace, and with workers that ask it for work."""

import asyncio
import socket
from collections.abc import Iterator

from commands.checks.books import portals_of
from commands.checks.result import Check, broken, ok
from models.ids import FLOWS_QUEUE, bots_queue
from settings import Settings
from store.health import DatabaseUnreachable
from workflows.client import connect
from workflows.polling import NoAnswer, has_namespace, pollers

_PATIENCE_SECONDS = 10
_NO_SERVER = "Start the Temporal server and look at TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and its TLS settings."


def check_temporal(settings: Settings) -> Iterator[Check]:
    """Reachable, and with a worker at every queue of this installation."""
    polled = _polled_queues(settings)
    if isinstance(polled, Check):
        yield polled
        return
    yield ok("temporal", "The Temporal server answers and knows the namespace.")
    for queue, workers in polled.items():
        yield _queue(queue, workers)


def check_own_worker(settings: Settings) -> Iterator[Check]:
    """Whether a worker of this very machine asks for work: what the health check of its container wants to know."""
    polled = _polled_queues(settings)
    if isinstance(polled, Check):
        yield polled
        return
    here = socket.gethostname()
    queues = [queue for queue, workers in polled.items() if any(each.endswith(f"@{here}") for each in workers)]
    if queues:
        yield ok("worker", f"A worker of this machine asks for work at: {', '.join(queues)}.")
    else:
        found = f"No worker of this machine ({here}) asked for work in the last five minutes."
        yield broken("worker", found, "Start one with `tallywright worker`; its log says why it ended.")


def _polled_queues(settings: Settings) -> dict[str, frozenset[str]] | Check:
    """The workers at each queue, or what keeps us from knowing."""
    try:
        portals = portals_of(settings)
    except DatabaseUnreachable:
        portals = ()
    try:
        return asyncio.run(_ask([FLOWS_QUEUE, *map(bots_queue, portals)]))
    except (NoAnswer, TimeoutError, OSError, RuntimeError, ValueError) as error:
        reason = str(error).splitlines()[0][:300] if str(error) else f"no answer within {_PATIENCE_SECONDS} seconds"
        return broken("temporal", f"The Temporal server cannot be used: {reason}", _NO_SERVER)


async def _ask(queues: list[str]) -> dict[str, frozenset[str]]:
    async with asyncio.timeout(_PATIENCE_SECONDS):
        client = await connect()
        if not await has_namespace(client):
            raise NoAnswer(f"it has no namespace {client.namespace!r}")
        return {queue: await pollers(client, queue) for queue in queues}


def _queue(queue: str, workers: frozenset[str]) -> Check:
    if workers:
        return ok(f"queue.{queue}", f"{len(workers)} workers ask for work: {', '.join(sorted(workers))}.")
    role = "flows" if queue == FLOWS_QUEUE else "bots"
    found = "No worker asked for work in the last five minutes: what waits there stands still, and nothing is lost."
    return broken(f"queue.{queue}", found, f"Start `tallywright worker --role {role}`; its log says why it ended.")

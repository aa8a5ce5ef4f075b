"""Does what befalls a payment, when its process has reached the point."""

import asyncio
import signal
import time
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from temporalio.client import Client

from activities.references import IntentRef
from chaos.announcing import Arrival
from chaos.oracle import booked
from chaos.payment import Payment
from chaos.points import Blow, Point
from chaos.stack import ChaosStack
from models.ids import FLOWS_QUEUE
from sandbox.faults import ENTRY_FAULTS, Fault, set_fault
from store.intents import last_attempt
from workflows.portal_action import PortalAction

_LONGEST_FREEZE = 45.0
_PAUSE = 0.05
_BOOKED_WITHIN = 10.0
_ANSWER_SECONDS = "3"
"""How long the bank holds its answer back where something has to happen before it."""


def subject_of(fault: Fault, payment: Payment) -> str:
    """What limits a fault to this payment, as far as the bank can tell when it happens."""
    if fault is Fault.LONG_LIST:
        return ""
    return payment.bill.payee_iban if fault in ENTRY_FAULTS else payment.amount


@dataclass
class Striker:
    stack: ChaosStack
    client: Client
    _restarting: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)
    _background: set[asyncio.Task[None]] = field(default_factory=set, init=False)
    _outside: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    def prepare(self, payment: Payment) -> None:
        """Lets the bank do its part, where the harm needs one."""
        harm, file = payment.harm, payment.bank.ledger
        if harm.fault is not None:
            set_fault(file, harm.fault, match=subject_of(harm.fault, payment), argument=harm.argument)
        elif harm.point is Point.AFTER_SENDING:
            set_fault(file, Fault.ANSWER_SLOWLY, match=payment.amount, argument=_ANSWER_SECONDS)
        elif harm.needs_a_person:
            set_fault(file, Fault.CHANGE_PAYEE_ACCOUNT, match=payment.amount)

    async def arrived(self, payment: Payment, arrival: Arrival) -> None:
        """Strikes when this is the payment's point; the process waits until this returns."""
        if payment.struck:
            return
        if payment.harm.is_silence and arrival.point is Point.ANSWERED:
            payment.struck = True
            set_fault(payment.bank.ledger, Fault.MAINTENANCE, times=-1)
        elif payment.harm.point is Point.AFTER_SENDING and arrival.point is Point.BEFORE_SENDING:
            payment.struck = True
            self._meanwhile(self._strike_once_booked(payment, arrival))
        elif payment.harm.point is arrival.point:
            payment.struck = True
            await self.strike(payment, arrival)

    async def strike(self, payment: Payment, arrival: Arrival) -> None:
        match payment.harm.blow:
            case Blow.KILL_WORKER:
                self._end_worker(arrival.pid, signal.SIGKILL)
            case Blow.TERMINATE:
                self._end_worker(arrival.pid, signal.SIGTERM)
            case Blow.KILL_BROWSER:
                await asyncio.to_thread(self.stack.kill_browser_of, arrival.pid)
            case Blow.KILL_DRIVER:
                await asyncio.to_thread(self.stack.kill_driver_of, arrival.pid)
            case Blow.KILL_SERVER:
                self._meanwhile(self.restart("temporal"))
            case Blow.KILL_CONSOLE:
                self._meanwhile(self.restart("console"))
            case Blow.KILL_BANK:
                self._meanwhile(self.restart(payment.bank.process))
            case Blow.FREEZE | Blow.FREEZE_LONG:
                await self._freeze(payment, arrival)
            case Blow.TWICE:
                await self._start_by_hand(payment)

    async def restart(self, name: str) -> None:
        """Kills a process that is no worker and starts it again; one after the other."""
        async with self._outside:
            await asyncio.to_thread(self.stack.restart, name)

    async def settled(self) -> None:
        """Returns when every process is back."""
        while waiting := [*self._background, *self._restarting.values()]:
            await asyncio.gather(*waiting)

    def unexpected_ends(self) -> list[str]:
        """Workers that ended although nothing was done to them."""
        return [name for name in self.stack.workers_ended() if name not in self._restarting]

    def _end_worker(self, pid: int, number: signal.Signals) -> None:
        name = self.stack.worker_named(pid)
        # Another blow may have ended it at this very point.
        if name and name not in self._restarting:
            self.stack.signal_worker(name, number)
            task = asyncio.create_task(self.stack.restart_worker(name))
            self._restarting[name] = task
            task.add_done_callback(lambda _: self._restarting.pop(name))

    async def _freeze(self, payment: Payment, arrival: Arrival) -> None:
        name = self.stack.worker_named(arrival.pid)
        if not name:
            return
        await self._stop(name)
        try:
            if payment.harm.blow is Blow.FREEZE:
                await self._deadline_passed(payment)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(payment.over.wait(), _LONGEST_FREEZE)
        finally:
            self.stack.signal_worker(name, signal.SIGCONT)

    async def _stop(self, name: str) -> None:
        """Freezes the worker at a moment at which none of its threads holds the database's one write lock: everything
        else would wait for it, which is another trial than this one."""
        self.stack.signal_worker(name, signal.SIGSTOP)
        while not await asyncio.to_thread(self.stack.is_writable):
            self.stack.signal_worker(name, signal.SIGCONT)
            await asyncio.sleep(_PAUSE)
            self.stack.signal_worker(name, signal.SIGSTOP)

    async def _deadline_passed(self, payment: Payment) -> None:
        with self.stack.house.store.read() as view:
            found = last_attempt(view, self.stack.house.settings.tenant, payment.slice)
        if found is not None and found.deadline is not None:
            await asyncio.sleep((found.deadline - datetime.now(UTC)).total_seconds() + _PAUSE)

    async def _strike_once_booked(self, payment: Payment, arrival: Arrival) -> None:
        deadline = time.monotonic() + _BOOKED_WITHIN
        while all(row.payee_iban != payment.bill.payee_iban for row in booked(payment.bank.ledger)):
            if time.monotonic() > deadline:
                # It did not get that far; the next try may.
                payment.struck = False
                return
            await asyncio.sleep(_PAUSE)
        await self.strike(payment, arrival)

    async def _start_by_hand(self, payment: Payment) -> None:
        ref = IntentRef(tenant=self.stack.house.settings.tenant, slice=payment.slice)
        await self.client.start_workflow(PortalAction.run, ref, id=f"by-hand-{payment.number}", task_queue=FLOWS_QUEUE)

    def _meanwhile(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

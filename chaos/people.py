"""The treasurer, who answers what is asked about a payment, through the console as anybody would."""

import asyncio
from dataclasses import dataclass

import httpx

from chaos.announcing import Arrival
from chaos.oracle import finish_draft
from chaos.payment import Payment
from chaos.points import DRAFTS, Point
from chaos.stack import ChaosStack
from chaos.striking import Striker
from models.task import Resolution
from sandbox.demo.office import Office
from store.masters import local_day
from store.tasks import Task, task_of

_ATTESTS = "sofia.brandt"
_WILLING = (Resolution.LOOK_AGAIN, Resolution.TRY_AGAIN)
"""What the harness may answer: neither says anything that the portal does not show."""
_PAUSE = 0.5


@dataclass(frozen=True)
class Treasurer:
    stack: ChaosStack
    striker: Striker
    office: Office

    def is_willing(self, task: Task) -> bool:
        return any(each in task.content.resolutions for each in _WILLING)

    async def answer(self, payment: Payment, task: Task) -> None:
        """Settles `task`; the console may be killed meanwhile, and is asked again until it has recorded the answer."""
        if payment.harm.fault in DRAFTS:
            today = local_day(self.stack.house.store.now(), payment.bank.entity)
            finish_draft(payment.bank.ledger, payment.bill.payee_iban, today)
        resolution = next(each for each in _WILLING if each in task.content.resolutions)
        pressing = asyncio.create_task(self._press(task, resolution))
        await self._pass(payment, Point.DECISION_ON_ITS_WAY)
        await pressing
        await self._pass(payment, Point.DECISION_RECORDED)

    async def _pass(self, payment: Payment, point: Point) -> None:
        await self.striker.arrived(payment, Arrival(point, payment.slice, pid=0))

    async def _press(self, task: Task, resolution: Resolution) -> None:
        """Until it is recorded; whoever waits for the payment sets the limit."""
        while self._is_open(task):
            try:
                await asyncio.to_thread(self.office.settle, _ATTESTS, task.id, resolution, "Looked into it.")
                return
            except httpx.HTTPError:
                await asyncio.sleep(_PAUSE)

    def _is_open(self, task: Task) -> bool:
        with self.stack.house.store.read() as view:
            return task_of(view, self.stack.house.settings.tenant, task.id).state == "open"

"""Payments as plain Temporal would make them, harmed and counted like the product's own."""

import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError

from chaos.announcing import Arrival, listening
from chaos.obligations import Bill, purchase
from chaos.oracle import End, booked, ends
from chaos.payment import Payment
from chaos.plain import QUEUE, PlainOrder, PlainPayment
from chaos.plan import Harm
from chaos.points import Blow, Point
from chaos.report import PaymentsReport
from chaos.stack import BankHouse, ChaosStack, ports_for
from chaos.striking import Striker
from finance.obligation import attempt_reference
from models.money import Money
from models.portal import PaymentOrder
from sandbox.faults import Fault
from store.masters import local_day

_PAUSE = 0.5
_PATIENCE = timedelta(minutes=10)
_POINTS = (Point.BEFORE_CLICK, Point.AFTER_SENDING, Point.ANSWERED, Point.ACTIVITY_DONE)
_BLOWS = (Blow.KILL_WORKER, Blow.KILL_BROWSER, Blow.KILL_SERVER)
_FAULTS = (
    Fault.TIME_OUT_AFTER_ACCEPTING,
    Fault.TIME_OUT_WITHOUT_ACCEPTING,
    Fault.DROP_AFTER_ACCEPTING,
    Fault.DROP_WITHOUT_ACCEPTING,
    Fault.ERROR_AFTER_ACCEPTING,
    Fault.ERROR_WITHOUT_ACCEPTING,
)


def harms_of_unguarded(runs: int, seed: int) -> tuple[Harm, ...]:
    """The harm of each of `runs` payments: those of the guarded ones that plain payments can meet."""
    chance = random.Random(seed)  # noqa: S311 - to be repeated, not secret
    known = [
        *(Harm(point, blow) for point in _POINTS for blow in _BLOWS),
        *(Harm(fault=fault) for fault in _FAULTS),
    ]
    drawn: list[Harm] = []
    while len(drawn) < runs:
        drawn += chance.sample(known, len(known))
    return tuple(drawn[:runs])


async def run_unguarded_leg(harms: Sequence[Harm]) -> PaymentsReport:
    """One payment for each of `harms`, one after the other, at one bank of the sandbox."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        stack = ChaosStack(Path(folder), ports_for(1), 1)
        try:
            await asyncio.to_thread(stack.open)
            client = await Client.connect(stack.temporal, data_converter=pydantic_data_converter)
            return await _Leg(stack, client, _payments(stack.banks[0], harms)).run()
        finally:
            await asyncio.to_thread(stack.stop)


def _payments(bank: BankHouse, harms: Sequence[Harm]) -> list[Payment]:
    payments = []
    for number, harm in enumerate(harms, 1):
        wanted = purchase(number, bank.entity)
        name, payee = f"plain-{number}", wanted.vendor.account.iban
        bill = Bill(name, name, name, wanted.price, "", payee)
        payments.append(Payment(number, harm, bank, bill, "", name))
    return payments


@dataclass
class _Leg:
    stack: ChaosStack
    client: Client
    payments: list[Payment]
    striker: Striker = field(init=False)
    _by_amount: dict[str, Payment] = field(init=False)

    def __post_init__(self) -> None:
        self.striker = Striker(self.stack, self.client)
        self._by_amount = {payment.amount: payment for payment in self.payments}

    async def run(self) -> PaymentsReport:
        async with listening(self.stack.announcements, self._arrived):
            self.stack.start_worker("plain")
            for payment in self.payments:
                self.striker.prepare(payment)
                await self._pay(payment)
            await self.striker.settled()
            await self.stack.end_workers()
        found = Counter(
            ends([(payment.bill, payment.asked) for payment in self.payments], booked(self.payments[0].bank.ledger))
        )
        faults = Counter(payment.harm.name for payment in self.payments if payment.struck or payment.harm.fault)
        return PaymentsReport(runs=len(self.payments), faults=dict(faults), **{end.value: found[end] for end in End})

    async def _arrived(self, arrival: Arrival) -> None:
        if payment := self._by_amount.get(arrival.key):
            await self.striker.arrived(payment, arrival)

    async def _pay(self, payment: Payment) -> None:
        """Until the workflow is over; one that gave up is left to whoever looks into Temporal's history."""
        order = PlainOrder(portal=payment.bank.entity.bank_portal, content=self._order(payment))
        while True:
            try:
                running = await self._started(payment, order)
                await running.result()
            except WorkflowFailureError:
                return
            except RPCError:
                await asyncio.sleep(_PAUSE)
            else:
                return

    async def _started(self, payment: Payment, order: PlainOrder) -> WorkflowHandle[PlainPayment, None]:
        """The one run of the payment's workflow, started or running or over: the harness itself pays nothing twice."""
        try:
            return await self.client.start_workflow(
                PlainPayment.run,
                order,
                id=payment.slice,
                task_queue=QUEUE,
                execution_timeout=_PATIENCE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return self.client.get_workflow_handle_for(PlainPayment.run, payment.slice)

    def _order(self, payment: Payment) -> PaymentOrder:
        wanted = purchase(payment.number, payment.bank.entity)
        return PaymentOrder(
            reference=attempt_reference(self.stack.house.settings.tenant, payment.slice, 1),
            payer_iban=payment.bank.entity.iban,
            payee=wanted.vendor.account,
            amount=Money(amount=wanted.price, currency="EUR"),
            remittance=f"Invoice {payment.slice}",
            execution_date=local_day(self.stack.house.store.now(), payment.bank.entity),
        )

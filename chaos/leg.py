"""Some payments on a fresh installation: prepared, harmed, answered for, and counted in the banks' ledgers."""

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import TemporalError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from activities.paying import ApprovedInvoice
from activities.references import InvoiceRef
from chaos.announcing import Arrival, listening
from chaos.approved_payment import QUEUE, ApprovedPayment
from chaos.obligations import Obligations, purchase
from chaos.oracle import End, booked, ends, faults_taken
from chaos.payment import Payment
from chaos.people import Treasurer
from chaos.plan import Harm
from chaos.points import SILENT, STATEMENTS, Point
from chaos.report import PaymentsReport
from chaos.stack import BankHouse, ChaosStack, ports_for
from chaos.striking import Striker, subject_of
from models.ids import payment_slice
from models.payment import AttemptState
from sandbox.demo.office import Office
from sandbox.stack import StackError
from store.intents import last_attempt
from store.masters import local_day
from store.statements import reconciled_slices, request_statement
from store.tasks import Task, tasks_about

IN_FLIGHT = 2
"""Payments at once for each bank: while one waits for its deadline, another is entered."""
_NEWS = frozenset({Point.OUTCOME_KEPT, Point.TASK_OPENED, Point.STATEMENT_IMPORTED})
_LOOK_SECONDS = 1.0
_PATIENCE = 600.0
_MOST_ANSWERS = 6
_ANSWERS_TO_SILENCE = 1
_REQUESTER = "marek.hansen"


async def run_leg(harms: Sequence[Harm], first: int, banks: int) -> PaymentsReport:
    """One payment for each of `harms`, numbered from `first`. Raises StackError when a process ends by itself."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        stack = ChaosStack(Path(folder), ports_for(banks), banks)
        try:
            await asyncio.to_thread(stack.open)
            payments = await asyncio.to_thread(_prepared, stack, harms, first)
            stack.start("console")
            await asyncio.to_thread(stack.wait_until_reachable, "console")
            with closing(Office(stack.ports.url("console"))) as office:
                return await _Leg(stack, payments, await _client(stack), office).run()
        finally:
            await asyncio.to_thread(stack.stop)


async def _client(stack: ChaosStack) -> Client:
    return await Client.connect(stack.temporal, data_converter=pydantic_data_converter)


def _prepared(stack: ChaosStack, harms: Sequence[Harm], first: int) -> list[Payment]:
    """Everything up to the release of each payment."""
    office = Obligations(stack.house)
    payments = []
    for number, harm in enumerate(harms, first):
        bank = stack.banks[number % len(stack.banks)]
        wanted = purchase(number, bank.entity)
        office.add_vendor_of(wanted)
        bill = office.billed(wanted)
        payments.append(Payment(number, harm, bank, bill, office.release_of(bill), payment_slice(bill.invoice)))
    office.hold_messages()
    return payments


@dataclass
class _Leg:
    stack: ChaosStack
    payments: list[Payment]
    client: Client
    office: Office
    striker: Striker = field(init=False)
    treasurer: Treasurer = field(init=False)
    _by_key: dict[str, Payment] = field(init=False)
    _wanting_statement: dict[str, Payment] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.striker = Striker(self.stack, self.client)
        self.treasurer = Treasurer(self.stack, self.striker, self.office)
        self._by_key = {key: each for each in self.payments for key in (each.slice, each.amount)}

    @property
    def tenant(self) -> str:
        return self.stack.house.settings.tenant

    async def run(self) -> PaymentsReport:
        async with listening(self.stack.announcements, self._arrived):
            self.stack.start_workers()
            watching, paying = asyncio.create_task(self._watch()), asyncio.create_task(self._pay())
            # Watching ends only by raising, and then there is nothing to wait for any more.
            done, pending = await asyncio.wait({watching, paying}, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
            for task in done:
                task.result()
            await self._end_workers()
        return self._report()

    async def _arrived(self, arrival: Arrival) -> None:
        holders = self._wanting_statement if arrival.point in STATEMENTS else self._by_key
        payment = holders.get(arrival.key)
        if payment is None:
            return
        if arrival.point in _NEWS:
            payment.news.set()
        await self.striker.arrived(payment, arrival)

    async def _pay(self) -> None:
        await asyncio.gather(*(self._pay_through(bank) for bank in self.stack.banks))
        await self.striker.settled()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if ended := self.striker.unexpected_ends():
                raise StackError("\n".join(f"{name} ended by itself:\n{self.stack.log_tail(name)}" for name in ended))

    async def _pay_through(self, bank: BankHouse) -> None:
        """All payments of one bank, some at once; what makes the bank silent for good comes last."""
        mine = [payment for payment in self.payments if payment.bank is bank]
        turns = asyncio.Semaphore(IN_FLIGHT)

        async def in_turn(payment: Payment) -> None:
            async with turns:
                await self._carry_through(payment)

        await asyncio.gather(*(in_turn(payment) for payment in mine if not payment.harm.is_silence))
        await asyncio.gather(*(in_turn(payment) for payment in mine if payment.harm.is_silence))

    async def _carry_through(self, payment: Payment) -> None:
        self.striker.prepare(payment)
        try:
            async with asyncio.timeout(_PATIENCE):
                await self._start(payment)
                await self._until_over(payment)
                payment.over.set()
                if payment.harm.needs_a_statement:
                    await self._until_reconciled(payment)
        except TimeoutError:
            _say(f"payment {payment.number} ({payment.harm.name}) did not end: {self._story(payment)}")
        finally:
            payment.over.set()

    async def _start(self, payment: Payment) -> None:
        ref = InvoiceRef(tenant=self.tenant, invoice=payment.bill.invoice)
        released = ApprovedInvoice(ref=ref, approval=payment.release)
        while True:
            try:
                await self.client.start_workflow(
                    ApprovedPayment.run, released, id=f"chaos-{payment.number}", task_queue=QUEUE
                )
            except WorkflowAlreadyStartedError:
                return
            except (RPCError, TemporalError):
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                return

    async def _until_over(self, payment: Payment) -> None:
        """Until the payment is executed or a person is asked who cannot help."""
        answers = 0
        while not payment.executed and not payment.asked:
            payment.news.clear()
            payment.executed = self._is_executed(payment)
            if task := self._open_task(payment):
                most = _ANSWERS_TO_SILENCE if payment.harm.is_silence else _MOST_ANSWERS
                if answers >= most or not self.treasurer.is_willing(task):
                    payment.asked = True
                else:
                    answers += 1
                    await self.treasurer.answer(payment, task)
            elif not payment.executed:
                await _heard(payment.news)

    async def _until_reconciled(self, payment: Payment) -> None:
        self._wanting_statement[payment.bank.entity.iban] = payment
        who = Obligations(self.stack.house).signed_in(_REQUESTER)
        day = local_day(self.stack.house.store.now(), payment.bank.entity)
        await asyncio.to_thread(request_statement, self.stack.house.store, who, payment.bank.entity.id, day)
        while not self._is_reconciled(payment):
            await _heard(payment.news)
            payment.news.clear()

    async def _end_workers(self) -> None:
        """Asks every worker to end, so that nothing that is still under way is missed."""
        codes = await self.stack.end_workers()
        if bad := {name: code for name, code in codes.items() if code}:
            raise StackError(f"workers ended badly when asked to: {bad}")

    def _report(self) -> PaymentsReport:
        found = Counter[End]()
        for bank in self.stack.banks:
            mine = [payment for payment in self.payments if payment.bank is bank]
            for payment, end in zip(
                mine, ends([(each.bill, each.asked) for each in mine], booked(bank.ledger)), strict=True
            ):
                found[self._end(payment, end)] += 1
        self._verify_log()
        return PaymentsReport(
            runs=len(self.payments), faults=dict(self._done()), **{end.value: found[end] for end in End}
        )

    def _done(self) -> Counter[str]:
        """What was done to the payments. What was to be done and was not is said."""
        done = Counter[str]()
        for bank in self.stack.banks:
            taken = faults_taken(bank.ledger)
            for payment in (each for each in self.payments if each.bank is bank):
                harm = payment.harm
                happened = harm.fault is not None and taken[harm.fault, subject_of(harm.fault, payment)] > 0
                names = [harm.blow_name if payment.struck else "", harm.fault_name if happened else ""]
                names.append(SILENT if harm.is_silence and payment.struck else "")
                done.update(filter(None, names))
                if missed := {harm.blow_name, harm.fault_name} - {*names, ""}:
                    _say(f"payment {payment.number} came by without {', '.join(missed)}")
        return done

    def _end(self, payment: Payment, end: End) -> End:
        """`end`, unless we do not know ourselves that it was paid: such a payment is lost to us."""
        lost = end is End.PAID_ONCE and not self._is_executed(payment)
        if lost or end not in (End.PAID_ONCE, End.WITH_A_PERSON):
            _say(f"payment {payment.number} ({payment.harm.name}) is {end}: {self._story(payment)}")
        return End.LOST if lost else end

    def _verify_log(self) -> None:
        house = self.stack.house
        with house.store.read() as view:
            found = house.store.log.verify(view, self.tenant, house.verifier)
        if not found.ok:
            raise StackError(f"the audit log is damaged at {found.first_bad}: {found.detail}")

    def _is_executed(self, payment: Payment) -> bool:
        with self.stack.house.store.read() as view:
            found = last_attempt(view, self.tenant, payment.slice)
        return found is not None and found.state is AttemptState.EXECUTED

    def _open_task(self, payment: Payment) -> Task | None:
        with self.stack.house.store.read() as view:
            about = tasks_about(view, self.tenant, "intent", payment.slice)
        return next((task for task in about if task.state == "open"), None)

    def _is_reconciled(self, payment: Payment) -> bool:
        with self.stack.house.store.read() as view:
            return payment.slice in reconciled_slices(view, self.tenant)

    def _story(self, payment: Payment) -> str:
        with self.stack.house.store.read() as view:
            attempt = last_attempt(view, self.tenant, payment.slice)
            tasks = tasks_about(view, self.tenant, "intent", payment.slice)
        asked = [f"{task.kind} {task.state} {task.content.message}" for task in tasks]
        return f"struck={payment.struck} {attempt} {asked}"


async def _heard(news: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(news.wait(), _LOOK_SECONDS)
    except TimeoutError:
        return


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()

"""Messages to people and vendors: each is sent once, and its result is on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from activities.delivering import UNREACHABLE, Delivering, Parcel
from activities.wording import Told, Wording
from audit.entry import Actor
from finance.delegation import representatives_of
from models.approval import ApprovalRequest
from models.base import Model
from models.message import Attachment, DeliveryFailed, NotConfigured, Notice, Notifier
from models.party import Customer, LegalEntity, Person, Vendor
from models.purchasing import PurchaseOrder
from models.sales import SalesInvoice
from store.approvals import request_of
from store.delegations import delegations
from store.held_messages import RELEASED, REPLACED, HeldMessage, held_messages, held_until, hold, let_go
from store.notices import is_sent, keep_result
from store.people import people, person_of
from store.reads import View
from store.targets import policy_of, targets_of
from store.tasks import Task
from store.unit_of_work import Store
from store.vault import Vault

_MAIL = Actor(system="notifications")


class OrderMail(Model):
    tenant: str
    case: str
    order: PurchaseOrder
    contact: Person
    buyer: LegalEntity
    vendor: Vendor
    pdf: bytes
    ubl: bytes


class SalesInvoiceMail(Model):
    tenant: str
    case: str
    invoice: SalesInvoice
    customer: Customer
    pdf: bytes
    ubl: bytes


@dataclass(frozen=True)
class Occasion:
    """Why people are told something: about which request or task, and under which name, which is told once."""

    case: str
    subject: str
    name: str
    template: str
    is_urgent: bool = False
    """Quiet hours and digests do not hold it."""
    is_alarm: bool = False
    """It says that somebody is not reached."""


@dataclass(frozen=True)
class Mailing:
    store: Store
    vault: Vault
    notifier: Notifier
    console_address: str

    def ask_for_approval(self, tenant: str, request_id: str, stage: int) -> None:
        """One message to everyone of the stage and to whoever stands in for one of them.

        Raises DeliveryFailed after all were tried.
        """
        with self.store.read() as connection:
            request = request_of(connection, tenant, request_id).request
            asked = _asked(connection, tenant, request, stage, self.store.now())
            values = self._wording.request(connection, tenant, request)
            told = [(person_of(connection, tenant, person), values) for person in asked]
        self._send_all(tenant, Occasion(request.case, request_id, f"{request_id}.{stage}", "approval_wanted"), told)

    def remind(self, tenant: str, request_id: str, stage: int, person: str, number: int) -> None:
        """The same message again, as the person's reminder `number`, unless it was decided meanwhile.

        Raises DeliveryFailed.
        """
        with self.store.read() as connection:
            stored = request_of(connection, tenant, request_id)
            told = [(person_of(connection, tenant, person), self._wording.request(connection, tenant, stored.request))]
        if stored.state == "pending":
            name = f"{request_id}.{stage}.{number}"
            self._send_all(tenant, Occasion(stored.request.case, request_id, name, "approval_wanted"), told)

    def tell_answer(self, tenant: str, request_id: str) -> None:
        """What was decided: to whoever asked for it, and once it is over to everybody who was asked and need not answer
        any more. Raises DeliveryFailed after all were tried."""
        with self.store.read() as connection:
            answer, told = self._wording.answer(connection, tenant, request_id)
            case = request_of(connection, tenant, request_id).request.case
        name = f"{request_id}.answer.{answer}"
        self._send_all(tenant, Occasion(case, request_id, name, "approval_decided"), told)

    def send_held(self, tenant: str, person_id: str, due_at: datetime) -> None:
        """What a person was held until `due_at`, as far as it still matters: several in one message.

        Raises DeliveryFailed.
        """
        parts: dict[tuple[str, str], tuple[HeldMessage, Mapping[str, Any]]] = {}
        over: list[HeldMessage] = []
        with self.store.read() as connection:
            person = person_of(connection, tenant, person_id)
            for message in held_messages(connection, tenant, person_id, self.store.now()):
                values = self._wording.held(connection, tenant, person, message)
                if values is None or (message.template, message.subject) in parts:
                    over.append(message)
                else:
                    parts[message.template, message.subject] = (message, values)
        if parts:
            parcel = self._parcel(person_id, due_at, list(parts.values()))
            self._delivering.deliver(tenant, person, parcel)
            self._release(tenant, person, parcel, [message for message, _ in parts.values()])
        for message in over:
            with self.store.change(tenant, _MAIL, message.case) as work:
                let_go(work, message, REPLACED)

    def _parcel(self, person: str, due_at: datetime, parts: Sequence[tuple[HeldMessage, Mapping[str, Any]]]) -> Parcel:
        if len(parts) == 1:
            [(message, values)] = parts
            return Parcel(message.notice, message.case, message.template, values)
        worded = self._wording.digest([(message.template, values) for message, values in parts])
        return Parcel(f"digest.{person}.{due_at:%Y%m%dT%H%M%S}", "", "digest", worded)

    def _release(self, tenant: str, person: Person, parcel: Parcel, gone: Sequence[HeldMessage]) -> None:
        """What a digest held has arrived with it."""
        with self.store.read() as connection:
            has_arrived = is_sent(connection, tenant, parcel.id)
        for message in gone:
            with self.store.change(tenant, _MAIL, message.case) as work:
                let_go(work, message, RELEASED)
                if has_arrived and message.notice != parcel.id:
                    keep_result(work, message.notice, person.email, message.template, "")

    def test_target(self, tenant: str, person_id: str, target_id: str, test: str) -> None:
        """One test message to one of the person's places; what became of it is written down and raised nowhere."""
        with self.store.read() as connection:
            person = person_of(connection, tenant, person_id)
            found = next((each for each in targets_of(connection, tenant, person_id) if each.id == target_id), None)
        if found is not None:
            values = {"place": found.name, "link": f"{self.console_address}/account"}
            parcel = Parcel(test, "", "test_message", values)
            self._delivering.try_at(tenant, person, found, parcel)

    def announce_task(self, tenant: str, task: Task) -> None:
        """One message to everyone who may settle the task. Raises DeliveryFailed after all were tried."""
        with self.store.read() as connection:
            wanted = [person for person in people(connection, tenant) if task.owner_role in person.roles]
            is_urgent = task.kind in policy_of(connection, tenant).urgent_tasks
        is_alarm = task.kind == UNREACHABLE
        occasion = Occasion(task.case, task.id, task.id, "task_opened", is_urgent=is_urgent, is_alarm=is_alarm)
        self._send_all(tenant, occasion, [(person, self._wording.task(task)) for person in wanted])

    def send_order(self, mail: OrderMail) -> None:
        """The order to the vendor, with PDF and UBL attached. Raises DeliveryFailed."""
        number = mail.order.number
        notice = Notice(
            template="purchase_order",
            recipient_name=mail.vendor.name,
            recipient_email=mail.vendor.email,
            language="en",
            values={"order": mail.order, "entity": mail.buyer, "contact": mail.contact},
            attachments=(
                Attachment(name=f"{number}.pdf", media_type="application/pdf", content=mail.pdf),
                Attachment(name=f"{number}.xml", media_type="application/xml", content=mail.ubl),
            ),
        )
        self._send(mail.tenant, mail.case, f"{number}.{mail.vendor.id}", notice)

    def send_sales_invoice(self, mail: SalesInvoiceMail) -> None:
        """The invoice to the customer, with PDF and UBL attached. Raises DeliveryFailed."""
        number = mail.invoice.document.number
        notice = Notice(
            template="sales_invoice",
            recipient_name=mail.customer.name,
            recipient_email=mail.customer.email,
            language=mail.customer.language,
            values={"invoice": mail.invoice},
            attachments=(
                Attachment(name=f"{number}.pdf", media_type="application/pdf", content=mail.pdf),
                Attachment(name=f"{number}.xml", media_type="application/xml", content=mail.ubl),
            ),
        )
        self._send(mail.tenant, mail.case, f"{number}.{mail.customer.id}", notice)

    def _send_all(self, tenant: str, occasion: Occasion, told: Told) -> None:
        problems = []
        for person, values in told:
            try:
                self._send_or_hold(tenant, occasion, person, values)
            except DeliveryFailed as error:
                problems.append(str(error))
        if problems:
            raise DeliveryFailed("; ".join(problems))

    def _send_or_hold(self, tenant: str, occasion: Occasion, person: Person, values: Mapping[str, Any]) -> None:
        notice = f"{occasion.name}.{person.id}"
        with self.store.read() as connection:
            if is_sent(connection, tenant, notice):
                return
            due_at = None if occasion.is_urgent else held_until(connection, tenant, person, self.store.now())
        if due_at is None:
            parcel = Parcel(notice, occasion.case, occasion.template, values, occasion.is_alarm)
            self._delivering.deliver(tenant, person, parcel)
            return
        message = HeldMessage(notice=notice, case=occasion.case, template=occasion.template, subject=occasion.subject)
        with self.store.change(tenant, _MAIL, occasion.case) as work:
            hold(work, person.id, message, due_at)

    @property
    def _wording(self) -> Wording:
        return Wording(self.console_address)

    @property
    def _delivering(self) -> Delivering:
        return Delivering(self.store, self.vault, self.notifier)

    def _send(self, tenant: str, case: str, notice_id: str, notice: Notice) -> None:
        with self.store.read() as connection:
            if is_sent(connection, tenant, notice_id):
                return
        failure: DeliveryFailed | None = None
        try:
            self.notifier.send(notice)
        except DeliveryFailed as error:
            failure = error
        with self.store.change(tenant, _MAIL, case) as work:
            problem = str(failure)[:500] if failure else ""
            keep_result(work, notice_id, notice.recipient_email, notice.template, problem)
        if failure is not None and not isinstance(failure, NotConfigured):
            raise failure


def _asked(connection: View, tenant: str, request: ApprovalRequest, position: int, at: datetime) -> list[str]:
    """Who may answer a stage, and whoever stands in for one of them; nobody where the stage is gone."""
    stage = request.stage_at(position)
    people = stage.answerers if stage else ()
    standing_in = [representatives_of(each, delegations(connection, tenant), request, at) for each in people]
    return list(dict.fromkeys([*people, *(person for each in standing_in for person in sorted(each))]))

"""What messages say of requests, answers and tasks, as it is at the moment when they are put into words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.approval import ApprovalRequest, ApprovalSubject, Decision, Outcome
from models.money import Money
from models.party import Person
from store.approvals import OVER, decisions_of, request_of
from store.cases import Case, case_of
from store.held_messages import HeldMessage
from store.invoices import invoice_of
from store.masters import customer_of, vendor_of
from store.notices import is_sent
from store.people import people, person_of
from store.reads import View
from store.tasks import Task, task_of

Told = Sequence[tuple[Person, Mapping[str, Any]]]
"""Who is told, and the values of their message."""


@dataclass(frozen=True)
class Wording:
    console_address: str

    def request(self, connection: View, tenant: str, request: ApprovalRequest) -> dict[str, Any]:
        case = case_of(connection, tenant, request.case)
        partner = ""
        if case.vendor:
            partner = vendor_of(connection, tenant, case.vendor).name
        elif case.customer:
            partner = customer_of(connection, tenant, case.customer).name
        return {
            "subject": request.subject,
            "title": request.title,
            "purpose": case.title,
            "reference": case.id,
            "requester_name": person_of(connection, tenant, case.owner).name if case.owner else "",
            "partner_name": partner,
            "amount": _amount_of(connection, tenant, request, case),
            "reasons": request.evaluation.reasons,
            "link": f"{self.console_address}/approvals/{request.id}",
        }

    def answer(self, connection: View, tenant: str, request_id: str) -> tuple[str, Told]:
        """The answer's id, and who is told what: whoever asked, and once it is over all who need not answer."""
        stored, answers = request_of(connection, tenant, request_id), decisions_of(connection, tenant, request_id)
        request, last = stored.request, answers[-1] if answers and not stored.request.timed_out_at else None
        asker = person_of(connection, tenant, request.requester) if request.requester else None
        others = _asked_in_vain(connection, tenant, request, answers) if stored.state in OVER else ()
        about = self.request(connection, tenant, request)
        values = {name: about[name] for name in ("subject", "title", "reference", "partner_name", "amount", "link")}
        values |= {
            "decider_name": person_of(connection, tenant, last.person).name if last else "",
            "outcome": last.outcome if last else Outcome.REJECT,
            "comment": last.comment if last else "",
            "in_time": last is not None,
        }
        told = [(person, values | {"is_yours": False}) for person in others]
        if asker is not None and (last is None or last.person != asker.id):
            told.append((asker, values | {"is_yours": True}))
        return last.id if last else "late", told

    def task(self, task: Task) -> dict[str, Any]:
        return {
            "role": task.owner_role,
            "task": task.content,
            "reference": task.case,
            "link": f"{self.console_address}/tasks/{task.id}",
        }

    def held(self, connection: View, tenant: str, person: Person, message: HeldMessage) -> Mapping[str, Any] | None:
        """The values of a message that was held; None where what it is about is over."""
        if message.template == "task_opened":
            task = task_of(connection, tenant, message.subject)
            return self.task(task) if task.state == "open" else None
        if message.template == "approval_decided":
            _, told = self.answer(connection, tenant, message.subject)
            return next((values for each, values in told if each.id == person.id), None)
        stored = request_of(connection, tenant, message.subject)
        has_answered = person.id in {each.person for each in decisions_of(connection, tenant, message.subject)}
        if stored.state != "pending" or has_answered:
            return None
        return self.request(connection, tenant, stored.request)

    def digest(self, parts: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
        """One message of several, each given by its template's name and values."""
        return {
            "reference": str(len(parts)),
            "items": [_item(template, values) for template, values in parts],
            "link": self.console_address,
        }


def _item(template: str, values: Mapping[str, Any]) -> dict[str, Any]:
    title = values["task"].title if "task" in values else values["title"]
    names = ("reference", "amount", "partner_name", "outcome")
    return {"about": template, "title": title, **{name: values.get(name, "") for name in names}}


def _asked_in_vain(
    connection: View, tenant: str, request: ApprovalRequest, answers: Sequence[Decision]
) -> tuple[Person, ...]:
    """Who was sent the request and has given no answer to it."""
    known = {request.requester, *(each.person for each in answers)}
    return tuple(
        person
        for person in people(connection, tenant)
        if person.id not in known
        and any(is_sent(connection, tenant, f"{request.id}.{stage.position}.{person.id}") for stage in request.stages)
    )


def _amount_of(connection: View, tenant: str, request: ApprovalRequest, case: Case) -> Money:
    """What is decided about: an invoice's or a payment's own amount, which includes tax, not the order's."""
    if request.subject in (ApprovalSubject.INVOICE, ApprovalSubject.PAYMENT):
        return invoice_of(connection, tenant, request.subject_id).total
    return case.total

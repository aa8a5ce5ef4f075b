"""Brings a message to a person: at the first of their places that takes it, each try on record."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from audit.entry import Actor
from models.errors import BusinessError
from models.message import DeliveryFailed, NotConfigured, NotDeliverable, Notice, Notifier
from models.party import Person, Role
from models.target import Target
from models.task import Resolution, TaskContent
from store.notices import FAILED, OFF, SENT, TRYING, Delivery, deliveries_of, is_sent, keep_result, keep_try
from store.targets import address_of, policy_of, targets_of
from store.tasks import TaskSubject, close_tasks, open_announced_task
from store.unit_of_work import Store
from store.vault import Vault

UNREACHABLE = "person_unreachable"
"""Kind of the task about somebody whom no message reaches."""

_MAIL = Actor(system="notifications")
_RECIPIENT = "recipient"
_LONGEST_PROBLEM = 500


@dataclass(frozen=True)
class Parcel:
    """One message to one person, wherever it will reach them."""

    id: str
    case: str
    template: str
    values: Mapping[str, Any]
    is_alarm: bool = False
    """It says that somebody is not reached; nobody is told when it does not arrive either."""


@dataclass(frozen=True)
class Delivering:
    store: Store
    vault: Vault
    notifier: Notifier

    def deliver(self, tenant: str, person: Person, parcel: Parcel) -> None:
        """Tries one place after the other. Raises DeliveryFailed where the same place is to be tried again; when the
        last is given up the administrators get a task and nothing is raised."""
        with self.store.read() as connection:
            if is_sent(connection, tenant, parcel.id):
                return
            targets = targets_of(connection, tenant, person.id)
            past = deliveries_of(connection, tenant, parcel.id)
        for target in targets:
            result = past.get(target.id)
            if result is None or not result.is_over:
                result = self.try_at(tenant, person, target, parcel)
            if not result.problem:
                return
            if not result.is_over:
                raise DeliveryFailed(f"{person.name}: {result.problem}")
        self._give_up(tenant, person, parcel, targets)

    def try_at(self, tenant: str, person: Person, target: Target, parcel: Parcel) -> Delivery:
        """One try at one place, whose result is written down."""
        failure = self._send(tenant, person, target, parcel)
        problem = str(failure)[:_LONGEST_PROBLEM] if failure else ""
        with self.store.change(tenant, _MAIL, parcel.case) as work:
            result = keep_try(work, parcel.id, person.id, target, problem, _state(failure))
            keep_result(work, parcel.id, person.email, parcel.template, problem, target.service)
            if not problem:
                close_tasks(work, _RECIPIENT, person.id, "A message arrived.")
        return result

    def _send(self, tenant: str, person: Person, target: Target, parcel: Parcel) -> DeliveryFailed | None:
        try:
            with self.store.read() as connection:
                hidden = "reference" in parcel.values and target.hides(policy_of(connection, tenant))
                address = None
                if not target.is_mail:
                    address = address_of(connection, self.vault, tenant, person.id, target.id)
            self.notifier.send(
                Notice(
                    template="waits_for_you" if hidden else parcel.template,
                    recipient_name=person.name,
                    recipient_email=person.email,
                    language=person.language,
                    values=_discreet(parcel) if hidden else parcel.values,
                    address=address,
                )
            )
        except DeliveryFailed as failure:
            return failure
        except BusinessError as error:
            return NotDeliverable(error.message)
        return None

    def _give_up(self, tenant: str, person: Person, parcel: Parcel, targets: tuple[Target, ...]) -> None:
        with self.store.read() as connection:
            past = deliveries_of(connection, tenant, parcel.id)
        failed = [target for target in targets if past[target.id].state == FAILED]
        problems = "\n".join(f"{target.name}: {past[target.id].problem}" for target in failed)
        if parcel.is_alarm or not failed:
            return
        subject = TaskSubject(kind=UNREACHABLE, subject_kind=_RECIPIENT, subject_id=person.id, workflow="")
        message = (
            f"A message to {person.name} arrived nowhere; what waits for them stands in their inbox. Tell them, and "
            f"have them put their places for messages right.\n{problems}"
        )
        content = TaskContent(
            title=f"No message reaches {person.name}"[:200], message=message[:2000], resolutions=(Resolution.NOTED,)
        )
        with self.store.change(tenant, _MAIL) as work:
            open_announced_task(work, subject, Role.ADMINISTRATOR, content)


def _state(failure: DeliveryFailed | None) -> str:
    if failure is None:
        return SENT
    if isinstance(failure, NotConfigured):
        return OFF
    return FAILED if isinstance(failure, NotDeliverable) else TRYING


def _discreet(parcel: Parcel) -> dict[str, Any]:
    """What may stand on a lock screen: that something waits, its number and where to look."""
    return {"about": parcel.template, "reference": parcel.values["reference"], "link": parcel.values["link"]}

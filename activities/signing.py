"""The second signature at a bank."""

from dataclasses import dataclass
from datetime import time

from temporalio import activity

from activities.references import AttemptRef
from audit.entry import Actor
from store.cut_offs import cut_off_of
from store.intents import intent_of
from store.masters import entities
from store.signatures import Signature, open_signature
from store.unit_of_work import Store

_PORTALS = Actor(system="portal actions")


@dataclass(frozen=True)
class Signing:
    store: Store
    cut_off: time
    """Until when a bank that has no cut-off of its own executes on the same day what is signed."""

    @activity.defn
    def open_signature(self, payment: AttemptRef) -> Signature:
        """What signs the payment that waits at the bank, or why no bot does."""
        with self.store.change(payment.tenant, _PORTALS) as work:
            work.case = intent_of(work.connection, payment.tenant, payment.slice).case
            signature = open_signature(work, payment.slice, payment.number)
            portal = intent_of(work.connection, payment.tenant, payment.slice).portal
            zone = next((each.timezone for each in entities(work.connection, payment.tenant)), "UTC")
            cut_off = cut_off_of(work.connection, payment.tenant, portal, zone, self.cut_off)
        if not signature.waits_for:
            return signature
        told = f"{signature.waits_for}. What is signed by {cut_off.at:%H:%M} is executed today"
        return signature.model_copy(update={"waits_for": told})

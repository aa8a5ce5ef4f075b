"""A canary: a bot walks through a portal and changes nothing."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from temporalio import activity

from activities.portal_bots import StoreEvidence, at_the_portal, errand_item
from activities.portal_turns import Turns
from models.base import Model
from models.portal import WalkedPortal
from store.files import FileStore
from store.unit_of_work import Store


class CanaryOrder(Model):
    tenant: str
    run: str
    """The schedule's run."""
    portal: str


@dataclass(frozen=True)
class CanaryBots:
    store: Store
    files: FileStore
    portals: Mapping[str, WalkedPortal]
    turns: Turns

    @activity.defn
    async def walk(self, order: CanaryOrder) -> None:
        """Fails when the portal cannot be walked through."""
        run = f"{order.run}.{activity.info().attempt}"
        evidence = await asyncio.to_thread(
            StoreEvidence.without_case, self.store, self.files, order.tenant, order.portal, run
        )
        with at_the_portal():
            item = errand_item("canary", order.run, order.portal, f"Try out {order.portal}")
            async with self.turns.taken(order.tenant, item) as turn:
                await turn.cover(self.portals[order.portal].walk(evidence))

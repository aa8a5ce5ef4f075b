"""The places for a person's messages as their page shows them."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from console.context import ConsoleContext
from models.party import Person
from models.target import MOST_TARGETS, Target
from store.notices import Delivery, last_deliveries
from store.reads import View
from store.targets import policy_of, targets_of


@dataclass(frozen=True)
class PlaceView:
    target: Target
    last: Delivery | None
    hides_amounts: bool
    """By the person's choice or the company's."""
    is_decided: bool
    """The company leaves amounts out here; the person has no choice."""


@dataclass(frozen=True)
class PlacesView:
    places: tuple[PlaceView, ...]
    zone: ZoneInfo
    has_room: bool


def places_of(view: View, context: ConsoleContext, person: Person, zone: ZoneInfo) -> PlacesView:
    last = last_deliveries(view, context.tenant, person.id)
    policy = policy_of(view, context.tenant)
    found = targets_of(view, context.tenant, person.id)
    shown = tuple(
        PlaceView(
            target=each,
            last=last.get(each.id),
            hides_amounts=each.hides(policy),
            is_decided=each.model_copy(update={"hides_amounts": False}).hides(policy),
        )
        for each in found
    )
    return PlacesView(places=shown, zone=zone, has_room=len(found) < MOST_TARGETS)

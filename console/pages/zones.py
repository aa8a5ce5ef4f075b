"""In which zone a page shows its times: that of the legal entity it is about."""

from zoneinfo import ZoneInfo

from console.context import ConsoleContext
from models.party import Person
from store.masters import entities
from store.reads import View, requisition_of_case


def zone_of_case(view: View, context: ConsoleContext, case: str) -> ZoneInfo:
    filed = requisition_of_case(view, context.tenant, case) if case else None
    return zone_of_entity(view, context, filed.content.entity if filed else "")


def zone_of_entity(view: View, context: ConsoleContext, entity: str) -> ZoneInfo:
    """The zone of `entity`, that of the tenant's first one where it is not known, UTC where there is none."""
    known = {each.id: each.timezone for each in entities(view, context.tenant)}
    return ZoneInfo(known.get(entity) or next(iter(known.values()), "UTC"))


def zone_of_person(view: View, context: ConsoleContext, person: Person) -> ZoneInfo:
    """The zone they work in, that of the company where they have not said."""
    return ZoneInfo(person.timezone) if person.timezone else zone_of_entity(view, context, "")

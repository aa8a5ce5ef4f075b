"""Names in place of ids: people, vendors, cost centres and portals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from audit.entry import Actor
from console.context import ConsoleContext
from console.language import Language, message
from models.party import Person
from store.cases import Case
from store.masters import cost_centres, customers, entities, vendors
from store.people import people
from store.reads import View

_BOT = message("The bot")
_FOR = message("%(actor)s for %(other)s")
_SYSTEM = "Tallywright"


@dataclass(frozen=True)
class Names:
    """Every lookup falls back to the id, so that nothing is ever missing from a page."""

    people: Mapping[str, Person]
    vendors: Mapping[str, str]
    customers: Mapping[str, str]
    cost_centres: Mapping[str, str]
    entities: Mapping[str, str]
    portals: Mapping[str, str]

    @classmethod
    def read(cls, view: View, context: ConsoleContext) -> Self:
        return cls.of(view, context.tenant, context.portal_names)

    @classmethod
    def of(cls, view: View, tenant: str, portals: Mapping[str, str]) -> Self:
        return cls(
            people={person.id: person for person in people(view, tenant)},
            vendors={vendor.id: vendor.name for vendor in vendors(view, tenant)},
            customers={customer.id: customer.name for customer in customers(view, tenant)},
            cost_centres={centre.id: centre.name for centre in cost_centres(view, tenant)},
            entities={entity.id: entity.name for entity in entities(view, tenant)},
            portals=portals,
        )

    def person(self, person_id: str) -> str:
        return self.people[person_id].name if person_id in self.people else person_id

    def vendor(self, vendor_id: str) -> str:
        return self.vendors.get(vendor_id, vendor_id)

    def customer(self, customer_id: str) -> str:
        return self.customers.get(customer_id, customer_id)

    def partner(self, case: Case) -> str:
        """Whom the case is with: the customer of a sale, else the vendor."""
        return self.customer(case.customer) if case.customer else self.vendor(case.vendor)

    def cost_centre(self, centre_id: str) -> str:
        """`Production (4000)`: people know some by name and some by number."""
        name = self.cost_centres.get(centre_id)
        return f"{name} ({centre_id})" if name else centre_id

    def entity(self, entity_id: str) -> str:
        return self.entities.get(entity_id, entity_id)

    def portal(self, portal: str) -> str:
        return self.portals.get(portal, portal)

    def mailbox(self, address: str) -> str:
        """Whose mailbox it is, the address where it is nobody's we know."""
        return next((person.name for person in self.people.values() if person.email == address), address)

    def actor(self, actor: Actor, language: Language) -> str:
        if actor.bot:
            return language.gettext(_BOT)
        if not actor.person:
            return _SYSTEM
        name = self.person(actor.person)
        if not actor.delegate_of:
            return name
        return language.gettext(_FOR) % {"actor": name, "other": self.person(actor.delegate_of)}

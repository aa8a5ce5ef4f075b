"""The masters: legal entities, cost centres with budgets, vendors, customers."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from models.errors import BusinessError
from models.party import CostCentre, Customer, HouseAccount, LegalEntity, Vendor
from store.schema.people import budget, budget_reservation, cost_centre, entity, vendor
from store.schema.sales import customer
from store.unit_of_work import UnitOfWork


def entities(connection: Connection, tenant: str) -> tuple[LegalEntity, ...]:
    return tuple(connection.execute(select(entity.c.data).where(entity.c.tenant == tenant)).scalars())


def entity_of(connection: Connection, tenant: str, entity_id: str) -> LegalEntity:
    """Raises BusinessError `entity.unknown`."""
    query = select(entity.c.data).where(entity.c.tenant == tenant, entity.c.id == entity_id)
    found: LegalEntity | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise BusinessError("entity.unknown", f"There is no legal entity {entity_id!r}.")
    return found


def account_owner(connection: Connection, tenant: str, iban: str) -> tuple[LegalEntity, HouseAccount] | None:
    """Which legal entity pays from the account `iban`; None where none does."""
    owned = ((company, account) for company in entities(connection, tenant) for account in company.accounts)
    return next((found for found in owned if found[1].iban == iban), None)


def local_day(moment: datetime, entity: LegalEntity) -> date:
    """The business date of `moment` in the entity's zone."""
    return moment.astimezone(ZoneInfo(entity.timezone)).date()


def vendors(connection: Connection, tenant: str) -> tuple[Vendor, ...]:
    query = select(vendor.c.data).where(vendor.c.tenant == tenant).order_by(vendor.c.name)
    return tuple(connection.execute(query).scalars())


def vendor_of(connection: Connection, tenant: str, vendor_id: str) -> Vendor:
    """Raises BusinessError `vendor.unknown`."""
    query = select(vendor.c.data).where(vendor.c.tenant == tenant, vendor.c.id == vendor_id)
    found: Vendor | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise BusinessError("vendor.unknown", f"There is no vendor {vendor_id!r}.")
    return found


def customers(connection: Connection, tenant: str) -> tuple[Customer, ...]:
    query = select(customer.c.data).where(customer.c.tenant == tenant).order_by(customer.c.name)
    return tuple(connection.execute(query).scalars())


def customer_of(connection: Connection, tenant: str, customer_id: str) -> Customer:
    """Raises BusinessError `customer.unknown`."""
    query = select(customer.c.data).where(customer.c.tenant == tenant, customer.c.id == customer_id)
    found: Customer | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise BusinessError("customer.unknown", f"There is no customer {customer_id!r}.")
    return found


def cost_centres(connection: Connection, tenant: str) -> tuple[CostCentre, ...]:
    rows = connection.execute(select(cost_centre).where(cost_centre.c.tenant == tenant).order_by(cost_centre.c.name))
    return tuple(CostCentre(id=row.id, name=row.name, owner=row.owner) for row in rows)


def cost_centre_of(connection: Connection, tenant: str, centre_id: str) -> CostCentre:
    """Raises BusinessError `cost_centre.unknown`."""
    found = [centre for centre in cost_centres(connection, tenant) if centre.id == centre_id]
    if not found:
        raise BusinessError("cost_centre.unknown", f"There is no cost centre {centre_id!r}.")
    return found[0]


def budget_left(connection: Connection, tenant: str, centre_id: str, year: int) -> Decimal:
    """The year's budget less all that is reserved; zero budget where none was set."""
    place = (budget.c.tenant == tenant) & (budget.c.cost_centre == centre_id) & (budget.c.year == year)
    total = connection.execute(select(budget.c.amount).where(place)).scalar_one_or_none() or Decimal(0)
    reserved = connection.execute(
        select(budget_reservation.c.amount).where(
            budget_reservation.c.tenant == tenant,
            budget_reservation.c.cost_centre == centre_id,
            budget_reservation.c.year == year,
        )
    ).scalars()
    return total - sum(reserved, start=Decimal(0))


def add_entity(work: UnitOfWork, company: LegalEntity) -> None:
    work.execute(insert(entity).values(tenant=work.tenant, id=company.id, data=company))
    work.record("entity.added", "entity", company.id, after=company.model_dump(mode="json"))


def add_vendor(work: UnitOfWork, supplier: Vendor, account_since: datetime) -> None:
    """`account_since` is when the vendor's bank account was confirmed; a young one takes more to be paid on."""
    work.execute(
        insert(vendor).values(
            tenant=work.tenant,
            id=supplier.id,
            name=supplier.name,
            vat_id=supplier.vat_id,
            data=supplier,
            account_since=account_since,
        )
    )
    work.record("vendor.added", "vendor", supplier.id, after=supplier.model_dump(mode="json"))


def add_customer(work: UnitOfWork, buyer: Customer) -> None:
    work.execute(insert(customer).values(tenant=work.tenant, id=buyer.id, name=buyer.name, data=buyer))
    work.record("customer.added", "customer", buyer.id, after=buyer.model_dump(mode="json"))


def add_cost_centre(work: UnitOfWork, centre: CostCentre, budgets: Mapping[int, Decimal]) -> None:
    """Adds a cost centre with its budget per year, in the entity's currency."""
    work.execute(insert(cost_centre).values(tenant=work.tenant, id=centre.id, name=centre.name, owner=centre.owner))
    for year, amount in budgets.items():
        work.execute(insert(budget).values(tenant=work.tenant, cost_centre=centre.id, year=year, amount=amount))
    work.record(
        "cost_centre.added",
        "cost_centre",
        centre.id,
        after={"owner": centre.owner, "budgets": {str(year): str(amount) for year, amount in budgets.items()}},
    )

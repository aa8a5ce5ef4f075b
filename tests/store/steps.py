"""Shortcuts to the places where the tests of the store begin."""

from store.intents import StoredIntent, arm, intent_of
from store.invoices import StoredInvoice, invoice_of
from store.payments import open_payment
from tests.console.company import TENANT, Company
from tests.console.stories import releasing
from tests.store.houses import SYSTEM


def ordered(company: Company, quantity: str = "12", price: str = "184.50") -> str:
    """An order of one line, sent."""
    line = {"number": 1, "description": "Shielded cable", "quantity": quantity, "unit_price": price}
    case = company.file(lines=[line])
    company.decide(case, "ayse.kaya")
    return company.order(case)


def released(company: Company, number: str = "DLT-90412", quantity: str = "5") -> tuple[str, str]:
    """A payment that Sofia Brandt has released: its invoice and its slice, which is open and not armed."""
    case = releasing(company, number, quantity)
    request = company.pending(case).request
    company.decide(case, "sofia.brandt")
    with company.store.change(TENANT, SYSTEM) as work:
        stored = invoice_of(work.connection, TENANT, request.subject_id)
        work.case = stored.case
        return stored.id, open_payment(work, stored, request.id)


def armed_payment(company: Company) -> str:
    _, slice_id = released(company)
    with company.store.change(TENANT, SYSTEM) as work:
        arm(work, slice_id)
    return slice_id


def invoice(company: Company, invoice_id: str) -> StoredInvoice:
    with company.store.read() as connection:
        return invoice_of(connection, TENANT, invoice_id)


def intent(company: Company, slice_id: str) -> StoredIntent:
    with company.store.read() as connection:
        return intent_of(connection, TENANT, slice_id)

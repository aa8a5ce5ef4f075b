"""The sample company selling: the house with the tax authority beside its other portals."""

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from temporalio.client import WorkflowHandle

from models.ids import portal_action_workflow, registration_slice, sale_workflow
from models.sales import DeliveryLine, SalesOrderContent
from sandbox.company import ENTITY
from store.goods_deliveries import record_delivery
from store.receivables import Receivable, receivables_of_case
from store.sales_invoices import StoredSalesInvoice, sales_invoices_of_case
from store.sales_orders import file_sales_order, sales_order_of
from store.unit_of_work import Store
from tests.workflows.house import House
from tests.workflows.paper_tax import PaperTax
from worker import portal_workers


@dataclass(frozen=True)
class SellingHouse:
    """Nothing works until `working` is entered."""

    house: House
    tax: PaperTax

    @property
    def store(self) -> Store:
        return self.house.installation.store

    @property
    def tenant(self) -> str:
        return self.house.tenant

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        portal, house = {ENTITY.tax_portal: self.tax}, self.house
        workers = portal_workers(house.installation, house.client, portal, {}, house.wall, receipt_portals=portal)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(house.working())
            for worker in workers:
                await stack.enter_async_context(worker)
            yield

    def file(self, quantity: str = "4", customer: str = "SIM") -> str:
        """Takes an order of one line, EUR 1,190.00 a piece with tax; SIM has a limit of EUR 20,000."""
        line = {"number": 1, "description": "Depth gauge", "quantity": quantity, "unit_price": "1000.00"}
        content = SalesOrderContent.model_validate(
            {
                "entity": ENTITY.id,
                "customer": customer,
                "customer_reference": "B-77",
                "currency": "EUR",
                "lines": [line],
            }
        )
        return file_sales_order(self.store, self.house.signed_in("david.okafor"), content, uuid.uuid4().hex)

    async def deliver(self, case: str, quantity: str = "4") -> None:
        """As soon as the order may be delivered."""
        await self.state(case, "confirmed")
        lines = (DeliveryLine(order_line=1, quantity=Decimal(quantity)),)
        record_delivery(self.store, self.house.signed_in("emil.kruse"), case, lines, uuid.uuid4().hex)

    async def state(self, case: str, state: str) -> None:
        def look() -> bool:
            with self.store.read() as view:
                return sales_order_of(view, self.tenant, case).state == state

        await self.house.eventually(look)

    async def sent(self, case: str, number: int = 1) -> StoredSalesInvoice:
        """The case's newest invoice once that many were sent."""

        def look() -> StoredSalesInvoice | None:
            found = [each for each in self.invoices(case) if each.state == "sent"]
            return found[-1] if len(found) >= number else None

        return await self.house.eventually(look)

    def invoices(self, case: str) -> tuple[StoredSalesInvoice, ...]:
        with self.store.read() as view:
            return sales_invoices_of_case(view, self.tenant, case)

    def receivables(self, case: str) -> tuple[Receivable, ...]:
        with self.store.read() as view:
            return receivables_of_case(view, self.tenant, case)

    def pay(self, invoice: StoredSalesInvoice, amount: str = "") -> None:
        """The customer's money arrives, and the treasurer asks for the statement."""
        paid = Decimal(amount) if amount else invoice.total.amount
        self.house.bank.receive(paid, "Seeland Institut", f"Rechnung {invoice.number}")
        self.house.ask_for_statement()

    def selling(self, case: str) -> WorkflowHandle[Any, Any]:
        return self.house.client.get_workflow_handle(sale_workflow(self.tenant, case))

    def registering(self, invoice: StoredSalesInvoice) -> WorkflowHandle[Any, Any]:
        slice_id = registration_slice(invoice.number)
        return self.house.client.get_workflow_handle(portal_action_workflow(self.tenant, slice_id))

"""What the company's people and the customers do for a sale, step by step as its case shows."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox import iban
from sandbox.bank import ledger as bank
from sandbox.clock import BANK_ZONE
from sandbox.company import ENTITY
from sandbox.demo.ending import Ending
from sandbox.demo.office import Office
from sandbox.demo.sales import Sale

_SELLER, _SHIPPER = "david.okafor", "emil.kruse"
_CUSTOMERS_ACCOUNT = iban.from_bban("DE", "219997770007777777")


@dataclass(frozen=True)
class Selling:
    office: Office
    bank: Path
    """The bank's own ledger, into which customers pay."""
    run: int

    def file(self, sale: Sale) -> str:
        """The case."""
        content = sale.content(self.run).model_dump_json()
        return self.office.file_sales_order(_SELLER, content, f"demo-{self.run}-{sale.key}")

    def go_on(self, sale: Sale, case: dict[str, Any]) -> None:
        order = case["sales_order"]
        if order["state"] == "confirmed" and not order["deliveries"]:
            lines = [{"order_line": line["number"], "quantity": line["ordered"]} for line in order["lines"]]
            self.office.deliver(_SHIPPER, order["number"], lines, f"demo-{self.run}-{sale.key}")
        for invoice in case["sales_invoices"]:
            if invoice["state"] == "sent" and not self._has_paid(invoice):
                self._pay(sale, invoice)

    def is_over(self, sale: Sale, case: dict[str, Any]) -> bool:
        if sale.ending is Ending.LEFT_OPEN:
            return any(
                Decimal(0) < Decimal(invoice["open"]["amount"]) < Decimal(invoice["total"]["amount"])
                for invoice in case["sales_invoices"]
            )
        return case["closed_at"] is not None

    def is_on_the_way(self, case: dict[str, Any]) -> bool:
        return case["closed_at"] is None and not any(self._has_paid(each) for each in case["sales_invoices"])

    def waits_for_statement(self, case: dict[str, Any]) -> bool:
        return any(
            self._has_paid(invoice) and invoice["open"] == invoice["total"] for invoice in case["sales_invoices"]
        )

    def _has_paid(self, invoice: dict[str, Any]) -> bool:
        return any(str(row["remittance"]).endswith(invoice["number"]) for row in bank.bookings(self.bank, ENTITY.iban))

    def _pay(self, sale: Sale, invoice: dict[str, Any]) -> None:
        bank.receive_payment(
            self.bank,
            ENTITY.iban,
            sale.paid(self.run),
            sale.customer.name,
            _CUSTOMERS_ACCOUNT,
            f"Rechnung {invoice['number']}",
            booked_on=datetime.now(BANK_ZONE).date(),
        )

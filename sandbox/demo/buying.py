"""What the company's people and the vendors do for a purchase, step by step as its case shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sandbox.company import ENTITY, buyer_party, seller_party
from sandbox.demo.ending import Ending
from sandbox.demo.office import Office
from sandbox.demo.purchases import Purchase
from sandbox.vendor import invoice_xml, number_variants

_RECEIVER = "tom.behrens"
_STOPPED = "payment_stopped"
_ON_THE_WAY = {"received", "waiting", "matched", "approved", "posted"}


@dataclass(frozen=True)
class Buying:
    office: Office
    inbox: Path
    """The folder that the installation watches for invoices."""
    run: int

    def file(self, purchase: Purchase) -> str:
        """The case."""
        content = purchase.content(self.run).model_dump_json()
        return self.office.file_requisition(purchase.requester, content, f"demo-{self.run}-{purchase.key}")

    def go_on(self, purchase: Purchase, case: dict[str, Any]) -> None:
        for order in case["orders"]:
            if order["state"] == "issued":
                continue
            self._receive(purchase, order, case)
            self._deliver_invoice(purchase, order, case, purchase.invoice_number(self.run), 0)
            if purchase.comes_twice and any(invoice["state"] in ("paid", "closed") for invoice in case["invoices"]):
                again = number_variants(purchase.invoice_number(self.run))[0]
                self._deliver_invoice(purchase, order, case, again, 1)

    def is_over(self, purchase: Purchase, case: dict[str, Any]) -> bool:
        is_closed = case["closed_at"] is not None
        if purchase.ending is Ending.WITH_A_PERSON:
            return is_closed or any(task["kind"] == _STOPPED and task["state"] == "open" for task in case["tasks"])
        if purchase.comes_twice and len(case["invoices"]) < 2:
            return False
        return is_closed

    def is_on_the_way(self, case: dict[str, Any]) -> bool:
        return any(invoice["state"] in _ON_THE_WAY for invoice in case["invoices"])

    def waits_for_statement(self, case: dict[str, Any]) -> bool:
        return any(invoice["state"] == "paid" for invoice in case["invoices"])

    def _receive(self, purchase: Purchase, order: dict[str, Any], case: dict[str, Any]) -> None:
        """All at once; or first a part, and the rest when the invoice waits for it."""
        part = purchase.received_first
        if not order["receipts"]:
            lines = [_came_in(line, part or Decimal(line["ordered"])) for line in order["lines"]]
            self.office.receive(_RECEIVER, order["number"], lines, f"demo-{self.run}-{purchase.key}-first")
        elif part and any(invoice["state"] == "waiting" for invoice in case["invoices"]):
            lines = [_came_in(line, Decimal(line["ordered"]) - part) for line in order["lines"]]
            self.office.receive(_RECEIVER, order["number"], lines, f"demo-{self.run}-{purchase.key}-rest")

    def _deliver_invoice(
        self, purchase: Purchase, order: dict[str, Any], case: dict[str, Any], number: str, later: int
    ) -> None:
        """The vendor's file appears in the watched folder, whole from the first moment."""
        file = self.inbox / f"{purchase.vendor_id}-run{self.run}-{purchase.key}-{later}.xml"
        if file.exists() or any(invoice["number"] == number for invoice in case["invoices"]):
            return
        issued = date.fromisoformat(order["issued"])
        content = invoice_xml(
            purchase.billed(self.run),
            number=number,
            issue_date=issued,
            due_date=issued + timedelta(days=purchase.vendor.payment_days),
            seller=seller_party(purchase.vendor),
            buyer=buyer_party(ENTITY),
            order_number=order["number"],
        )
        self.inbox.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_bytes(content)
        part.rename(file)


def _came_in(line: dict[str, Any], quantity: Decimal) -> dict[str, Any]:
    return {"order_line": line["number"], "quantity": str(quantity)}

"""One line (BG-25) of a UBL invoice or credit note."""

from decimal import Decimal

from formats.fields import Fields, Term
from models.invoice import InvoiceLine

_TAX = "cac:Item/cac:ClassifiedTaxCategory"


def read_line(line: Fields, quantity: str) -> InvoiceLine:
    """The line; `quantity` is the path of its quantity, which invoices and credit notes name differently."""
    return InvoiceLine(
        id=line.text("cbc:ID", Term("Invoice line identifier (BT-126)", "BR-21")),
        description=line.text("cac:Item/cbc:Name", Term("Item name (BT-153)", "BR-25")),
        quantity=line.required_decimal(quantity, Term("Invoiced quantity (BT-129)", "BR-22")),
        unit=line.attribute(quantity, "unitCode"),
        unit_price=_unit_price(line),
        net_amount=line.required_decimal("cbc:LineExtensionAmount", Term("Invoice line net amount (BT-131)", "BR-24")),
        allowances=_sum(line, is_charge=False),
        charges=_sum(line, is_charge=True),
        tax_category=line.text(f"{_TAX}/cbc:ID"),
        tax_rate=line.decimal(f"{_TAX}/cbc:Percent"),
        order_reference=line.text("cac:OrderLineReference/cac:OrderReference/cbc:ID"),
        order_line_reference=line.text("cac:OrderLineReference/cbc:LineID"),
        seller_item_id=line.text("cac:Item/cac:SellersItemIdentification/cbc:ID"),
    )


def _unit_price(line: Fields) -> Decimal:
    """Prices may be stated per hundred or per thousand (BT-149); the discount on the price (BT-147) is in the price."""
    price = line.required_decimal("cac:Price/cbc:PriceAmount", Term("Item net price (BT-146)", "BR-26"))
    base = line.decimal("cac:Price/cbc:BaseQuantity")
    if base is None:
        return price
    if base <= 0:
        line.note("cac:Price/cbc:BaseQuantity", f"is {base}, but must be above zero", "PEPPOL-EN16931-R121")
        return price
    return price / base


def _sum(line: Fields, *, is_charge: bool) -> Decimal:
    rule = (
        Term("Invoice line charge amount (BT-141)", "BR-43")
        if is_charge
        else Term("Invoice line allowance amount (BT-136)", "BR-41")
    )
    amounts = (
        each.required_decimal("cbc:Amount", rule)
        for each in line.all("cac:AllowanceCharge")
        if each.boolean("cbc:ChargeIndicator", Term("Charge indicator", "UBL-2.1")) == is_charge
    )
    return sum(amounts, start=Decimal(0))

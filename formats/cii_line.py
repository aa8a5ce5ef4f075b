"""One line (BG-25) of a CII invoice."""

from decimal import Decimal

from formats.fields import Fields, Term
from models.invoice import InvoiceLine

_AGREEMENT = "ram:SpecifiedLineTradeAgreement"
_QUANTITY = "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity"
_SETTLEMENT = "ram:SpecifiedLineTradeSettlement"
_TAX = f"{_SETTLEMENT}/ram:ApplicableTradeTax"
_NET = f"{_SETTLEMENT}/ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
_NOT_BILLED = frozenset({"GROUP", "INFORMATION"})


def is_billed(line: Fields) -> bool:
    """Whether the line is part of the totals: Factur-X EXTENDED also has headings and remarks among its lines."""
    return line.text("ram:AssociatedDocumentLineDocument/ram:LineStatusReasonCode") not in _NOT_BILLED


def read_line(line: Fields) -> InvoiceLine:
    return InvoiceLine(
        id=line.text(
            "ram:AssociatedDocumentLineDocument/ram:LineID", Term("Invoice line identifier (BT-126)", "BR-21")
        ),
        description=line.text("ram:SpecifiedTradeProduct/ram:Name", Term("Item name (BT-153)", "BR-25")),
        quantity=line.required_decimal(_QUANTITY, Term("Invoiced quantity (BT-129)", "BR-22")),
        unit=line.attribute(_QUANTITY, "unitCode"),
        unit_price=_unit_price(line),
        net_amount=line.required_decimal(_NET, Term("Invoice line net amount (BT-131)", "BR-24")),
        allowances=_sum(line, is_charge=False),
        charges=_sum(line, is_charge=True),
        tax_category=line.text(f"{_TAX}/ram:CategoryCode"),
        tax_rate=line.decimal(f"{_TAX}/ram:RateApplicablePercent"),
        order_reference=line.text(f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        order_line_reference=line.text(f"{_AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:LineID"),
        seller_item_id=line.text("ram:SpecifiedTradeProduct/ram:SellerAssignedID"),
    )


def _unit_price(line: Fields) -> Decimal:
    """Prices may be stated per hundred or per thousand (BT-149); the discount on the price (BT-147) is in the price."""
    net = f"{_AGREEMENT}/ram:NetPriceProductTradePrice"
    price = line.required_decimal(f"{net}/ram:ChargeAmount", Term("Item net price (BT-146)", "BR-26"))
    base = line.decimal(f"{net}/ram:BasisQuantity")
    if base is None:
        return price
    if base <= 0:
        line.note(f"{net}/ram:BasisQuantity", f"is {base}, but must be above zero", "PEPPOL-EN16931-R121")
        return price
    return price / base


def _sum(line: Fields, *, is_charge: bool) -> Decimal:
    term = Term("Invoice line allowance amount (BT-136)", "BR-41")
    if is_charge:
        term = Term("Invoice line charge amount (BT-141)", "BR-43")
    amounts = (
        each.required_decimal("ram:ActualAmount", term)
        for each in line.all(f"{_SETTLEMENT}/ram:SpecifiedTradeAllowanceCharge")
        if each.boolean("ram:ChargeIndicator/udt:Indicator", Term("Charge indicator", "CII-SR-124")) == is_charge
    )
    return sum(amounts, start=Decimal(0))

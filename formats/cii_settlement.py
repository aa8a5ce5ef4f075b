"""What a CII invoice says of money: taxes, allowances, totals and how to pay."""

from datetime import date
from decimal import Decimal

from formats.cii_dates import day_of
from formats.fields import Fields, Term
from models.invoice import AllowanceCharge, InvoiceTotals, PaymentMeans, TaxSubtotal

_SUMMATION = "ram:SpecifiedTradeSettlementHeaderMonetarySummation"
_CHARGE_TAX = "ram:CategoryTradeTax"
_FREIGHT_TAX = "ram:AppliedTradeTax"


def read_allowances_charges(settlement: Fields) -> tuple[AllowanceCharge, ...]:
    """Allowances and charges; Factur-X EXTENDED states freight in an element of its own, which is a charge too."""
    return (
        *(_allowance_charge(each) for each in settlement.all("ram:SpecifiedTradeAllowanceCharge")),
        *(_freight(each) for each in settlement.all("ram:SpecifiedLogisticsServiceCharge")),
    )


def _allowance_charge(fields: Fields) -> AllowanceCharge:
    is_charge = fields.boolean("ram:ChargeIndicator/udt:Indicator", Term("Charge indicator", "CII-SR-124"))
    amount = Term("Document level allowance amount (BT-92)", "BR-31")
    if is_charge:
        amount = Term("Document level charge amount (BT-99)", "BR-36")
    return AllowanceCharge(
        is_charge=is_charge,
        amount=fields.required_decimal("ram:ActualAmount", amount),
        reason=fields.text("ram:Reason"),
        tax_category=fields.text(f"{_CHARGE_TAX}/ram:CategoryCode"),
        tax_rate=fields.decimal(f"{_CHARGE_TAX}/ram:RateApplicablePercent"),
    )


def _freight(fields: Fields) -> AllowanceCharge:
    return AllowanceCharge(
        is_charge=True,
        amount=fields.required_decimal("ram:AppliedAmount", Term("Amount of the logistics service (BT-X-272)")),
        reason=fields.text("ram:Description"),
        tax_category=fields.text(f"{_FREIGHT_TAX}/ram:CategoryCode"),
        tax_rate=fields.decimal(f"{_FREIGHT_TAX}/ram:RateApplicablePercent"),
    )


def read_taxes(settlement: Fields) -> tuple[TaxSubtotal, ...]:
    return tuple(_tax_subtotal(each) for each in settlement.all("ram:ApplicableTradeTax"))


def _tax_subtotal(fields: Fields) -> TaxSubtotal:
    return TaxSubtotal(
        category=fields.text("ram:CategoryCode", Term("VAT category code (BT-118)", "BR-47")),
        rate=fields.decimal("ram:RateApplicablePercent"),
        taxable_amount=fields.required_decimal("ram:BasisAmount", Term("VAT taxable amount (BT-116)", "BR-45")),
        tax_amount=fields.required_decimal("ram:CalculatedAmount", Term("VAT category tax amount (BT-117)", "BR-46")),
    )


def read_totals(settlement: Fields, currency: str, *, has_line_total: bool) -> InvoiceTotals:
    """The totals; without `has_line_total` (Factur-X MINIMUM) the total without tax stands for that of the lines."""

    def optional(name: str) -> Decimal:
        return settlement.decimal(f"{_SUMMATION}/ram:{name}") or Decimal(0)

    def required(name: str, term: str, rule: str) -> Decimal:
        return settlement.required_decimal(f"{_SUMMATION}/ram:{name}", Term(term, rule))

    net = required("TaxBasisTotalAmount", "Invoice total amount without VAT (BT-109)", "BR-13")
    line_net = net
    if has_line_total:
        line_net = required("LineTotalAmount", "Sum of invoice line net amounts (BT-106)", "BR-12")
    return InvoiceTotals(
        line_net=line_net,
        allowances=optional("AllowanceTotalAmount"),
        charges=optional("ChargeTotalAmount"),
        net=net,
        tax=_total_tax(settlement, currency),
        gross=required("GrandTotalAmount", "Invoice total amount with VAT (BT-112)", "BR-14"),
        prepaid=optional("TotalPrepaidAmount"),
        rounding=optional("RoundingAmount"),
        payable=required("DuePayableAmount", "Amount due for payment (BT-115)", "BR-15"),
    )


def _total_tax(settlement: Fields, currency: str) -> Decimal:
    """BT-110; the total in the accounting currency (BT-111) stands beside it and is not read."""
    path = f"{_SUMMATION}/ram:TaxTotalAmount"
    totals = settlement.all(path)
    own = [each for each in totals if each.element.get("currencyID", currency) == currency]
    if totals and len(own) != 1:
        settlement.note(path, f"states the total tax in {currency} {len(own)} times, but once is needed", "BR-53")
    return sum((each.decimal(".") or Decimal(0) for each in own), start=Decimal(0))


def read_payment_means(settlement: Fields) -> tuple[PaymentMeans, ...]:
    reference = settlement.text("ram:PaymentReference")
    means = settlement.all("ram:SpecifiedTradeSettlementPaymentMeans")
    return tuple(_payment_means(each, reference) for each in means)


def _payment_means(fields: Fields, reference: str) -> PaymentMeans:
    account = "ram:PayeePartyCreditorFinancialAccount"
    number = fields.text(f"{account}/ram:IBANID") or fields.text(f"{account}/ram:ProprietaryID")
    return PaymentMeans(
        code=fields.text("ram:TypeCode", Term("Payment means type code (BT-81)", "BR-49")),
        iban="".join(number.split()),
        bic=fields.text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
        holder=fields.text(f"{account}/ram:AccountName"),
        remittance=reference,
    )


def read_due_date(settlement: Fields) -> date | None:
    """BT-9; of several instalments, which Factur-X EXTENDED allows, the first."""
    terms = settlement.all("ram:SpecifiedTradePaymentTerms")
    return min(filter(None, (day_of(each, "ram:DueDateDateTime") for each in terms)), default=None)

"""A purchase order as a PDF for people."""

from formats.order_labels import LABELS
from formats.order_totals import order_totals
from formats.paper_pdf import Language, Paper, PaperLine, PaperTax, day_text, render_paper
from models.party import LegalEntity, Vendor
from models.purchasing import PurchaseOrder


def render_order_pdf(order: PurchaseOrder, buyer: LegalEntity, vendor: Vendor, language: Language = "en") -> bytes:
    """The order as an A4 PDF; the same order gives the same bytes."""
    labels, content, totals = LABELS[language], order.content, order_totals(order)
    terms = [labels["payment"].format(days=vendor.payment_days), labels["reference"].format(number=order.number)]
    if buyer.electronic_address:
        terms.append(labels["invoice_to"].format(address=buyer.electronic_address))
    return render_paper(
        Paper(
            language=language,
            labels=labels,
            number=order.number,
            company=buyer.name,
            seller=vendor,
            buyer=buyer,
            facts=(
                (labels["number"], order.number),
                (labels["issued"], day_text(order.issued, language)),
                (labels["needed_by"], day_text(content.needed_by, language) if content.needed_by else ""),
                (labels["currency"], totals.currency),
            ),
            currency=totals.currency,
            lines=[
                PaperLine(
                    str(line.number),
                    line.description,
                    line.quantity,
                    line.unit,
                    line.unit_price,
                    line.tax_rate,
                    amount,
                )
                for line, amount in zip(content.lines, totals.lines, strict=True)
            ],
            net=totals.net,
            taxes=[PaperTax(each.rate, each.basis, each.tax) for each in totals.taxes],
            gross=totals.gross,
            terms=terms,
        )
    )

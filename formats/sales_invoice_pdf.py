"""A sales invoice as a PDF for the customer."""

from decimal import Decimal

from formats.paper_pdf import Language, Paper, PaperLine, PaperTax, day_text, render_paper
from formats.sales_invoice_labels import LABELS
from models.invoice import Invoice
from models.sales import SalesInvoice

_EXEMPTIONS = {"K": "intra_community", "G": "export"}


def render_sales_invoice_pdf(invoice: SalesInvoice) -> bytes:
    """The invoice as an A4 PDF in the customer's language, else in English; the same invoice gives the same bytes."""
    language: Language = "zh" if invoice.language.startswith("zh") else "en"
    labels, content = LABELS[language], invoice.document
    return render_paper(
        Paper(
            language=language,
            labels=labels,
            number=content.number,
            company=content.seller.name,
            seller=content.seller,
            buyer=content.buyer,
            facts=_facts(invoice, labels, language),
            currency=content.currency,
            lines=[
                PaperLine(
                    line.id,
                    line.description,
                    line.quantity,
                    line.unit,
                    line.unit_price,
                    line.tax_rate or Decimal(0),
                    line.net_amount,
                )
                for line in content.lines
            ],
            net=content.totals.net,
            taxes=[PaperTax(tax.rate or Decimal(0), tax.taxable_amount, tax.tax_amount) for tax in content.taxes],
            gross=content.totals.payable,
            terms=[*_exemptions(content, labels), *_payment(content, labels, language), _questions(invoice, labels)],
        )
    )


def _facts(invoice: SalesInvoice, labels: dict[str, str], language: Language) -> list[tuple[str, str]]:
    content = invoice.document
    return [
        (labels["number"], content.number),
        (labels["issued"], day_text(content.issue_date, language)),
        (labels["delivered"], day_text(content.delivery_date, language) if content.delivery_date else ""),
        (labels["due"], day_text(content.due_date, language) if content.due_date else ""),
        (labels["your_order"], content.order_reference),
        (labels["our_order"], invoice.order_number),
    ]


def _exemptions(content: Invoice, labels: dict[str, str]) -> list[str]:
    return [labels[_EXEMPTIONS[tax.category]] for tax in content.taxes if tax.category in _EXEMPTIONS]


def _payment(content: Invoice, labels: dict[str, str], language: Language) -> list[str]:
    day = day_text(content.due_date or content.issue_date, language)
    sentences = [
        labels["payment"].format(day=day, holder=means.holder, iban=means.iban) for means in content.payment_means
    ]
    return [*sentences, labels["reference"].format(number=content.number)]


def _questions(invoice: SalesInvoice, labels: dict[str, str]) -> str:
    contact = invoice.contact
    return labels["questions"].format(contact=", ".join(filter(None, (contact.name, contact.telephone, contact.email))))

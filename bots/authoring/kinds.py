"""What a bot may be begun for, as source text: what is meant, what is typed, what the portal's list shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Kind:
    """Pieces of a scaffold. `content` and `readback` are names to import; the rest are lines of code."""

    what: str
    content: str
    readback: tuple[str, ...]
    amount_field: str
    expectations: str
    typed: str
    listed: str
    fields: str
    """Of the stand-in."""
    columns: str = ""


_PAYMENT = Kind(
    what="a payment",
    content="PaymentOrder",
    readback=("Account", "ConfirmationReading", "Expectations", "Number", "Text", "contradiction", "write_number"),
    amount_field="Amount",
    expectations="""
        return {
            "From account": Account(content.payer_iban),
            "Payee": Text(content.payee.holder),
            "To account": Account(content.payee.iban),
            "Amount": Number(content.amount.amount),
            "Currency": Text(content.amount.currency),
            "Purpose": Text(content.remittance),
            "Reference": Text(content.reference),
        }
    """,
    typed="""
        return {
            "From account": content.payer_iban,
            "Payee": content.payee.holder,
            "To account": content.payee.iban,
            "Amount": _typed(content.amount.amount),
            "Currency": content.amount.currency,
            "Purpose": content.remittance,
            "Reference": content.reference,
        }
    """,
    listed="""
        expected: Expectations = {"Payee": Text(content.payee.holder), "Amount": Number(content.amount.amount)}
        return contradiction(expected, {"Payee": row[2], "Amount": row[3]})
    """,
    fields="""
        fields=("From account", "Payee", "To account", "Amount", "Currency", "Purpose", "Reference"),
        listed=("Payee", "Amount"),
    """,
)

_POSTING = Kind(
    what="a supplier's invoice",
    content="LedgerPosting",
    readback=(
        *("ConfirmationReading", "Day", "Expectations", "Number", "Text"),
        *("contradiction", "numbered", "write_number"),
    ),
    amount_field="Gross",
    columns='COLUMNS = ("Account", "Text", "Net", "Tax rate", "Tax")\n"""Of a line."""\n',
    expectations="""
        rows = [
            (Text(line.account), Text(line.text), Number(line.net), Number(line.tax_rate), Number(line.tax))
            for line in content.lines
        ]
        return {
            "Vendor": Text(content.vendor),
            "Invoice number": Text(content.invoice_number),
            "Invoice date": Day(content.invoice_date),
            "Due date": Day(content.due_date),
            "Cost centre": Text(content.cost_centre),
            "Currency": Text(content.currency),
            "Gross": Number(content.gross),
            "Reference": Text(content.reference),
            "Lines": Number(Decimal(len(content.lines))),
            **numbered("Line", COLUMNS, rows),
        }
    """,
    typed="""
        rows = [(line.account, line.text, *map(_typed, (line.net, line.tax_rate, line.tax))) for line in content.lines]
        head = {
            "Vendor": content.vendor,
            "Invoice number": content.invoice_number,
            "Invoice date": content.invoice_date.isoformat(),
            "Due date": content.due_date.isoformat(),
            "Cost centre": content.cost_centre,
            "Currency": content.currency,
            "Gross": _typed(content.gross),
            "Reference": content.reference,
        }
        return head | numbered("Line", COLUMNS, rows)
    """,
    listed="""
        expected: Expectations = {"Vendor": Text(content.vendor), "Gross": Number(content.gross)}
        return contradiction(expected, {"Vendor": row[2], "Gross": row[3]})
    """,
    fields="""
        fields=(
            *("Vendor", "Invoice number", "Invoice date", "Due date"),
            *("Cost centre", "Currency", "Gross", "Reference"),
        ),
        listed=("Vendor", "Gross"),
        line_columns=("Account", "Text", "Net", "Tax rate", "Tax"),
        lines=10,
    """,
)

KINDS: Mapping[str, Kind] = MappingProxyType({"payment": _PAYMENT, "posting": _POSTING})

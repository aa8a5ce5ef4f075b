"""The receipt of a registration: one page of PDF 1.4, made from the register's row alone, so always the same bytes."""

from collections.abc import Sequence

from sandbox.german import format_amount, format_date
from sandbox.tax.ledger import Registration

_LEADING = 16
_TOP_LEFT = "60 780"
_WIDTHS = (12, 16, 16)


def receipt(registration: Registration) -> bytes:
    """The PDF; letters that its old typeface does not have are shown as question marks."""
    return _file(
        [
            "<< /Type /Catalog /Pages 2 0 R >>",
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            " /Resources << /Font << /F1 5 0 R >> >> >>",
            _stream(_page(_lines(registration))),
            "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
            f"<< /Title ({_escaped('Registerauszug ' + registration.number)})"
            f" /CreationDate (D:{registration.registered_at:%Y%m%d%H%M%S}) >>",
        ]
    )


def _lines(registration: Registration) -> list[str]:
    invoice = registration.invoice
    fields = {
        "Registernummer": registration.number,
        "Registriert am": f"{registration.registered_at:%d.%m.%Y %H:%M:%S %z}",
        "Status": registration.state,
        "USt-IdNr. des Verkäufers": invoice.seller_vat_id,
        "Name des Erwerbers": invoice.buyer,
        "USt-IdNr. des Erwerbers": invoice.buyer_vat_id,
        "Rechnungsnummer": invoice.invoice_number,
        "Rechnungsdatum": format_date(invoice.invoice_date),
        "Eigene Referenz": invoice.reference,
        "Rechnungsbetrag brutto": f"{format_amount(invoice.gross)} {invoice.currency}",
    }
    return [
        "Landesfinanzkasse Online - Rechnungsregister",
        "Registerauszug",
        "",
        *(f"{name:<28}{text}" for name, text in fields.items()),
        "",
        _columns("Steuersatz", "Netto", "Steuer"),
        *(
            _columns(f"{format_amount(row.rate)} %", format_amount(row.net), format_amount(row.tax))
            for row in invoice.taxes
        ),
        _columns("Summe", format_amount(invoice.net), format_amount(invoice.tax)),
    ]


def _columns(*cells: str) -> str:
    return "".join(cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True))


def _page(lines: Sequence[str]) -> str:
    shown = "\n".join(f"({_escaped(line)}) Tj T*" for line in lines)
    return f"BT\n/F1 10 Tf\n{_LEADING} TL\n{_TOP_LEFT} Td\n{shown}\nET"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _stream(content: str) -> str:
    return f"<< /Length {len(_encoded(content))} >>\nstream\n{content}\nendstream"


def _file(objects: Sequence[str]) -> bytes:
    """The objects with their cross-reference table; the first is the catalogue, the last the document information."""
    file = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n".encode() + _encoded(content) + b"\nendobj\n"
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    return (
        file
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}"
            f"trailer\n<< /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
        ).encode()
    )


def _encoded(text: str) -> bytes:
    return text.encode("cp1252", errors="replace")

"""`python -m sandbox.vendor_invoice ORDER`: the invoice that the vendor of an order sends, in the watched folder."""

import argparse
import sys
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path

from installation import open_installation
from models.errors import BusinessError
from models.party import LegalEntity, Vendor
from models.purchasing import PurchaseOrder
from sandbox.company import buyer_party, seller_party
from sandbox.vendor import BilledLine, at_price, in_part, invoice_xml
from settings import Settings
from store.masters import entity_of, vendor_of
from store.orders import order_of

Change = tuple[int, Decimal]
"""Order line and the price or quantity that the vendor bills instead of the ordered one."""


def main(words: Sequence[str] | None = None) -> int:
    """The command's exit status: 0 delivered, 2 bad input."""
    arguments = _arguments(words)
    settings = Settings()
    try:
        order, buyer, vendor = _read_order(settings, arguments.order)
        lines = _billed(order, arguments.price, arguments.quantity)
    except BusinessError as error:
        print(error.message, file=sys.stderr)  # noqa: T201 - a command's answer
        return 2
    number = arguments.number or f"{vendor.id}-{order.number.removeprefix('PO-')}"
    print(deliver(settings.inbox_folder, number, written_by(vendor, buyer, order, lines, number)))  # noqa: T201
    return 0


def written_by(
    vendor: Vendor, buyer: LegalEntity, order: PurchaseOrder, lines: Sequence[BilledLine], number: str
) -> bytes:
    """The vendor's UBL invoice over `lines`, issued on the day of the order."""
    return invoice_xml(
        lines,
        number=number,
        issue_date=order.issued,
        due_date=order.issued + timedelta(days=vendor.payment_days),
        seller=seller_party(vendor),
        buyer=buyer_party(buyer),
        order_number=order.number,
    )


def deliver(folder: Path, number: str, content: bytes) -> Path:
    """Puts the file into `folder`, whole from the first moment."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{number}.xml"
    part = file.with_suffix(".part")
    part.write_bytes(content)
    return part.rename(file)


def _read_order(settings: Settings, number: str) -> tuple[PurchaseOrder, LegalEntity, Vendor]:
    house = open_installation(settings)
    try:
        with house.store.read() as connection:
            order = order_of(connection, settings.tenant, number).order
            buyer = entity_of(connection, settings.tenant, order.content.entity)
            return order, buyer, vendor_of(connection, settings.tenant, order.content.vendor)
    finally:
        house.close()


def _billed(order: PurchaseOrder, prices: Sequence[Change], quantities: Sequence[Change]) -> Sequence[BilledLine]:
    lines = [
        BilledLine(line.number, line.description, line.quantity, line.unit_price, line.tax_rate, line.unit)
        for line in order.content.lines
    ]
    _require_known({line.order_line for line in lines}, [*prices, *quantities])
    for number, price in prices:
        lines = at_price(lines, number, price)
    for number, quantity in quantities:
        lines = in_part(lines, number, quantity)
    return lines


def _require_known(known: set[int], changes: Sequence[Change]) -> None:
    unknown = sorted({number for number, _ in changes} - known)
    if unknown:
        raise BusinessError("order.no_line", f"The order has the lines {sorted(known)}, not {unknown}.")


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.vendor_invoice", description=__doc__)
    parser.add_argument("order", help="number of the order, e.g. PO-2026-0001")
    parser.add_argument("--number", default="", help="the vendor's invoice number; made from the order's if left out")
    for name, meaning in (
        ("--price", "unit price that is billed instead of the ordered one"),
        ("--quantity", "quantity that is billed instead of the ordered one; 0 leaves the line out"),
    ):
        parser.add_argument(
            name, type=_change, action="append", default=[], metavar="LINE:NUMBER", help=f"{meaning}; repeatable"
        )
    return parser.parse_args(words)


def _change(text: str) -> Change:
    line, _, number = text.partition(":")
    try:
        change = int(line), Decimal(number)
    except (InvalidOperation, ValueError):
        raise argparse.ArgumentTypeError(f"{text!r} is not LINE:NUMBER, e.g. 1:20.35") from None
    if not change[1].is_finite() or change[1] < 0:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number of 0 or more")
    return change


if __name__ == "__main__":
    sys.exit(main())

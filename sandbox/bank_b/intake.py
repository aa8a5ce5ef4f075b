"""From the bytes that were handed in to files and orders in the books, with the bank's report on them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from sandbox.bank import ledger as books
from sandbox.bank.ledger import PaymentOrder
from sandbox.bank_b.ledger import FileState, ListedOrder, ReceivedFile
from sandbox.bank_b.transfer_file import Batch, Transfer, TransferFile, Unreadable, read

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Delivery:
    """A file as it came over the wire."""

    name: str
    content: bytes
    login: str


def examine(db_path: Path, delivery: Delivery, now: datetime) -> ReceivedFile:
    """What the bank makes of a delivery. It looks at the books and changes nothing."""
    accounts = frozenset(str(account["iban"]) for account in books.accounts(db_path))
    try:
        file = read(delivery.content, accounts, now.date())
    except Unreadable as unreadable:
        file = TransferFile("", "pain.001", (), 0, Decimal(0), (str(unreadable),))
    orders = () if file.reasons else tuple(_orders(db_path, file, delivery.login))
    state = _state(orders)
    report = _TEMPLATES.get_template("pain002.xml").render(
        file=file,
        state={FileState.ACCEPTED: "PDNG", FileState.PARTLY_ACCEPTED: "PART", FileState.REJECTED: "RJCT"}[state],
        reasons={order.order.reference: order.reason for order in orders},
        created=now.isoformat(timespec="seconds"),
        identification=f"OKB{hashlib.sha256(delivery.content).hexdigest()[:20].upper()}",
    )
    return ReceivedFile(
        name=delivery.name,
        message_id=file.message_id,
        login=delivery.login,
        count=file.count,
        total=file.total,
        sha256=hashlib.sha256(delivery.content).hexdigest(),
        state=state,
        report=report.encode(),
        orders=orders,
    )


def _state(orders: tuple[ListedOrder, ...]) -> FileState:
    rejected = sum(bool(order.reason) for order in orders)
    if rejected == len(orders):
        return FileState.REJECTED
    return FileState.PARTLY_ACCEPTED if rejected else FileState.ACCEPTED


def _orders(db_path: Path, file: TransferFile, login: str) -> Iterator[ListedOrder]:
    for batch in file.batches:
        covered = Decimal(0) if batch.reasons else books.available(db_path, batch.payer_iban)
        for transfer in batch.transfers:
            reasons = [*batch.reasons, *transfer.reasons]
            if not batch.reasons and transfer.amount > covered:
                reasons.append("AM04 Die Deckung ist nicht ausreichend")
            if not reasons:
                covered -= transfer.amount
            yield ListedOrder(_order(batch, transfer, login), "; ".join(reasons))


def _order(batch: Batch, transfer: Transfer, login: str) -> PaymentOrder:
    return PaymentOrder(
        login=login,
        payer_iban=batch.payer_iban,
        payee_name=transfer.payee_name,
        payee_iban=transfer.payee_iban,
        bic=transfer.bic,
        amount=transfer.amount,
        remittance=transfer.remittance,
        reference=transfer.reference,
        execution_date=batch.execution_date,
    )

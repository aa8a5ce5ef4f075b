"""What the sales are, and how each must end."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from finance.billing import gross_total
from models.party import Customer
from models.sales import SalesOrderContent, SalesOrderLine
from sandbox.company import CUSTOMERS, ENTITY
from sandbox.demo.ending import Ending
from sandbox.faults import Fault


@dataclass(frozen=True)
class Sale:
    key: str
    title: str
    customer_id: str
    items: Sequence[tuple[str, str, str]]
    """Description, quantity, unit price."""
    ending: Ending = Ending.PAID
    is_refused: bool = False
    short_by: Decimal = Decimal(0)
    """What the customer leaves out of the payment."""
    tax_fault: Fault | None = None

    @property
    def customer(self) -> Customer:
        return next(customer for customer in CUSTOMERS if customer.id == self.customer_id)

    def content(self, run: int) -> SalesOrderContent:
        """The order. Prices grow by a cent with each run, so that runs can be told apart in the ledgers."""
        extra = Decimal(run) / 100
        return SalesOrderContent(
            entity=ENTITY.id,
            customer=self.customer_id,
            customer_reference=f"{self.customer_id}-{run:03d}-{self.key}",
            currency=ENTITY.currency,
            lines=tuple(
                SalesOrderLine(
                    number=number,
                    description=description,
                    quantity=Decimal(quantity),
                    unit_price=Decimal(price) + extra,
                    tax_rate=Decimal(19 if self.customer.address.country == "DE" else 0),
                )
                for number, (description, quantity, price) in enumerate(self.items, 1)
            ),
        )

    def gross(self, run: int) -> Decimal:
        """What the invoice comes to, in euros."""
        return gross_total(self.content(run).lines, ENTITY.currency).amount

    def paid(self, run: int) -> Decimal:
        """What the customer transfers."""
        return self.gross(run) - self.short_by


SALES = (
    Sale(
        key="straight",
        title="Torque sensors for a nacelle",
        customer_id="HWT",
        items=(("Torque sensor 5 kNm", "3", "1420.00"), ("Calibration certificate", "3", "85.00")),
    ),
    Sale(
        key="over-limit",
        title="Gear test bench, over the credit limit",
        customer_id="DNZ",
        items=(("Gear test bench GT-2", "1", "16800.00"),),
    ),
    Sale(
        key="paid-short",
        title="Depth gauges, paid short",
        customer_id="SIM",
        items=(("Depth gauge 200 m", "4", "690.00"),),
        ending=Ending.LEFT_OPEN,
        short_by=Decimal("50.00"),
    ),
    Sale(
        key="tax-drops",
        title="Laboratory balances, tax portal goes silent",
        customer_id="LUG",
        items=(("Laboratory balance 2 kg", "2", "2150.00"),),
        tax_fault=Fault.DROP_AFTER_ACCEPTING,
    ),
    Sale(
        key="rejected",
        title="Interferometer on credit",
        customer_id="YHJ",
        items=(("Interferometer IF-7", "1", "31500.00"),),
        ending=Ending.REJECTED,
        is_refused=True,
    ),
)

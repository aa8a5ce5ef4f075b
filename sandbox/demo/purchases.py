"""What the purchases are, and how each must end."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.party import Vendor
from models.purchasing import RequisitionContent, RequisitionLine
from sandbox.company import ENTITY, VENDORS
from sandbox.demo.ending import Ending
from sandbox.faults import Fault
from sandbox.vendor import BilledLine, at_price


@dataclass(frozen=True)
class Purchase:
    key: str
    title: str
    requester: str
    vendor_id: str
    cost_centre: str
    category: str
    items: Sequence[tuple[str, str, str]]
    """Description, quantity, unit price."""
    ending: Ending = Ending.PAID
    is_refused: bool = False
    price_factor: Decimal = Decimal(1)
    """What the vendor charges of the ordered price of line 1."""
    comes_twice: bool = False
    bank_fault: Fault | None = None
    received_first: Decimal | None = None
    """How much of line 1 comes in before the rest; everything at once when None."""

    @property
    def vendor(self) -> Vendor:
        return next(vendor for vendor in VENDORS if vendor.id == self.vendor_id)

    def content(self, run: int) -> RequisitionContent:
        """The requisition. Prices grow by a cent with each run, so that runs can be told apart in the ledgers."""
        extra = Decimal(run) / 100
        return RequisitionContent(
            entity=ENTITY.id,
            vendor=self.vendor_id,
            cost_centre=self.cost_centre,
            category=self.category,
            currency=ENTITY.currency,
            reason=self.title,
            lines=tuple(
                RequisitionLine(
                    number=number,
                    description=description,
                    quantity=Decimal(quantity),
                    unit_price=Decimal(price) + extra,
                    tax_rate=self._tax_rate,
                )
                for number, (description, quantity, price) in enumerate(self.items, 1)
            ),
        )

    def billed(self, run: int) -> list[BilledLine]:
        """What the vendor puts on the invoice."""
        ordered = self.content(run).lines
        lines = [
            BilledLine(line.number, line.description, line.quantity, line.unit_price, line.tax_rate, line.unit)
            for line in ordered
        ]
        return at_price(lines, 1, (ordered[0].unit_price * self.price_factor).quantize(Decimal("0.01")))

    def gross(self, run: int) -> Decimal:
        """What the invoice asks for, in euros."""
        lines = self.billed(run)
        net = sum((line.net for line in lines), start=Decimal(0))
        return net + (net * self._tax_rate / 100).quantize(Decimal("0.01"))

    def invoice_number(self, run: int) -> str:
        return f"{self.vendor_id}-2026-{run:03d}{PURCHASES.index(self) + 1:02d}"

    @property
    def _tax_rate(self) -> Decimal:
        return Decimal(19 if self.vendor.address.country == "DE" else 0)


PURCHASES = (
    Purchase(
        key="straight",
        title="Sensor cables for test bench 4",
        requester="mara.voss",
        vendor_id="KAB",
        cost_centre="4000",
        category="goods",
        items=(("Sensor cable, shielded, 5 m", "40", "18.50"), ("Connector M12, 4-pin", "80", "3.90")),
    ),
    Purchase(
        key="two-stage",
        title="Reference pressure transducers",
        requester="mara.voss",
        vendor_id="DLT",
        cost_centre="4000",
        category="goods",
        items=(("Pressure transducer 0-400 bar", "6", "1480.00"),),
    ),
    Purchase(
        key="rejected",
        title="Espresso machine for the laboratory",
        requester="jonas.petersen",
        vendor_id="BUE",
        cost_centre="1000",
        category="office",
        items=(("Espresso machine, two groups", "1", "2890.00"),),
        ending=Ending.REJECTED,
        is_refused=True,
    ),
    Purchase(
        key="price-variance",
        title="Optical lenses for the interferometer",
        requester="mara.voss",
        vendor_id="ALP",
        cost_centre="4000",
        category="goods",
        items=(("Plano-convex lens, 50 mm", "12", "96.00"),),
        price_factor=Decimal("1.10"),
    ),
    Purchase(
        key="duplicate",
        title="Annual calibration of the force gauges",
        requester="lin.yue",
        vendor_id="KAL",
        cost_centre="5000",
        category="services",
        items=(("Calibration with certificate", "9", "145.00"),),
        comes_twice=True,
    ),
    Purchase(
        key="bank-drops",
        title="Milled housings, second lot",
        requester="mara.voss",
        vendor_id="RPT",
        cost_centre="4000",
        category="goods",
        items=(("Housing, aluminium, anodised", "25", "73.20"),),
        bank_fault=Fault.DROP_AFTER_ACCEPTING,
    ),
    Purchase(
        key="wrong-account",
        title="Microcontroller boards",
        requester="lin.yue",
        vendor_id="ELB",
        cost_centre="1000",
        category="goods",
        items=(("Evaluation board", "10", "58.00"),),
        ending=Ending.WITH_A_PERSON,
        bank_fault=Fault.CHANGE_PAYEE_ACCOUNT,
    ),
    Purchase(
        key="partial",
        title="Docking stations for the sales team",
        requester="lin.yue",
        vendor_id="ITS",
        cost_centre="5000",
        category="goods",
        items=(("Docking station USB-C", "10", "119.00"),),
        received_first=Decimal(6),
    ),
)

"""The company up to the point where something has to be done on a portal."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

from chaos.obligations import Bill, Obligations, Purchase
from sandbox.company import VENDORS

__all__ = ["Bill", "Office"]

_VENDOR = next(vendor for vendor in VENDORS if vendor.id == "KAB")


@dataclass(frozen=True)
class Office(Obligations):
    """Buys from one vendor; no two bills have the same gross amount."""

    _count: Iterator[int] = field(default_factory=partial(itertools.count, 1))

    def bill(self) -> Bill:
        """Bought, received and billed."""
        number = next(self._count)
        return self.billed(Purchase(number, Decimal(100 + number), _VENDOR))

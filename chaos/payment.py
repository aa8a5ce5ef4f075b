"""One payment of a run, and how far the harness has seen it come."""

import asyncio
from dataclasses import dataclass, field

from chaos.obligations import Bill
from chaos.plan import Harm
from chaos.stack import BankHouse


@dataclass
class Payment:
    number: int
    harm: Harm
    bank: BankHouse
    bill: Bill
    release: str
    slice: str
    struck: bool = False
    """Its harm was done."""
    asked: bool = False
    """A person is asked and cannot help."""
    executed: bool = False
    over: asyncio.Event = field(default_factory=asyncio.Event)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Something happened that is worth a look at the store."""

    @property
    def amount(self) -> str:
        """As the bots write it, and as faults of the bank are limited to it."""
        return f"{self.bill.gross:.2f}"

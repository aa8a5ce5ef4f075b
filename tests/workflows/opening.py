"""How the house of these tests is put together: a real installation, a real Temporal server, portals on paper."""

from datetime import timedelta
from pathlib import Path

from temporalio.client import Client

from installation import Installation
from sandbox.clock import BusinessClock
from sandbox.house_account import SECOND_HOUSE_ACCOUNT
from tests.company_home import START
from tests.workflows.house import House, Wall
from tests.workflows.paper_portals import PaperBank, PaperErp, PaperSigner


def house_in(folder: Path, installation: Installation, client: Client) -> House:
    """The company with all its workers down; the portals keep their books in `folder`."""
    wall = Wall()
    clock = BusinessClock(start=START, epoch=wall() - timedelta(seconds=1))
    second = folder / "bank_b.db"
    return House(
        installation,
        client,
        wall,
        bank=PaperBank(folder / "bank.db", wall, clock),
        erp=PaperErp(folder / "erp.db", wall, clock),
        bank_b=PaperBank(second, wall, clock, SECOND_HOUSE_ACCOUNT, wants_signature=True),
        signer=PaperSigner(second, wall, clock),
    )

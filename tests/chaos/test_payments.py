"""Every point of a payment's way is struck once, and every fault of the bank happens once: each is paid once.

`make chaos` strikes many more.
"""

import os

import pytest

from chaos.payments import pay_sample
from chaos.plan import sample
from chaos.points import SILENT

SEED = int(os.environ.get("TALLYWRIGHT_TEST_SEED", "1"))


@pytest.mark.behaviour("P10", "R1", "R3", "R4")
@pytest.mark.timeout(1800)
def test_whatever_dies_and_whatever_the_bank_does_each_payment_is_made_once() -> None:
    harms = sample(SEED)
    found = pay_sample(SEED)
    assert found.is_right, found
    assert found.runs >= len(harms)
    # A person is needed where the bank itself stays silent, and nowhere else.
    assert found.with_a_person == found.faults[SILENT] >= 1
    wanted = {name for harm in harms for name in (harm.blow_name, harm.fault_name) if name}
    assert wanted <= set(found.faults)

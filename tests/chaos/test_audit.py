"""Tampering with a copy of the database: every kind is found and named, and nothing untouched is accused."""

import pytest

from chaos.audit import tamper


@pytest.mark.behaviour("E3")
@pytest.mark.timeout(600)
def test_tampering_of_every_kind_is_found_and_located() -> None:
    found = tamper(mutations=28, seed=5)
    assert (found.mutations, found.found, found.located, found.false_alarms) == (28, 28, 28, 0)

from pathlib import Path

import pytest

from scripts.behaviours import behaviours, proofs, report

_SPECIFICATION = """
| id | Behaviour | Why |
|---|---|---|
| R1 | A portal action happens once | nobody has it |
| R2 | The confirmation page is read back | fraud |
| R3 | Nobody proves this | - |
"""
_TESTS = """
import pytest
pytestmark = pytest.mark.behaviour("R1")

@pytest.mark.behaviour("R2", "X9")
def test_one() -> None: ...

class TestTwo:
    @pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.slow)])
    async def test_inner(self, x: int) -> None: ...

def no_test() -> None: ...
"""


@pytest.fixture
def listed(tmp_path: Path) -> list[str]:
    (tmp_path / "behaviours.md").write_text(_SPECIFICATION)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(_TESTS)
    return list(report(behaviours(tmp_path / "behaviours.md"), proofs(tmp_path / "tests")))


def test_each_behaviour_is_listed_with_the_tests_that_carry_it(listed: list[str]) -> None:
    assert listed[:5] == [
        "R1   A portal action happens once",
        "       tests/test_x.py::test_one",
        "       tests/test_x.py::TestTwo::test_inner",
        "R2   The confirmation page is read back",
        "       tests/test_x.py::test_one",
    ]


def test_what_has_no_test_and_what_has_no_behaviour_is_said(listed: list[str]) -> None:
    assert listed[-2:] == ["Without a test: R3", "In no specification: X9"]
    assert "2 of 3 behaviours have tests." in listed[-3]

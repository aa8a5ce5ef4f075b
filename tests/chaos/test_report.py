"""Reports add up, and say what nothing wrong in so many payments is worth."""

import json
from pathlib import Path

import pytest

from chaos.report import PaymentsReport, added, read_report
from models.errors import BusinessError


def report(runs: int, **counts: int) -> PaymentsReport:
    nothing = dict.fromkeys(("lost", "duplicated", "wrong_amount", "wrong_payee", "with_a_person"), 0)
    return PaymentsReport(runs=runs, faults={"kill worker at claim": runs}, **{"paid_once": runs, **nothing, **counts})


def test_reports_add_up() -> None:
    whole = added([report(300), report(200, paid_once=199, with_a_person=1)])
    assert (whole.runs, whole.paid_once, whole.with_a_person) == (500, 499, 1)
    assert whole.faults == {"kill worker at claim": 500}


def test_nothing_wrong_in_2000_bounds_the_chance_by_about_three_in_2000() -> None:
    assert report(2000).bound == pytest.approx(0.001497, abs=1e-6)


@pytest.mark.parametrize("what", ["lost", "duplicated", "wrong_amount", "wrong_payee"])
def test_one_bad_payment_makes_the_whole_run_bad(what: str) -> None:
    assert not report(100, paid_once=99, **{what: 1}).is_right
    assert report(100, paid_once=99, with_a_person=1).is_right


def test_a_report_reads_back_from_its_json(tmp_path: Path) -> None:
    file = tmp_path / "part.json"
    file.write_text(json.dumps(report(3).model_dump()))
    assert read_report(file) == report(3)


def test_a_file_that_is_no_report_is_named(tmp_path: Path) -> None:
    file = tmp_path / "part.json"
    file.write_text("{}")
    with pytest.raises(BusinessError, match=r"part\.json holds no report"):
        read_report(file)

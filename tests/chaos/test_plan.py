"""What befalls which payment can be repeated, and nothing is left out."""

import pytest

from chaos.plan import Harm, harms, planned, points_named, sample
from chaos.points import BLOWS, PORTAL_FAULTS, SILENT, Blow, Point
from models.errors import BusinessError
from sandbox.faults import CONFIRMATION_FAULTS, ENTRY_FAULTS, SUBMISSION_FAULTS


def test_the_same_seed_plans_the_same_and_another_one_something_else() -> None:
    assert planned(300, 7) == planned(300, 7)
    assert planned(300, 7) != planned(300, 8)


def test_in_one_turn_everything_happens_once() -> None:
    everything = harms(list(Point))
    drawn = planned(len(everything), 3)
    assert {(harm.point, harm.blow) for harm in drawn} == {(harm.point, harm.blow) for harm in everything}
    assert {harm.fault for harm in drawn} == {harm.fault for harm in everything}


def test_every_point_can_be_struck_and_every_fault_of_a_submission_happens() -> None:
    assert set(BLOWS) == set(Point)
    assert {*SUBMISSION_FAULTS, *CONFIRMATION_FAULTS, *ENTRY_FAULTS} <= set(PORTAL_FAULTS)


@pytest.mark.parametrize("seed", range(5))
def test_the_sample_has_every_point_every_blow_and_every_fault(seed: int) -> None:
    drawn = sample(seed)
    assert {harm.point for harm in drawn if harm.point} == set(Point)
    assert {harm.blow for harm in drawn if harm.blow} == set(Blow)
    assert {harm.fault for harm in drawn if harm.fault} == set(PORTAL_FAULTS)
    assert sum(harm.is_silence for harm in drawn) == 1


def test_a_plan_for_one_point_strikes_only_there() -> None:
    assert {harm.point for harm in planned(100, 1, [Point.CLAIMED]) if harm.blow} == {Point.CLAIMED}


def test_every_point_that_does_not_exist_is_named() -> None:
    with pytest.raises(BusinessError, match="The points are: intent written") as refused:
        points_named(["claim", "lunch", "tea"])
    assert [finding.problem for finding in refused.value.findings] == ["'lunch' is no point", "'tea' is no point"]


def test_a_harm_is_named_by_what_happens_and_where() -> None:
    assert Harm(Point.CLAIMED, Blow.KILL_WORKER).name == "kill worker at claimed"
    assert Harm().name == SILENT

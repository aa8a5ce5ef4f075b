"""Who is above whom, and the circles that nobody may make."""

import pytest

from finance.reporting_line import circle, line_above
from models.party import Person

pytestmark = pytest.mark.behaviour("A10")


def people(**managers: str) -> list[Person]:
    return [Person(id=each, name=each, email="", manager=above) for each, above in managers.items()]


def test_the_line_goes_up_to_whoever_has_nobody_above() -> None:
    assert line_above(people(ann="bo", bo="cy", cy=""), "ann") == ("bo", "cy")
    assert line_above(people(ann=""), "ann") == ()


def test_a_circle_that_is_there_already_ends() -> None:
    assert line_above(people(ann="bo", bo="cy", cy="bo"), "ann") == ("bo", "cy")


def test_a_circle_is_named_from_the_person_back_to_them() -> None:
    everyone = people(ann="bo", bo="cy", cy="")
    assert circle(everyone, "cy", "ann") == ("cy", "ann", "bo", "cy")
    assert circle(everyone, "ann", "cy") == ()
    assert circle(everyone, "ann", "") == ()
    assert circle(everyone, "ann", "ann") == ("ann", "ann")

import pytest

from benchmarks.rules import contests

pytestmark = pytest.mark.behaviour("A1")


@pytest.mark.parametrize("size", [10, 100, 1000])
def test_both_engines_answer_every_case_alike(size: int) -> None:
    held = list(contests(size))
    for each in held:
        each.check()
    answers = [held[0].our_answer(case) for case in held[0].exact]
    assert None in answers and len(set(answers)) > min(size, 400)

"""What people read about settings, commands, events and tables is what the code does."""

import pytest

from console.event_words import DECISIONS, SENTENCES
from scripts.make_reference import FOLDER, matches, pages, recorded_actions

_PAGES = pages()


@pytest.mark.parametrize("name", _PAGES)
def test_a_page_of_the_reference_is_what_the_code_says_now(name: str) -> None:
    assert (FOLDER / name).exists(), "run `make reference`"
    assert (FOLDER / name).read_text(encoding="utf-8") == _PAGES[name], "run `make reference`"


def test_every_action_that_is_recorded_has_its_sentence() -> None:
    recorded = recorded_actions()
    assert len(recorded) > 40
    without = [each for each in recorded if not any(matches(each, action) for action in SENTENCES)]
    assert without == []


def test_every_sentence_is_about_an_action_that_is_recorded() -> None:
    recorded = recorded_actions()
    idle = [action for action in SENTENCES if not any(matches(each, action) for each in recorded)]
    assert idle == []
    assert DECISIONS.keys() <= SENTENCES.keys()

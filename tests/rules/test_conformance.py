"""What the DMN standard says of decision tables and of the logic around them, by cases in its compatibility kit's form.

The samples hold cases of the kit itself; those in `conformance/` are ours, for the parts of the standard that the kit
has cases of and the samples do not. With a checkout of github.com/dmn-tck/tck, all that TABLE_CASES does not leave out:

    TALLYWRIGHT_TCK=/path/to/tck/TestCases pytest tests/rules/test_conformance.py
"""

import os
from pathlib import Path

import pytest

from rules.definitions import Decision
from rules.dmn import read_definitions
from rules.dmn_writer import write_definitions
from rules.engine import compile_decision
from tests.rules.compatibility_kit import TABLE_CASES, agrees, expectations

_OURS = Path(__file__).parent / "conformance"
_SAMPLES = Path(os.environ.get("TALLYWRIGHT_SAMPLES", Path(__file__).parents[2] / "../shared/data")) / "dmn"
_CASES = {path.parent.name: path for folder in (_OURS, _SAMPLES) for path in sorted(folder.glob("*/*.dmn"))}
if "TALLYWRIGHT_TCK" in os.environ:
    _KIT = Path(os.environ["TALLYWRIGHT_TCK"])
    _CASES |= {
        name: next(_KIT.glob(f"*/{name}/{name}.dmn"), _KIT / name) for name, reason in TABLE_CASES.items() if not reason
    }


def has_logic(decision: Decision) -> bool:
    return any(getattr(decision, box) is not None for box in ("table", "expression", "invocation", "context"))


@pytest.mark.behaviour("A1")
def test_the_sample_folder_holds_conformance_cases(dmn_samples: Path) -> None:
    cases = {path.parent.name for path in dmn_samples.glob("*/*.dmn")}
    assert len(cases) >= 7
    assert all(TABLE_CASES[case] == "" for case in cases)


@pytest.mark.behaviour("A1")
@pytest.mark.parametrize("case", _CASES)
def test_every_case_gives_its_expected_result(case: str) -> None:
    definitions = read_definitions(_CASES[case].read_bytes())
    checked = list(expectations(_CASES[case].parent))
    for expected in checked:
        result = compile_decision(definitions, expected.decision).evaluate(expected.inputs).result
        assert agrees(result, expected.result), f"{expected} but the answer is {result}"
    assert checked


@pytest.mark.behaviour("A2")
@pytest.mark.parametrize("case", _CASES)
def test_every_case_answers_the_same_after_it_was_written(case: str) -> None:
    source = read_definitions(_CASES[case].read_bytes())
    written = read_definitions(write_definitions(source))
    assert written == source
    for decision in (each for each in source.decisions if has_logic(each)):
        assert compile_decision(written, decision.id).version == compile_decision(source, decision.id).version

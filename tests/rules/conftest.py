import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def dmn_samples() -> Path:
    """The public decision-table cases; a missing folder fails the test rather than skipping what it proves."""
    folder = Path(os.environ.get("TALLYWRIGHT_SAMPLES", PROJECT / "../shared/data")).resolve() / "dmn"
    assert folder.is_dir(), f"{folder} is missing; set TALLYWRIGHT_SAMPLES to the folder of public sample files"
    return folder

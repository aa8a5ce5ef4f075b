import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.errors import BusinessError
from reading.limits import Limits
from reading.process import run_module
from tests.formats.documents import ubl_invoice

_PRYING = "tests.reading.prying"


def test_a_file_that_takes_its_reader_over_finds_no_secret_and_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALLYWRIGHT_DATABASE_URL", "postgresql://user:secret@host/db")
    environment, open_files = json.loads(run_module(_PRYING, b"", Limits(), "look around"))
    assert environment == ""
    assert open_files[:3] == [0, 1, 2]
    assert len(open_files) == 4, "its input, output and errors, and the folder it is looking at"


def test_a_file_that_kills_its_readers_harms_only_its_own_reading() -> None:
    with pytest.raises(RuntimeError, match="ended from outside"):
        run_module(_PRYING, b"", Limits(), "kill the one that forks")
    assert json.loads(run_module("reading.child", ubl_invoice(), Limits()))["invoice"]["number"] == "R-1001"


def test_a_reading_that_hangs_is_ended() -> None:
    with pytest.raises(BusinessError, match="takes too long") as refused:
        run_module(_PRYING, b"", Limits(wall_seconds=0.2), "hang")
    assert refused.value.code == "document.too_slow"


def test_a_reader_that_cannot_work_says_why() -> None:
    with pytest.raises(RuntimeError, match="what went wrong"):
        run_module(_PRYING, b"", Limits(), "fail")


def test_files_are_read_side_by_side() -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: run_module("reading.child", ubl_invoice(), Limits()), range(24)))
    assert len(set(answers)) == 1

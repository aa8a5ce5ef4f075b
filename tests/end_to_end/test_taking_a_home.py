"""One sandbox has a home folder at a time, and whatever a killed one left running there is ended first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.stack import Stack, StackError
from tests.end_to_end.stage import free_ports

pytestmark = pytest.mark.behaviour("D1")

_WAITS_FOR_EVER = [sys.executable, "-c", "import signal; signal.pause()"]


def test_a_second_sandbox_in_the_same_home_is_refused_and_leaves_the_first_alone(tmp_path: Path) -> None:
    first = Stack(tmp_path, free_ports())
    first.take_home()
    with pytest.raises(StackError, match=r"runs in .* already"):
        Stack(tmp_path, free_ports()).take_home()
    first.stop()
    second = Stack(tmp_path, free_ports())
    second.take_home()
    second.stop()


def test_what_a_killed_sandbox_left_running_is_ended_and_nothing_else(tmp_path: Path) -> None:
    stack, other = Stack(tmp_path / "home", free_ports()), Stack(tmp_path / "home2", free_ports())
    with (
        subprocess.Popen(_WAITS_FOR_EVER, env=stack.environment(), start_new_session=True) as left,
        subprocess.Popen(_WAITS_FOR_EVER, env=other.environment()) as elsewhere,
        subprocess.Popen(_WAITS_FOR_EVER, env=os.environ | {"TALLYWRIGHT_HOME": str(stack.home)}) as unrelated,
    ):
        stack.take_home()
        assert left.wait(10) < 0
        assert (elsewhere.poll(), unrelated.poll()) == (None, None)
        elsewhere.kill()
        unrelated.kill()
    stack.stop()

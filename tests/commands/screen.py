"""A virtual screen and a person in front of it: real windows, a mouse and a keyboard, by Xvfb and xdotool."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

PATIENCE = 90.0
"""Seconds for a window to open on a busy machine."""

is_there = all(shutil.which(each) for each in ("Xvfb", "xdotool"))


@dataclass(frozen=True)
class Window:
    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class Screen:
    display: str

    def window(self, title: str) -> Window:
        """Waits for a window with this title; raises AssertionError where none opens."""
        until(lambda: self.shows(title), f"a window {title!r}")
        told = self._xdotool("search", "--onlyvisible", "--name", title, "getwindowgeometry", "--shell")
        place = dict(line.split("=") for line in told.split())
        return Window(int(place["X"]), int(place["Y"]), int(place["WIDTH"]), int(place["HEIGHT"]))

    def shows(self, title: str) -> bool:
        return bool(self._xdotool("search", "--onlyvisible", "--name", title))

    def click(self, x: float, y: float) -> None:
        self._xdotool("mousemove", str(round(x)), str(round(y)), "sleep", "0.3", "click", "1", "sleep", "0.5")

    def type(self, text: str) -> None:
        self._xdotool("type", "--delay", "80", text)

    def press(self, key: str) -> None:
        self._xdotool("key", key)

    def _xdotool(self, *words: str) -> str:
        """What it prints; it ends with 1 where it finds no window."""
        asked = ["xdotool", *words]
        environment = os.environ | {"DISPLAY": self.display}
        return subprocess.run(asked, env=environment, capture_output=True, text=True, check=False).stdout


@contextmanager
def virtual_screen() -> Iterator[Screen]:
    started = subprocess.Popen(
        ["Xvfb", "-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert started.stdout is not None
        yield Screen(f":{started.stdout.readline().strip()}")
    finally:
        started.terminate()
        started.communicate()


def until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, f"{what} did not come"
        time.sleep(0.3)

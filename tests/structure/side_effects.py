"""Imports the modules named on standard input and prints what our own files did besides."""

import importlib
import os
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

_ROOT = str(Path(__file__).resolve().parents[2])
_DEEDS = {"os.mkdir", "os.remove", "os.rename", "os.putenv", "socket.connect", "socket.bind", "subprocess.Popen"}


def main() -> None:
    done: list[str] = []

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and any(letter in str(arguments[1]) for letter in "wax+")
        if (writes or event in _DEEDS) and (doer := _doer(sys._getframe(1))):
            done.append(f"{doer}: {event} {arguments[:2]}")

    threads, environment, folder = threading.active_count(), dict(os.environ), Path.cwd()
    names = sys.stdin.read().split()
    sys.addaudithook(watch)
    for name in names:
        importlib.import_module(name)
    if (threading.active_count(), dict(os.environ), Path.cwd()) != (threads, environment, folder):
        done.append("a thread, the environment or the working folder changed")
    sys.stdout.writelines(f"{each}\n" for each in done)


def _doer(frame: FrameType | None) -> str:
    """Our own file that did it; empty for a deed of a library while it is imported."""
    while frame is not None:
        file = frame.f_code.co_filename
        if "site-packages" in file:
            return ""
        if file.startswith(_ROOT) and file != __file__:
            return file
        frame = frame.f_back
    return ""


if __name__ == "__main__":
    main()

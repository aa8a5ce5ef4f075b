"""Runs `tallywright` many times without loading it as often: each line on standard input is one command, in a fork.

The command ends by its own exit path; the answer is a line with its status and what it wrote.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

import cli


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryDirectory() as folder:
            out, err = Path(folder) / "out", Path(folder) / "err"
            child = os.fork()
            if not child:
                _become(request["words"], request["environment"], out, err)
            _, status = os.waitpid(child, 0)
            answer = {
                "status": os.waitstatus_to_exitcode(status),
                "out": out.read_text(errors="replace"),
                "err": err.read_text(errors="replace"),
            }
        print(json.dumps(answer), flush=True)  # noqa: T201


def _become(words: list[str], environment: dict[str, str], out: Path, err: Path) -> None:
    for descriptor, path, flags in ((0, Path(os.devnull), os.O_RDONLY), (1, out, os.O_WRONLY), (2, err, os.O_WRONLY)):
        os.dup2(os.open(path, flags | os.O_CREAT, 0o600), descriptor)
    sys.stdin = open(os.devnull)  # noqa: PTH123, SIM115
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["tallywright", *words]
    cli.main()


if __name__ == "__main__":
    main()

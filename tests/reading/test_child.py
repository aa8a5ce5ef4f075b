import json
import os
import subprocess
import sys
from pathlib import Path

from reading.limits import Limits
from tests.formats.documents import ubl_invoice

_ROOT = Path(__file__).resolve().parents[2]


def _python(*arguments: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False, cwd=_ROOT, env=dict(os.environ))


def test_the_child_answers_with_one_json_line() -> None:
    script = "import sys; from reading.child import main; sys.exit(main(sys.argv[1:]))"
    answer = _python("-c", script, Limits().model_dump_json(), data=ubl_invoice())
    assert (answer.returncode, answer.stderr) == (0, b"")
    assert answer.stdout.count(b"\n") == 1
    assert json.loads(answer.stdout)["invoice"]["number"] == "R-1001"


def test_the_limits_bind_the_process() -> None:
    limits = Limits(memory_bytes=400 * 1024**2, cpu_seconds=7, output_bytes=1000)
    script = (
        "import resource as r, sys; from reading.limits import Limits; "
        "Limits.model_validate_json(sys.argv[1]).apply(); "
        "print([r.getrlimit(k) for k in (r.RLIMIT_AS, r.RLIMIT_CPU, r.RLIMIT_FSIZE, r.RLIMIT_CORE)])"
    )
    answer = _python("-c", script, limits.model_dump_json())
    memory = 400 * 1024**2
    assert answer.stdout.decode().strip() == str([(memory, memory), (7, 8), (1000, 1000), (0, 0)])


def test_the_child_imports_nothing_heavy() -> None:
    script = "import sys, reading.child; print(' '.join(sys.modules))"
    modules = set(_python("-c", script).stdout.decode().split())
    assert not modules & {"typst", "jinja2", "sqlalchemy", "temporalio", "playwright", "fastapi", "apprise"}

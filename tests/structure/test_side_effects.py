import os
import subprocess
import sys

from tests.structure.source import ROOT, product

_RUN_BY_OTHERS = ("store/migrations/",)
"""Alembic runs these as scripts."""


def test_no_import_of_ours_does_anything_besides() -> None:
    files = [source.path.relative_to(ROOT) for source in product() if not source.name.startswith(_RUN_BY_OTHERS)]
    names = [".".join(file.with_suffix("").parts).removesuffix(".__init__") for file in files]
    ended = subprocess.run(
        [sys.executable, "-B", "-m", "tests.structure.side_effects"],
        input="\n".join(name for name in names if not name.endswith("__main__")),
        cwd=ROOT,
        env=os.environ | {"PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr

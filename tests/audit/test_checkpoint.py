import base64

import pytest

from audit.checkpoint import Checkpoint, open_note, parse_checkpoint, sign
from audit.merkle import EMPTY_ROOT
from audit.note import NoteError, Signer, Verifier

# The public Go checksum database on 2024-09-23: a checkpoint of a log that is not ours.
SUMDB_KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUMDB_NOTE = """go.sum database tree
30055305
mXfgRcJ0bG0j3CPdKwgGWtUzBUbX67saZGRmFuJGGsM=

— sum.golang.org Az3grpgEild5qw7+5dtV13Kf1C2Xurm8q4fhdxvcsDHnqNTaxL2AFjBY+2TyGKevucFcAAlWFJJYle3EJlDCrQ+y3A8=
"""
SIGNER = Signer("tallywright.local", bytes(32))
ROOT = base64.b64encode(EMPTY_ROOT).decode()


@pytest.mark.behaviour("E2")
def test_a_checkpoint_of_a_public_log_opens_with_its_published_key() -> None:
    checkpoint = open_note(SUMDB_NOTE, Verifier.parse(SUMDB_KEY))
    assert (checkpoint.origin, checkpoint.size) == ("go.sum database tree", 30055305)
    assert base64.b64encode(checkpoint.root).decode() == "mXfgRcJ0bG0j3CPdKwgGWtUzBUbX67saZGRmFuJGGsM="


@pytest.mark.behaviour("E2")
@pytest.mark.parametrize("size", [0, 1, 10**18])
def test_a_signed_checkpoint_opens_as_it_was(size: int) -> None:
    checkpoint = Checkpoint("tallywright.local/acme", size, EMPTY_ROOT)
    assert open_note(sign(checkpoint, SIGNER), SIGNER.verifier) == checkpoint


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (f"\n1\n{ROOT}\n", "three lines"),
        (f"log\n1\n{ROOT}", "three lines"),
        (f"log\n1\n{ROOT}\nextension\n", "three lines"),
        (f"log\n01\n{ROOT}\n", "without leading zeros"),
        (f"log\n-1\n{ROOT}\n", "without leading zeros"),
        (f"log\n１\n{ROOT}\n", "without leading zeros"),
        ("log\n1\nAAAA\n", "3 bytes"),
        (f"log\n1\n{ROOT[:-2]}V=\n", "not canonical base64"),
        ("log\n1\nÄ\n", "not canonical base64"),
    ],
)
def test_a_malformed_checkpoint_is_refused_with_its_reason(text: str, problem: str) -> None:
    with pytest.raises(NoteError, match=problem):
        parse_checkpoint(text)


def test_an_origin_that_would_forge_a_second_line_is_not_signed() -> None:
    with pytest.raises(NoteError):
        sign(Checkpoint("log\n9", 1, EMPTY_ROOT), SIGNER)

"""The process in which untrusted files are parsed: LIMITS as argument, the file as input, one JSON line back."""

import os
import sys

from reading.limits import Limits
from reading.parsing import parse_document

OUT_OF_MEMORY = 71
PARSER_FAILED = 70
"""Exit codes that tell what the content did to us; any other means that the process itself could not work."""

_STANDARD_OUTPUT = 1


def main(arguments: list[str]) -> int:
    """Bind the process to its limits, then read standard input."""
    limits = Limits.model_validate_json(arguments[0])
    limits.apply()
    try:
        _answer(parse_document(sys.stdin.buffer.read(), max_bytes=limits.file_bytes).model_dump_json())
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:
        # Whatever a file makes the parser raise is a property of that file, never a failure of ours to be retried.
        return PARSER_FAILED
    return 0


def _answer(line: str) -> None:
    """Unbuffered: a buffer that cannot be emptied at the end would hide the exit code."""
    rest = memoryview(f"{line}\n".encode())
    while rest:
        rest = rest[os.write(_STANDARD_OUTPUT, rest) :]

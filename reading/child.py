"""The process in which untrusted files are parsed: `python -m reading.child LIMITS < file`, one JSON line back."""

import sys
import traceback

from reading.limits import Limits
from reading.parsing import parse_document

OUT_OF_MEMORY = 71
PARSER_FAILED = 70
"""Exit codes that tell what the content did to us; any other means that the process itself could not work."""


def main(arguments: list[str]) -> int:
    """Bind the process to its limits, then read standard input."""
    limits = Limits.model_validate_json(arguments[0])
    limits.apply()
    try:
        answer = parse_document(sys.stdin.buffer.read(), max_bytes=limits.file_bytes).model_dump_json()
        sys.stdout.buffer.write(answer.encode() + b"\n")
        sys.stdout.buffer.flush()
    except MemoryError:
        return OUT_OF_MEMORY
    except Exception:
        # Whatever a file makes the parser raise is a property of that file, never a failure of ours to be retried.
        traceback.print_exc()
        return PARSER_FAILED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

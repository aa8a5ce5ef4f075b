"""What a forked reading process would do that a file has taken over, on the word of its argument."""

import json
import os
import signal
import time
from pathlib import Path


def main(arguments: list[str]) -> int:
    _, deed = arguments
    match deed:
        case "look around":
            environment = Path("/proc/self/environ").read_bytes().decode()
            open_files = sorted(int(name) for name in os.listdir("/proc/self/fd"))  # noqa: PTH208
            os.write(1, json.dumps([environment, open_files]).encode())
        case "kill the one that forks":
            standby = int(Path(f"/proc/{os.getppid()}/stat").read_text().rsplit(")", 1)[1].split()[1])
            os.kill(standby, signal.SIGKILL)
            os.kill(os.getppid(), signal.SIGKILL)
        case "hang":
            time.sleep(60)
        case "fail":
            raise ValueError("what went wrong")
    return 0

"""`python -m sandbox.mail --smtp-port S --port P --home DIR`: the mail server and its web page as a process."""

import argparse
import sys
from pathlib import Path

from sandbox.mail.app import build
from sandbox.mail.smtp import listen
from sandbox.serving import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.mail")
    parser.add_argument("--smtp-port", type=int, default=0, help="SMTP port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--port", type=int, default=0, help="port of the web page on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--home", type=Path, required=True, help="folder of the messages")
    arguments = parser.parse_args()
    with listen(arguments.smtp_port) as smtp_listener:
        sys.stdout.write(f"smtp ready at 127.0.0.1:{smtp_listener.getsockname()[1]}\n")
        run("mail", build(arguments.home, smtp_listener), arguments.port)


if __name__ == "__main__":
    main()

"""`python -m sandbox.bank_b --port P --home DIR`: the stand-in bank that takes files, as a process."""

from sandbox.bank_b.app import build
from sandbox.command import portal_arguments
from sandbox.serving import run

if __name__ == "__main__":
    port, settings = portal_arguments("sandbox.bank_b")
    run("bank_b", build(settings), port)

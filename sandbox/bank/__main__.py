"""`python -m sandbox.bank --port P --home DIR`: the stand-in bank as a process."""

from sandbox.bank.app import build
from sandbox.command import portal_arguments
from sandbox.serving import run

if __name__ == "__main__":
    port, settings = portal_arguments("sandbox.bank")
    run("bank", build(settings), port)

"""`python -m sandbox.tax --port P --home DIR`: the stand-in tax authority as a process."""

from sandbox.command import portal_arguments
from sandbox.serving import run
from sandbox.tax.app import build

if __name__ == "__main__":
    port, settings = portal_arguments("sandbox.tax")
    run("tax", build(settings), port)

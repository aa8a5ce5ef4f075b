"""`python -m sandbox.erp --port P --home DIR`: the stand-in bookkeeping system as a process."""

from sandbox.command import portal_arguments
from sandbox.erp.app import build
from sandbox.serving import run

if __name__ == "__main__":
    port, settings = portal_arguments("sandbox.erp")
    run("erp", build(settings), port)

"""The command line that the portals share."""

import argparse
import os
from pathlib import Path

from sandbox.clock import BusinessClock
from sandbox.portal_app import PortalSettings


def portal_arguments(program: str) -> tuple[int, PortalSettings]:
    """Port and settings from the command line; the business clock from the environment."""
    parser = argparse.ArgumentParser(prog=f"python -m {program}")
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--home", type=Path, required=True, help="folder of the ledger and the credentials")
    parser.add_argument("--session-timeout", type=float, default=600, help="seconds without a request")
    parser.add_argument("--totp-period", type=int, default=30, help="seconds that a one-time code counts")
    arguments = parser.parse_args()
    settings = PortalSettings(
        home=arguments.home,
        clock=BusinessClock.from_environment(os.environ),
        session_timeout=arguments.session_timeout,
        totp_period=arguments.totp_period,
    )
    return arguments.port, settings

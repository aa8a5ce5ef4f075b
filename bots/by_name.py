"""Portals found by their name: each is a module of `bots.portals` with a function `open_portal`."""

import importlib
import re
from typing import Any

from bots.portal import ActingPortal, PortalAccess
from models.errors import BusinessError

LONGEST_NAME = 30
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def module_of(portal: str) -> str:
    """The last name of the portal's modules: `acme_bank` for `acme-bank`. Raises BusinessError `bot.name`."""
    if not _NAME.fullmatch(portal) or len(portal) > LONGEST_NAME:
        problem = f"{portal!r} is no name for a portal; use up to {LONGEST_NAME} small letters, digits, single hyphens."
        raise BusinessError("bot.name", problem)
    return portal.replace("-", "_")


def portal_named(access: PortalAccess, known_row: str) -> ActingPortal[Any]:
    """The portal that `access` names, opened. Raises BusinessError `bot.name` or `bot.unknown`."""
    opened: ActingPortal[Any] = part_of("bots.portals", access.name, "open_portal")(access, known_row)
    return opened


def part_of(package: str, portal: str, function: str) -> Any:
    """`function` of the portal's module in `package`. Raises BusinessError `bot.name` or `bot.unknown`."""
    module = f"{package}.{module_of(portal)}"
    try:
        found = getattr(importlib.import_module(module), function, None)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        found = None
    if found is None:
        problem = f"There is no {function}() in {module}; `tallywright bot new {portal}` makes one."
        raise BusinessError("bot.unknown", problem)
    return found

"""What lies outside the house: the portals, the way messages take, the console's address."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from commands.checks.configuration import portal_addresses, variable_of
from commands.checks.result import Check, broken, ok, warning
from models.message import DeliveryFailed
from settings import Settings

_PATIENCE_SECONDS = 5


def check_portals(settings: Settings) -> Iterator[Check]:
    """Whether each answers at all. Nobody signs in: a wrong password too often locks a login."""
    addresses = portal_addresses(settings)
    if not addresses:
        remedy = "Set TALLYWRIGHT_BANK_URL and those of the other portals; until then the bots look for the sandbox's."
        yield warning("portal", "No portal's address is set.", remedy)
    for portal, address in addresses.items():
        name, server = f"portal.{portal}", _server(address)
        try:
            answer = httpx.get(address, timeout=_PATIENCE_SECONDS)
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            found = f"{server} does not answer: {str(error)[:200] or type(error).__name__}."
            remedy = (
                f"Look at {variable_of(f'{portal}_url')}, the network, and whether the portal is down for everybody."
            )
            yield broken(name, found, remedy)
            continue
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            remedy = "Wait until the portal works again; the bots try again by themselves."
            yield warning(name, f"{server} answers with an error ({answer.status_code}).", remedy)
        else:
            yield ok(name, f"{server} answers.")


def check_messages_out(settings: Settings) -> Iterator[Check]:
    """Whether the address for messages can be used. Nothing is sent."""
    # Loaded here because the health checks of containers, which want nothing of it, come every minute.
    from notifications.sender import Sender

    address = settings.notify_url.get_secret_value()
    if not address:
        remedy = "Set TALLYWRIGHT_NOTIFY_URL, so that people learn what waits for them."
        yield warning("mail", "No message leaves the house: TALLYWRIGHT_NOTIFY_URL is not set.", remedy)
        return
    try:
        service = Sender(address).service_name()
    except DeliveryFailed as error:
        yield broken(
            "mail", f"TALLYWRIGHT_NOTIFY_URL cannot be used: {error}", "Set it as docs/reference/settings.md says."
        )
    else:
        if "{email}" in address:
            yield ok("mail", f"Messages go out by {service}.")
        else:
            remedy = "Put {email} into TALLYWRIGHT_NOTIFY_URL where the recipient's address goes."
            yield warning("mail", f"All messages go to one recipient by {service}, whoever they are for.", remedy)


def check_console(settings: Settings) -> Iterator[Check]:
    address = settings.console_address
    try:
        answer = httpx.get(f"{address}/readyz", timeout=_PATIENCE_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
        found = (
            f"The console does not answer at {_server(address)} from here: {str(error)[:200] or type(error).__name__}."
        )
        yield warning("console", found, "Start `tallywright console`; behind a proxy, look at TALLYWRIGHT_CONSOLE_URL.")
        return
    if answer.status_code == httpx.codes.OK:
        yield ok("console", f"The console is ready at {_server(address)}.")
    else:
        found = f"The console at {_server(address)} is not ready ({answer.status_code})."
        yield broken("console", found, "See what is said of the database here, and look into the console's log.")


def _server(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

"""Services that people name themselves: which of Apprise's are taken, and where they may lead."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from apprise import Apprise
from apprise.plugins.base import NotifyBase
from apprise.plugins.email.base import NotifyEmail
from pydantic import SecretStr

from models.errors import BusinessError
from models.message import NotDeliverable
from notifications.egress import Network, guarded, refused_addresses
from notifications.sender import quiet_asset

_LONGEST = 2000


@dataclass(frozen=True)
class CheckedAddresses:
    """A `models.message.ServiceAddresses`."""

    inside: Sequence[Network] = ()

    def check(self, address: SecretStr) -> str:
        try:
            return service_at(address, tuple(self.inside))
        except NotDeliverable as refusal:
            raise BusinessError("target.address", str(refusal)) from None


def service_at(address: SecretStr, inside: tuple[Network, ...]) -> str:
    """What the service is called. Raises NotDeliverable, whose words hold nothing of the address but its host.

    Only services that Apprise reaches by HTTP or SMTP in our own thread are taken: those the guard can watch.
    """
    service = _parsed(address.get_secret_value().strip(), inside)
    if not isinstance(service, NotifyEmail) and "requests" not in vars(sys.modules[type(service).__module__]):
        raise NotDeliverable(f"{service.service_name} is no service on the web; take one such as ntfy, Slack or mail.")
    for host in _hosts(service):
        refused = refused_addresses(host, inside)
        if refused:
            raise NotDeliverable(
                f"{host} leads to {', '.join(refused)}, which is inside. Whoever runs this installation can allow it "
                "(TALLYWRIGHT_NOTIFY_INSIDE)."
            )
    return str(service.service_name)


def _parsed(address: str, inside: tuple[Network, ...]) -> NotifyBase:
    apprise = Apprise(asset=quiet_asset())
    with guarded(inside):
        accepted = len(address) <= _LONGEST and apprise.add(address)
    if not accepted or len(apprise.services) != 1 or not isinstance(apprise.services[0], NotifyBase):
        raise NotDeliverable(
            "Apprise does not know such an address; it wants exactly one, for example ntfys://ntfy.sh/a-long-topic."
        )
    return apprise.services[0]


def _hosts(service: NotifyBase) -> set[str]:
    """The hosts that the address itself names; what else the service talks to is caught at the connection."""
    templates: tuple[str, ...] = service.templates
    named = [service.host] if any("{host}" in each for each in templates) else []
    named.append(getattr(service, "smtp_host", None))
    return {str(host).strip("[]") for host in named if host}

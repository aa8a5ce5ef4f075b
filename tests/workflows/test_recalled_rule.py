"""A rule that two people take back while an approval waits, on a real Temporal server."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from store.rule_recall import Effect, ask_recall, confirm_recall
from tests.notifications.mail_server import MailServer, running_mail_server
from tests.store.houses import signed_in
from tests.store.rule_steps import AUTHOR, OTHER_PUBLISHER, TABLE, published
from tests.workflows.house import House

pytestmark = pytest.mark.behaviour("A5")
_BY_PURCHASING = ((b'<text>["cost_centre_owner"]</text>', b'<text>["purchasing"]</text>'),)


async def test_whoever_is_due_by_the_version_before_is_told_and_the_purchase_goes_on_with_them(
    idle_house: House,
) -> None:
    store = idle_house.installation.store
    published(store, _BY_PURCHASING)
    async with running_mail_server() as mail:
        house = _with_mail(idle_house, mail)
        async with house.working():
            case = house.file()
            await house.eventually(lambda: mail.received)
            assert _told(mail) == ["piotr.nowak@lindqvist.example"]
            ask_recall(store, signed_in(store, AUTHOR), TABLE, 2, "A slip.")
            (found,) = confirm_recall(store, signed_in(store, OTHER_PUBLISHER), TABLE, 2)
            assert found.effect is Effect.REROUTED
            await house.eventually(lambda: len(mail.received) == 2)
            assert _told(mail)[1] == "ayse.kaya@lindqvist.example"
            await house.decide(case, "ayse.kaya")
            await house.order(case)


def _told(mail: MailServer) -> list[str]:
    return [message["To"].addresses[0].addr_spec for message in mail.received]


def _with_mail(house: House, mail: MailServer) -> House:
    settings = house.installation.settings.model_copy(update={"notify_url": SecretStr(mail.url)})
    return replace(house, installation=replace(house.installation, settings=settings))

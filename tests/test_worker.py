from dataclasses import replace

import pytest
from temporalio.client import Client

from bots.browser import Browser
from installation import Installation
from models.errors import BusinessError
from models.ids import bots_queue
from settings import PortalSite
from worker import bots_workers

pytestmark = pytest.mark.behaviour("R4")


async def test_a_worker_serves_the_portals_that_were_chosen_and_no_others(
    installation: Installation, temporal: Client
) -> None:
    wanted = ("sandbox-bank", "sandbox-erp")
    chosen = bots_workers(installation, temporal, Browser(), wanted)
    assert sorted(worker.task_queue for worker in chosen) == [bots_queue(portal) for portal in wanted]


async def test_a_portal_that_no_bot_knows_is_named_with_those_that_are(
    installation: Installation, temporal: Client
) -> None:
    with pytest.raises(BusinessError, match="No bot knows nowhere; known are sandbox-bank, "):
        bots_workers(installation, temporal, Browser(), ["sandbox-bank", "nowhere"])


async def test_a_portal_that_only_the_settings_name_is_served_like_every_other(
    installation: Installation, temporal: Client
) -> None:
    portals = {"tryton": PortalSite(url="http://erp.example", known_row="OLD-0001")}
    house = replace(installation, settings=installation.settings.model_copy(update={"portals": portals}))
    (worker,) = bots_workers(house, temporal, Browser(), ["tryton"])
    assert worker.task_queue == bots_queue("tryton")


async def test_a_portal_of_the_settings_without_a_bot_is_named_with_how_to_begin_one(
    installation: Installation, temporal: Client
) -> None:
    portals = {"acme-bank": PortalSite(url="https://portal.example", known_row="E-0001")}
    house = replace(installation, settings=installation.settings.model_copy(update={"portals": portals}))
    with pytest.raises(BusinessError, match="`tallywright bot new acme-bank` makes one"):
        bots_workers(house, temporal, Browser())


async def test_the_grace_of_a_worker_is_longer_than_a_commit_may_take(
    installation: Installation, temporal: Client
) -> None:
    for worker in bots_workers(installation, temporal, Browser()):
        assert worker.config()["graceful_shutdown_timeout"].total_seconds() > installation.settings.commit_seconds

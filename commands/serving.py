"""What runs until it is told to stop: a worker, the console."""

import asyncio
from collections.abc import Collection

import uvicorn
from temporalio.client import Client

from commands.output import configure_logs
from console.app import create_app
from console.context import ConsoleContext
from installation import moment_of, open_installation, session_lasts
from models.errors import BusinessError
from notifications.egress import networks
from notifications.services import CheckedAddresses
from settings import Settings
from worker import WorkerRole, run_worker
from workflows.client import connect
from workflows.delivery import Deliverer


def run_as_worker(role: WorkerRole, portals: Collection[str] | None) -> None:
    """Works until SIGTERM or SIGINT. Raises BusinessError `temporal.unreachable` or `worker.unknown_portal`."""
    configure_logs()
    house = open_installation(Settings())

    async def work() -> None:
        await run_worker(house, await _connected(), role, portals)

    asyncio.run(work())


def serve_console() -> None:
    configure_logs()
    settings = Settings()
    house = open_installation(settings)
    context = ConsoleContext(
        store=house.store,
        files=house.files,
        tenant=settings.tenant,
        address=settings.console_address,
        session_lasts=session_lasts(settings),
        secure_cookies=settings.secure_cookies,
        deliver=Deliverer(connect, house.store),
        moment=lambda: moment_of(settings),
        vault=house.vault,
        services=CheckedAddresses(networks(settings.notify_inside)),
        bank_cut_off=settings.bank_cut_off,
        portal_names={
            "sandbox-bank": "Nordhafen Bank",
            "sandbox-bank-b": "Ostsee Kreditbank",
            "sandbox-bank-b-signature": "Ostsee Kreditbank, second signature",
            "sandbox-erp": "KONTOR/3",
            "sandbox-tax": "Landesfinanzkasse",
        },
    )
    uvicorn.run(create_app(context), host=settings.console_host, port=settings.console_port, access_log=False)


async def _connected() -> Client:
    try:
        return await connect()
    except RuntimeError as error:
        message = f"The Temporal server cannot be reached; start it, or say where it is in TEMPORAL_ADDRESS. {error}"
        raise BusinessError("temporal.unreachable", message) from error

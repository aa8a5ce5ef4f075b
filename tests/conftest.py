import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from tests.databases import start_postgresql

_TEMPORAL_SETTINGS = (
    # Without it every step waits for a 50 ms tick.
    "history.transferProcessorMaxPollRPS=10000",
    "frontend.WorkflowTimeSkippingEnabled=true",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="run on PostgreSQL, started by the tests themselves")


@pytest.fixture(scope="session", autouse=True)
def _database_server(request: pytest.FixtureRequest) -> Iterator[None]:
    if not request.config.getoption("--postgresql"):
        yield
        return
    server = start_postgresql()
    yield
    server.cleanup()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_address() -> AsyncIterator[str]:
    """A Temporal server of this test process, in memory, on a free port."""
    server = await WorkflowEnvironment.start_local(
        dev_server_existing_path=shutil.which("temporal", path=str(Path(sys.executable).parent)),
        dev_server_extra_args=[word for each in _TEMPORAL_SETTINGS for word in ("--dynamic-config-value", each)],
        dev_server_log_level="error",
    )
    yield server.client.service_client.config.target_host
    await server.shutdown()


@pytest.fixture
async def temporal(temporal_address: str) -> Client:
    """A client in a namespace of its own: task queues have fixed names, so tests must not share one."""
    server = await Client.connect(temporal_address)
    namespace = f"test-{uuid.uuid4().hex}"
    retention = Duration(seconds=int(timedelta(days=1).total_seconds()))
    await server.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=retention)
    )
    return await Client.connect(temporal_address, namespace=namespace, data_converter=pydantic_data_converter)

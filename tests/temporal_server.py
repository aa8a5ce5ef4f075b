"""A Temporal server for tests: in memory, on a free port, with time that can be skipped."""

import shutil
import sys
import uuid
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

_SETTINGS = (
    # Without it every step waits for a 50 ms tick.
    "history.transferProcessorMaxPollRPS=10000",
    "frontend.WorkflowTimeSkippingEnabled=true",
)


async def start_temporal() -> WorkflowEnvironment:
    return await WorkflowEnvironment.start_local(
        dev_server_existing_path=shutil.which("temporal", path=str(Path(sys.executable).parent)),
        dev_server_extra_args=[word for each in _SETTINGS for word in ("--dynamic-config-value", each)],
        dev_server_log_level="error",
    )


def address_of(server: WorkflowEnvironment) -> str:
    return server.client.service_client.config.target_host


async def client_in_fresh_namespace(address: str) -> Client:
    """A client in a namespace of its own: task queues have fixed names, so tests must not share one."""
    server = await Client.connect(address)
    namespace = f"test-{uuid.uuid4().hex}"
    retention = Duration(seconds=int(timedelta(days=1).total_seconds()))
    await server.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=namespace, workflow_execution_retention_period=retention)
    )
    return await Client.connect(address, namespace=namespace, data_converter=pydantic_data_converter)

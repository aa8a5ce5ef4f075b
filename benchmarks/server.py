"""The Temporal server of a benchmark, on a file of its own as an installation has it: every commit is on the disk."""

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

_FLAGS = (
    "--sqlite-pragma=journal_mode=WAL",
    "--sqlite-pragma=synchronous=2",
    "--dynamic-config-value=history.transferProcessorMaxPollRPS=10000",
)


@asynccontextmanager
async def temporal_server(folder: Path) -> AsyncIterator[Client]:
    """A client of a server that keeps its file in `folder` and ends with the block."""
    server = await WorkflowEnvironment.start_local(
        dev_server_existing_path=shutil.which("temporal", path=str(Path(sys.executable).parent)),
        dev_server_database_filename=str(folder / "temporal.db"),
        dev_server_extra_args=list(_FLAGS),
        dev_server_log_level="error",
        data_converter=pydantic_data_converter,
    )
    try:
        yield server.client
    finally:
        await server.shutdown()

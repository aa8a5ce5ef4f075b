"""How every process of ours reaches the Temporal server."""

from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig


async def connect() -> Client:
    """A client by Temporal's own settings (`TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE` or its config file)."""
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "127.0.0.1:7233")
    return await Client.connect(**config, data_converter=pydantic_data_converter)

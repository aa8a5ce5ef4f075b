"""Who asks the Temporal server for work."""

from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

_PATIENCE = timedelta(seconds=5)


class NoAnswer(Exception):
    """The server did not answer as it should; the message says how."""


async def has_namespace(client: Client) -> bool:
    """Whether the server knows the client's namespace. Raises NoAnswer."""
    request = DescribeNamespaceRequest(namespace=client.namespace)
    try:
        await client.workflow_service.describe_namespace(request, timeout=_PATIENCE)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise NoAnswer(error.message) from error
    return True


async def pollers(client: Client, queue: str) -> frozenset[str]:
    """`process@host` of every worker that asked for activities of `queue` in the last five minutes. Raises NoAnswer."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    try:
        answer = await client.workflow_service.describe_task_queue(request, timeout=_PATIENCE)
    except RPCError as error:
        raise NoAnswer(error.message) from error
    return frozenset(poller.identity for poller in answer.pollers)

"""The one place where a business error becomes a Temporal error, so that nothing retries what cannot get better."""

from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from models.errors import BusinessError

_LONGEST_MESSAGE = 2000


class BusinessErrors(Interceptor):
    """Worker interceptor: BusinessError leaves an activity as a non-retryable ApplicationError of type its code."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:  # noqa: A002
        return _Edge(next)


class _Edge(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        try:
            return await super().execute_activity(input)
        except BusinessError as error:
            message = str(error)[:_LONGEST_MESSAGE]
            activity.logger.info("%s: %s", error.code, message)
            raise ApplicationError(message, type=error.code, non_retryable=True) from None

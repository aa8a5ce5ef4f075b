"""Business errors become Temporal errors that nothing retries; everything else stays as it is."""

from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from activities.edge import BusinessErrors
from models.errors import BusinessError, Finding


class _Raising(ActivityInboundInterceptor):
    def __init__(self, error: Exception) -> None:
        self._error = error

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:  # noqa: A002
        raise self._error


async def _through_the_edge(error: Exception) -> None:
    edge = BusinessErrors().intercept_activity(_Raising(error))
    await edge.execute_activity(ExecuteActivityInput(fn=lambda: None, args=(), executor=None, headers={}))


@pytest.mark.behaviour("R3")
async def test_a_business_error_is_not_retried_and_keeps_its_code_and_findings() -> None:
    finding = Finding(field="account", problem="it changed")
    with pytest.raises(ApplicationError) as raised:
        await _through_the_edge(BusinessError("release.refused", "Not as things stand.", (finding,)))
    assert (raised.value.type, raised.value.non_retryable) == ("release.refused", True)
    assert raised.value.message == "Not as things stand.; account: it changed"


async def test_a_long_message_is_cut_before_it_reaches_a_history() -> None:
    with pytest.raises(ApplicationError) as raised:
        await _through_the_edge(BusinessError("too.long", "x" * 100_000))
    assert len(raised.value.message) == 2000


@pytest.mark.behaviour("R3")
async def test_a_technical_failure_stays_one_and_may_be_retried() -> None:
    with pytest.raises(OSError, match="disk full"):
        await _through_the_edge(OSError("disk full"))

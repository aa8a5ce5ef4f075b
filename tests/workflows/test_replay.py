"""Histories of earlier runs still replay: a workflow that ran for months goes on with the code of today."""

import json
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from worker import WORKFLOWS

_FOLDER = Path(__file__).parents[1] / "histories"
_FILES = sorted(_FOLDER.rglob("*.json"))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
async def test_a_stored_history_replays(file: Path) -> None:
    replayer = Replayer(workflows=WORKFLOWS, data_converter=pydantic_data_converter)
    await replayer.replay_workflow(_history(file))


def test_every_workflow_has_a_stored_history() -> None:
    recorded = {_started(json.loads(file.read_text()))["workflowType"]["name"] for file in _FILES}
    assert {each.__name__ for each in WORKFLOWS} - recorded == set()


async def test_a_workflow_that_does_other_steps_than_it_did_is_found_out() -> None:
    replayer = Replayer(
        workflows=[Changed], data_converter=pydantic_data_converter, workflow_runner=UnsandboxedWorkflowRunner()
    )
    file = next(file for file in _FILES if file.stem == "approval-one-stage")
    with pytest.raises(NondeterminismError):
        await replayer.replay_workflow(_history(file))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_stored_history_names_nobody_and_no_machine(file: Path) -> None:
    told = list(_texts(json.loads(file.read_text())))
    assert {text for key, text in told if key == "identity"} <= {"worker"}
    paths = [text for _, text in told if any(root in text for root in ("/tmp/", "/home/", "/root/", "/work/"))]  # noqa: S108
    assert paths == []


@workflow.defn(name="Approval")
class Changed:
    """Waits first, which the recorded one did not."""

    @workflow.run
    async def run(self, ref: dict[str, Any]) -> None:
        await workflow.sleep(1)


def _history(file: Path) -> WorkflowHistory:
    text = file.read_text()
    return WorkflowHistory.from_json(_started(json.loads(text))["workflowId"], text)


def _started(history: dict[str, Any]) -> dict[str, Any]:
    attributes: dict[str, Any] = history["events"][0]["workflowExecutionStartedEventAttributes"]
    return attributes


def _texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a history with its key; payloads are opened."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _texts(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, key)
    elif isinstance(value, str):
        yield key, b64decode(value).decode(errors="replace") if key == "data" else value

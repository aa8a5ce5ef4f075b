"""`python -m scripts.record_histories RELEASE`: plays cases of every kind on a real server and keeps their histories.

Run it for every release and commit what it wrote beside the histories of earlier releases: all of them are replayed.
"""

import argparse
import asyncio
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from temporalio.client import Client

from installation import open_installation
from tests.company_home import open_home, settings_in
from tests.temporal_server import address_of, client_in_fresh_namespace, start_temporal
from tests.workflows.opening import house_in
from tests.workflows.stories import STORIES, Story

_HISTORIES = Path(__file__).parents[1] / "tests" / "histories"
_QUICK = {"commit_seconds": 2, "settle_seconds": 1}
_UNTOLD = {"identity": "worker", "stackTrace": ""}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m scripts.record_histories", description=__doc__)
    parser.add_argument("release", help="name of the folder below tests/histories, e.g. 0.1")
    folder = _HISTORIES / parser.parse_args().release
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(_record(folder))


async def _record(folder: Path) -> None:
    server = await start_temporal()
    async with server:
        with tempfile.TemporaryDirectory() as empty:
            home = Path(empty) / "home"
            open_home(home)
            for story in STORIES:
                await _play(story, home, await client_in_fresh_namespace(address_of(server)), folder)


async def _play(story: Story, opened_home: Path, client: Client, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as parent:
        home = Path(parent) / "home"
        shutil.copytree(opened_home, home)
        installation = open_installation(settings_in(home, **_QUICK))
        house = house_in(Path(parent), installation, client)
        async with house.working():
            for name, workflow_id in (await story(house)).items():
                history = await client.get_workflow_handle(workflow_id).fetch_history()
                (folder / f"{name}.json").write_text(f"{_scrubbed(history.to_json_dict(), home)}\n")
        installation.close()


def _scrubbed(history: dict[str, Any], home: Path) -> str:
    """The history without the names of people, machines and folders that it was recorded on."""
    text = json.dumps(_without_traces(history), indent=1, ensure_ascii=False)
    if str(home) in text:
        raise ValueError(f"a history names the folder {home}")
    return text


def _without_traces(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_traces(item) for item in value]
    if isinstance(value, dict):
        return {key: _UNTOLD.get(key) if key in _UNTOLD else _without_traces(item) for key, item in value.items()}
    return value


if __name__ == "__main__":
    main()

"""The watched folder: every file in it starts its workflow, and is moved away by it afterwards."""

import asyncio
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.invoicing import DeliveredFile, Invoicing, kept_part
from models.ids import FLOWS_QUEUE, invoice_workflow
from store.files import FileStore

_log = structlog.get_logger(__name__)


@dataclass
class Intake:
    """Looks into `folder` for the invoices of `tenant`. A file counts as complete when it no longer changes.

    A writer that pauses for longer than a look gives its file a name that ends in `.part` or `.tmp` until it is whole.
    """

    client: Client
    invoicing: Invoicing
    files: FileStore
    tenant: str
    folder: Path
    _seen: dict[Path, tuple[int, int]] = field(default_factory=dict, init=False)
    """Size and time of change of each file at the last look."""
    _problems: dict[Path, str] = field(default_factory=dict, init=False)

    async def watch(self, pause: float = 0.5) -> None:
        """Looks for ever; a file that cannot be taken in now is tried again and never stops the others."""
        while True:
            try:
                await self.look()
            except OSError as error:
                self._report(self.folder, "the watched folder cannot be read", error)
            await asyncio.sleep(pause)

    async def look(self) -> None:
        """Looks once, and takes in what has not changed since the look before."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for path in self._complete_files():
            try:
                await self._take_in(path)
            except FileNotFoundError:
                continue  # its workflow has filed it away meanwhile
            except Exception as error:
                self._report(path, "not taken in yet", error)

    def _complete_files(self) -> list[Path]:
        found = {path: state for path in self.folder.iterdir() if (state := _state_of(path))}
        complete = [path for path, state in found.items() if self._seen.get(path) == state]
        self._seen = found
        self._problems = {path: problem for path, problem in self._problems.items() if path in found}
        return sorted(complete)

    def _report(self, path: Path, event: str, error: Exception) -> None:
        """Once per problem: the next look is half a second away."""
        problem = str(error)[:500]
        if self._problems.get(path) != problem:
            self._problems[path] = problem
            _log.error(event, file=readable_name(path), problem=problem)

    async def _take_in(self, path: Path) -> None:
        if path.name != readable_name(path):
            await asyncio.to_thread(path.rename, path.with_name(readable_name(path)))
            return  # it is taken in at one of the next looks
        file = await asyncio.to_thread(self._keep, path)
        try:
            await self.client.start_workflow(
                "SupplierInvoice",
                file,
                id=invoice_workflow(self.tenant, file.sha256),
                task_queue=FLOWS_QUEUE,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            # The same content again: its own delivery is filed away, the invoice stays as it is.
            await asyncio.to_thread(self.invoicing.file_away, file)

    def _keep(self, path: Path) -> DeliveredFile:
        return DeliveredFile(tenant=self.tenant, sha256=self.files.put(self.tenant, kept_part(path)), name=path.name)


def readable_name(path: Path) -> str:
    """The file's name as text: a name that is not UTF-8 can neither be stored nor shown."""
    return os.fsencode(path.name).decode(errors="replace")


def _state_of(path: Path) -> tuple[int, int] | None:
    """What shows whether a file still changes; None for what is no delivery.

    A link is none: what it leads to lies elsewhere, and is not ours to move.
    """
    if path.name.startswith(".") or path.name.endswith((".part", ".tmp")):
        return None
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    return (found.st_size, found.st_mtime_ns) if stat.S_ISREG(found.st_mode) else None

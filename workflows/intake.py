"""The watched folder: every file in it starts its workflow, and is moved away by it afterwards."""

import asyncio
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
    """Looks into `folder` for the invoices of `tenant`. A file counts as complete when it no longer grows."""

    client: Client
    invoicing: Invoicing
    files: FileStore
    tenant: str
    folder: Path
    _sizes: dict[Path, int] = field(default_factory=dict, init=False)

    async def watch(self, pause: float = 0.5) -> None:
        """Looks for ever; a file that cannot be taken in now is tried again and never stops the others."""
        self.folder.mkdir(parents=True, exist_ok=True)
        while True:
            for path in self._complete_files():
                try:
                    await self._take_in(path)
                except FileNotFoundError:
                    continue  # its workflow has filed it away meanwhile
                except Exception as error:
                    _log.error("not taken in yet", file=path.name, problem=str(error)[:500])
            await asyncio.sleep(pause)

    def _complete_files(self) -> list[Path]:
        found = {path: path.stat().st_size for path in self.folder.iterdir() if _is_delivery(path)}
        complete = [path for path, size in found.items() if self._sizes.get(path) == size]
        self._sizes = found
        return sorted(complete)

    async def _take_in(self, path: Path) -> None:
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


def _is_delivery(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and not path.name.endswith((".part", ".tmp"))

"""The content-addressed file store: documents, screenshots, downloads. Only the hash travels."""

import hashlib
import os
import re
import tempfile
from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TENANT = re.compile(r"[a-z0-9-]{1,40}")


class FileStore:
    """Files under `root/<tenant>/<first two digits>/<sha256>`. Durable when `put` returns; a file never changes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, tenant: str, content: bytes) -> str:
        """Keeps `content` and returns its SHA-256. Putting the same content again costs nothing."""
        digest = digest_of(content)
        target = self._path(tenant, digest)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self._write(target, content)
        return digest

    def path(self, tenant: str, digest: str) -> Path:
        """Where the file lies. Raises FileNotFoundError when it is not there."""
        path = self._path(tenant, digest)
        if not path.is_file():
            raise FileNotFoundError(f"no stored file with SHA-256 {digest}")
        return path

    def get(self, tenant: str, digest: str) -> bytes:
        """The content, checked against its name. Raises ValueError when the file was changed on disk."""
        content = self.path(tenant, digest).read_bytes()
        if digest_of(content) != digest:
            raise ValueError(f"the stored file {digest} was changed on disk; restore it from the backup")
        return content

    def _path(self, tenant: str, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise FileNotFoundError(f"{digest!r} is not a SHA-256")
        if not _TENANT.fullmatch(tenant):
            raise FileNotFoundError(f"{tenant!r} is not a tenant")
        return self._root / tenant / digest[:2] / digest

    def _write(self, target: Path, content: bytes) -> None:
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as part:
            part.write(content)
            part.flush()
            os.fsync(part.fileno())
        Path(part.name).replace(target)
        directory = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def digest_of(content: bytes) -> str:
    """The name under which `content` is kept."""
    return hashlib.sha256(content).hexdigest()

"""Files that people hand in as proof: typed by their content, kept by their hash."""

from pathlib import PurePath

from models.errors import BusinessError
from models.task import Proof
from store.files import FileStore

MOST_BYTES = 10_000_000
_TYPES = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
}


def keep_proof(files: FileStore, tenant: str, text: str, name: str = "", content: bytes = b"") -> Proof:
    """The proof with its file, if there is one, in the file store. Raises BusinessError `task.bad_proof`."""
    if not content:
        return Proof(text=text.strip())
    if len(content) > MOST_BYTES:
        raise BusinessError("task.bad_proof", "The file is larger than 10 MB; hand in a smaller one.")
    media_type, ending = _type_of(content)
    stem = PurePath(name.replace("\\", "/")).stem[:80] or "proof"
    return Proof(
        text=text.strip(),
        sha256=files.put(tenant, content),
        file_name=f"{stem}.{ending}",
        media_type=media_type,
    )


def _type_of(content: bytes) -> tuple[str, str]:
    for beginning, found in _TYPES.items():
        if content.startswith(beginning):
            return found
    raise BusinessError("task.bad_proof", "Only a PDF, a PNG or a JPEG can be handed in as proof.")

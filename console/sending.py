"""Stored files on their way out, from pages and API alike."""

from urllib.parse import quote

from fastapi.responses import Response

from console.context import ConsoleContext
from models.errors import BusinessError
from store.reads import attached_file

_PICTURE = "image/png"


def stored_file(context: ConsoleContext, sha256: str) -> Response:
    """Only what is attached to a case or was seen by a bot; everything but a picture is downloaded, never shown.

    Raises BusinessError `file.unknown`.
    """
    with context.store.read() as view:
        known = attached_file(view, context.tenant, sha256)
    if known is None:
        raise BusinessError("file.unknown", "There is no such file.")
    content = context.files.get(context.tenant, sha256)
    is_picture = known.media_type == _PICTURE
    headers = {"Content-Disposition": "inline" if is_picture else _attachment(known.file_name)}
    if is_picture:
        headers["Cache-Control"] = "private, max-age=3600, immutable"
    return Response(content, media_type=known.media_type, headers=headers)


def _attachment(file_name: str) -> str:
    """A name from outside must not break out of the header: RFC 6266 with everything but letters and digits coded."""
    return f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"

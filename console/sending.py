"""Stored files on their way out, from pages and API alike."""

from urllib.parse import quote

from fastapi.responses import Response

from console.context import ConsoleContext
from models.errors import BusinessError
from store.reads import attached_file

_PICTURE = "image/png"

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def stored_file(context: ConsoleContext, sha256: str) -> Response:
    """Only what is attached to a case or was seen by a bot; everything but a picture is downloaded, never shown.

    Raises BusinessError `file.unknown`.
    """
    with context.store.read() as view:
        known = attached_file(view, context.tenant, sha256)
    if known is None:
        raise BusinessError("file.unknown", "There is no such file.")
    return handed_out(context, sha256, known.media_type, known.file_name)


def handed_out(context: ConsoleContext, sha256: str, media_type: str, file_name: str) -> Response:
    """A stored file that the caller may see; everything but a picture is downloaded, never shown."""
    content = context.files.get(context.tenant, sha256)
    is_picture = media_type == _PICTURE
    headers = {"Content-Disposition": "inline" if is_picture else attachment(file_name)}
    if is_picture:
        headers["Cache-Control"] = "private, max-age=3600, immutable"
    return Response(content, media_type=media_type, headers=headers)


def attachment(file_name: str) -> str:
    """A name from outside must not break out of the header: RFC 6266 with everything but letters and digits coded."""
    return f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"

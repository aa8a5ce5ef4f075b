"""Documents and screenshots out of the file store."""

from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import Response

from console.sending import stored_file
from console.visit import Member

router = APIRouter()


@router.get("/files/{sha256}")
def send_file(visit: Member, sha256: Annotated[str, Path(max_length=64)]) -> Response:
    return stored_file(visit.context, sha256)

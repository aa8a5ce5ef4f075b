"""What people do about an approval beside deciding it: ask, answer, comment, hand on, take back, send again."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from console.visit import Form, MemberForm, deliver_afterwards, see_other
from models.errors import BusinessError
from store.approval_amendments import resubmit
from store.approval_answers import hand_on, withdraw_decision
from store.approval_notes import Paper, answer, ask, comment

router = APIRouter()
_LARGEST = 10_000_000
_KINDS = {"application/pdf": b"%PDF-", "image/png": b"\x89PNG", "image/jpeg": b"\xff\xd8\xff"}


@router.post("/approvals/{request_id}/question")
def put_question(visit: MemberForm, request_id: str, form: Form, background: BackgroundTasks) -> Response:
    ask(visit.context.store, visit.signed_in, request_id, _text(form), str(form.get("addressee", "")))
    return _done(visit, request_id, background)


@router.post("/approvals/{request_id}/answer/{note}")
def put_answer(visit: MemberForm, request_id: str, note: str, form: Form, background: BackgroundTasks) -> Response:
    answer(visit.context.store, visit.signed_in, note, _text(form))
    return _done(visit, request_id, background)


@router.post("/approvals/{request_id}/comment")
def put_comment(visit: MemberForm, request_id: str, form: Form, background: BackgroundTasks) -> Response:
    comment(visit.context.store, visit.signed_in, request_id, _text(form), _paper(visit, form))
    return _done(visit, request_id, background)


@router.post("/approvals/{request_id}/hand-on")
def put_in_other_hands(visit: MemberForm, request_id: str, form: Form, background: BackgroundTasks) -> Response:
    hand_on(visit.context.store, visit.signed_in, request_id, str(form.get("delegate", "")), _text(form))
    return _done(visit, request_id, background)


@router.post("/approvals/{request_id}/withdraw")
def take_back(visit: MemberForm, request_id: str, background: BackgroundTasks) -> Response:
    withdraw_decision(visit.context.store, visit.signed_in, request_id)
    return _done(visit, request_id, background)


@router.post("/approvals/{request_id}/resubmit")
def send_again(visit: MemberForm, request_id: str, form: Form, background: BackgroundTasks) -> Response:
    resubmit(visit.context.store, visit.signed_in, request_id, _text(form))
    return _done(visit, request_id, background)


def _text(form: FormData) -> str:
    return str(form.get("text", ""))


def _done(visit: MemberForm, request_id: str, background: BackgroundTasks) -> Response:
    deliver_afterwards(visit.request, background)
    return see_other(f"/approvals/{request_id}?noted=1")


def _paper(visit: MemberForm, form: FormData) -> Paper | None:
    """What was added; None where nothing was. Raises BusinessError `note.file`."""
    sent = form.get("file")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    content = sent.file.read(_LARGEST + 1)
    kind = next((kind for kind, start in _KINDS.items() if content.startswith(start)), "")
    if not kind or len(content) > _LARGEST:
        raise BusinessError("note.file", "Only a PDF, a PNG or a JPEG of at most 10 MB can be added.")
    digest = visit.context.files.put(visit.context.tenant, content)
    return Paper(sha256=digest, media_type=kind, file_name=sent.filename[-100:])

"""Settling what a case cannot settle by itself."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from console.names import Names
from console.pages.zones import zone_of_case
from console.sending import handed_out
from console.views.bot_work import stuck_work
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from models.errors import BusinessError
from models.task import Resolution
from store.answers import TaskAnswer, confirm_answer, proposal_digest, resolve_task
from store.cases import case_of
from store.proofs import keep_proof
from store.tasks import task_of, waits_for
from store.typed_codes import WANTED

router = APIRouter()
_ASK_AGAIN = ("task.no_comment", "task.resolution", "task.no_proof", "task.bad_proof", "task.too_early")


@router.get("/tasks/{task_id}")
def show_task(visit: Member, task_id: str) -> Response:
    with visit.context.store.read() as view:
        found = task_of(view, visit.context.tenant, task_id)
    return see_other(f"/codes/{found.subject_id}") if found.kind == WANTED else _page(visit, task_id)


@router.post("/tasks/{task_id}")
def settle(visit: MemberForm, task_id: str, form: Form, background: BackgroundTasks) -> Response:
    try:
        resolution = Resolution(str(form.get("resolution", "")))
    except ValueError:
        return _page(visit, task_id, form, "Choose one of the answers.")
    context = visit.context
    try:
        proof = keep_proof(context.files, context.tenant, str(form.get("proof", "")), *_file(form))
        answer = TaskAnswer(resolution=resolution, comment=str(form.get("comment", "")), proof=proof)
        is_settled = resolve_task(context.store, visit.signed_in, task_id, answer, context.moment())
    except BusinessError as refusal:
        if refusal.code in _ASK_AGAIN:
            return _page(visit, task_id, form, refusal.message)
        raise
    deliver_afterwards(visit.request, background)
    return see_other(f"/tasks/{task_id}?recorded={'settled' if is_settled else 'proposed'}")


@router.get("/tasks/{task_id}/proof")
def show_proof(visit: Member, task_id: str) -> Response:
    """The file that was handed in with an answer that waits for a second person."""
    context = visit.context
    with context.store.read() as view:
        task = task_of(view, context.tenant, task_id)
    if task.proposal is None or not task.proposal.proof.sha256 or not waits_for(task, visit.signed_in.person):
        raise BusinessError("file.unknown", "There is no such file.")
    return handed_out(
        context, task.proposal.proof.sha256, task.proposal.proof.media_type, task.proposal.proof.file_name
    )


@router.post("/tasks/{task_id}/second")
def second(visit: MemberForm, task_id: str, form: Form, background: BackgroundTasks) -> Response:
    """A second person confirms or declines the answer they were shown."""
    context, agreed = visit.context, form.get("agreed") == "yes"
    comment, digest = str(form.get("comment", "")), str(form.get("digest", ""))
    try:
        confirm_answer(context.store, visit.signed_in, task_id, digest, comment, context.moment(), agreed=agreed)
    except BusinessError as refusal:
        if refusal.code == "task.no_comment":
            return _page(visit, task_id, form, refusal.message)
        raise
    deliver_afterwards(visit.request, background)
    return see_other(f"/tasks/{task_id}?recorded={'settled' if agreed else 'declined'}")


def _file(form: FormData) -> tuple[str, bytes]:
    sent = form.get("proof_file")
    if not isinstance(sent, UploadFile):
        return "", b""
    return sent.filename or "", sent.file.read()


def _page(visit: MemberVisit, task_id: str, typed: FormData | None = None, problem: str = "") -> Response:
    with visit.context.store.read() as view:
        task = task_of(view, visit.context.tenant, task_id)
        names = Names.read(view, visit.context)
        values = {
            "task": task,
            "case": case_of(view, visit.context.tenant, task.case) if task.case else None,
            "names": names,
            "zone": zone_of_case(view, visit.context, task.case),
            "is_mine": task.state == "open" and task.owner_role in visit.signed_in.person.roles,
            "may_confirm": task.proposal is not None and waits_for(task, visit.signed_in.person),
            "digest": proposal_digest(task.proposal) if task.proposal else "",
            "work": stuck_work(view, visit.context, names, task),
            "recorded": visit.request.query_params.get("recorded", ""),
            "typed": {name: str(typed.get(name, "")) if typed else "" for name in ("comment", "proof")},
        }
    return visit.page("task.html", status=422 if problem else 200, problem=problem, **values)

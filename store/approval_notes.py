"""What people say to each other about a request: comments, papers, and questions, which pause the clock."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, insert, select, update

from finance.delegation import representatives_of
from finance.escalation import Pause
from models.approval import ApprovalRequest
from models.base import Model
from models.errors import BusinessError
from models.ids import approval_workflow
from store.approval_judging import Judge
from store.approvals import OVER, request_of
from store.cases import attach, case_of, involvements
from store.outbox import MessageKind, enqueue
from store.people import SignedIn, person_of
from store.schema.approvals import approval_note
from store.unit_of_work import Store, UnitOfWork

_LONGEST = 2000


class NoteKind(StrEnum):
    COMMENT = "comment"
    QUESTION = "question"


class Paper(Model):
    """A file that lies in the file store already."""

    sha256: str
    media_type: str
    file_name: str


class Note(Model):
    id: str
    request: str
    kind: NoteKind
    person: str
    addressee: str
    """Who has to answer a question; empty for a comment."""
    text: str
    file_name: str
    sha256: str
    written_at: datetime
    answer: str
    answered_by: str | None
    answered_at: datetime | None


def comment(store: Store, signed_in: SignedIn, request_id: str, text: str, paper: Paper | None = None) -> str:
    """Adds a comment, with a file that then belongs to the case. Raises BusinessError `note.*`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        request = _open_to(work, signed_in, request_id)
        if not text.strip() and paper is None:
            raise BusinessError("note.empty", "Write something or add a file.")
        if paper is not None:
            attach(work, f"Added to {request.id}", paper.sha256, paper.media_type, paper.file_name)
        return _insert(work, signed_in, request_id, NoteKind.COMMENT, text, "", paper)


def ask(store: Store, signed_in: SignedIn, request_id: str, text: str, addressee: str = "") -> str:
    """Asks `addressee`, or whoever asked for the approval; the clock stands still until they answer.

    Only whoever may answer the request now may ask. Raises BusinessError `approval.*`, `note.*`, `person.unknown`.
    """
    with store.change(signed_in.tenant, signed_in.actor) as work:
        stored = request_of(work.connection, work.tenant, request_id)
        request, work.case = stored.request, stored.request.case
        asked = addressee or request.requester or case_of(work.connection, work.tenant, request.case).owner
        if not asked:
            raise BusinessError("note.nobody", "Say whom you ask.")
        if not _answers(work, request, signed_in.person.id):
            raise BusinessError("approval.not_yours", "Only whoever can decide this may stop its clock.")
        if person_of(work.connection, work.tenant, asked).id == signed_in.person.id:
            raise BusinessError("note.own", "Ask somebody else.")
        if any(each.answered_at is None for each in questions_of(work.connection, work.tenant, request_id)):
            raise BusinessError("note.waiting", "A question is open already; wait for its answer.")
        if not text.strip():
            raise BusinessError("note.empty", "Write what you want to know.")
        made = _insert(work, signed_in, request_id, NoteKind.QUESTION, text, asked, None)
        enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, request_id))
        return made


def answer(store: Store, signed_in: SignedIn, note_id: str, text: str) -> None:
    """Answers a question; the clock runs on. Raises BusinessError `note.*`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        query = select(approval_note).where(approval_note.c.tenant == work.tenant, approval_note.c.id == note_id)
        row = work.execute(query).one_or_none()
        if row is None or row.kind != NoteKind.QUESTION:
            raise BusinessError("note.unknown", "There is no such question.")
        work.case = request_of(work.connection, work.tenant, row.request).request.case
        if signed_in.person.id not in (row.addressee, row.person):
            raise BusinessError("note.not_asked", "You were not asked.")
        if row.answered_at is not None:
            raise BusinessError("note.answered", "This question is answered already.")
        if not text.strip():
            raise BusinessError("note.empty", "Write an answer.")
        place = (approval_note.c.tenant == work.tenant) & (approval_note.c.id == note_id)
        values = {"answer": text.strip()[:_LONGEST], "answered_by": signed_in.person.id, "answered_at": work.now}
        work.execute(update(approval_note).where(place).values(**values))
        work.record("approval.answered", "approval", row.request, after={"note": note_id, "answer": values["answer"]})
        enqueue(work, MessageKind.CHANGED, approval_workflow(work.tenant, row.request))


def notes_of(connection: Connection, tenant: str, request_id: str) -> tuple[Note, ...]:
    """Everything that was said, oldest first."""
    query = select(approval_note).where(approval_note.c.tenant == tenant, approval_note.c.request == request_id)
    return tuple(_note(row) for row in connection.execute(query.order_by(approval_note.c.written_at)))


def questions_of(connection: Connection, tenant: str, request_id: str) -> tuple[Note, ...]:
    return tuple(each for each in notes_of(connection, tenant, request_id) if each.kind is NoteKind.QUESTION)


def questions_to(connection: Connection, tenant: str, person: str) -> tuple[Note, ...]:
    """What `person` was asked and has not answered, oldest first."""
    query = select(approval_note).where(
        approval_note.c.tenant == tenant,
        approval_note.c.addressee == person,
        approval_note.c.answered_at.is_(None),
    )
    return tuple(_note(row) for row in connection.execute(query.order_by(approval_note.c.written_at)))


def pauses_of(connection: Connection, tenant: str, request_id: str) -> tuple[Pause, ...]:
    """While which spans the clock of a request stood still."""
    asked: Sequence[Note] = questions_of(connection, tenant, request_id)
    return tuple(Pause(since=each.written_at, until=each.answered_at) for each in asked)


def _open_to(work: UnitOfWork, signed_in: SignedIn, request_id: str) -> ApprovalRequest:
    """A request that the person has to do with. Raises BusinessError `note.foreign`."""
    request = request_of(work.connection, work.tenant, request_id).request
    work.case, person = request.case, signed_in.person.id
    involved = {each.person for each in involvements(work.connection, work.tenant, request.case)}
    asked = {each.addressee for each in questions_of(work.connection, work.tenant, request_id)}
    chain = {each for stage in request.stages for each in stage.answerers}
    if person not in involved | asked | chain | {request.requester} and not _answers(work, request, person):
        raise BusinessError("note.foreign", "Only whoever has to do with this approval may write here.")
    return request


def _answers(work: UnitOfWork, request: ApprovalRequest, person: str) -> bool:
    """Whether `person` is in the chain of a request that is not over, or stands in for somebody who is."""
    if request_of(work.connection, work.tenant, request.id).state in OVER:
        return False
    agreed = Judge(work.connection, work.tenant).delegations
    chain = {each for stage in request.stages for each in stage.answerers}
    return person in chain or any(person in representatives_of(each, agreed, request, work.now) for each in chain)


def _insert(
    work: UnitOfWork,
    signed_in: SignedIn,
    request_id: str,
    kind: NoteKind,
    text: str,
    addressee: str,
    paper: Paper | None,
) -> str:
    made = uuid.uuid4().hex[:12]
    work.execute(
        insert(approval_note).values(
            tenant=work.tenant,
            id=made,
            request=request_id,
            kind=kind,
            person=signed_in.person.id,
            login=signed_in.login,
            addressee=addressee,
            text=text.strip()[:_LONGEST],
            file_name=paper.file_name if paper else "",
            sha256=paper.sha256 if paper else "",
            written_at=work.now,
            answer="",
        )
    )
    after = {"text": text.strip()[:_LONGEST], "to": addressee, "file": paper.sha256 if paper else ""}
    action = "approval.asked" if kind is NoteKind.QUESTION else "approval.commented"
    work.record(action, "approval", request_id, after=after)
    return made


def _note(row: object) -> Note:
    return Note(**{name: getattr(row, name) for name in Note.model_fields})

"""What was said about an approval, what changed meanwhile, and what the reader can do beside deciding."""

from collections.abc import Mapping
from datetime import datetime

from console.language import Language
from console.names import Names
from console.views.revisions import RevisionView, revision_views
from finance.approval_progress import ChainOutcome
from models.approval import ApprovalRequest, ApprovalSubject
from models.base import Model
from models.party import Person, Role
from store.approval_candidates import barred_from_request
from store.approval_notes import NoteKind, notes_of
from store.approvals import OVER, decisions_of, request_of
from store.reads import View


class SaidView(Model):
    id: str
    is_question: bool
    author: str
    addressee: str
    text: str
    file_name: str
    sha256: str
    at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    is_mine_to_answer: bool


class ColleagueView(Model):
    id: str
    name: str
    barred: str = ""
    """Why they may not be chosen, in sentences; empty where they may."""


class ConversationView(Model):
    said: tuple[SaidView, ...]
    revisions: tuple[RevisionView, ...]
    """What was changed meanwhile, the newest first."""
    colleagues: tuple[ColleagueView, ...]
    """Everybody whom the reader could ask, and to whom they could hand it on unless barred."""
    is_sent_back_to_me: bool
    may_change: str
    """The number of the requisition that the reader filed and may still change; empty where there is none."""
    may_withdraw: bool
    may_write: bool
    asked_by: str
    """Name of whoever a question goes to."""


def conversation_view(
    view: View, tenant: str, names: Names, language: Language, reader: Person, request_id: str, now: datetime
) -> ConversationView:
    stored = request_of(view, tenant, request_id)
    request = stored.request
    answers = decisions_of(view, tenant, request_id)
    is_open = stored.state not in OVER
    is_mine = request.subject is ApprovalSubject.PURCHASE and request.requester == reader.id
    return ConversationView(
        said=tuple(_said(view, tenant, names, reader, request_id)),
        revisions=revision_views(names, language, request)[::-1],
        colleagues=_colleagues(
            names, reader, barred_from_request(view, tenant, request_id, reader.id, names.people, now)
        ),
        is_sent_back_to_me=stored.state == ChainOutcome.SENT_BACK and request.requester == reader.id,
        may_change=request.subject_id if is_open and is_mine else "",
        may_withdraw=is_open and any(each.person == reader.id for each in answers),
        may_write=is_open and _has_to_do(request, reader, {each.person for each in answers}),
        asked_by=names.person(request.requester) if request.requester else "",
    )


def _said(view: View, tenant: str, names: Names, reader: Person, request_id: str) -> list[SaidView]:
    return [
        SaidView(
            id=note.id,
            is_question=note.kind is NoteKind.QUESTION,
            author=names.person(note.person),
            addressee=names.person(note.addressee) if note.addressee else "",
            text=note.text,
            file_name=note.file_name,
            sha256=note.sha256,
            at=note.written_at,
            answer=note.answer,
            answered_by=names.person(note.answered_by) if note.answered_by else "",
            answered_at=note.answered_at,
            is_mine_to_answer=note.answered_at is None and note.addressee == reader.id,
        )
        for note in notes_of(view, tenant, request_id)
    ]


def _colleagues(names: Names, reader: Person, barred: Mapping[str, str]) -> tuple[ColleagueView, ...]:
    others = [each for each in names.people.values() if each.id != reader.id and each.roles - {Role.AUDITOR}]
    return tuple(
        ColleagueView(id=each.id, name=each.name, barred=barred.get(each.id, ""))
        for each in sorted(others, key=lambda one: one.name)
    )


def _has_to_do(request: ApprovalRequest, reader: Person, answered: set[str]) -> bool:
    chain = {person for stage in request.stages for person in stage.answerers}
    return reader.id in chain | answered | {request.requester}

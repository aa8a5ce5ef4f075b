"""The start page: what waits for me."""

from fastapi import APIRouter
from fastapi.responses import Response

from console.names import Names
from console.views.inbox import Inbox, inbox_of
from console.visit import Member, MemberVisit

router = APIRouter()


@router.get("/")
def show_inbox(visit: Member) -> Response:
    return visit.page("inbox.html", inbox=_read(visit))


@router.get("/inbox/list")
def show_list(visit: Member) -> Response:
    """The list alone, which the page fetches again every few seconds."""
    return visit.page("inbox_list.html", inbox=_read(visit))


@router.get("/inbox/count")
def show_count(visit: Member) -> Response:
    """The number in the navigation alone."""
    return visit.page("inbox_count.html")


def _read(visit: MemberVisit) -> Inbox:
    with visit.context.store.read() as view:
        return inbox_of(view, visit.context, Names.read(view, visit.context), visit.signed_in.person)

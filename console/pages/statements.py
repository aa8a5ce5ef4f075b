"""Bank statements that came in, and fetching another."""

from datetime import date

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response

from console.entered import NOT_A_DAY
from console.rights import STATEMENT_READERS
from console.visit import Form, Member, MemberForm, MemberVisit, deliver_afterwards, see_other
from store.masters import entities, local_day
from store.reads import statement_summaries
from store.statements import request_statement

router = APIRouter()


@router.get("/statements")
def show_statements(visit: Member) -> Response:
    return _page(visit)


@router.post("/statements")
def fetch(visit: MemberForm, form: Form, background: BackgroundTasks) -> Response:
    typed = str(form.get("day", ""))
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return _page(visit, typed, NOT_A_DAY)
    request_statement(visit.context.store, visit.signed_in, str(form.get("entity", "")), day)
    deliver_afterwards(visit.request, background)
    return see_other("/statements?recorded=1")


def _page(visit: MemberVisit, typed_day: str = "", problem: str = "") -> Response:
    visit.signed_in.require(*sorted(STATEMENT_READERS))
    tenant = visit.context.tenant
    with visit.context.store.read() as view:
        companies = entities(view, tenant)
        found = statement_summaries(view, tenant)
    now = visit.context.store.now()
    today = local_day(now, companies[0]) if companies else now.date()
    return visit.page(
        "statements.html",
        status=422 if problem else 200,
        statements=found,
        entities=companies,
        day=typed_day or today.isoformat(),
        problem=problem,
        recorded="recorded" in visit.request.query_params,
    )

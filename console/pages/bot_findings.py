"""What bots noticed about the portals: what has changed there, and what they did not let out."""

from fastapi import APIRouter
from fastapi.responses import Response

from console.names import Names
from console.pages.zones import zone_of_case
from console.rights import QUEUE_READERS
from console.visit import Form, Member, MemberForm, MemberVisit, see_other
from models.errors import BusinessError
from store.portal_findings import findings, settle_finding

router = APIRouter()


@router.get("/bots/findings")
def show_findings(visit: Member) -> Response:
    return _page(visit)


@router.post("/bots/findings/{finding_id}")
def settle(visit: MemberForm, finding_id: str, form: Form) -> Response:
    try:
        settle_finding(visit.context.store, visit.signed_in, finding_id, str(form.get("comment", "")))
    except BusinessError as refusal:
        if refusal.code == "finding.no_comment":
            return _page(visit, refusal.message)
        raise
    return see_other("/bots/findings")


def _page(visit: MemberVisit, problem: str = "") -> Response:
    visit.signed_in.require(*sorted(QUEUE_READERS))
    with visit.context.store.read() as view:
        values = {
            "findings": findings(view, visit.context.tenant),
            "names": Names.read(view, visit.context),
            "zone": zone_of_case(view, visit.context, ""),
        }
    return visit.page("bot_findings.html", status=422 if problem else 200, problem=problem, **values)

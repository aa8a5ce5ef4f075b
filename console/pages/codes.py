"""A code that a portal sent to a person's phone, typed in for the bot that waits for it."""

from fastapi import APIRouter
from fastapi.responses import Response

from console.names import Names
from console.pages.zones import zone_of_case
from console.visit import Form, Member, MemberForm, MemberVisit, see_other
from models.errors import BusinessError
from store.typed_codes import SlotState, give_code, may_give, refuse_code, slot_of

router = APIRouter()


@router.get("/codes/{slot}")
def show_wish(visit: Member, slot: str) -> Response:
    return _page(visit, slot)


@router.post("/codes/{slot}")
def give(visit: MemberForm, slot: str, form: Form) -> Response:
    store, wall = visit.context.store, visit.context.moment().wall
    try:
        if form.get("answer") == "none":
            refuse_code(store, visit.signed_in, slot)
        else:
            give_code(store, visit.signed_in, slot, str(form.get("code", "")), wall)
    except BusinessError as refusal:
        if refusal.code in ("code.form", "code.over"):
            return _page(visit, slot, refusal.message)
        raise
    return see_other(f"/codes/{slot}")


def _page(visit: MemberVisit, slot: str, problem: str = "") -> Response:
    """What was typed never comes back to the page."""
    with visit.context.store.read() as view:
        found = slot_of(view, visit.context.tenant, slot)
        names, zone = Names.read(view, visit.context), zone_of_case(view, visit.context, "")
    wall = visit.context.moment().wall
    values = {
        "wish": found,
        "portal": names.portal(found.portal),
        "owner": names.person(found.owner),
        "is_open": found.state is SlotState.WANTED and found.until > wall,
        "may_give": may_give(visit.signed_in, found),
        "zone": zone,
    }
    return visit.page("code.html", status=422 if problem else 200, problem=problem, **values)

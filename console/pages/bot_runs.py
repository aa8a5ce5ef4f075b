"""What bots did on one portal, with what they saw."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from console.names import Names
from console.pages.zones import zone_of_case
from console.rights import QUEUE_READERS
from console.timeline import picture_of
from console.visit import Member
from models.errors import BusinessError
from store.bot_runs import MOST_SHOWN, recent_runs
from store.credentials import credentials

router = APIRouter()
_SHOWN = timedelta(days=30)


@router.get("/bots/portals/{portal}")
def show_runs(visit: Member, portal: str) -> Response:
    visit.signed_in.require(*sorted(QUEUE_READERS))
    context, language = visit.context, visit.language
    with context.store.read() as view:
        if portal not in {login.portal for login in credentials(view, context.tenant)}:
            raise BusinessError("portal.unknown", f"There is no portal {portal!r}.")
        runs = recent_runs(view, context.tenant, portal, context.store.now() - _SHOWN)
        names, zone = Names.read(view, context), zone_of_case(view, context, "")
    shown = [(run, [picture_of(step, language) for step in run.steps]) for run in runs]
    return visit.page("bot_runs.html", name=names.portal(portal), runs=shown, zone=zone, is_all=len(runs) < MOST_SHOWN)

"""The two moments at which an old portal goes wrong: the page that asks for confirmation, and the final request."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from enum import Enum, auto

from starlette.responses import HTMLResponse, Response, StreamingResponse

from sandbox.disfigured import covered, with_advert
from sandbox.faults import CONFIRMATION_FAULTS, SUBMISSION_FAULTS, ActiveFault, Fault, hide, take_fault
from sandbox.portal_app import Visit
from sandbox.submissions import record_submission
from sandbox.transport import drop_connection, stay_silent

_DRIP_SECONDS = 30
_DRIPS = 60
_UNSEEN_SECONDS = 120


class Standing(Enum):
    """How what was submitted stands in the portal's books."""

    DONE = auto()
    DRAFT = auto()
    REJECTED = auto()


@dataclass(frozen=True)
class Final:
    """One final request. `accept` puts it into the books and gives the page that says so; `subjects` are what a fault
    may be limited to, `references` what it carries in the portal's lists."""

    subjects: Collection[str]
    references: Collection[str]
    accept: Callable[[Standing], Response]


async def confirmation(visit: Visit, subjects: Collection[str], show: Callable[[], Response]) -> Response:
    """The confirmation page, unless a fault puts the maintenance page there, disfigures it or ends the session."""
    fault = take_fault(visit.portal.db_path, CONFIRMATION_FAULTS, subjects)
    if fault is None:
        return show()
    if fault.kind is Fault.MAINTENANCE:
        return visit.portal.page("wartung.html")
    page = show()
    if fault.kind is Fault.DROP_LOGIN_BEFORE_SUBMIT:
        visit.portal.sessions.end(visit.session)
        return page
    disfigure = covered if fault.kind is Fault.OVERLAY else with_advert
    return HTMLResponse(disfigure(bytes(page.body).decode()))


async def submission(visit: Visit, final: Final) -> Response:
    """Accepts what was submitted and answers, or does what a fault asks for instead.

    Every request that arrives is accepted anew: like the old portals it does not recognise a repetition.
    """
    portal = visit.portal
    fault = take_fault(portal.db_path, SUBMISSION_FAULTS, final.subjects)
    record_submission(portal.db_path, portal.clock.now(), visit.session.login, fault.kind if fault else "")
    if fault is None:
        return final.accept(Standing.DONE)
    return await _MISBEHAVIOURS[fault.kind](visit, final, fault)


Misbehaviour = Callable[[Visit, Final, ActiveFault], Awaitable[Response]]
Ending = Callable[[Visit, ActiveFault, Response], Awaitable[Response]]


def _after(standing: Standing, ending: Ending) -> Misbehaviour:
    """Accepts, and then answers as `ending` does."""

    async def misbehave(visit: Visit, final: Final, fault: ActiveFault) -> Response:
        return await ending(visit, fault, final.accept(standing))

    return misbehave


def _instead(ending: Ending) -> Misbehaviour:
    """Answers as `ending` does and accepts nothing."""

    async def misbehave(visit: Visit, final: Final, fault: ActiveFault) -> Response:
        return await ending(visit, fault, visit.page("fehler.html", meldungen=["Der Vorgang wurde nicht ausgeführt."]))

    return misbehave


def _unseen(ending: Ending) -> Misbehaviour:
    """Accepts, keeps it out of the lists for a while, and then answers as `ending` does."""

    async def misbehave(visit: Visit, final: Final, fault: ActiveFault) -> Response:
        portal = visit.portal
        hide(portal.db_path, final.references, portal.settings.now() + float(fault.argument or _UNSEEN_SECONDS))
        return await ending(visit, fault, final.accept(Standing.DONE))

    return misbehave


async def _answer(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    return answer


async def _answer_slowly(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    await asyncio.sleep(float(fault.argument or 1))
    return answer


async def _error(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    return Response("Internal Server Error (ORA-03113)", status_code=500, media_type="text/plain")


async def _drop(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    return await drop_connection(visit.request)


async def _silence(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    return await stay_silent(visit.request)


async def _maintenance(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    return visit.portal.page("wartung.html")


async def _draft_page(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    return visit.page("entwurf.html")


async def _question(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    """Whoever says yes sends the same fields once more."""
    form = await visit.form()
    return visit.page("dublette.html", adresse=visit.request.url.path, felder=form)


async def _drip(visit: Visit, fault: ActiveFault, answer: Response) -> Response:
    body = bytes(answer.body)
    size, pause = -(-len(body) // _DRIPS), float(fault.argument or _DRIP_SECONDS) / _DRIPS

    async def drops() -> AsyncIterator[bytes]:
        for start in range(0, len(body), size):
            yield body[start : start + size]
            await asyncio.sleep(pause)

    return StreamingResponse(drops(), answer.status_code, media_type=answer.headers["content-type"])


_MISBEHAVIOURS: dict[Fault, Misbehaviour] = {
    Fault.ANSWER_SLOWLY: _after(Standing.DONE, _answer_slowly),
    Fault.TIME_OUT_AFTER_ACCEPTING: _after(Standing.DONE, _silence),
    Fault.TIME_OUT_WITHOUT_ACCEPTING: _instead(_silence),
    Fault.DROP_AFTER_ACCEPTING: _after(Standing.DONE, _drop),
    Fault.DROP_WITHOUT_ACCEPTING: _instead(_drop),
    Fault.ERROR_AFTER_ACCEPTING: _after(Standing.DONE, _error),
    Fault.ERROR_WITHOUT_ACCEPTING: _instead(_error),
    Fault.DRIP_AFTER_ACCEPTING: _after(Standing.DONE, _drip),
    Fault.DRIP_WITHOUT_ACCEPTING: _instead(_drip),
    Fault.MAINTENANCE_AFTER_ACCEPTING: _after(Standing.DONE, _maintenance),
    Fault.MAINTENANCE_WITHOUT_ACCEPTING: _instead(_maintenance),
    Fault.ASK_IF_DUPLICATE: _instead(_question),
    Fault.LEAVE_DRAFT: _after(Standing.DRAFT, _draft_page),
    Fault.LEAVE_DRAFT_AND_DROP: _after(Standing.DRAFT, _drop),
    Fault.SHOW_LATER: _unseen(_answer),
    Fault.SHOW_LATER_AND_DROP: _unseen(_drop),
    Fault.REJECT_AFTERWARDS: _after(Standing.REJECTED, _answer),
    Fault.REJECT_AFTERWARDS_AND_DROP: _after(Standing.REJECTED, _drop),
}

"""Who is at the other end of a request, and the pages they get."""

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import BackgroundTasks, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData

from console.context import ConsoleContext
from console.language import LANGUAGES, Language
from console.rendering import Templates
from console.views.inbox import count_waiting
from console.views.proposals import to_sign
from models.errors import BusinessError
from store.people import SignedIn, session_of

SESSION_COOKIE = "tallywright_session"
LANGUAGE_COOKIE = "tallywright_language"
_SAME_SITE = ("same-origin", "none")


class SignInNeeded(Exception):
    """Nobody is signed in; the answer leads to the sign-in page and back."""


@dataclass(frozen=True)
class Site:
    """What all requests share."""

    context: ConsoleContext
    languages: Mapping[str, Language]
    templates: Templates


@dataclass(frozen=True)
class Visit:
    """One request of somebody, who may be signed in or not."""

    request: Request
    site: Site
    token: str
    signed_in: SignedIn | None

    @property
    def context(self) -> ConsoleContext:
        return self.site.context

    @property
    def language(self) -> Language:
        chosen = self.request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen not in LANGUAGES:
            chosen = self.signed_in.person.language if self.signed_in else _preferred(self.request)
        return self.site.languages.get(chosen, self.site.languages["en"])

    @property
    def waiting(self) -> int:
        """How many things wait in the inbox, for the number in the navigation."""
        if self.signed_in is None:
            return 0
        with self.context.store.read() as view:
            return count_waiting(view, self.context.tenant, self.signed_in.person, self.context.store.now())

    @property
    def to_sign(self) -> int:
        """How many changes of rights wait for the person's signature, for the number in the navigation."""
        if self.signed_in is None:
            return 0
        with self.context.store.read() as view:
            return to_sign(view, self.context.tenant, self.signed_in.person)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        shared = {
            "visit": self,
            "me": self.signed_in.person if self.signed_in else None,
            "csrf_token": self.signed_in.csrf_token if self.signed_in else "",
            "path": self.request.url.path,
            "now": self.context.store.now(),
        }
        return HTMLResponse(self.site.templates.render(self.language, template, shared | values), status)


@dataclass(frozen=True)
class MemberVisit(Visit):
    """A request of a person who is signed in."""

    signed_in: SignedIn


def local_path(target: str) -> str:
    """`target` when it leads to a page of this console, else the start page."""
    parts = urlsplit(target.replace("\\", "/"))
    is_local = not parts.scheme and not parts.netloc and target.startswith("/") and target.isprintable()
    return target if is_local and "\\" not in target and not target.startswith("//") else "/"


def see_other(path: str) -> RedirectResponse:
    return RedirectResponse(path, status_code=303)


def set_cookie(visit: Visit, answer: Response, name: str, value: str, seconds: int) -> None:
    secure = visit.context.secure_cookies
    answer.set_cookie(name, value, max_age=seconds, httponly=True, samesite="lax", secure=secure)


def anybody(request: Request) -> Visit:
    site: Site = request.app.state.site
    token = request.cookies.get(SESSION_COOKIE, "")
    signed_in = session_of(site.context.store, site.context.tenant, token) if token else None
    return Visit(request, site, token, signed_in)


def member(visit: Annotated[Visit, Depends(anybody)]) -> MemberVisit:
    if visit.signed_in is None:
        raise SignInNeeded
    return MemberVisit(visit.request, visit.site, visit.token, visit.signed_in)


async def form_of(request: Request) -> AsyncIterator[FormData]:
    """The form, whose files are there until the answer went out."""
    async with request.form() as form:
        yield form


def member_with_form(
    visit: Annotated[MemberVisit, Depends(member)], form: Annotated[FormData, Depends(form_of)]
) -> MemberVisit:
    """The person who sent a form of ours; a form made elsewhere has not their session's token."""
    check_form_token(visit.signed_in, form)
    return visit


def check_form_token(signed_in: SignedIn, form: FormData) -> None:
    """Raises BusinessError `form.foreign`."""
    sent = str(form.get("csrf_token", ""))
    if not secrets.compare_digest(sent.encode(), signed_in.csrf_token.encode()):
        raise BusinessError("form.foreign", "This form did not come from your session. Open the page again.")


def check_same_site(request: Request) -> None:
    """Before a sign-in there is no token; the browser says where the form came from. Raises BusinessError."""
    if request.headers.get("sec-fetch-site", "none") not in _SAME_SITE:
        raise BusinessError("form.foreign", "This form did not come from this site. Open the page again.")


def deliver_afterwards(request: Request, background: BackgroundTasks) -> None:
    """Has the workflows told once the answer went out."""
    site: Site = request.app.state.site
    background.add_task(site.context.deliver)


def _preferred(request: Request) -> str:
    wanted = request.headers.get("accept-language", "").lower()
    return "zh" if wanted.startswith("zh") else "en"


Anybody = Annotated[Visit, Depends(anybody)]
Member = Annotated[MemberVisit, Depends(member)]
MemberForm = Annotated[MemberVisit, Depends(member_with_form)]
Form = Annotated[FormData, Depends(form_of)]

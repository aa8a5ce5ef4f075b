"""Signing in and out, and choosing a language."""

from fastapi import APIRouter
from fastapi.responses import Response

from console.language import LANGUAGES
from console.visit import (
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    Anybody,
    Form,
    MemberForm,
    check_form_token,
    check_same_site,
    local_path,
    see_other,
    set_cookie,
)
from models.errors import BusinessError
from store.people import sign_in, sign_out

router = APIRouter()
_YEAR = 365 * 24 * 3600


@router.get("/sign-in")
def show_sign_in(visit: Anybody, next: str = "/") -> Response:  # noqa: A002
    target = local_path(next)
    return see_other(target) if visit.signed_in else visit.page("sign_in.html", target=target, login="", refusal="")


@router.post("/sign-in")
def enter(visit: Anybody, form: Form) -> Response:
    check_same_site(visit.request)
    context, target = visit.context, local_path(str(form.get("next", "/")))
    login = str(form.get("login", "")).strip()
    try:
        token = sign_in(context.store, context.tenant, login, str(form.get("password", "")), context.session_lasts)
    except BusinessError as refusal:
        return visit.page("sign_in.html", status=401, target=target, login=login, refusal=refusal.message)
    answer = see_other(target)
    set_cookie(visit, answer, SESSION_COOKIE, token, int(context.session_lasts.total_seconds()))
    return answer


@router.post("/sign-out")
def leave(visit: MemberForm) -> Response:
    sign_out(visit.context.store, visit.signed_in, visit.token)
    answer = see_other("/sign-in")
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@router.post("/language")
def choose_language(visit: Anybody, form: Form) -> Response:
    check_same_site(visit.request)
    if visit.signed_in:
        check_form_token(visit.signed_in, form)
    answer = see_other(local_path(str(form.get("back", "/"))))
    chosen = str(form.get("language", ""))
    if chosen in LANGUAGES:
        set_cookie(visit, answer, LANGUAGE_COOKIE, chosen, _YEAR)
    return answer

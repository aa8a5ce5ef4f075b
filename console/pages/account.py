"""What belongs to the person who is signed in: who they are here, their passkeys, where messages reach them."""

from fastapi import APIRouter
from fastapi.responses import Response

from console.pages.zones import zone_of_person
from console.views.places import places_of
from console.visit import (
    SESSION_COOKIE,
    Anybody,
    Form,
    Member,
    MemberForm,
    MemberVisit,
    Visit,
    check_same_site,
    local_path,
    see_other,
    set_cookie,
)
from models.errors import BusinessError
from store.held_messages import times_of
from store.notices import deliveries_of
from store.passkeys import (
    RelyingParty,
    add_passkey,
    passkeys_of,
    proof_options,
    prove,
    registration_options,
    relying_party,
    remove_passkey,
    sign_in_options,
    sign_in_with_passkey,
)

router = APIRouter()
_JSON = "application/json"
_NO_PARTY = (
    "Browsers give passkeys to sites with a host name and HTTPS alone; whoever runs this console can set them up."
)


@router.get("/account")
def show_account(visit: Member) -> Response:
    return account_page(visit)


@router.post("/account/passkeys/options")
def offer_passkey(visit: MemberForm) -> Response:
    context = visit.context
    options = registration_options(context.store, visit.signed_in, visit.token, _party(visit), context.moment().wall)
    return Response(options, media_type=_JSON)


@router.post("/account/passkeys")
def keep_passkey(visit: MemberForm, form: Form) -> Response:
    context, name = visit.context, str(form.get("name", ""))
    try:
        wall = context.moment().wall
        add_passkey(context.store, visit.signed_in, visit.token, _party(visit), _answer(form), name, wall)
    except BusinessError as refusal:
        return account_page(visit, refusal.message, status=422)
    return see_other("/account")


@router.post("/account/passkeys/{passkey_id}/remove")
def give_up_passkey(visit: MemberForm, passkey_id: str) -> Response:
    remove_passkey(visit.context.store, visit.signed_in, passkey_id)
    return see_other("/account")


@router.get("/account/proof")
def ask_for_proof(visit: Member, next: str = "/") -> Response:  # noqa: A002
    return _proof(visit, local_path(next))


@router.post("/account/proof/options")
def offer_proof(visit: MemberForm) -> Response:
    context = visit.context
    options = proof_options(context.store, visit.signed_in, visit.token, _party(visit), context.moment().wall)
    return Response(options, media_type=_JSON)


@router.post("/account/proof")
def take_proof(visit: MemberForm, form: Form) -> Response:
    context, target = visit.context, local_path(str(form.get("next", "/")))
    try:
        prove(context.store, visit.signed_in, visit.token, _party(visit), _answer(form), context.moment().wall)
    except BusinessError as refusal:
        return _proof(visit, target, refusal.message, 422)
    return see_other(target)


@router.post("/sign-in/passkey/options")
def offer_sign_in(visit: Anybody) -> Response:
    check_same_site(visit.request)
    context = visit.context
    options = sign_in_options(context.store, context.tenant, _party(visit), context.moment().wall)
    return Response(options, media_type=_JSON)


@router.post("/sign-in/passkey")
def enter_with_passkey(visit: Anybody, form: Form) -> Response:
    check_same_site(visit.request)
    context, target = visit.context, local_path(str(form.get("next", "/")))
    lasts, wall = context.session_lasts, context.moment().wall
    try:
        token = sign_in_with_passkey(context.store, context.tenant, _party(visit), _answer(form), lasts, wall)
    except BusinessError as refusal:
        return visit.page("sign_in.html", status=401, target=target, login="", refusal=refusal.message)
    answer = see_other(target)
    set_cookie(visit, answer, SESSION_COOKIE, token, int(lasts.total_seconds()))
    return answer


def account_page(
    visit: MemberVisit,
    refusal: str = "",
    *,
    place_refusal: str = "",
    place_name: str = "",
    times_refusal: str = "",
    status: int = 200,
) -> Response:
    signed_in, context, me = visit.signed_in, visit.context, visit.signed_in.person
    awaited = visit.request.query_params.get("tested", "")
    with context.store.read() as view:
        return visit.page(
            "account.html",
            status,
            passkeys=passkeys_of(view, signed_in.tenant, signed_in.login),
            login=signed_in.login,
            refusal=refusal,
            places=places_of(view, context, me, zone_of_person(view, context, me)),
            place_refusal=place_refusal,
            place_name=place_name,
            times=times_of(view, context.tenant, me.id),
            times_refusal=times_refusal,
            awaited="" if deliveries_of(view, context.tenant, awaited) else awaited,
        )


def _proof(visit: MemberVisit, target: str, refusal: str = "", status: int = 200) -> Response:
    signed_in, context = visit.signed_in, visit.context
    with context.store.read() as view:
        has_passkey = bool(passkeys_of(view, signed_in.tenant, signed_in.login))
    return visit.page("proof.html", status, has_passkey=has_passkey, target=target, refusal=refusal)


def _party(visit: Visit) -> RelyingParty:
    """Under which name the browser knows this console. What a browser on this very machine says is believed; any other
    Host header is not, and the address that is set counts. Raises BusinessError `passkey.no_site`."""
    here = relying_party(f"{visit.request.url.scheme}://{visit.request.url.netloc}")
    party = here if here and here.host == "localhost" else relying_party(visit.context.address)
    if party is None:
        raise BusinessError("passkey.no_site", _NO_PARTY)
    return party


def _answer(form: Form) -> str:
    return str(form.get("answer", ""))

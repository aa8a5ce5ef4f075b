"""Where the messages of whoever is signed in go: their own services, in their order, each to be tried out."""

from fastapi import APIRouter, BackgroundTasks
from fastapi.responses import Response
from pydantic import SecretStr
from starlette.datastructures import FormData

from console.pages.account import account_page
from console.pages.zones import zone_of_person
from console.views.places import places_of
from console.visit import Form, Member, MemberForm, deliver_afterwards, see_other
from models.errors import BusinessError
from models.target import MessageTimes
from store.held_messages import checked_times, set_times
from store.notices import deliveries_of
from store.targets import add_target, ask_for_test, hide_amounts, put_first, remove_target

router = APIRouter()
_HERE = "/account#messages"


@router.get("/account/places/after/{test}")
def show_places(visit: Member, test: str) -> Response:
    """The list alone, for the page that waits for the result of a test."""
    me = visit.signed_in.person
    with visit.context.store.read() as view:
        found = places_of(view, visit.context, me, zone_of_person(view, visit.context, me))
        is_over = bool(deliveries_of(view, visit.context.tenant, test))
    return visit.page("account_places.html", places=found, awaited="" if is_over else test)


@router.post("/account/places")
def add_place(visit: MemberForm, form: Form) -> Response:
    context, name = visit.context, str(form.get("name", ""))
    address = SecretStr(str(form.get("address", "")))
    try:
        hides = "hides_amounts" in form
        add_target(context.store, context.vault, context.services, visit.signed_in, name, address, hides)
    except BusinessError as refusal:
        return account_page(visit, place_refusal=refusal.message, place_name=name, status=422)
    return see_other(_HERE)


@router.post("/account/places/{target}/test")
def try_place(visit: MemberForm, target: str, background: BackgroundTasks) -> Response:
    test = ask_for_test(visit.context.store, visit.signed_in, target)
    deliver_afterwards(visit.request, background)
    return see_other(f"/account?tested={test}#messages")


@router.post("/account/places/{target}/first")
def prefer_place(visit: MemberForm, target: str) -> Response:
    put_first(visit.context.store, visit.signed_in, target)
    return see_other(_HERE)


@router.post("/account/places/{target}/amounts")
def choose_amounts(visit: MemberForm, target: str, form: Form) -> Response:
    hide_amounts(visit.context.store, visit.signed_in, target, hidden=form.get("hidden") == "yes")
    return see_other(_HERE)


@router.post("/account/places/{target}/remove")
def remove_place(visit: MemberForm, target: str) -> Response:
    remove_target(visit.context.store, visit.signed_in, target)
    return see_other(_HERE)


@router.post("/account/times")
def choose_times(visit: MemberForm, form: Form) -> Response:
    try:
        set_times(visit.context.store, visit.signed_in, times_from(form), str(form.get("zone", "")).strip())
    except BusinessError as refusal:
        return account_page(visit, times_refusal=refusal.message, status=422)
    return see_other("/account#times")


def times_from(form: FormData) -> MessageTimes:
    """Raises BusinessError `message_times.form` naming what cannot be read."""
    fields = ("quiet_from", "quiet_until", "digest_at")
    given = {field: str(form.get(field, "")).strip() or None for field in fields}
    return checked_times(given)

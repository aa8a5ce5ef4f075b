"""Who calls the API, and what their session or token may be used for."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from console.api_models import Problem
from console.context import ConsoleContext
from console.visit import SignInNeeded, Site, deliver_afterwards
from models.errors import BusinessError
from store.people import SignedIn, session_of
from store.tokens import Scope, holder_of

PROBLEMS: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (401, 403, 404, 409, 422)}
_bearer = HTTPBearer(auto_error=False, description="A token of `POST /sign-in`, or of `tallywright token create`.")


def _context(request: Request) -> ConsoleContext:
    site: Site = request.app.state.site
    return site.context


Context = Annotated[ConsoleContext, Depends(_context)]


def member(
    needed: SecurityScopes,
    context: Context,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> SignedIn:
    """Who calls: a session may do all that the person may, a token only what its scopes say."""
    sent = credentials.credentials if credentials else ""
    signed_in = session_of(context.store, context.tenant, sent)
    if signed_in is not None:
        return signed_in
    held = holder_of(context.store, context.tenant, sent)
    if held is None:
        raise SignInNeeded
    holder, scopes = held
    missing = set(needed.scopes) - scopes
    if missing:
        raise BusinessError("right.missing", f"This token lacks the scope {', '.join(sorted(missing))}.")
    return holder


Reader = Annotated[SignedIn, Security(member, scopes=[Scope.READ.value])]
Requester = Annotated[SignedIn, Security(member, scopes=[Scope.REQUISITIONS.value])]
Decider = Annotated[SignedIn, Security(member, scopes=[Scope.DECISIONS.value])]
Settler = Annotated[SignedIn, Security(member, scopes=[Scope.TASKS.value])]
Receiver = Annotated[SignedIn, Security(member, scopes=[Scope.RECEIPTS.value])]
Banker = Annotated[SignedIn, Security(member, scopes=[Scope.STATEMENTS.value])]
InvoiceSender = Annotated[SignedIn, Security(member, scopes=[Scope.INVOICES.value])]
Seller = Annotated[SignedIn, Security(member, scopes=[Scope.SALES.value])]
Shipper = Annotated[SignedIn, Security(member, scopes=[Scope.DELIVERIES.value])]

IdempotencyKey = Annotated[
    str,
    Header(
        min_length=8, max_length=200, description="Yours; the same key again gives the first answer and files nothing."
    ),
]
Deliver = Depends(deliver_afterwards)

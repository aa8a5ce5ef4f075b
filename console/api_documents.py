"""The API's paper: orders, invoices handed in, and stored documents."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, status
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from console.api_access import PROBLEMS, Context, Deliver, InvoiceSender, Reader
from console.api_models import HandedIn, OrderList
from console.names import Names
from console.sending import stored_file
from console.views.orders import OrderView, order_view
from models.errors import BusinessError
from store.invoices import Delivery, delivery_of
from store.orders import order_of, orders
from store.uploads import hand_in_invoice

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
Sha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


@router.get("/orders")
def list_orders(context: Context, _: Reader) -> OrderList:
    """All purchase orders, newest first."""
    with context.store.read() as view:
        names = Names.read(view, context)
        found = orders(view, context.tenant)
        return OrderList(orders=tuple(order_view(view, context.tenant, names, each) for each in found))


@router.get("/orders/{order_number}")
def read_order(context: Context, _: Reader, order_number: str) -> OrderView:
    with context.store.read() as view:
        names = Names.read(view, context)
        return order_view(view, context.tenant, names, order_of(view, context.tenant, order_number))


@router.post("/invoices", status_code=status.HTTP_202_ACCEPTED, dependencies=[Deliver])
async def hand_in(
    request: Request,
    context: Context,
    caller: InvoiceSender,
    name: Annotated[str, Query(min_length=1, max_length=200, description="The file's name, for people.")],
) -> HandedIn:
    """Takes an invoice file as the request's body. What became of it is at `/deliveries/{sha256}`."""
    content = await request.body()
    sha256 = await run_in_threadpool(hand_in_invoice, context.store, context.files, caller, name, content)
    return HandedIn(sha256=sha256)


@router.get("/deliveries/{sha256}")
def read_delivery(context: Context, _: Reader, sha256: Sha256) -> Delivery:
    """Whether the file was taken in as an invoice, or why not. 404 until it was read."""
    with context.store.read() as view:
        found = delivery_of(view, context.tenant, sha256)
    if found is None:
        raise BusinessError("delivery.unknown", "No file with this SHA-256 was read yet.")
    return found


@router.get("/documents/{sha256}")
def read_document(context: Context, _: Reader, sha256: Sha256) -> Response:
    """A document of a case or a bot's screenshot."""
    return stored_file(context, sha256)

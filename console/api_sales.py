"""The API's sales: customer orders and what was delivered of them."""

from fastapi import APIRouter, status

from console.api_access import PROBLEMS, Context, Deliver, IdempotencyKey, Reader, Seller, Shipper
from console.api_models import DeliveredGoods, FiledSale, RecordedDelivery, SalesOrderList
from console.names import Names
from console.views.sales import SalesOrderView, sales_order_view
from models.sales import SalesOrderContent
from store.goods_deliveries import record_delivery
from store.sales_orders import file_sales_order, sales_order_of, sales_orders

router = APIRouter(prefix="/api/v1", responses=PROBLEMS)


@router.post("/sales-orders", status_code=status.HTTP_201_CREATED, dependencies=[Deliver])
def file_order(
    context: Context, caller: Seller, content: SalesOrderContent, idempotency_key: IdempotencyKey
) -> FiledSale:
    """Records a customer's order. Who has to grant the credit is decided by the rules."""
    number = file_sales_order(context.store, caller, content, idempotency_key)
    return FiledSale(order=number, case=number)


@router.get("/sales-orders")
def list_sales_orders(context: Context, _: Reader) -> SalesOrderList:
    """All customer orders, newest first."""
    with context.store.read() as view:
        names = Names.read(view, context)
        found = sales_orders(view, context.tenant)
        return SalesOrderList(orders=tuple(sales_order_view(view, context.tenant, names, each) for each in found))


@router.get("/sales-orders/{order_number}")
def read_sales_order(context: Context, _: Reader, order_number: str) -> SalesOrderView:
    with context.store.read() as view:
        names = Names.read(view, context)
        return sales_order_view(view, context.tenant, names, sales_order_of(view, context.tenant, order_number))


@router.post("/sales-orders/{order_number}/deliveries", status_code=status.HTTP_201_CREATED, dependencies=[Deliver])
def deliver_goods(
    context: Context, caller: Shipper, order_number: str, goods: DeliveredGoods, idempotency_key: IdempotencyKey
) -> RecordedDelivery:
    """Records what left the house; its invoice follows by itself."""
    return RecordedDelivery(delivery=record_delivery(context.store, caller, order_number, goods.lines, idempotency_key))

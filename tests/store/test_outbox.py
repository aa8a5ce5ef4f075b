from store.outbox import MessageKind, enqueue, mark_delivered, undelivered
from store.unit_of_work import Store
from tests.console.company import TENANT, Company
from tests.store.houses import SYSTEM, verified


def put(store: Store, *keys: str) -> None:
    with store.change(TENANT, SYSTEM) as work:
        for key in keys:
            enqueue(work, MessageKind.START, f"main/purchase/{key}", "Purchase", {"requisition": key})
        work.record("requisition.filed", "requisition", keys[0])


def waiting(store: Store, limit: int = 100) -> list[str]:
    with store.read() as connection:
        return [str(message.argument["requisition"]) for message in undelivered(connection, limit)]


def test_messages_wait_in_the_order_they_were_written_until_they_arrived(company: Company) -> None:
    for key in ("a", "b", "c"):
        put(company.store, key)
        company.clock.move(seconds=1)
    assert waiting(company.store) == ["a", "b", "c"]
    assert waiting(company.store, limit=2) == ["a", "b"]
    with company.store.read() as connection:
        first = undelivered(connection)[0]
    mark_delivered(company.store, first)
    assert waiting(company.store) == ["b", "c"]


def test_a_message_that_can_never_arrive_is_not_tried_again_and_says_why(store: Store) -> None:
    put(store, "a")
    with store.read() as connection:
        (message,) = undelivered(connection)
    mark_delivered(store, message, "no workflow waits for it")
    assert waiting(store) == []
    assert verified(store).ok, "delivery is plumbing and no entry of the log"


def test_a_message_leaves_only_with_the_change_that_caused_it(store: Store) -> None:
    try:
        with store.change(TENANT, SYSTEM) as work:
            enqueue(work, MessageKind.CHANGED, "main/purchase/x")
            raise ZeroDivisionError
    except ZeroDivisionError:
        assert waiting(store) == []

"""What people are held over night or until their digest leaves by itself when the hour has come."""

from datetime import timedelta

import pytest

from models.ids import held_messages_workflow
from models.party import Role
from models.target import MAIL
from models.task import TaskContent
from store.held_messages import HeldMessage, held_messages, hold
from store.notices import OFF, last_deliveries
from store.targets import ask_for_test
from store.tasks import TaskSubject, open_task
from tests.store.houses import SYSTEM
from tests.workflows.house import House

pytestmark = pytest.mark.behaviour("N1")
SOFIA = "sofia.brandt"


async def test_held_messages_are_waited_for_and_then_sent(house: House) -> None:
    store = house.installation.store
    subject = TaskSubject(kind="stuck", subject_kind="portal", subject_id="bank", workflow="")
    content = TaskContent(title="Look", message="It is stuck.", resolutions=())
    with store.change(house.tenant, SYSTEM) as work:
        task = open_task(work, subject, Role.TREASURER, content, None)
        due_at = work.now + timedelta(seconds=2)
        hold(work, SOFIA, HeldMessage(notice="N-1", case="", template="task_opened", subject=task), due_at)
    await house.finished(house.client.get_workflow_handle(held_messages_workflow(house.tenant, SOFIA, due_at)))
    with store.read() as view:
        assert store.now() >= due_at
        assert held_messages(view, house.tenant, SOFIA, due_at) == ()
        assert last_deliveries(view, house.tenant, SOFIA)[MAIL].state == OFF, "this house sends no mail"


async def test_a_place_is_tried_out_by_the_workers(house: House) -> None:
    store = house.installation.store
    ask_for_test(store, house.signed_in(SOFIA), MAIL)

    def result() -> str | None:
        with store.read() as view:
            found = last_deliveries(view, house.tenant, SOFIA).get(MAIL)
        return found.problem if found else None

    assert "TALLYWRIGHT_NOTIFY_URL" in await house.eventually(result)

"""The approval workflow against a model of its chain: whatever people, strangers and time do, both stand alike."""

import asyncio
import uuid
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from installation import Installation, open_installation, wall_clock
from models.approval import ApprovalRequest, Outcome
from models.errors import BusinessError
from models.ids import approval_workflow
from store.approval_amendments import amend_requisition, resubmit
from store.approval_answers import record_decision, withdraw_decision
from store.approvals import request_of
from store.delegations import Absence, end_delegation, enter_absence
from store.orders import requisition_of
from tests.company_home import settings_in
from tests.databases import copy_home
from tests.temporal_server import client_in_fresh_namespace
from tests.workflows.house import House
from tests.workflows.opening import house_in

_CHAIN = ("piotr.nowak", "ayse.kaya", "ines.lindqvist")
"""Who decides about IT between EUR 5,000 and 25,000, one after the other."""
_REQUESTER, _AWAY, _DELEGATE = "mara.voss", "ayse.kaya", "henrik.dahl"
_ANYBODY = st.sampled_from((*_CHAIN, _DELEGATE, _REQUESTER, "oliver.stein"))
_LONG = timedelta(days=40)
"""Longer than anybody is asked before it is rejected for want of an answer."""


class Model:
    """What a chain of three single people does, written down without looking at the product's own arithmetic."""

    def __init__(self) -> None:
        self.state = "pending"
        self.answered: list[str] = []
        """Who said yes, in the order of the chain."""
        self.sent_back_by = ""
        self.is_away = False

    @property
    def may_answer(self) -> set[str]:
        if self.state != "pending":
            return set()
        asked = _CHAIN[len(self.answered)]
        return {asked, _DELEGATE} if self.is_away and asked == _AWAY else {asked}

    def answer(self, person: str, outcome: Outcome) -> bool:
        """Whether the answer is accepted."""
        if person not in self.may_answer:
            return False
        if outcome is Outcome.APPROVE:
            self.answered.append(person)
            self.state = "approved" if len(self.answered) == len(_CHAIN) else "pending"
        elif outcome is Outcome.REJECT:
            self.state = "rejected"
        else:
            self.state, self.sent_back_by = "sent_back", person
        return True

    @property
    def may_withdraw(self) -> str:
        """Whoever answered last, as long as nobody acted on it."""
        if self.state == "sent_back":
            return self.sent_back_by
        return self.answered[-1] if self.state == "pending" and self.answered else ""

    def withdraw(self, person: str) -> bool:
        if person != self.may_withdraw:
            return False
        if self.state == "pending":
            self.answered.pop()
        self.state = "pending"
        return True

    def resubmit(self, person: str) -> bool:
        if self.state != "sent_back" or person != _REQUESTER:
            return False
        self.state = "pending"
        return True

    def amend(self, person: str, *, is_material: bool) -> bool:
        """Another vendor is a question to purchasing and to the owner; the director is the last and never answered."""
        if person != _REQUESTER or self.state not in ("pending", "sent_back"):
            return False
        self.state, self.answered = "pending", [] if is_material else self.answered
        return True

    def wait(self, span: timedelta) -> None:
        """Time rejects what somebody could have answered, and does nothing else."""
        if span >= _LONG and self.state == "pending":
            self.state = "rejected"


class Chain(RuleBasedStateMachine):
    """One purchase of EUR 8,000 in a company of its own, whose clock is put forward together with the workflow's."""

    address: ClassVar[str]
    home: ClassVar[Path]
    folder: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.model, self.absence, self.waited_long = Model(), "", False
        self.runner, self.stack = asyncio.Runner(), AsyncExitStack()
        self.folder_here = self.folder / uuid.uuid4().hex
        self.runner.run(self._begin())

    async def _begin(self) -> None:
        installation = open_installation(settings_in(copy_home(self.home, self.folder_here / "home")))
        client = await client_in_fresh_namespace(self.address)
        self.house = _on_one_clock(house_in(self.folder_here, installation, client))
        await self.stack.enter_async_context(self.house.working())
        self.case = self.house.file(category="it", quantity="10", price="800.00")
        stored = await self.house.eventually(lambda: self.house.waiting_for(_CHAIN[0], self.case))
        self.handle = self.house.client.get_workflow_handle(approval_workflow(self.house.tenant, stored.request.id))
        self.request = stored.request.id
        await self.house.started(self.handle)

    @precondition(lambda self: self.model.may_answer)
    @rule(times=st.integers(1, len(_CHAIN)), is_delegate=st.booleans())
    def whoever_is_asked_approves(self, times: int, is_delegate: bool) -> None:
        for _ in range(times):
            for person in sorted(self.model.may_answer)[-1 if is_delegate else 0 :][:1]:
                self._answer(person, Outcome.APPROVE)
                self.both_stand_alike()

    @precondition(lambda self: self.model.may_answer)
    @rule(outcome=st.sampled_from((Outcome.SEND_BACK, Outcome.SEND_BACK, Outcome.REJECT)))
    def whoever_is_asked_does_not_approve(self, outcome: Outcome) -> None:
        self._answer(min(self.model.may_answer), outcome)

    @precondition(lambda self: self.model.may_withdraw)
    @rule()
    def whoever_answered_last_takes_it_back(self) -> None:
        self._withdraw(self.model.may_withdraw)

    @precondition(lambda self: self.model.answered or self.model.state == "sent_back")
    @rule(explains=st.booleans(), is_material=st.booleans())
    def the_requester_explains_or_changes_it(self, explains: bool, is_material: bool) -> None:
        if explains:
            self._resubmit(_REQUESTER)
        else:
            self._amend(_REQUESTER, is_material=is_material)

    @rule(person=_ANYBODY, act=st.sampled_from(("answer", "withdraw", "resubmit", "amend")))
    def anybody_tries_anything(self, person: str, act: str) -> None:
        if act == "answer":
            self._answer(person, Outcome.APPROVE)
        elif act == "withdraw":
            self._withdraw(person)
        elif act == "resubmit":
            self._resubmit(person)
        else:
            self._amend(person, is_material=False)

    @precondition(lambda self: self.model.state in ("pending", "sent_back"))
    @rule()
    def go_away_or_come_back(self) -> None:
        who, now = self.house.signed_in(_AWAY), self._store.now()
        if self.model.is_away:
            end_delegation(self._store, who, self.absence)
        else:
            away = Absence(delegate=_DELEGATE, starts_at=now, ends_at=now + timedelta(days=300))
            self.absence = enter_absence(self._store, who, away).id
        self.model.is_away = not self.model.is_away

    @precondition(lambda self: self.model.state in ("pending", "sent_back"))
    @rule()
    def a_stranger_talks_to_the_workflow(self) -> None:
        self.runner.run(self._told_by_a_stranger())

    async def _told_by_a_stranger(self) -> None:
        await self.handle.execute_update("decide", {"decision": uuid.uuid4().hex})
        await self.handle.signal("changed")

    @precondition(lambda self: self.model.answered and not self.waited_long)
    @precondition(lambda self: self.model.state in ("pending", "sent_back"))
    @rule(span=st.sampled_from((timedelta(hours=1), _LONG)))
    def time_passes(self, span: timedelta) -> None:
        self.waited_long = span is _LONG
        self.runner.run(self.house.pass_time(self.handle, span))
        self.model.wait(span)

    @invariant()
    def both_stand_alike(self) -> None:
        self.runner.run(self.house.eventually(lambda: self._state() == self.model.state or None))
        assert self.model.state == "approved" or self.house.orders(self.case) == ()

    def teardown(self) -> None:
        if self.model.state == "approved":
            self.runner.run(self.house.order(self.case))
        self.runner.run(self.stack.aclose())
        self.runner.close()
        self.house.installation.close()

    def _answer(self, person: str, outcome: Outcome) -> None:
        who, digest = self.house.signed_in(person), self._stored().digest
        did = self._tried(lambda: record_decision(self._store, who, self.request, outcome, "Because.", digest))
        assert did is self.model.answer(person, outcome)

    def _withdraw(self, person: str) -> None:
        who = self.house.signed_in(person)
        did = self._tried(lambda: withdraw_decision(self._store, who, self.request))
        assert did is self.model.withdraw(person)

    def _resubmit(self, person: str) -> None:
        who = self.house.signed_in(person)
        did = self._tried(lambda: resubmit(self._store, who, self.request, "So."))
        assert did is self.model.resubmit(person)

    def _amend(self, person: str, *, is_material: bool) -> None:
        with self._store.read() as view:
            content = requisition_of(view, self.house.tenant, self.case).content
        other = {"vendor": "DLT" if content.vendor == "KAB" else "KAB"} if is_material else {"reason": uuid.uuid4().hex}
        who, wanted = self.house.signed_in(person), content.model_copy(update=other)
        did = self._tried(lambda: amend_requisition(self._store, who, self.case, wanted, "So."))
        assert did is self.model.amend(person, is_material=is_material)

    @property
    def _store(self) -> Any:
        return self.house.installation.store

    def _tried(self, act: Callable[[], Any]) -> bool:
        """Whether it was accepted."""
        try:
            act()
        except BusinessError:
            return False
        return True

    def _stored(self) -> ApprovalRequest:
        with self._store.read() as view:
            return request_of(view, self.house.tenant, self.request).request

    def _state(self) -> str:
        with self._store.read() as view:
            return request_of(view, self.house.tenant, self.request).state


def _on_one_clock(house: House) -> House:
    """Business time goes as the wall does, which the test puts forward."""
    installation: Installation = house.installation

    def now() -> Any:
        return installation.store.now() + (house.wall() - wall_clock())

    return replace(house, installation=replace(installation, store=replace(installation.store, now=now)))


@pytest.mark.timeout(300)
@pytest.mark.behaviour("A6", "A7", "A8", "A9", "A11")
def test_whatever_people_strangers_and_time_do_the_workflow_stands_where_the_model_does(
    temporal_address: str, opened_home: Path, tmp_path: Path
) -> None:
    Chain.address, Chain.home, Chain.folder = temporal_address, opened_home, tmp_path
    bounds = settings(
        max_examples=12,
        stateful_step_count=10,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Chain, settings=bounds)

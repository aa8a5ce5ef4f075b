"""One-time codes that a portal sends to a person's phone: the slot through which the person gives one to the bot.

A code lies in the database sealed for the one process that waits for it, from the moment it is typed until that process
takes it, which it can once. Neither the audit log nor Temporal ever has it.
"""

import re
import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Connection, insert, select, update

from audit.entry import Actor
from models.base import Model
from models.errors import BusinessError
from models.party import Role
from models.portal import CodeKind
from models.task import Resolution, TaskContent
from store.people import SignedIn, person_of
from store.portal_queue import STEERERS
from store.schema.portal_queue import code_slot
from store.sealed_box import BoxKey, sealed_for
from store.tasks import TaskSubject, close_tasks, open_announced_task, settle, tasks_about
from store.unit_of_work import Store, UnitOfWork
from store.vault import owner_of

WANTED = "code_wanted"
"""Kind of the task about a code."""

_SUBJECT = "code"
_SAID_LENGTH = 300
_CODE = re.compile(r"[0-9A-Za-z]{3,12}")
_NOT_A_CODE = "A code has three to twelve digits or letters; type it as the message on the phone shows it."
_OVER = "The bot does not wait for this code any more; it asks for a new one when it comes again."


class SlotState(StrEnum):
    WANTED = "wanted"
    GIVEN = "given"
    TAKEN = "taken"
    ENDED = "ended"
    """Nobody gave it in time, or somebody said that they cannot."""


class CodeWish(Model):
    """What a bot waits for, and how long."""

    portal: str
    kind: CodeKind
    said: str
    """The portal's own words: untrusted."""
    lasts: timedelta


class CodeSlot(Model):
    """One wish for a code, without the code."""

    id: str
    portal: str
    kind: CodeKind
    said: str
    """The portal's own words: untrusted."""
    owner: str
    """The person to whom the login belongs, and most likely the phone."""
    state: SlotState
    until: datetime
    """Wall-clock UTC until which the bot waits."""


def want_code(store: Store, tenant: str, actor: Actor, wish: CodeWish, key: BoxKey, wall: datetime) -> str:
    """Asks people for a code that the holder of `key` can open; the slot's id. `wall` is wall-clock UTC."""
    slot = uuid.uuid4().hex
    with store.change(tenant, actor) as work:
        owner = owner_of(work.connection, tenant, wish.portal)
        values = {"portal": wish.portal, "kind": wish.kind, "said": wish.said[:_SAID_LENGTH], "owner": owner}
        values |= {"state": SlotState.WANTED, "public_key": key.public, "sealed": ""}
        work.execute(insert(code_slot).values(tenant=tenant, id=slot, until=wall + wish.lasts, **values))
        work.record("code.wanted", "portal", wish.portal, after={"slot": slot, "kind": wish.kind})
        _ask(work, slot, wish, owner)
    return slot


def slot_of(connection: Connection, tenant: str, slot: str) -> CodeSlot:
    """Raises BusinessError `code.unknown`."""
    row = connection.execute(select(code_slot).where(_place(tenant, slot))).one_or_none()
    if row is None:
        raise BusinessError("code.unknown", f"There is no wish for a code {slot!r}.")
    return CodeSlot.model_validate({name: getattr(row, name) for name in CodeSlot.model_fields})


def open_wishes(connection: Connection, tenant: str) -> dict[str, str]:
    """By slot, the portal whose code a bot waits for."""
    query = select(code_slot.c.id, code_slot.c.portal)
    wanted = query.where(code_slot.c.tenant == tenant, code_slot.c.state == SlotState.WANTED)
    return {row.id: row.portal for row in connection.execute(wanted)}


def give_code(store: Store, signed_in: SignedIn, slot: str, code: str, wall: datetime) -> None:
    """Puts a person's code into the slot. Raises BusinessError `code.unknown`, `code.form`, `code.over`,
    `right.missing`."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = slot_of(work.connection, work.tenant, slot)
        _may_give(signed_in, found)
        typed = "".join(code.split())
        if found.kind is CodeKind.SMS and not _CODE.fullmatch(typed):
            raise BusinessError("code.form", _NOT_A_CODE)
        key = work.execute(select(code_slot.c.public_key).where(_place(work.tenant, slot))).scalar_one()
        sealed = sealed_for(key, typed, slot)
        is_open = _place(work.tenant, slot) & (code_slot.c.state == SlotState.WANTED) & (code_slot.c.until > wall)
        if not work.execute(update(code_slot).where(is_open).values(state=SlotState.GIVEN, sealed=sealed)).rowcount:
            raise BusinessError("code.over", _OVER)
        work.record("code.given", "portal", found.portal, after={"slot": slot})
        for task in tasks_about(work.connection, work.tenant, _SUBJECT, slot):
            if task.state == "open":
                settle(work, task, signed_in.person.id, Resolution.NOTED, "")


def refuse_code(store: Store, signed_in: SignedIn, slot: str) -> None:
    """A person says that there is no code; the bot stops waiting. Raises as `give_code` does."""
    with store.change(signed_in.tenant, signed_in.actor) as work:
        found = slot_of(work.connection, work.tenant, slot)
        _may_give(signed_in, found)
        if found.state is not SlotState.WANTED:
            raise BusinessError("code.over", _OVER)
        _end(work, found, "There is no code.")


def take_code(store: Store, tenant: str, actor: Actor, slot: str, key: BoxKey) -> SecretStr | None:
    """The code, to whoever asks first and to nobody after; None while there is none.

    Raises BusinessError `portal.no_code` when nobody is going to give one.
    """
    with store.read() as connection:
        state = slot_of(connection, tenant, slot).state
    if state is SlotState.WANTED:
        return None
    with store.change(tenant, actor) as work:
        found = work.execute(select(code_slot).where(_place(tenant, slot))).one()
        if found.state != SlotState.GIVEN:
            raise BusinessError("portal.no_code", f"Nobody gave {found.portal} the code that it sent.")
        work.execute(update(code_slot).where(_place(tenant, slot)).values(state=SlotState.TAKEN, sealed=""))
        work.record("code.taken", "portal", found.portal, after={"slot": slot})
    return SecretStr(key.opened(found.sealed, slot))


def end_wish(store: Store, tenant: str, actor: Actor, slot: str) -> None:
    """The bot waits no longer; a code that was given and not taken is gone."""
    with store.change(tenant, actor) as work:
        found = slot_of(work.connection, tenant, slot)
        if found.state in (SlotState.WANTED, SlotState.GIVEN):
            _end(work, found, "The bot does not wait for the code any more.")


def may_give(signed_in: SignedIn, found: CodeSlot) -> bool:
    """Those who steer portals, and the person to whom the login belongs."""
    return signed_in.person.id == found.owner or bool(signed_in.person.roles & set(STEERERS))


def _may_give(signed_in: SignedIn, found: CodeSlot) -> None:
    if not may_give(signed_in, found):
        signed_in.require(*STEERERS)


def _end(work: UnitOfWork, found: CodeSlot, why: str) -> None:
    work.execute(update(code_slot).where(_place(work.tenant, found.id)).values(state=SlotState.ENDED, sealed=""))
    work.record("code.not_given", "portal", found.portal, after={"slot": found.id})
    close_tasks(work, _SUBJECT, found.id, why)


def _ask(work: UnitOfWork, slot: str, wish: CodeWish, owner: str) -> None:
    minutes = round(wish.lasts.total_seconds() / 60)
    wants = "sent a code by SMS; type it in" if wish.kind is CodeKind.SMS else "wants to be confirmed on a phone"
    message = f"{wish.portal} {wants} within {minutes} minutes. A bot holds the browser meanwhile."
    content = TaskContent(title=f"{wish.portal} wants a code", message=message, resolutions=(Resolution.NOTED,))
    subject = TaskSubject(kind=WANTED, subject_kind=_SUBJECT, subject_id=slot, workflow="")
    open_announced_task(work, subject, _reached_as(work, owner), content, wish.lasts)


def _reached_as(work: UnitOfWork, owner: str) -> Role:
    """The role by which the login's owner is told, with others who steer portals; treasurers where there is none."""
    roles = person_of(work.connection, work.tenant, owner).roles if owner else frozenset()
    return next((role for role in STEERERS if role in roles), Role.TREASURER)


def _place(tenant: str, slot: str) -> ColumnElement[bool]:
    return (code_slot.c.tenant == tenant) & (code_slot.c.id == slot)

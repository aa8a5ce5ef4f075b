"""A portal action as far as it goes without a claim: what its confirmation page shows beside what was meant."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bots.action import ContentT, PortalAction, PortalRefused
from bots.readback import NOT_SHOWN, ConfirmationReading, Expectations
from bots.session import Session


@dataclass(frozen=True)
class ReadField:
    """One field of the confirmation page. `is_right` says whether it shows what was meant."""

    name: str
    meant: str
    shown: str
    is_right: bool


@dataclass(frozen=True)
class Rehearsal:
    """`refused` is the portal's own text where it stopped before its confirmation page; then no field was read."""

    fields: tuple[ReadField, ...] = ()
    refused: str = ""

    @property
    def is_right(self) -> bool:
        return bool(self.fields) and all(field.is_right for field in self.fields)


def rehearsed(action: PortalAction[ContentT], content: ContentT) -> Callable[[Session], Awaitable[Rehearsal]]:
    """Prepares `content` in a session and reads the confirmation page back; nothing is pressed there."""

    async def reading(session: Session) -> Rehearsal:
        try:
            await action.prepare(session, content)
        except PortalRefused as refusal:
            await session.record("refused", action.name)
            return Rehearsal(refused=session.redact(str(refusal)))
        shown = await action.read_confirmation(session)
        await session.record("read back", action.name)
        return Rehearsal(_beside(action.expectations(content), shown))

    return reading


def _beside(expected: Expectations, shown: ConfirmationReading) -> tuple[ReadField, ...]:
    return tuple(
        ReadField(name, str(value), shown.get(name, NOT_SHOWN), name in shown and value.is_shown_as(shown[name]))
        for name, value in expected.items()
    )

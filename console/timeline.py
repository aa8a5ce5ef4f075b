"""A case's audit history as a story: who did what, when and why, with the bot's steps folded together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from console import event_words
from console.event_facts import facts_of
from console.language import Language
from console.names import Names
from console.rendering import label
from models.base import Model
from store.evidence import RecordedStep
from store.log import HistoryEntry

_TONES = {"quiet": event_words.QUIET, "good": event_words.GOOD, "bad": event_words.BAD}
_BOT_STEP = "bot.step_done"

Steps = Mapping[tuple[str, int], RecordedStep]
"""Bot steps by run and position."""


class Picture(Model):
    """One step of a bot with what it saw."""

    caption: str
    screenshot: str
    """SHA-256; empty where the step has no picture."""


class Event(Model):
    """One sentence of the story."""

    time: datetime
    sentence: str
    reasons: tuple[str, ...] = ()
    comment: str = ""
    tone: str = ""
    """`good`, `bad`, `quiet` or nothing."""
    pictures: tuple[Picture, ...] = ()


def timeline(
    history: Sequence[HistoryEntry], steps: Iterable[RecordedStep], names: Names, language: Language
) -> tuple[Event, ...]:
    """The story of a case, oldest first."""
    return tuple(_events(history, {(step.run, step.position): step for step in steps}, names, language))


def picture_of(step: RecordedStep, language: Language) -> Picture:
    done = label(language, event_words.BOT_STEPS, step.action)
    return Picture(caption=f"{done} · {step.target}" if step.target else done, screenshot=step.screenshot)


def _events(history: Sequence[HistoryEntry], steps: Steps, names: Names, language: Language) -> Iterator[Event]:
    for run, group in groupby(history, key=_bot_run):
        entries = list(group)
        if not run:
            yield from (_event(entry, names, language) for entry in entries)
            continue
        seen = [steps.get((run, _position(entry))) for entry in entries]
        pictures = tuple(picture_of(step, language) for step in seen if step is not None)
        yield _event(entries[0], names, language).model_copy(update={"pictures": pictures})


def _bot_run(entry: HistoryEntry) -> str:
    return entry.subject.id if entry.action == _BOT_STEP else ""


def _position(entry: HistoryEntry) -> int:
    return int((entry.body.get("after") or {}).get("position", 0))


def _event(entry: HistoryEntry, names: Names, language: Language) -> Event:
    sentence = language.gettext(event_words.sentence_for(entry.action, entry.subject.kind))
    after = entry.body.get("after") or {}
    return Event(
        time=entry.time,
        sentence=sentence % facts_of(entry, names, language),
        reasons=() if _is_decision(entry) or entry.action in event_words.WITHOUT_REASONS else entry.reasons,
        comment=str(after.get("comment") or ""),
        tone=_tone(entry),
    )


def _is_decision(entry: HistoryEntry) -> bool:
    return entry.subject.kind == "approval" and entry.action in event_words.DECISIONS


def _tone(entry: HistoryEntry) -> str:
    if _is_decision(entry):
        return "good" if entry.action.endswith("approved") else "bad"
    return next((tone for tone, actions in _TONES.items() if entry.action in actions), "")

"""Limits of a person's right to approve, as they were typed, and the content they make."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Self

from starlette.datastructures import FormData

from console.entered import NOT_A_NUMBER, NOT_CHOSEN, number, resized
from console.language import message
from models.authority import RightLimit
from models.errors import Finding
from models.money import Money
from store.signed_changes import PersonRights

NO_REASON = message("Say why, for whoever has to sign it and whoever audits it.")
_NOT_ABOVE_ZERO = message("write an amount above zero, or leave it empty for any amount")
_TWICE = message("stands there twice; change or remove one of them")
_FIELDS = ("entity", "cost_centre", "amount", "currency")
_MOST = 100


@dataclass(frozen=True)
class LimitChoices:
    """Codes with their names."""

    entities: Mapping[str, str]
    cost_centres: Mapping[str, str]
    currencies: Mapping[str, str]
    """The usual one first."""


@dataclass(frozen=True)
class TypedLimit:
    """Each empty where it may be any."""

    entity: str = ""
    cost_centre: str = ""
    amount: str = ""
    currency: str = ""


@dataclass(frozen=True)
class TypedLimits:
    lines: tuple[TypedLimit, ...]
    reason: str = ""

    @classmethod
    def of(cls, limits: Iterable[RightLimit]) -> Self:
        """What is in force, as it would have been typed."""
        return cls(
            tuple(
                TypedLimit(
                    each.entity,
                    each.cost_centre,
                    f"{each.limit.amount:f}" if each.limit else "",
                    each.limit.currency if each.limit else "",
                )
                for each in limits
            )
        )

    @classmethod
    def from_form(cls, form: FormData) -> Self:
        columns = [[str(value).strip() for value in form.getlist(name)] for name in _FIELDS]
        lines = tuple(TypedLimit(*cells) for cells in zip_longest(*columns, fillvalue=""))
        return cls(lines[:_MOST], str(form.get("reason", "")).strip())

    def changed(self, wanted: str) -> Self | None:
        """With one limit more (`add`) or without the limit N (`remove-N`, one-based); None for any other wish."""
        lines = resized(self.lines, wanted, TypedLimit(), _MOST)
        return None if lines is None else type(self)(lines, self.reason)

    def findings(self, choices: LimitChoices) -> tuple[Finding, ...]:
        """Everything that is not right."""
        found = [each for at, line in enumerate(self.lines) for each in _wrong(at, line, choices)]
        twice = [at for at, line in enumerate(self.lines) if line in self.lines[:at]]
        return (*found, *(Finding(field=f"limits[{at}].entity", problem=_TWICE) for at in twice))

    def content(self, person: str) -> PersonRights:
        """Of a form without findings."""
        return PersonRights(person=person, limits=tuple(_limit(person, *each) for each in enumerate(self.lines, 1)))


def _limit(person: str, position: int, typed: TypedLimit) -> RightLimit:
    money = Money.model_validate({"amount": typed.amount, "currency": typed.currency}) if typed.amount else None
    return RightLimit(
        id=f"{person}.{position}", person=person, entity=typed.entity, cost_centre=typed.cost_centre, limit=money
    )


def _wrong(at: int, typed: TypedLimit, choices: LimitChoices) -> Iterable[Finding]:
    place, amount = f"limits[{at}]", number(typed.amount)
    if typed.entity and typed.entity not in choices.entities:
        yield Finding(field=f"{place}.entity", problem=NOT_CHOSEN)
    if typed.cost_centre and typed.cost_centre not in choices.cost_centres:
        yield Finding(field=f"{place}.cost_centre", problem=NOT_CHOSEN)
    if typed.amount and isinstance(amount, str):
        yield Finding(field=f"{place}.amount", problem=NOT_A_NUMBER)
    elif not isinstance(amount, str) and amount <= 0:
        yield Finding(field=f"{place}.amount", problem=_NOT_ABOVE_ZERO)
    if typed.amount and typed.currency not in choices.currencies:
        yield Finding(field=f"{place}.currency", problem=NOT_CHOSEN)

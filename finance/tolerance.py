"""How far an actual value may stray from the expected one, and how the tolerance table's answer is read."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from models.errors import BusinessError, Finding
from models.matching import Limit, Tolerance, Tolerances

_COLUMNS = ("lower_absolute", "lower_percent", "upper_absolute", "upper_percent")
_UNLIMITED: Literal["unlimited"] = "unlimited"

_Cell = Decimal | Literal["unlimited"]


def exceeds(actual: Decimal, expected: Decimal, limit: Limit) -> bool:
    """Whether `actual` lies above `expected` by more than the stricter of the limit's two allowances."""
    return _too_far(actual - expected, expected, limit)


def falls_short(actual: Decimal, expected: Decimal, limit: Limit) -> bool:
    """Whether `actual` lies below `expected` by more than the stricter of the limit's two allowances."""
    return _too_far(expected - actual, expected, limit)


def within(actual: Decimal, expected: Decimal, tolerance: Tolerance) -> bool:
    """Whether `actual` lies inside the tolerance on both sides; the bounds themselves are inside.

    A percentage counts from the expected value, so that any percentage of zero allows nothing.
    """
    return not exceeds(actual, expected, tolerance.upper) and not falls_short(actual, expected, tolerance.lower)


def tolerances_from(outputs: Mapping[str, Mapping[str, Any]]) -> Tolerances:
    """The tolerances that the decision table gave, one row of four columns per dimension.

    Dimensions are `quantity`, `price`, `line_amount` and `tax`; columns `lower_absolute`, `lower_percent`,
    `upper_absolute` and `upper_percent`; each cell a number of zero or more or the word "unlimited".
    Raises BusinessError `tolerance.invalid` with a finding for every cell that is blank, missing, unknown or no such
    value: a blank never means "unlimited".
    """
    findings = _unknown_names(outputs)
    cells: dict[str, dict[str, _Cell]] = {}
    for dimension in Tolerances.model_fields:
        row = outputs.get(dimension, {})
        for column in _COLUMNS:
            try:
                cells.setdefault(dimension, {})[column] = _allowance(row.get(column))
            except ValueError as problem:
                findings.append(Finding(field=f"{dimension}.{column}", problem=str(problem)))
    if findings:
        raise BusinessError("tolerance.invalid", "The tolerance table's answer cannot be used", tuple(findings))
    return Tolerances.model_validate({dimension: _tolerance(row) for dimension, row in cells.items()})


def _too_far(distance: Decimal, expected: Decimal, limit: Limit) -> bool:
    allowances = []
    if limit.absolute != _UNLIMITED:
        allowances.append(limit.absolute)
    if limit.percent != _UNLIMITED:
        allowances.append(abs(expected) * limit.percent / 100)
    return bool(allowances) and distance > min(allowances)


def _unknown_names(outputs: Mapping[str, Mapping[str, Any]]) -> list[Finding]:
    dimensions = tuple(Tolerances.model_fields)
    unknown = [
        Finding(field=name, problem=f"is no dimension; use {', '.join(dimensions)}")
        for name in outputs
        if name not in dimensions
    ]
    unknown += [
        Finding(field=f"{dimension}.{column}", problem=f"is no column; use {', '.join(_COLUMNS)}")
        for dimension in dimensions
        for column in outputs.get(dimension, {})
        if column not in _COLUMNS
    ]
    return unknown


def _allowance(cell: object) -> _Cell:
    """A number may come as text: numbers of a kept evaluation are read back from JSON as strings."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        raise ValueError('is blank; write a number such as 0 or 2.5, or the word "unlimited"')
    if cell == _UNLIMITED:
        return _UNLIMITED
    value = _number(cell)
    if value is None or not value.is_finite() or value < 0:
        raise ValueError(f'{cell!r} is no tolerance; write a number of 0 or more, or the word "unlimited"')
    return value


def _number(cell: object) -> Decimal | None:
    if isinstance(cell, bool) or not isinstance(cell, Decimal | int | str):
        return None
    try:
        return Decimal(cell)
    except InvalidOperation:
        return None


def _tolerance(row: Mapping[str, _Cell]) -> dict[str, dict[str, _Cell]]:
    return {side: {kind: row[f"{side}_{kind}"] for kind in ("absolute", "percent")} for side in ("lower", "upper")}

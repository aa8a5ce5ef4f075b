"""FEEL values as others can keep them: whatever JSON has no shape for becomes ISO 8601 text."""

from typing import Any

from rules.feel.functions import plain_text
from rules.feel.temporal import MonthsDuration
from rules.feel.values import Range


def portable(value: Any) -> Any:
    """The same value; durations of years and months and intervals as text, in lists and contexts too."""
    if isinstance(value, list):
        return [portable(item) for item in value]
    if isinstance(value, dict):
        return {key: portable(item) for key, item in value.items()}
    if isinstance(value, MonthsDuration):
        return str(value)
    return _interval(value) if isinstance(value, Range) else value


def _interval(value: Range) -> str:
    start, end = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{start}{plain_text(value.low)}..{plain_text(value.high)}{end}"

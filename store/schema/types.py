"""Column types that keep decimals exact, times aware and nouns whole on every database."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Dialect, MetaData, String, Text, TypeDecorator

METADATA = MetaData()

ID = String(80)
NAME = String(200)
DIGEST = String(64)


class DecimalText(TypeDecorator[Decimal]):
    """A decimal kept as text: SQLite would turn NUMERIC into a binary float."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class UtcTime(TypeDecorator[datetime]):
    """An aware time kept as RFC 3339 text in UTC with microseconds, which also sorts by time."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class UtcTimes(TypeDecorator[tuple[datetime, ...]]):
    """Aware times, kept as their texts with spaces between them."""

    impl = Text
    cache_ok = True
    _one = UtcTime()

    def process_bind_param(self, value: tuple[datetime, ...] | None, dialect: Dialect) -> str | None:
        return None if value is None else " ".join(self._one.process_bind_param(each, dialect) or "" for each in value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[datetime, ...] | None:
        return None if value is None else tuple(map(datetime.fromisoformat, value.split()))


class Noun(TypeDecorator[Any]):
    """A pydantic noun (or any type pydantic knows) kept as JSON text."""

    impl = Text
    cache_ok = False

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self._adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self._adapter.dump_json(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self._adapter.validate_json(value)

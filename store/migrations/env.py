"""Alembic's entry: runs in the transaction that `store.migrate` holds."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator

from store.schema import METADATA


def plain_type(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Our column types as what the database holds: a migration must not change when our code does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transaction_per_migration=False,
    render_item=plain_type,
)
context.run_migrations()

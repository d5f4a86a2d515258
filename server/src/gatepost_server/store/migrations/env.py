"""Alembic's entry: the connection and the metadata are handed in by `store.migrate`."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator


def plain(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Write our own column types as what they store, so that revisions import nothing of ours."""
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_as_batch=True,
    render_item=plain,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

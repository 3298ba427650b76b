"""Runs migrations on the connection that `lms.core.migrate` gives."""

from alembic import context

from lms.core.db import UtcDateTime
from lms.tables import METADATA


def render_item(kind: str, value: object, _api: object) -> str | bool:
    """Write plain types, so that a migration never imports the service's classes."""
    if kind == "type" and isinstance(value, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=True,
    render_item=render_item,
    on_version_apply=context.config.attributes.get("applied"),
)
with context.begin_transaction():
    context.run_migrations()

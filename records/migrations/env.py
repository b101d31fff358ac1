"""Tells Alembic which connection and which tables; run by `records.database.upgrade`, never by hand."""

from alembic import context

from records import desk_schema, people_schema, trust_schema, tuning_schema  # noqa: F401  (they add their tables)
from records.schema import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    # The connection begins its own transaction, so SQLite rolls back DDL as well.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

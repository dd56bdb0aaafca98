"""Alembic's way in. Always online, over the connection that `migrate.py` hands over."""

from alembic import context

from antiphon.journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()

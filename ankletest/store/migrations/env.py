"""Alembic's environment: runs on the connection that ``database`` hands over, inside its transaction."""

from alembic import context

from ankletest.store.records import Base

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, transactional_ddl=False)
context.run_migrations()

"""What Alembic runs to move a gradebook on; the connection is the caller's."""

from alembic import context

from grader.course.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()

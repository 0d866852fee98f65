"""The variant that a hand-in was graded by, where numbers differ by student."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; nothing that was graded before had a variant."""
    op.add_column("grading", sa.Column("variant", sa.JSON(none_as_null=True)))

"""All that is known of a symptom, beside its kind: what the class made of it is grouped by that."""

import json
import zlib
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_DOCUMENT = sa.table("document", sa.column("grading_id"), sa.column("report"))
_EXERCISE = sa.table("exercise", sa.column("id"), sa.column("grading_id"), sa.column("number"))
_SYMPTOM = sa.table(
    "symptom", sa.column("exercise_id"), sa.column("number"), sa.column("facts", sa.Text())
)


def upgrade() -> None:
    """Add the column, and fill it from the reports."""
    column = sa.Column("facts", sa.Text(), nullable=False, server_default="")
    op.add_column("symptom", column)
    connection = op.get_bind()
    numbers = connection.execute(sa.select(_DOCUMENT.c.grading_id)).scalars().all()
    for grading in numbers:  # one at a time: all reports of a course are much to hold
        _fill(connection, grading)
    with op.batch_alter_table("symptom") as table:
        table.alter_column("facts", server_default=None)


def _fill(connection: sa.Connection, grading: int) -> None:
    of = sa.select(_DOCUMENT.c.report).where(_DOCUMENT.c.grading_id == grading)
    report: dict[str, Any] = json.loads(zlib.decompress(connection.execute(of).scalar_one()))
    found = sa.select(_EXERCISE.c.number, _EXERCISE.c.id).where(_EXERCISE.c.grading_id == grading)
    exercises = {one.number: one.id for one in connection.execute(found)}
    rows = [
        {"of": exercises[place], "place": number, "what": json.dumps(symptom, ensure_ascii=False)}
        for place, exercise in enumerate(report["exercises"], start=1)
        for number, symptom in enumerate(exercise["symptoms"], start=1)
    ]
    if rows:
        own = _SYMPTOM.c.exercise_id == sa.bindparam("of")
        there = own & (_SYMPTOM.c.number == sa.bindparam("place"))
        filled = sa.update(_SYMPTOM).where(there).values(facts=sa.bindparam("what"))
        connection.execute(filled, rows)

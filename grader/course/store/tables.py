"""The tables of the gradebook.

An entry is a row of the class's table: a student and an assignment. It has hand-ins, each of which
was graded once or more; a grading has what was found, exercise by exercise and check by check, and
the whole report beside.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# Rows come in the same order from every database, whatever its language is.
_ORDERED = String().with_variant(String(collation="C"), "postgresql")


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _of(table: str) -> Column[int]:
    key = ForeignKey(f"{table}.id", ondelete="CASCADE")
    return Column(f"{table}_id", Integer, key, nullable=False, index=True)


run = Table(
    "run",
    metadata,
    _id(),
    Column("started_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("host", String, nullable=False),
    Column("process", Integer, nullable=False),
    Column("command", JSON, nullable=False),
    Column("grader", String, nullable=False),
    # Of the code that decides on marks.
    Column("judging", String, nullable=False),
    Column("settings", JSON, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    _id(),
    Column("key", _ORDERED, nullable=False, unique=True),
    Column("place", String, nullable=False),
    Column("student", String, nullable=False),
    Column("student_id", String, index=True),
    Column("assignment", String),
)

handin = Table(
    "handin",
    metadata,
    _id(),
    _of("entry"),
    # Of all that was handed in, and of what is known of it.
    Column("digest", String, nullable=False, index=True),
    # The path that was named on the command line, and that of the file.
    Column("given", String, nullable=False),
    Column("shown", String, nullable=False),
    # Its number among those that one run found of a student.
    Column("attempt", Integer, nullable=False),
    Column("handed_in", String),
    Column("late", Boolean),
    # Whether nothing was handed in, and the row is there since its student is on a roster.
    Column("is_absent", Boolean, nullable=False),
    Column("first_run", Integer, ForeignKey("run.id"), nullable=False),
    Column("last_run", Integer, ForeignKey("run.id"), nullable=False),
    # The run that no longer found it where it had been.
    Column("gone_run", Integer, ForeignKey("run.id")),
    UniqueConstraint("entry_id", "digest"),
)

grading = Table(
    "grading",
    metadata,
    _id(),
    _of("handin"),
    _of("run"),
    Column("graded_at", DateTime(timezone=True), nullable=False),
    # Why it was graded: the code of a reason, and the exercises that were graded anew.
    Column("why", String, nullable=False),
    Column("anew", JSON),
    Column("outcome", String, nullable=False),
    Column("reason", Text),
    Column("title", String, nullable=False),
    Column("language", String, nullable=False),
    Column("score", Float),
    Column("max_score", Float),
    Column("notes", JSON, nullable=False),
    # Why a person should look at it: codes.
    Column("concerns", JSON, nullable=False),
    # Where numbers differ by student: which it was graded by, a CarriedVariant.
    Column("variant", JSON(none_as_null=True)),
    # Of what the marks follow from.
    Column("submission_digest", String),
    Column("assignment_digest", String),
    Column("reference_digest", String),
    Column("sources_digest", String, nullable=False),
    Column("settings_digest", String, nullable=False),
    Column("judging", String, nullable=False),
    Column("seed", Integer, nullable=False),
    Column("other_data", Integer),
    Column("device", String, nullable=False),
    Column("kernel", String, nullable=False),
    Column("isolation", String, nullable=False),
    Column("versions", JSON, nullable=False),
    Column("duration_s", Float, nullable=False),
)

exercise = Table(
    "exercise",
    metadata,
    _id(),
    _of("grading"),
    Column("number", Integer, nullable=False),
    Column("exercise", String, nullable=False),
    # Of all in the source that its marks follow from.
    Column("digest", String, nullable=False),
    Column("title", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
    # Whether something was right only for the data shown.
    Column("is_unconfirmed", Boolean, nullable=False),
)

check_result = Table(
    "check_result",
    metadata,
    _id(),
    _of("exercise"),
    Column("number", Integer, nullable=False),
    Column("expression", Text, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("outcome", String, nullable=False),
    Column("score", Float, nullable=False),
    Column("max_score", Float, nullable=False),
)

symptom = Table(
    "symptom",
    metadata,
    _id(),
    _of("exercise"),
    Column("number", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("mistake", String, nullable=False),
    Column("expression", Text, nullable=False),
    Column("facts", Text, nullable=False),  # the Symptom, as `grader.reporting.record` has it
)

# Compressed texts, apart from what is looked through.
document = Table(
    "document",
    metadata,
    Column("grading_id", Integer, ForeignKey("grading.id", ondelete="CASCADE"), primary_key=True),
    Column("report", LargeBinary, nullable=False),
    Column("told", LargeBinary, nullable=False),
    Column("page", LargeBinary),
    Column("executed", LargeBinary),
    Column("error", LargeBinary),
)

decision = Table(
    "decision",
    metadata,
    _id(),
    Column("digest", String, nullable=False, unique=True),
    Column("row", JSON, nullable=False),
    Column("by", String),
    Column("first_seen", DateTime(timezone=True), nullable=False),
    Column("withdrawn_at", DateTime(timezone=True)),
)

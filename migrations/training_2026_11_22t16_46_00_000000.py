"""Constraints and indexes of open places, questions, consents, prerequisites and API tokens, in the words of each engine.

Like the first file of its kind: unique indexes are named after table and columns, checks are constraints on PostgreSQL
and triggers of the same name on SQLite.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-22T16:46:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints of open places, questions, consents, prerequisites and API tokens"

UNIQUE = (
    ("api_token", ("token_hash",), ""),
    ("course_prerequisite", ("course_id", "required_course_id"), ""),
    ("open_place", ("link_hash",), "link_hash <> ''"),
    ("open_place", ("enrollment_id",), "enrollment_id IS NOT NULL"),
    ("answer", ("question_id", "enrollment_id"), ""),
    ("terms_version", ("terms_id", "number"), ""),
    ("consent", ("terms_version_id", "person_id"), "withdrawn_at IS NULL"),
)
INDEXES = (
    ("open_place", ("session_id", "state"), ""),
    ("open_place", ("partner_id", "state"), ""),
    ("enrollment", ("keeps_until",), "keeps_until IS NOT NULL"),
    ("session", ("ends_at",), ""),
    ("session", ("state", "starts_at"), ""),
)
# What was a place in every state that keeps one is one only where it was given: a request to a full session has none.
DROPPED = (("enrollment", "ck_enrollment_mode"),)
CHECKS = (
    ("enrollment", "ck_enrollment_mode", "({row}state NOT IN ('enrolled', 'offered')) OR {row}mode <> ''"),
    (
        "enrollment",
        "ck_enrollment_kept",
        "({row}state IN ('requested', 'offered')) = ({row}keeps_until IS NOT NULL)",
    ),
    (
        "open_place",
        "ck_open_place_named",
        "({row}state = 'named') = ({row}enrollment_id IS NOT NULL) AND ({row}state <> 'open' OR {row}mode <> '')",
    ),
    ("question", "ck_question_scope", "({row}course_id IS NULL) <> ({row}session_id IS NULL)"),
    ("course_prerequisite", "ck_course_prerequisite_other", "{row}course_id <> {row}required_course_id"),
    ("api_token", "ck_api_token_owner", "({row}person_id IS NULL) <> ({row}partner_id IS NULL)"),
)


def _statements(engine_type: str) -> list[str]:
    statements = []
    for kind, rows in (("UNIQUE INDEX uq", UNIQUE), ("INDEX ix", INDEXES)):
        for table, columns, where in rows:
            condition = f" WHERE {where}" if where else ""
            name = "_".join([table, *columns])
            statements.append(f"CREATE {kind}_{name} ON {table} ({', '.join(columns)}){condition}")
    for table, name in DROPPED:
        if engine_type == "sqlite":
            statements += [f"DROP TRIGGER {name}_{moment}" for moment in ("insert", "update")]
        else:
            statements.append(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table, name, rule in CHECKS:
        if engine_type == "sqlite":
            for moment in ("INSERT", "UPDATE"):
                statements.append(
                    f"CREATE TRIGGER {name}_{moment.lower()} AFTER {moment} ON {table}"
                    f" WHEN NOT ({rule.format(row='NEW.')}) BEGIN SELECT RAISE(ABORT, '{name}'); END"
                )
        else:
            statements.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({rule.format(row='')})")
    return statements


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        engine = engine_finder()
        if engine is None:
            raise RuntimeError("No database engine")
        for statement in _statements(engine.engine_type):
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager

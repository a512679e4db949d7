"""Constraints and composite indexes, in the words of each engine.

Unique indexes are named after table and columns, because SQLite's errors tell the columns and not the name.
Checks are constraints on PostgreSQL and triggers of the same name on SQLite, which cannot add a constraint.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder

ID = "2026-11-22T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Constraints and composite indexes"

UNIQUE = (
    ("person", ("email",), ""),
    ("role_grant", ("person_id", "role", "scope_id"), "scope_id IS NOT NULL"),
    ("role_grant", ("person_id", "role"), "scope_id IS NULL"),
    ("one_time_link", ("token_hash",), ""),
    ("sign_in", ("token_hash",), ""),
    ("program", ("slug",), ""),
    ("course", ("program_id", "slug"), ""),
    ("venue", ("external_key",), "external_key IS NOT NULL"),
    ("partner", ("slug",), ""),
    ("partner", ("folded_name",), ""),
    ("membership", ("partner_id", "person_id"), ""),
    ("participation", ("partner_id", "program_id"), ""),
    ("room", ("venue_id", "name"), ""),
    ("session_partner", ("session_id", "partner_id"), ""),
    ("session", ("program_id", "external_key"), "external_key IS NOT NULL"),
    ("trainer_assignment", ("meeting_id", "person_id"), ""),
    ("booking", ("code",), ""),
    ("enrollment", ("session_id", "person_id"), "state NOT IN ('cancelled', 'declined', 'removed')"),
)
INDEXES = (
    ("session", ("starts_at", "id"), ""),
    ("session", ("program_id", "starts_at", "id"), ""),
    ("occupancy", ("subject_id", "ends_at"), ""),
    ("enrollment", ("session_id", "state", "arrival"), ""),
    ("enrollment", ("partner_id", "session_id"), ""),
    ("message", ("not_before", "id"), "state = 'waiting'"),
    ("message", ("created_at", "id"), ""),
    ("journal_entry", ("at", "id"), ""),
)
CHECKS = (
    (
        "session",
        "ck_session_places",
        "{row}taken_in_person >= 0 AND {row}taken_online >= 0 AND {row}overbooking >= 0"
        " AND {row}taken_in_person <= {row}capacity_in_person + {row}overbooking"
        " AND {row}taken_online <= {row}capacity_online + {row}overbooking"
        " AND {row}taken_in_person + {row}taken_online"
        " <= {row}capacity_in_person + {row}capacity_online + {row}overbooking",
    ),
    (
        "session",
        "ck_session_waiting",
        "{row}waiting >= 0 AND {row}waiting_in_person BETWEEN 0 AND {row}waiting"
        " AND {row}waiting_online BETWEEN 0 AND {row}waiting",
    ),
    ("meeting", "ck_meeting_span", "{row}ends_at > {row}starts_at"),
    ("enrollment", "ck_enrollment_mode", "({row}state NOT IN ('enrolled', 'offered', 'requested')) OR {row}mode <> ''"),
)


def _statements(engine_type: str) -> list[str]:
    statements = []
    for kind, rows in (("UNIQUE INDEX uq", UNIQUE), ("INDEX ix", INDEXES)):
        for table, columns, where in rows:
            condition = f" WHERE {where}" if where else ""
            name = "_".join([table, *columns])
            statements.append(f"CREATE {kind}_{name} ON {table} ({', '.join(columns)}){condition}")
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

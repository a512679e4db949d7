"""Of certificates that are revoked already it is said whether that was by hand, and which edition followed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder
from piccolo.querystring import QueryString

from training.base.database.constraining import constrain

ID = "2026-11-24T00:51:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Of certificates that are revoked already it is said whether that was by hand, and which edition followed"

CHECKS = (("certificate", "ck_certificate_by_hand", "NOT {row}revoked_by_hand OR {row}revoked_at IS NOT NULL"),)

# What was said of every certificate that was revoked because its enrollment changed.
NOT_BY_HAND = (
    "Attendance is worked on again, so it is open whether this is completed.",
    "The session is not over after all, so it is open whether this is completed.",
    "What it takes to complete the session has changed: %",
    "The session does not count as completed any more: %",
    "The session was cancelled, so nobody has completed it.",
)


async def forwards() -> MigrationManager:
    """In a migration of its own: the column comes after what a migration runs itself."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await say_by_hand()
        await say_replaced()
        await constrain(checks=CHECKS)

    manager.add_raw(run)
    return manager


async def say_by_hand() -> None:
    """Any other reason was written by a manager."""
    no_other = " AND ".join("revoked_reason NOT LIKE {}" for _ in NOT_BY_HAND)
    sql = f"UPDATE certificate SET revoked_by_hand = TRUE WHERE revoked_at IS NOT NULL AND {no_other}"
    await _run(sql, *NOT_BY_HAND)


async def say_replaced() -> None:
    """After what was revoked a newer edition may have been issued: that one replaces it."""
    await _run(
        "UPDATE certificate SET replaced_by = (SELECT n.id FROM certificate n"
        " WHERE n.enrollment_id = certificate.enrollment_id AND n.edition = certificate.edition + 1)"
        " WHERE revoked_at IS NOT NULL AND replaced_by IS NULL"
    )


async def _run(sql: str, *values: str) -> None:
    engine = engine_finder()
    if engine is None:
        raise RuntimeError("No database engine")
    await engine.run_querystring(QueryString(sql, *values))

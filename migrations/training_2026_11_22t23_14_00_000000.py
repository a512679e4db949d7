"""Indexes and checks of invites, of feeds and of busy times."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-22T23:14:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and checks of invites, of feeds and of busy times"

UNIQUE = (
    ("invite", ("meeting_id", "person_id"), ""),
    ("feed", ("secret_hash",), ""),
    ("device_password", ("secret_hash",), ""),
    ("dav_state", ("collection", "entries_hash"), ""),
)
INDEXES = (
    ("busy_time", ("person_id", "starts_at"), ""),
    ("invite", ("message_id",), "message_id IS NOT NULL"),
    ("enrollment", ("declines_at",), "declines_at IS NOT NULL"),
    ("incoming_mail", ("invite_id",), "invite_id IS NOT NULL"),
)
CHECKS = (
    ("invite", "ck_invite_state", "{row}state IN ('issued', 'withdrawn')"),
    ("invite", "ck_invite_role", "{row}role IN ('learner', 'trainer')"),
    ("invite", "ck_invite_answer", "{row}answer IN ('', 'accepted', 'tentative', 'declined')"),
    (
        "enrollment",
        "ck_enrollment_calendar_answer",
        "{row}calendar_answer IN ('', 'accepted', 'tentative', 'declined', 'partly')",
    ),
    ("feed", "ck_feed_kind", "{row}kind IN ('mine', 'coordinating', 'teaching', 'room')"),
    ("feed", "ck_feed_scope", "({row}kind IN ('coordinating', 'room')) = ({row}scope_id IS NOT NULL)"),
    ("busy_time", "ck_busy_time_order", "{row}starts_at < {row}ends_at"),
    ("message", "ck_message_calendar", "({row}calendar = '') = ({row}calendar_method = '')"),
)


async def forwards() -> MigrationManager:
    """The statements of each engine."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(unique=UNIQUE, indexes=INDEXES, checks=CHECKS)

    manager.add_raw(run)
    return manager

"""Indexes and checks of mail, of reminders and of announcements."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-22T20:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and checks of mail, of reminders and of announcements"

UNIQUE = (
    ("address_trouble", ("address",), ""),
    ("incoming_mail", ("source_key",), ""),
    ("mailbox_mark", ("name",), ""),
    ("mail_choice", ("person_id", "sort"), ""),
    ("reminder_plan", ("program_id", "key"), "program_id IS NOT NULL"),
    ("reminder_plan", ("course_id", "key"), "course_id IS NOT NULL"),
    ("reminder_plan", ("session_id", "key"), "session_id IS NOT NULL"),
    ("reminder", ("plan_key", "subject_id", "person_id", "anchor_at"), ""),
    ("digest", ("person_id", "partner_id", "week"), ""),
)
# What a claim looks at, and only that: it costs the same with ten rows and with a million that are sent.
INDEXES = (
    ("message", ("lease_until",), "state = 'claimed'"),
    ("message", ("state", "created_at", "id"), ""),
    ("message", ("subject_id", "created_at"), "subject_id IS NOT NULL"),
    ("message", ("program_id", "created_at"), "program_id IS NOT NULL"),
    ("message", ("partner_id", "created_at"), "partner_id IS NOT NULL"),
    ("message", ("recipient", "created_at"), ""),
    ("message", ("fan_out_id",), "fan_out_id IS NOT NULL"),
    ("fan_out", ("not_before", "id"), "state = 'waiting'"),
    ("incoming_mail", ("state", "received_at"), ""),
    ("reminder", ("due_at", "id"), "state = 'planned'"),
    ("reminder", ("person_id", "due_at"), ""),
    ("announcement", ("send_at",), "state = 'scheduled'"),
)
CHECKS = (
    (
        "message",
        "ck_message_state",
        "{row}state IN ('waiting', 'claimed', 'sent', 'failed', 'bounced', 'withdrawn', 'superseded', 'expired')",
    ),
    ("message", "ck_message_lease", "{row}state <> 'claimed' OR {row}lease_until IS NOT NULL"),
    ("message", "ck_message_sent", "{row}state NOT IN ('sent', 'bounced') OR {row}sent_at IS NOT NULL"),
    ("fan_out", "ck_fan_out_state", "{row}state IN ('waiting', 'done', 'stopped')"),
    (
        "reminder_plan",
        "ck_reminder_plan_scope",
        "(CASE WHEN {row}program_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN {row}course_id IS NULL THEN 0 ELSE 1 END)"
        " + (CASE WHEN {row}session_id IS NULL THEN 0 ELSE 1 END) = 1",
    ),
    ("reminder", "ck_reminder_state", "{row}state IN ('planned', 'sent', 'skipped', 'stopped', 'dropped')"),
    ("reminder", "ck_reminder_sent", "({row}state = 'sent') = ({row}message_id IS NOT NULL)"),
    ("announcement", "ck_announcement_state", "{row}state IN ('draft', 'scheduled', 'sent', 'stopped')"),
    ("announcement", "ck_announcement_scheduled", "{row}state <> 'scheduled' OR {row}send_at IS NOT NULL"),
)


async def forwards() -> MigrationManager:
    """The statements of each engine."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(unique=UNIQUE, indexes=INDEXES, checks=CHECKS)

    manager.add_raw(run)
    return manager

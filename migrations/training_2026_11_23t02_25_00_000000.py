"""Indexes and checks of attendance, of surveys and of completion."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-23T02:25:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and checks of attendance, of surveys and of completion"

_STATUSES = "'present', 'late', 'left early', 'partial', 'excused', 'no-show', 'not recorded'"
_WAYS = "'roster', 'all', 'offline', 'mail', 'qr', 'code', 'word', 'import', 'walk-in', 'contest'"
_COUNTS = "{row}minutes_late >= 0 AND {row}minutes_early >= 0 AND ({row}minutes IS NULL OR {row}minutes >= 0)"

UNIQUE = (
    ("mark", ("meeting_id", "enrollment_id"), ""),
    ("mark_change", ("operation",), "operation IS NOT NULL"),
    ("contest", ("meeting_id", "enrollment_id"), "state = 'open'"),
    ("completion_rule", ("program_id",), "program_id IS NOT NULL"),
    ("completion_rule", ("course_id",), "course_id IS NOT NULL"),
    ("completion_rule", ("session_id",), "session_id IS NOT NULL"),
    ("certificate", ("code",), ""),
    ("certificate", ("enrollment_id",), "revoked_at IS NULL AND replaced_by IS NULL"),
    ("survey", ("program_id",), "course_id IS NULL"),
    ("survey", ("course_id",), "course_id IS NOT NULL"),
)
INDEXES = (
    ("mark_change", ("meeting_id", "marked_at"), ""),
    ("check_in", ("meeting_id", "device"), ""),
    ("contest", ("session_id",), "state = 'open'"),
    ("enrollment", ("valid_until",), "valid_until IS NOT NULL"),
    ("survey_request", ("closes_at",), ""),
)
CHECKS = (
    ("mark", "ck_mark_status", f"{{row}}status IN ({_STATUSES})"),
    ("mark", "ck_mark_way", f"{{row}}way IN ({_WAYS})"),
    ("mark", "ck_mark_minutes", _COUNTS),
    ("mark_change", "ck_mark_change_status", f"{{row}}status IN ({_STATUSES})"),
    ("mark_change", "ck_mark_change_way", f"{{row}}way IN ({_WAYS})"),
    ("overall", "ck_overall_status", f"{{row}}status IN ({_STATUSES})"),
    ("overall", "ck_overall_corrected", f"{{row}}corrected IN ('', {_STATUSES})"),
    ("overall", "ck_overall_reason", "({row}corrected_at IS NULL) = ({row}corrected = '')"),
    ("check_in", "ck_check_in_way", "{row}way IN ('qr', 'code', 'word')"),
    ("contest", "ck_contest_state", "{row}state IN ('open', 'granted', 'refused')"),
    ("contest", "ck_contest_decided", "({row}state = 'open') = ({row}decided_at IS NULL)"),
    (
        "completion_rule",
        "ck_completion_rule_scope",
        "(CASE WHEN {row}program_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN {row}course_id IS NULL THEN 0 ELSE 1 END)"
        " + (CASE WHEN {row}session_id IS NULL THEN 0 ELSE 1 END) = 1",
    ),
    ("survey", "ck_survey_minimum", "{row}minimum >= 3"),
    ("survey_question", "ck_survey_question_kind", "{row}kind IN ('rating', 'yes_no', 'choice', 'words')"),
    ("survey_question", "ck_survey_question_about", "{row}about IN ('session', 'trainer')"),
)


async def forwards() -> MigrationManager:
    """The statements of each engine."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(unique=UNIQUE, indexes=INDEXES, checks=CHECKS)

    manager.add_raw(run)
    return manager

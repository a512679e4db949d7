"""Indexes and checks of materials."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-23T05:46:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Indexes and checks of materials"

_AUDIENCES = "'everyone', 'partners', 'enrolled', 'trainers'"
_OPENS = "'always', 'before', 'start', 'after', 'attended'"
_FORMS = "'slides', 'handout', 'document', 'video', 'audio', 'recording', 'captions', 'transcript', 'other'"

UNIQUE = (
    ("stored_file", ("sha256",), ""),
    ("material_version", ("material_id", "number"), ""),
    ("material_placement", ("session_id", "material_id"), ""),
    ("acknowledgement", ("enrollment_id", "version_id"), ""),
)
INDEXES = (
    ("stored_file", ("created_at",), "state = 'waiting'"),
    ("stored_file", ("unused_at",), "unused_at IS NOT NULL"),
    ("material_version", ("published_at",), "told_at IS NULL AND published_at IS NOT NULL"),
    ("material_opening", ("material_id", "at"), ""),
    ("material_opening", ("session_id", "at"), "session_id IS NOT NULL"),
)
CHECKS = (
    ("stored_file", "ck_stored_file_state", "{row}state IN ('waiting', 'ready', 'refused')"),
    ("stored_file", "ck_stored_file_size", "{row}size >= 0"),
    ("upload", "ck_upload_state", "{row}state IN ('open', 'finishing', 'finished', 'refused')"),
    ("upload", "ck_upload_size", "{row}size >= 0 AND {row}part_size > 0"),
    ("upload", "ck_upload_finished", "({row}state IN ('finished', 'refused')) = ({row}finished_at IS NOT NULL)"),
    ("material", "ck_material_scope", "({row}course_id IS NULL) <> ({row}session_id IS NULL)"),
    ("material", "ck_material_audience", f"{{row}}audience IN ({_AUDIENCES})"),
    ("material", "ck_material_opens", f"{{row}}opens IN ({_OPENS})"),
    ("material", "ck_material_offset", "{row}offset_minutes >= 0"),
    ("material_placement", "ck_material_placement_audience", f"{{row}}audience IN ('', {_AUDIENCES})"),
    ("material_placement", "ck_material_placement_opens", f"{{row}}opens IN ('', {_OPENS})"),
    ("material_variant", "ck_material_variant_kind", "{row}kind IN ('file', 'link', 'note')"),
    ("material_variant", "ck_material_variant_form", f"{{row}}form IN ({_FORMS})"),
    ("material_variant", "ck_material_variant_file", "({row}kind = 'file') = ({row}file_id IS NOT NULL)"),
    ("material_opening", "ck_material_opening_way", "{row}way IN ('page', 'preview', 'download', 'link', 'archive')"),
)


async def forwards() -> MigrationManager:
    """The statements of each engine."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(unique=UNIQUE, indexes=INDEXES, checks=CHECKS)

    manager.add_raw(run)
    return manager

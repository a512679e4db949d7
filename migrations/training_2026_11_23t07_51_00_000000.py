"""A media type of an upload or a variant comes with its kind, and only files have one."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-23T07:51:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A media type of an upload or a variant comes with its kind, and only files have one"

CHECKS = (
    ("upload", "ck_upload_type", "({row}media_type = '') = ({row}kind = '')"),
    (
        "material_variant",
        "ck_material_variant_type",
        "({row}media_type = '') = ({row}file_kind = '') AND ({row}kind = 'file' OR {row}media_type = '')",
    ),
)


async def forwards() -> MigrationManager:
    """The checks. In a migration of their own: the columns come after what a migration runs itself."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(checks=CHECKS)

    manager.add_raw(run)
    return manager

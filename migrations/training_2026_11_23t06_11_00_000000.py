"""The clock finds certificates that wait without reading all."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-23T06:11:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "The clock finds certificates that wait without reading all"

INDEXES = (("certificate", ("again_at",), "again_at IS NOT NULL"),)


async def forwards() -> MigrationManager:
    """The index."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(indexes=INDEXES)

    manager.add_raw(run)
    return manager

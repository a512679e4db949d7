"""A message is sent again once; whoever wants it a third time repeats the repetition."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-22T20:33:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "A message is sent again once"

UNIQUE = (("message", ("again_of",), "again_of IS NOT NULL"),)


async def forwards() -> MigrationManager:
    """The statements of each engine."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(unique=UNIQUE, indexes=(), checks=())

    manager.add_raw(run)
    return manager

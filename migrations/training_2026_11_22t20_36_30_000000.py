"""The index of messages that go before others."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from training.base.database.constraining import constrain

ID = "2026-11-22T20:36:30:000000"
VERSION = "1.38.0"
DESCRIPTION = "The index of messages that go before others"

# A claim looks here first, so that a link to sign in does not stand behind ten thousand announcements.
INDEXES = (("message", ("urgent", "not_before", "id"), "state = 'waiting' AND urgent"),)


async def forwards() -> MigrationManager:
    """The statements of each engine."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await constrain(indexes=INDEXES)

    manager.add_raw(run)
    return manager

"""When the sending of a message began, and which messages somebody waits for at a screen."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean, Timestamptz
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T20:36:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "When the sending of a message began; messages that go before others"

COLUMNS = (
    ("begun_at", "Timestamptz", Timestamptz, {"default": None, "null": True}),
    ("urgent", "Boolean", Boolean, {"default": False, "null": False}),
)


async def forwards() -> MigrationManager:
    """Two columns of the outbox."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)
    for name, class_name, column, params in COLUMNS:
        manager.add_column(
            table_class_name="Message",
            tablename="message",
            column_name=name,
            db_column_name=name,
            column_class_name=class_name,
            column_class=column,
            params={
                "primary_key": False,
                "unique": False,
                "index": False,
                "index_method": IndexMethod.btree,
                "choices": None,
                "db_column_name": None,
                "secret": False,
                **params,
            },
            schema=None,
        )
    return manager

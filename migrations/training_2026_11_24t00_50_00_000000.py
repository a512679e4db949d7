"""Whether a certificate was revoked by hand is kept: after such a one none follows by itself."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Boolean
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-24T00:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Whether a certificate was revoked by hand is kept"


async def forwards() -> MigrationManager:
    """The column; the next migration fills it."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)
    manager.add_column(
        table_class_name="Certificate",
        tablename="certificate",
        column_name="revoked_by_hand",
        db_column_name="revoked_by_hand",
        column_class_name="Boolean",
        column_class=Boolean,
        params={
            "default": False,
            "null": False,
            "primary_key": False,
            "unique": False,
            "index": False,
            "index_method": IndexMethod.btree,
            "choices": None,
            "db_column_name": None,
            "secret": False,
        },
        schema=None,
    )
    return manager

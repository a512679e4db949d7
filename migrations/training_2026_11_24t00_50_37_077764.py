"""What a changed rule means for more sessions than follow at once waits in rows."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import UUID
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-24T00:50:37:077764"
VERSION = "1.38.0"
DESCRIPTION = "What a changed rule means for more sessions than follow at once waits in rows"


async def forwards() -> MigrationManager:
    """The table."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)
    manager.add_table(class_name="RuleCheck", tablename="rule_check", schema=None, columns=None)
    for column in ("id", "asked"):
        manager.add_column(
            table_class_name="RuleCheck",
            tablename="rule_check",
            column_name=column,
            db_column_name=column,
            column_class_name="UUID",
            column_class=UUID,
            params={
                "default": None,
                "null": False,
                "primary_key": column == "id",
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

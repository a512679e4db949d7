"""Moments and contacts have a version, so that nobody overwrites unseen what somebody else has just changed."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-22T17:10:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Versions of moments and contacts"


async def forwards() -> MigrationManager:
    """One column each; what is there already is at version 1."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)
    for class_name, table in (("Moment", "moment"), ("PartnerContact", "partner_contact")):
        manager.add_column(
            table_class_name=class_name,
            tablename=table,
            column_name="version",
            db_column_name="version",
            column_class_name="Integer",
            column_class=Integer,
            params={
                "default": 1,
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

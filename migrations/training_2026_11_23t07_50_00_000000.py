"""What a file counts as belongs to the upload and to the variant: the same bytes may have come as text and as captions."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Varchar
from piccolo.columns.indexes import IndexMethod

ID = "2026-11-23T07:50:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "What a file counts as belongs to the upload and to the variant"

COLUMNS = (
    ("Upload", "upload", "media_type", 100),
    ("Upload", "upload", "kind", 20),
    ("MaterialVariant", "material_variant", "media_type", 100),
    ("MaterialVariant", "material_variant", "file_kind", 20),
)


async def forwards() -> MigrationManager:
    """The columns; empty is what the stored file says, as with everything that was there before."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)
    for table, tablename, column, length in COLUMNS:
        manager.add_column(
            table_class_name=table,
            tablename=tablename,
            column_name=column,
            db_column_name=column,
            column_class_name="Varchar",
            column_class=Varchar,
            params={
                "length": length,
                "default": "",
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

"""How many minutes a contested mark is about; whoever contests one may take it back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns.column_types import Integer
from piccolo.columns.indexes import IndexMethod
from piccolo.engine import engine_finder

from training.base.database.constraining import constrain

ID = "2026-11-23T04:12:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "How many minutes a contested mark is about; whoever contests one may take it back"

NAME = "ck_contest_state"
CHECKS = (("contest", NAME, "{row}state IN ('open', 'granted', 'refused', 'withdrawn')"),)


async def forwards() -> MigrationManager:
    """The column, and the check with one state more."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    manager.add_column(
        table_class_name="Contest",
        tablename="contest",
        column_name="minutes",
        db_column_name="minutes",
        column_class_name="Integer",
        column_class=Integer,
        params={
            "default": None,
            "null": True,
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

    async def run() -> None:
        engine = engine_finder()
        if engine is None:
            raise RuntimeError("No database engine")
        if engine.engine_type == "sqlite":
            for moment in ("insert", "update"):
                await engine.run_ddl(f"DROP TRIGGER {NAME}_{moment}")
        else:
            await engine.run_ddl(f"ALTER TABLE contest DROP CONSTRAINT {NAME}")
        await constrain(checks=CHECKS)

    manager.add_raw(run)
    return manager

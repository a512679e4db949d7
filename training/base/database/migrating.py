"""Bringing a database to the newest shape: one history for both engines, all or nothing, safe from several processes.

Everything runs in one transaction. On SQLite its BEGIN IMMEDIATE is the lock; on PostgreSQL an advisory lock of
the transaction is taken first, so that it ends with it however the process ends. Whoever waited finds nothing to do.
"""

import contextlib
import io
import os
from importlib import import_module
from importlib.util import find_spec

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager
from piccolo.apps.migrations.tables import Migration

from training.base.database.postgres import PooledEngine
from training.base.database.reading import AnyEngine

# Any number will do as long as nobody else uses it on the same database.
_LOCK = 7_305_201_418


def _use_for_piccolo(engine: AnyEngine) -> None:
    """Piccolo finds its engine through a module; a wheel carries that module inside the package."""
    name = "training.piccolo_conf" if find_spec("training.piccolo_conf") else "piccolo_conf"
    os.environ["PICCOLO_CONF"] = name
    setattr(import_module(name), "DB", engine)  # noqa: B010 - the module has this name for Piccolo only
    Migration._meta.db = engine


async def migrate(engine: AnyEngine) -> list[str]:
    """Apply what is missing and return the names applied. The engine must have been started."""
    _use_for_piccolo(engine)
    async with engine.transaction():
        if isinstance(engine, PooledEngine):
            await engine.run_text("SELECT pg_advisory_xact_lock($1)", [_LOCK])
        before = await _applied()
        with contextlib.redirect_stdout(io.StringIO()):
            outcome = await ForwardsMigrationManager(app_name="training").run()
        if not outcome.success:
            raise RuntimeError(outcome.message)
        return [name for name in await _applied() if name not in before]


async def _applied() -> list[str]:
    await Migration.create_table(if_not_exists=True)
    rows = await Migration.select(Migration.name).where(Migration.app_name == "training").order_by(Migration.name)
    return [row["name"] for row in rows]


async def missing(engine: AnyEngine) -> list[str]:
    """The names of migrations that this database has not seen."""
    _use_for_piccolo(engine)
    migrations = ForwardsMigrationManager(app_name="training")
    folder = migrations.get_app_config(app_name="training").resolved_migrations_folder_path
    known = migrations.get_migration_ids(migrations.get_migration_modules(folder))
    seen = set(await _applied()) if await _has_history(engine) else set()
    return sorted(set(known) - seen)


async def _has_history(engine: AnyEngine) -> bool:
    if isinstance(engine, PooledEngine):
        return bool((await engine.run_text("SELECT to_regclass('migration') IS NOT NULL AS there"))[0]["there"])
    return bool(await engine.run_text("SELECT 1 FROM sqlite_master WHERE name = 'migration'"))

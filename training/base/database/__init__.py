"""Both database engines behind one way of reading.

`open_database(url)` makes a Piccolo engine, `bind` gives it to every table, `fetch` and `fetch_one` read
structs with SQL that runs on both engines. Writing goes through `training.base.work` only.
"""

from training.base.database.failures import Broken, Busy, Duplicate
from training.base.database.postgres import PooledEngine
from training.base.database.reading import (
    bind,
    bound_engine,
    execute,
    fetch,
    fetch_one,
    for_change,
    for_share,
    for_update,
    glance,
    marks,
    minutes_sql,
    watch_statements,
)
from training.base.database.sqlite import EmbeddedEngine
from training.base.database.urls import Database, open_database

__all__ = [
    "Broken",
    "Busy",
    "Database",
    "Duplicate",
    "EmbeddedEngine",
    "PooledEngine",
    "bind",
    "bound_engine",
    "execute",
    "fetch",
    "fetch_one",
    "for_change",
    "for_share",
    "for_update",
    "glance",
    "marks",
    "minutes_sql",
    "open_database",
    "watch_statements",
]

"""One address says which engine: `sqlite:///file.sqlite`, `postgresql://user@host/name`."""

from urllib.parse import unquote, urlsplit

from training.base.database.postgres import PooledEngine
from training.base.database.sqlite import EmbeddedEngine

Database = EmbeddedEngine | PooledEngine


def open_database(url: str, *, pool_size: int = 8, synchronous: str = "FULL") -> Database:
    """The engine for an address. Nothing is opened yet. Raises ValueError for an address we do not know.

    `sqlite:///relative/file` is relative to the working directory, `sqlite:////absolute/file` is not.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        return EmbeddedEngine(unquote(parts.path[1:]), synchronous=synchronous)
    if parts.scheme in ("postgresql", "postgres"):
        return PooledEngine(url, pool_size=pool_size)
    raise ValueError("The database address must start with sqlite:/// or postgresql://")

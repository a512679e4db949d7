"""Every setting, read once from the environment. Only the composition roots and `piccolo_conf` see this."""

import os
from collections.abc import Mapping

from training.base.site import Site
from training.base.structs import Frozen


class Settings(Frozen, frozen=True, kw_only=True):
    """What can be set. Each field is the variable TRAINING_<FIELD>; `docs/reference/settings.md` explains them."""

    database_url: str = "sqlite:///training.sqlite"
    sqlite_synchronous: str = "FULL"
    pool_size: int = 8
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    processes: int = 1
    name: str = "training"
    sender: str = "training@localhost.localdomain"
    secret_key: str = ""
    demo: bool = False
    trusted_proxies: tuple[str, ...] = ()
    log_level: str = "info"

    def site(self) -> Site:
        """The values that features may know."""
        return Site(
            name=self.name,
            base_url=self.base_url.rstrip("/"),
            sender=self.sender,
            demo=self.demo,
            secret_key=self.secret_key,
        )


def _read(value: str, default: object) -> object:
    if isinstance(default, bool):
        return value.strip().lower() in ("1", "true", "yes", "on")
    if isinstance(default, int):
        return int(value)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Settings from TRAINING_* variables. Raises ValueError naming the variable that cannot be read."""
    source = os.environ if environ is None else environ
    values: dict[str, object] = {}
    for field in Settings.__struct_fields__:
        variable = f"TRAINING_{field.upper()}"
        if variable in source:
            try:
                values[field] = _read(source[variable], getattr(Settings(), field))
            except ValueError as error:
                raise ValueError(f"{variable} cannot be {source[variable]!r}") from error
    return Settings(**values)  # type: ignore[arg-type]

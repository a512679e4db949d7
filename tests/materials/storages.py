"""Storages to test with: a folder, and a bucket of a real S3 server that begins when the first test asks for it.

The server is SeaweedFS, from its wheel. It listens on the loopback only, tells nobody anything, and is ended and erased
with the run. Of rclone's `serve s3` ranges came back as whole files (docs/decisions/0024-files-and-storage.md).
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import obstore
from obstore.store import S3Store

from training.materials.storage.keeping import Storage

START_SECONDS = 60.0
KINDS = ("local", "s3")
_BUCKET = "training"
_KEY, _SECRET = "tests", "a-secret-for-tests-only"
_SERVERS = ("master", "volume", "filer", "s3")


class StorageUnavailable(RuntimeError):
    """No S3 server could be started; the message says what it wrote."""


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """Yield the endpoint of an S3 server with an empty bucket (`bucket_url` has its address); then end and erase it.

    Raises StorageUnavailable when it does not come up within START_SECONDS.
    """
    base = Path(tempfile.mkdtemp(prefix="training-s3-"))
    try:
        ports = _free_ports()
        server = _start(base, ports)
        try:
            endpoint = f"http://127.0.0.1:{ports['s3.port']}"
            _make_bucket(server, base, endpoint)
            yield endpoint
        finally:
            _stop(server, ports)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def bucket_url(endpoint: str, prefix: str = "") -> str:
    """The address of a storage in the server's bucket; without a prefix, one that nobody has used."""
    return f"s3://{_KEY}:{_SECRET}@{_BUCKET}/{prefix or secrets.token_hex(8)}?endpoint={endpoint}&region=us-east-1"


async def put(storage: Storage, key: str, content: bytes) -> None:
    """Keep these bytes under a key."""
    await storage.put(key, pieces(content))


async def pieces(content: bytes, step: int = 100_000) -> AsyncIterator[bytes]:
    """Bytes as they come from a network: bit by bit."""
    for start in range(0, len(content), step):
        yield content[start : start + step]


async def read(storage: Storage, key: str, start: int = 0, end: int | None = None) -> bytes:
    """What is kept under a key."""
    return b"".join([piece async for piece in storage.read(key, start, end)])


async def keys(storage: Storage, prefix: str = "") -> list[str]:
    """Everything that is kept, in order."""
    return sorted([kept.key async for kept in storage.find(prefix)])


def _free_ports() -> dict[str, int]:
    """One for each, all different because all are held until the last is found."""
    with contextlib.ExitStack() as held:
        wanted = [f"{name}.port{kind}" for name in _SERVERS for kind in ("", ".grpc")]
        probes = {name: held.enter_context(socket.socket()) for name in wanted}
        for probe in probes.values():
            probe.bind(("127.0.0.1", 0))
        return {name: int(probe.getsockname()[1]) for name, probe in probes.items()}


def _program() -> str:
    beside = Path(sys.executable).parent / "weed"
    found = str(beside) if beside.exists() else shutil.which("weed")
    if not found:
        raise StorageUnavailable("There is no `weed`: install the development dependencies (make test does).")
    return found


def _start(base: Path, ports: dict[str, int]) -> "subprocess.Popen[bytes]":
    (base / "data").mkdir()
    credentials = [{"accessKey": _KEY, "secretKey": _SECRET}]
    identity = {"name": "tests", "credentials": credentials, "actions": ["Admin", "Read", "Write", "List"]}
    (base / "iam.json").write_text(json.dumps({"identities": [identity]}))
    command = [
        _program(),
        "server",
        f"-dir={base}/data",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-filer",
        "-s3",
        *(f"-{name}={port}" for name, port in ports.items()),
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={base}/iam.json",
        f"-s3.localSocket={base}/s3.sock",
        f"-filer.localSocket={base}/filer.sock",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
        "-volume.max=100",
    ]
    with (base / "log").open("wb") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=base,
            # Settings of whoever runs the tests are none of its business.
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(base), "TMPDIR": str(base)},
            # Ctrl-C belongs to the test run, which still needs the server while it tidies up.
            start_new_session=True,
        )


def _make_bucket(server: "subprocess.Popen[bytes]", base: Path, endpoint: str) -> None:
    store = S3Store(
        _BUCKET,
        endpoint=endpoint,
        region="us-east-1",
        access_key_id=_KEY,
        secret_access_key=_SECRET,
        client_options={"allow_http": True},
    )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        address = obstore.sign(store, "PUT", "", timedelta(minutes=5))
        with contextlib.suppress(httpx.TransportError):
            # It answers before it can do what it is asked.
            if httpx.put(address, trust_env=False, timeout=10).is_success and _writes(store):
                return
        time.sleep(0.1)
    raise StorageUnavailable(f"SeaweedFS did not start:\n{(base / 'log').read_text(errors='replace')[-2000:]}")


def _writes(store: S3Store) -> bool:
    try:
        obstore.put(store, "ready", b"yes")
        obstore.delete(store, "ready")
    except obstore.exceptions.BaseError:
        return False
    return True


def _stop(server: "subprocess.Popen[bytes]", ports: dict[str, int]) -> None:
    # A polite end takes it a quarter of a minute, and what it holds is thrown away.
    server.kill()
    server.wait()
    for name in _SERVERS:
        # It puts these there whatever it is told, and leaves them.
        Path(f"/tmp/seaweedfs-{name}-grpc-{ports[f'{name}.port.grpc']}.sock").unlink(missing_ok=True)  # noqa: S108

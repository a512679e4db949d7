"""What tests of commands share."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from threading import Thread
from typing import Any, TypeVar

from training.base.database import bind, open_database
from training.base.database.migrating import migrate
from training.base.site import Site
from training.cli.demo.make import Story
from training.materials.storage.keeping import Storage
from training.piccolo_app import TABLES

T = TypeVar("T")
NewDatabase = Callable[..., str]
KEY = "a key for tests only, long enough"


def run_alone(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on a loop of its own thread, whatever loop this thread has."""
    results: list[T] = []
    failures: list[BaseException] = []

    def work() -> None:
        try:
            results.append(asyncio.run(coroutine))
        except BaseException as error:  # noqa: BLE001 - raised again in the thread of the test
            failures.append(error)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    if failures:
        raise failures[0]
    return results[0]


def tell(url: str, files: str) -> None:
    """Migrate a database and tell the demo's story in it; its files go into a folder."""

    async def go() -> None:
        engine = open_database(url, synchronous="OFF")
        await engine.start_connection_pool()
        try:
            await migrate(engine)
            bind(engine, TABLES)
            story = Story(datetime.now(UTC), Site(secret_key=KEY, demo=True), Storage(files))
            await story.tell(lambda _: None)
        finally:
            await engine.close_connection_pool()

    run_alone(go())


def change(url: str, *statements: str) -> None:
    """Run statements in a database."""
    for statement in statements:
        rows(url, statement)


def rows(url: str, statement: str) -> list[dict[str, Any]]:
    """The rows of a statement."""

    async def go() -> list[dict[str, Any]]:
        engine = open_database(url)
        await engine.start_connection_pool()
        try:
            return await engine.run_text(statement)
        finally:
            await engine.close_connection_pool()

    return run_alone(go())


def unused_port() -> int:
    """A port where nobody listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

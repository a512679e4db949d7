"""The throw-away server: it answers, keeps its promises about durability when asked, and leaves nothing behind."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.postgres import PostgresUnavailable, postgres_server


async def test_a_server_comes_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRAINING_TEST_POSTGRES", raising=False)
    with postgres_server(fsync=True) as dsn:
        connection = await asyncpg.connect(dsn)
        assert await connection.fetchval("SHOW fsync") == "on"
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        folder = Path(await connection.fetchval("SHOW data_directory")).parent
        await connection.close()
        assert folder.exists()
    assert not folder.exists()
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", urlsplit(dsn).port or 0)):
        pass


def test_a_given_server_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINING_TEST_POSTGRES", "postgresql://somebody@db.example/tests")
    with postgres_server() as dsn:
        assert dsn == "postgresql://somebody@db.example/tests"


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TRAINING_TEST_POSTGRES", raising=False)
    monkeypatch.setenv("TRAINING_TEST_POSTGRES_BIN", str(tmp_path / "nothing"))
    with pytest.raises(PostgresUnavailable, match="nothing"), postgres_server():
        pass

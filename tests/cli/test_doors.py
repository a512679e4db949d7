"""What was renewed or revoked since a backup stays so when the backup replaces what is there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from click.testing import Result

from tests.cli.commands import KEY, NewDatabase, change, rows
from training.booking.rules.guests import opens_place, place_token

Command = Callable[..., Result]
FEED = (
    "INSERT INTO feed (id, person_id, kind, mark, label, secret_hash, created_at) VALUES ('{id}', '{person}', 'mine',"
    " '', 'Phone', '{hash}', '2026-01-01 00:00:00+00:00')"
)
RENEWED = UUID("01a1c2d5-278f-77f6-b7a7-ef6dbb54ef00")
REVOKED = UUID("01a1c2d5-278f-77f6-b7a7-ef6dbb54ef01")
LATER = "'2026-11-24 00:00:00+00:00'"


def _one(url: str, statement: str) -> dict[str, Any]:
    (row,) = rows(url, statement)
    return row


def _first(url: str, table: str, where: str) -> str:
    return str(_one(url, f"SELECT id FROM {table} WHERE {where} ORDER BY id LIMIT 1")["id"])


def _prepared(url: str) -> dict[str, str]:
    """A place, a roster, a link for naming and a session with a code, and two feeds: as they are in the backup."""
    found = {
        "enrollment": _first(url, "enrollment", "state = 'enrolled'"),
        "roster": _first(url, "roster", "code_generation = 1"),
        "open_place": _first(url, "open_place", "state = 'open'"),
        "session": _first(url, "session", "state = 'published'"),
    }
    person = _first(url, "person", "disabled_at IS NULL")
    change(
        url,
        *(FEED.format(id=key, person=person, hash=f"old {key}") for key in (RENEWED, REVOKED)),
        f"UPDATE open_place SET link_id = id, link_hash = 'old', version = 2 WHERE id = '{found['open_place']}'",
        f"UPDATE session SET access_code = 'OLD' WHERE id = '{found['session']}'",
        f"UPDATE roster SET word = 'old word' WHERE id = '{found['roster']}'",
    )
    return found


def _renewed(url: str, found: dict[str, str]) -> None:
    change(
        url,
        f"UPDATE enrollment SET link_generation = 2 WHERE id = '{found['enrollment']}'",
        f"UPDATE roster SET code_generation = 2, word = 'new word' WHERE id = '{found['roster']}'",
        f"UPDATE open_place SET link_id = NULL, link_hash = '', version = 3 WHERE id = '{found['open_place']}'",
        f"UPDATE session SET access_code = 'NEW', version = version + 1 WHERE id = '{found['session']}'",
        f"UPDATE feed SET secret_hash = 'new', renewed_at = {LATER} WHERE id = '{RENEWED}'",
        f"UPDATE feed SET revoked_at = {LATER} WHERE id = '{REVOKED}'",
    )


def _doors(url: str, found: dict[str, str]) -> list[object]:
    feeds = rows(url, "SELECT secret_hash, revoked_at FROM feed WHERE label = 'Phone' ORDER BY id")
    return [
        _one(url, f"SELECT link_generation FROM enrollment WHERE id = '{found['enrollment']}'")["link_generation"],
        *_one(url, f"SELECT code_generation, word FROM roster WHERE id = '{found['roster']}'").values(),
        _one(url, f"SELECT link_hash FROM open_place WHERE id = '{found['open_place']}'")["link_hash"],
        _one(url, f"SELECT access_code FROM session WHERE id = '{found['session']}'")["access_code"],
        *((row["secret_hash"], row["revoked_at"] is not None) for row in feeds),
    ]


OLD = [1, 1, "old word", "old", "OLD", (f"old {RENEWED}", False), (f"old {REVOKED}", False)]
NEW = [2, 2, "new word", "", "NEW", ("new", False), (f"old {REVOKED}", True)]


def test_what_was_renewed_or_revoked_since_stays_so(training: Command, story: NewDatabase, tmp_path: Path) -> None:
    here, file = story(), tmp_path / "b.zip"
    found = _prepared(here)
    key = UUID(found["enrollment"])
    stolen = place_token(KEY, key, 1)
    assert training(here, "backup", str(file)).exit_code == 0
    _renewed(here, found)
    restored = training(here, "restore", str(file), "--replace")
    assert restored.exit_code == 0, restored.output
    assert _doors(here, found) == NEW
    place = _one(here, f"SELECT link_generation FROM enrollment WHERE id = '{key}'")
    assert not opens_place(KEY, stolen, key, place["link_generation"])


def test_a_backup_that_is_put_back_twice_opens_nothing_either(
    training: Command, story: NewDatabase, tmp_path: Path
) -> None:
    here, file = story(), tmp_path / "b.zip"
    found = _prepared(here)
    assert training(here, "backup", str(file)).exit_code == 0
    _renewed(here, found)
    for _ in range(2):
        assert training(here, "restore", str(file), "--replace").exit_code == 0
        assert _doors(here, found) == NEW


def test_into_an_empty_database_all_is_as_it_was(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    here, other, file = story(), new_database(), tmp_path / "b.zip"
    found = _prepared(here)
    assert training(here, "backup", str(file)).exit_code == 0
    _renewed(here, found)
    assert training(other, "restore", str(file)).exit_code == 0
    assert _doors(other, found) == OLD


def test_an_older_copy_that_is_replaced_takes_nothing_back(
    training: Command, story: NewDatabase, new_database: NewDatabase, tmp_path: Path
) -> None:
    """As when a second database is filled anew from the first, time and again."""
    here, other, older, newer = story(), new_database(), tmp_path / "older.zip", tmp_path / "newer.zip"
    found = _prepared(here)
    assert training(here, "backup", str(older)).exit_code == 0
    assert training(other, "restore", str(older)).exit_code == 0
    _renewed(here, found)
    assert training(here, "backup", str(newer)).exit_code == 0
    assert training(other, "restore", str(newer), "--replace").exit_code == 0
    assert _doors(other, found) == NEW

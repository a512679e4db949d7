"""Operators see which meetings new zone data moves, and move them."""

import json
from collections.abc import Callable

from click.testing import Result

from tests.cli.commands import NewDatabase, rows

Command = Callable[..., Result]
# One of the story's meetings to come was derived by rules for clocks that no longer hold.
LAST = (
    "(SELECT m.id FROM meeting m JOIN session s ON s.id = m.session_id WHERE s.state IN ('published', 'confirmed')"
    " AND m.cancelled_at IS NULL ORDER BY m.starts_at DESC, m.id LIMIT 1)"
)
OUTDATED = f"UPDATE meeting SET zone = 'Etc/GMT+11' WHERE id = {LAST}"
STUCK = f"UPDATE meeting SET zone = 'Europe/Atlantis' WHERE id = {LAST}"


def test_nothing_moves_where_all_is_well(training: Command, story: NewDatabase) -> None:
    done = training(story(), "apply-zone-changes")
    assert (done.exit_code, done.output.startswith("No meeting to come moves by tzdata 20")) == (0, True)


def test_what_would_move_is_shown_and_then_moved(training: Command, story: NewDatabase) -> None:
    url = story(OUTDATED)
    before = rows(url, "SELECT id, starts_at, sequence FROM meeting ORDER BY id")
    found = json.loads(training(url, "check", "--json").output.partition("training:")[0])
    assert [violation["check"] for violation in found["violations"]] == ["zone changes"]
    dry = training(url, "apply-zone-changes", "--dry-run")
    assert (dry.exit_code, "1 meeting would move by" in dry.output) == (0, True)
    assert rows(url, "SELECT id, starts_at, sequence FROM meeting ORDER BY id") == before
    assert rows(url, "SELECT id FROM message WHERE kind = 'booking-moved'") == []
    done = training(url, "apply-zone-changes")
    assert (done.exit_code, "meeting moved by tzdata 20" in done.output) == (0, True)
    now = rows(url, "SELECT id, starts_at, sequence FROM meeting ORDER BY id")
    changed = [(old, new) for old, new in zip(before, now, strict=True) if old != new]
    assert [(new["sequence"] - old["sequence"], new["starts_at"] > old["starts_at"]) for old, new in changed] == [
        (1, True)
    ]
    assert training(url, "check").output.splitlines()[-1] == "All is in order."
    assert "No meeting to come moves" in training(url, "apply-zone-changes").output


def test_what_nobody_but_a_person_can_decide_is_named(training: Command, story: NewDatabase) -> None:
    url = story(STUCK)
    meeting = str(rows(url, "SELECT id FROM meeting WHERE zone = 'Europe/Atlantis'")[0]["id"])
    for command in ("check", "apply-zone-changes"):
        found = training(url, command)
        assert (found.exit_code, meeting in found.output) == (1, True)
        assert "This time zone is not known." in found.output

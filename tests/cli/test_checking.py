"""`training check` finds nothing where all is well, and finds each thing that was broken on purpose."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.cli.commands import NewDatabase, rows

Command = Callable[..., Result]

# The last minute of a full session's story, found by its waitlist.
FULL = "(SELECT id FROM session WHERE waiting > 0 AND waiting_in_person > 0 LIMIT 1)"
SOMEBODY = "(SELECT id FROM enrollment WHERE state = 'enrolled' AND mode = 'in_person' ORDER BY id LIMIT 1)"


def test_the_story_is_in_order(training: Command, story: NewDatabase) -> None:
    url = story()
    result = training(url, "check")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "All is in order.")
    assert "tzdata 20" in result.output
    report = json.loads(training(url, "check", "--json").output)
    assert report["ok"] is True
    assert report["violations"] == []
    assert {line["check"] for line in report["lines"]} >= {"settings", "migrations", "counters", "waitlist"}


@pytest.mark.parametrize(
    ("check", "break_it"),
    [
        ("counters", "UPDATE session SET taken_online = taken_online + 1 WHERE id = (SELECT MIN(id) FROM session"
                     " WHERE taken_online > 0)"),
        ("counters", f"UPDATE session SET waiting = waiting + 1 WHERE id = {FULL}"),
        ("counters", f"UPDATE enrollment SET state = 'cancelled' WHERE id = {SOMEBODY}"),
        ("occupancy", "DELETE FROM occupancy WHERE kind = 'learner' AND session_id = "
                      f"(SELECT session_id FROM enrollment WHERE id = {SOMEBODY})"),
        ("occupancy", f"UPDATE enrollment SET state = 'removed' WHERE id = {SOMEBODY}"),
        ("waitlist", f"UPDATE session SET capacity_in_person = capacity_in_person + 1 WHERE id = {FULL}"),
    ],
)  # fmt: skip
def test_what_is_broken_is_found(training: Command, story: NewDatabase, check: str, break_it: str) -> None:
    break_it = break_it.replace("MIN(id)", "id").replace("taken_online > 0)", "taken_online > 0 ORDER BY id LIMIT 1)")
    # The story is told in this very moment, because a waitlist moves only before its session.
    url = story(break_it)
    result = training(url, "check")
    assert result.exit_code == 1, result.output
    found = json.loads(training(url, "check", "--json").output.partition("training:")[0])["violations"]
    assert check in {violation["check"] for violation in found}


def test_missing_migrations_and_a_short_key_are_found(training: Command, new_database: NewDatabase) -> None:
    url = new_database()
    training(url, "migrate")
    assert training(url, "check", secret_key="short").exit_code == 1
    rows(url, "DELETE FROM migration WHERE name = (SELECT MAX(name) FROM migration) RETURNING name")
    result = training(url, "check")
    assert (result.exit_code, "1 migration missing" in result.output) == (1, True)

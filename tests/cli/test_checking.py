"""`training check` finds nothing where all is well, and finds each thing that was broken on purpose."""

import json
from collections.abc import Callable

import pytest
from click.testing import Result

from tests.cli.commands import NewDatabase, rows
from training.cli.checks import CHECKS

Command = Callable[..., Result]

# A full session with a waitlist for its room; one later on where nobody waits; people in them.
FULL = (
    "(SELECT id FROM session WHERE waiting_in_person > 0 AND capacity_in_person = taken_in_person"
    " AND state <> 'cancelled' ORDER BY id LIMIT 1)"
)
CALM = (
    "(SELECT id FROM session WHERE waiting = 0 AND taken_online > 1 AND state IN ('published', 'confirmed')"
    " ORDER BY starts_at DESC, id LIMIT 1)"
)
OTHER = f"(SELECT id FROM session WHERE id <> {CALM} ORDER BY id LIMIT 1)"
CANCELLED = "(SELECT id FROM session WHERE state = 'cancelled' ORDER BY id LIMIT 1)"


def somebody(state: str = "enrolled", session: str = CALM, column: str = "id") -> str:
    return (
        f"(SELECT {column} FROM enrollment WHERE state = '{state}' AND session_id = {session} ORDER BY arrival LIMIT 1)"
    )


def test_the_story_is_in_order(training: Command, story: NewDatabase) -> None:
    url = story()
    result = training(url, "check")
    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "All is in order.")
    assert "tzdata 20" in result.output
    report = json.loads(training(url, "check", "--json").output)
    assert report["ok"] is True
    assert report["violations"] == []
    assert {line["check"] for line in report["lines"]} >= {"settings", "migrations", *CHECKS}


def unguarded(engine: str, table: str, check: str) -> list[str]:
    """Statements that take one of the database's own checks away, so that what it stops can be planted."""
    if engine == "sqlite":
        return [f"DROP TRIGGER {check}_{moment}" for moment in ("insert", "update")]
    return [f"ALTER TABLE {table} DROP CONSTRAINT {check}"]


def open_place(
    state: str = "open", mode: str = "online", keep_until: str = "2090-01-01", name: str = "NULL", session: str = CALM
) -> str:
    """An open place in a session, beside the first booking of it, by hand and uncounted."""
    first = "'2026-01-01 00:00:00+00:00'"
    return (
        "INSERT INTO open_place (id, booking_id, session_id, partner_id, state, mode, note, link_hash, sent_to, chases,"
        " keep_until, enrollment_id, state_at, state_reason, created_at, version)"
        f" SELECT '00000000-0000-7000-8000-000000000001', b.id, b.session_id, b.partner_id, '{state}', '{mode}', '',"
        f" '', '', 0, '{keep_until} 00:00:00+00:00', {name}, {first}, '', {first}, 1 FROM booking b"
        f" WHERE b.session_id = {session} ORDER BY b.id LIMIT 1"
    )


COUNT_ONE_MORE = (
    f"UPDATE session SET taken_online = taken_online + 1, capacity_online = capacity_online + 1 WHERE id = {CALM}"
)
UNKNOWN = "'00000000-0000-7000-8000-000000000002'"
ENDED = f"UPDATE enrollment SET state = 'cancelled', mode = '' WHERE id = {somebody()}"

# What is wrong -> how it is planted, and nothing else with it. `without` names the guard to take away first.
PLANTED: dict[str, tuple[str, list[str], tuple[str, str] | None]] = {
    "a meeting was derived by other rules for clocks": (
        "zone changes", [f"UPDATE meeting SET zone = 'Etc/GMT+11' WHERE session_id = {CALM}"], None),
    "one place too few is counted": (
        "counters", [f"UPDATE session SET taken_online = taken_online - 1 WHERE id = {CALM}"], None),
    "one waiting too many is counted": (
        "counters", [f"UPDATE session SET waiting = waiting + 1 WHERE id = {CALM}"], None),
    "an open place is not counted": ("counters", [open_place()], None),
    "more places taken than there are": (
        "capacity", [f"UPDATE session SET capacity_online = taken_online - 1, overbooking = 0 WHERE id = {CALM}"],
        ("session", "ck_session_places")),
    "a place without a mode": (
        "places", ["UPDATE enrollment SET mode = '', state = 'completed', completed_at = created_at"
                   f" WHERE id = {somebody()}",
                   f"UPDATE session SET taken_online = taken_online - 1 WHERE id = {CALM}"], None),
    "a mode without a place": (
        "places", [f"UPDATE enrollment SET mode = 'online' WHERE id = {somebody('waitlisted', FULL)}"], None),
    "an open place that was named as nobody": (
        "open places", [open_place(state="named")], ("open_place", "ck_open_place_named")),
    "an open place without a mode": (
        "open places", [open_place(mode="")], ("open_place", "ck_open_place_named")),
    "an open place named as somebody elsewhere": (
        "open places", [open_place(state="named", name=UNKNOWN)], None),
    "an enrolled person is kept for a time only": (
        "kept for a time", [f"UPDATE enrollment SET keeps_until = '2090-01-01 00:00:00+00:00' WHERE id = {somebody()}"],
        ("enrollment", "ck_enrollment_kept")),
    "an offer for ever": (
        "kept for a time", [f"UPDATE occupancy SET kind = 'waiting' WHERE source_id = {somebody()}",
                            f"UPDATE enrollment SET state = 'offered' WHERE id = {somebody()}"],
        ("enrollment", "ck_enrollment_kept")),
    "an offer long past its time": (
        "kept for a time", [f"UPDATE occupancy SET kind = 'waiting' WHERE source_id = {somebody()}",
                            "UPDATE enrollment SET state = 'offered', keeps_until = '2026-01-01 00:00:00+00:00'"
                            f" WHERE id = {somebody()}"], None),
    "an open place long past its time": (
        "kept for a time", [open_place(keep_until="2026-01-01"), COUNT_ONE_MORE], None),
    "an enrollment in another session than its booking": (
        "bookings", [f"UPDATE booking SET session_id = {OTHER} WHERE id ="
                     " (SELECT booking_id FROM enrollment GROUP BY booking_id HAVING COUNT(*) = 1 AND"
                     f" COUNT(CASE WHEN session_id = {OTHER} THEN 1 END) = 0 ORDER BY booking_id LIMIT 1)"], None),
    "somebody follows nobody": (
        "bookings", [f"UPDATE enrollment SET follows_id = {UNKNOWN} WHERE id = {somebody()}"], None),
    "an arrival twice": (
        "arrival", [f"UPDATE enrollment SET arrival = (SELECT MAX(arrival) FROM enrollment WHERE session_id = {CALM})"
                    f" WHERE id = {somebody()}"], None),
    "an arrival nobody has reached": (
        "arrival", [f"UPDATE enrollment SET arrival = 9999 WHERE id = {somebody()}"], None),
    "enrolled and not busy": ("occupancy", [f"DELETE FROM occupancy WHERE source_id = {somebody()}"], None),
    "busy at another time": (
        "occupancy", ["UPDATE occupancy SET ends_at = '2091-01-01 00:00:00+00:00'"
                      f" WHERE source_id = {somebody()}"], None),
    "busy without a place": (
        "occupancy", [ENDED, f"UPDATE session SET taken_online = taken_online - 1 WHERE id = {CALM}"], None),
    "waiting and not noted": (
        "occupancy", [f"DELETE FROM occupancy WHERE source_id = {somebody('waitlisted', FULL)}"], None),
    "noted as busy while waiting": (
        "occupancy", [f"UPDATE occupancy SET kind = 'learner' WHERE source_id = {somebody('waitlisted', FULL)}"], None),
    "a cancelled session that goes on": (
        "cancelled sessions", [f"DELETE FROM occupancy WHERE session_id = {CALM} AND kind IN ('learner', 'waiting')",
                               "UPDATE session SET state = 'cancelled', cancelled_at = '2026-01-01 00:00:00+00:00'"
                               f" WHERE id = {CALM}"], None),
    "a cancelled session with an open place": (
        "cancelled sessions",
        [open_place(session=CANCELLED),
         f"UPDATE session SET taken_online = 1, capacity_online = capacity_online + 1 WHERE id = {CANCELLED}"], None),
    "somebody waits beside a free place": (
        "waitlist", [f"UPDATE session SET capacity_in_person = capacity_in_person + 1 WHERE id = {FULL}"], None),
}  # fmt: skip


@pytest.mark.parametrize("what", PLANTED)
def test_what_is_broken_is_found_and_nothing_else(
    training: Command, story: NewDatabase, engine_name: str, what: str
) -> None:
    check, statements, guard = PLANTED[what]
    # The story was told a moment ago, because a waitlist moves only before its session.
    url = story(*(unguarded(engine_name, *guard) if guard else []), *statements)
    report = json.loads(training(url, "check", "--json").output.partition("training:")[0])
    assert {violation["check"] for violation in report["violations"]} == {check}
    assert not report["ok"]


KEPT = "keeps_until = '2090-01-01 00:00:00+00:00'"


@pytest.mark.parametrize(
    "statements",
    [
        # A request to a full session keeps no place, and one to a free session does.
        [f"UPDATE occupancy SET kind = 'waiting' WHERE source_id = {somebody()}",
         f"UPDATE session SET taken_online = taken_online - 1 WHERE id = {CALM}",
         f"UPDATE enrollment SET state = 'requested', mode = '', {KEPT} WHERE id = {somebody()}"],
        [f"UPDATE occupancy SET kind = 'waiting' WHERE source_id = {somebody()}",
         f"UPDATE enrollment SET state = 'requested', {KEPT} WHERE id = {somebody()}"],
        [open_place(), COUNT_ONE_MORE],
        [open_place(state="named", name=somebody())],
        [open_place(state="released", mode="", keep_until="2026-01-01")],
    ],
)  # fmt: skip
def test_what_is_right_is_no_violation(training: Command, story: NewDatabase, statements: list[str]) -> None:
    report = json.loads(training(story(*statements), "check", "--json").output)
    assert report["violations"] == []


def test_missing_migrations_and_a_short_key_are_found(training: Command, new_database: NewDatabase) -> None:
    url = new_database()
    training(url, "migrate")
    assert training(url, "check", secret_key="short").exit_code == 1
    rows(url, "DELETE FROM migration WHERE name = (SELECT MAX(name) FROM migration) RETURNING name")
    result = training(url, "check")
    assert (result.exit_code, "1 migration missing" in result.output) == (1, True)

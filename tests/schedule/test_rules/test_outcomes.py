"""What becomes of an accepted row, from values alone."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.schedule.made_rows import LATER, ONLINE, accepted
from training.schedule.rules.outcomes import (
    Fate,
    ImportOptions,
    Known,
    Outcome,
    differences,
    fate_lines,
    judge_known,
    meetings_of,
    notes_for,
    own_values,
    source_of,
    state_for,
    venue_key,
)
from training.schedule.rules.sessions import Audience, Mode, State

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
KEY = UUID(int=7)
UPDATE = ImportOptions(update=True)


def _known(source: str, **values: Any) -> Known:
    told = {"state": State.DRAFT, "version": 1, "people": 0, "touched": False, **values}
    return Known(id=KEY, external_key="k", notes_json=msgspec.json.encode([source]).decode(), **told)


def test_the_sentence_of_a_row_holds_everything_it_says() -> None:
    [row] = accepted({})
    assert source_of(row) == (
        'Imported from a row that says tags "SWC", host_organization "GEOMAR (Kiel)", venue "Wischhofstraße 1", '
        'country "DE", latitude "54.3276", longitude "10.1806", start_date "2019-03-28", end_date "2019-03-29", '
        'trainers "2", helpers "1"; read as meetings "2", hours "09:00 to 17:00", zone "Europe/Berlin", places "30".'
    )


@pytest.mark.parametrize(
    ("change", "policy", "said"),
    [
        ({"tags": "SWC,unresponsive"}, {}, 'tags was "SWC", is "SWC,unresponsive" now'),
        ({"venue": "Aula"}, {}, 'venue was "Wischhofstraße 1", is "Aula" now'),
        ({"helpers": "3"}, {}, 'helpers was "1", is "3" now'),
        ({}, {"capacity": 12}, 'places was "30", is "12" now'),
        ({"venue": 'A", country "FR'}, {}, 'venue was "Wischhofstraße 1", is "A\\", country \\"FR" now'),
    ],
)
def test_every_difference_is_named(change: dict[str, str], policy: dict[str, Any], said: str) -> None:
    [before], [after] = accepted({}), accepted(change, **policy)
    assert differences(source_of(before), source_of(after)) == (said,)


def test_capitals_of_a_slug_and_surplus_spaces_are_no_difference() -> None:
    [before], [after] = accepted({}), accepted({"slug": "2019-03-28-KIEL", "venue": " Wischhofstraße  1 "})
    assert source_of(before) == source_of(after)


def test_the_same_row_is_there_already() -> None:
    [row] = accepted({})
    outcome = judge_known(row, _known(source_of(row)), UPDATE)
    assert (outcome.fate, outcome.code, outcome.sentence, outcome.session_id) == (Fate.THERE, "", "", KEY)


def test_another_content_is_reported_and_left_alone_unless_update() -> None:
    [old], [row] = accepted({}), accepted({"venue": "Aula"})
    known = _known(source_of(old))
    left = judge_known(row, known, ImportOptions())
    assert (left.fate, left.code) == (Fate.DIFFERS, "content-differs")
    assert left.sentence == (
        'It was left as it is: venue was "Wischhofstraße 1", is "Aula" now. --update takes this over.'
    )
    taken = judge_known(row, known, UPDATE)
    assert (taken.fate, taken.sentence) == (
        Fate.UPDATED,
        'Taken over: venue was "Wischhofstraße 1", is "Aula" now.',
    )


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"people": 1}, "people are in it"),
        ({"state": State.PUBLISHED}, "it is published"),
        ({"state": State.CANCELLED}, "it is cancelled"),
        ({"touched": True}, "somebody worked on it here"),
    ],
)
def test_update_leaves_alone_what_somebody_relies_on(values: dict[str, Any], said: str) -> None:
    [old], [row] = accepted({}), accepted({"venue": "Aula"})
    outcome = judge_known(row, _known(source_of(old), **values), UPDATE)
    assert (outcome.fate, outcome.code) == (Fate.DIFFERS, "changed-here")
    assert said in outcome.sentence


def test_a_session_of_that_key_made_by_hand_is_left_alone() -> None:
    [row] = accepted({})
    outcome = judge_known(row, _known("Typed by Max."), UPDATE)
    assert outcome.fate is Fate.DIFFERS
    assert "how it was made is not known" in outcome.sentence


def test_what_is_over_is_closed_and_public_and_what_comes_is_a_draft() -> None:
    past, coming = accepted({}, LATER)
    assert state_for(past, ImportOptions(publish=True), NOW) is State.CLOSED
    assert state_for(coming, ImportOptions(), NOW) is State.DRAFT
    assert state_for(coming, ImportOptions(publish=True), NOW) is State.PUBLISHED
    assert own_values(past, NOW)["audience"] is Audience.PUBLIC
    assert "audience" not in own_values(coming, NOW)


def test_it_is_over_at_its_last_instant_and_not_before() -> None:
    [row] = accepted({})
    end = row.meetings[-1].end.at
    assert state_for(row, ImportOptions(), end) is State.CLOSED
    assert state_for(row, ImportOptions(), end.replace(hour=end.hour - 1)) is State.DRAFT


def test_titles_fit_and_the_summary_keeps_the_whole_host() -> None:
    [row] = accepted({"host_organization": "H" * 200})
    values = own_values(row, NOW)
    assert values["title"] == "Software Carpentry: " + "H" * 179 + "…"
    assert values["summary"] == f"Hosted by {'H' * 200}."


def test_an_online_session_has_places_online_and_no_venue() -> None:
    [row] = accepted({**ONLINE, "venue": "Internet"})
    values = own_values(row, NOW)
    assert (values["mode"], values["capacity_online"], "capacity_in_person" in values) == (Mode.ONLINE, 30, False)
    assert venue_key(row) == ""


def test_the_key_of_a_venue_tells_places_of_one_name_apart() -> None:
    here, near, far, spelled = accepted(
        {"slug": "a"},
        {"slug": "b", "latitude": "54.3301"},
        {"slug": "c", "latitude": "48.1", "longitude": "11.5"},
        {"slug": "d", "venue": "WISCHHOFSTRASSE 1."},
    )
    assert venue_key(here) == "DE:Europe/Berlin:54.3,10.2:wischhofstrasse 1"
    assert venue_key(near) == venue_key(here) == venue_key(spelled)
    assert venue_key(far) != venue_key(here)


def test_notes_begin_with_the_source_and_say_what_was_assumed() -> None:
    [row] = accepted({})
    notes = notes_for(row, "en", NOW, ["One more."])
    assert notes[0] == source_of(row)
    assert notes[1:-4] == [each.sentence for each in row.assumptions]
    assert notes[-4:] == [
        "No language is given: the course's is taken (en).",
        'No room is given: "Room not named" stands for it, and clashes in it were not looked for.',
        "It was over when it was imported: it is closed, and everybody may see it.",
        "One more.",
    ]


def test_meetings_are_counted_and_keep_wall_time_zone_and_instant() -> None:
    [row] = accepted({})
    first, second = meetings_of(row, KEY, [UUID(int=1), UUID(int=2)], None, NOW)
    assert (first.number, second.number) == (1, 2)
    assert (first.local_start, first.zone) == (datetime(2019, 3, 28, 9), "Europe/Berlin")
    assert first.starts_at == datetime(2019, 3, 28, 8, tzinfo=UTC)
    assert (first.room_id, first.venue_name) == (None, None)


def test_totals_name_only_what_there_is() -> None:
    outcomes = [Outcome(line=n, slug="", fate=fate) for n, fate in enumerate([Fate.NEW, Fate.NEW, Fate.REFUSED])]
    assert fate_lines(outcomes, dry_run=True) == [("2", "would be imported"), ("1", "refused")]
    assert fate_lines(outcomes, dry_run=False) == [("2", "imported"), ("1", "refused")]

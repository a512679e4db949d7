"""What follows from one session alone: when it can be booked, what is shown, what it repeats of its meetings."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from training.catalogue.rules import Inheritable
from training.schedule.rules.sessions import (
    Meeting,
    NotBookable,
    Session,
    SessionView,
    State,
    bookable,
    denormalised,
    folded,
    search_text,
    sees_joining_details,
)

T = datetime.fromisoformat
NOW = T("2026-05-04T09:00Z")
BEFORE, AFTER = T("2026-05-04T08:59Z"), T("2026-05-04T09:01Z")


def session(**values: Any) -> Session:
    """A published session that starts in a minute."""
    told: dict[str, Any] = {
        "id": UUID(int=1),
        "program_id": UUID(int=2),
        "course_id": UUID(int=3),
        "title": "Listening first",
        "capacity_in_person": 12,
        "state": State.PUBLISHED,
        "access_code": "",
        "taken_in_person": 0,
        "taken_online": 0,
        "waiting_in_person": 0,
        "waiting_online": 0,
        "waiting": 0,
        "overbooking": 0,
        "arrivals": 0,
        "booking_opens_at": None,
        "booking_closes_at": None,
        "own_json": "[]",
        "zone": "Europe/Berlin",
        "starts_at": AFTER,
        "ends_at": T("2026-05-04T11:00Z"),
        "external_key": None,
        "notes_json": "[]",
        "published_at": None,
        "cancelled_at": None,
        "cancel_reason": "",
        "created_at": BEFORE,
        "version": 1,
    }
    return Session(**{**told, **values})


def meeting(number: int, start: str = "2026-05-04T09:01Z", end: str = "2026-05-04T11:00Z", **values: Any) -> Meeting:
    """A meeting in Berlin."""
    told: dict[str, Any] = {
        "id": UUID(int=number),
        "session_id": UUID(int=1),
        "number": number,
        "title": "",
        "local_start": T(start).replace(tzinfo=None),
        "local_end": T(end).replace(tzinfo=None),
        "zone": "Europe/Berlin",
        "start_fold": 0,
        "end_fold": 0,
        "starts_at": T(start),
        "ends_at": T(end),
        "room_id": None,
        "link": "https://meet.example/1",
        "sequence": 0,
        "changed_at": BEFORE,
        "cancelled_at": None,
    }
    return Meeting(**{**told, **values})


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, None),
        ({"state": State.CONFIRMED}, None),
        ({"state": State.DRAFT}, ("not-published", None)),
        ({"state": State.RUNNING}, ("started", AFTER)),
        ({"state": State.CLOSED}, ("over", T("2026-05-04T11:00Z"))),
        ({"state": State.CANCELLED}, ("cancelled", None)),
        ({"starts_at": NOW}, ("started", NOW)),
        ({"booking_opens_at": AFTER}, ("not-open-yet", AFTER)),
        ({"booking_opens_at": NOW}, None),
        ({"booking_closes_at": NOW}, ("booking-closed", NOW)),
        ({"booking_closes_at": AFTER}, None),
        ({"booking_opens_at": BEFORE, "booking_closes_at": AFTER}, None),
    ],
)
def test_when_a_session_can_be_booked(values: dict[str, Any], reason: tuple[str, datetime | None] | None) -> None:
    found = bookable(session(**values), NOW)
    if reason is None:
        assert found is None
    else:
        assert isinstance(found, NotBookable)
        assert (found.code, found.at, found.zone) == (*reason, "Europe/Berlin" if reason[1] else "UTC")
        assert found.sentence.endswith(".")


@pytest.mark.parametrize("learns", [True, False])
@pytest.mark.parametrize("trains", [True, False])
@pytest.mark.parametrize("manages", [True, False])
def test_who_sees_joining_details(learns: bool, trains: bool, manages: bool) -> None:
    plain = session()
    view = SessionView(
        **{name: getattr(plain, name) for name in plain.__struct_fields__},
        course_title="",
        program_name="",
        viewer_learns=learns,
        viewer_trains=trains,
    )
    assert sees_joining_details(view, manages=manages) is (learns or trains or manages)


def test_strangers_see_where_but_not_how_to_get_in() -> None:
    shown = meeting(1, room_name="Blue room", room_notes="Ring twice", venue_name="Library").for_strangers()
    assert (shown.link, shown.room_notes, shown.room_name, shown.venue_name) == ("", "", "Blue room", "Library")


@pytest.mark.parametrize(
    ("texts", "line"),
    [
        (("Éditer, c’est ÉCOUTER",), "editer, c’est ecouter"),
        (("Straße",), "strasse"),
        (("  a\n\tb ", "", "C"), "a b c"),
        (("ﬁn", "Å"), "fin a"),
        ((), ""),
    ],
)
def test_texts_are_folded_for_searching(texts: tuple[str, ...], line: str) -> None:
    assert folded(*texts) == line


def test_a_session_is_found_by_titles_and_places() -> None:
    values = Inheritable(title="Evening", summary="For beginners")
    places = [meeting(1, venue_name="Library", room_name="Attic"), meeting(2, venue_name="Library")]
    assert search_text(values, "Listening", places) == "evening listening for beginners library attic"


def test_a_session_repeats_its_meetings() -> None:
    first = meeting(1, "2026-05-06T09:00Z", "2026-05-06T18:00Z", zone="Asia/Tokyo")
    second = meeting(2, "2026-05-05T09:00Z", "2026-05-05T10:00Z")
    off = meeting(3, "2026-05-01T09:00Z", "2026-05-01T10:00Z", cancelled_at=BEFORE)
    assert denormalised([first, second, off]) == {
        "starts_at": second.starts_at,
        "ends_at": first.ends_at,
        "zone": "Europe/Berlin",
    }
    assert denormalised([off]) == denormalised([]) == {"starts_at": None, "ends_at": None}


def test_what_a_row_says_about_itself() -> None:
    full = session(taken_in_person=13, own_json='["title"]', notes_json='["assumed"]')
    assert (full.free_in_person, full.free_online) == (0, 0)
    assert (full.own_fields, full.import_notes) == (frozenset({"title"}), ("assumed",))
    assert full.values == Inheritable(title="Listening first", capacity_in_person=12)
    assert replace(full, taken_in_person=2).free_in_person == 10

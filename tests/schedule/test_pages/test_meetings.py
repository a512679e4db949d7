"""The meetings of a session, as a manager edits them in a browser without scripts."""

from uuid import UUID

import httpx
import pytest

from tests.schedule.made import MISSING, NEXT_WEEK, T, a_course, a_program, a_room, a_session, enter
from training.base.work import Works
from training.schedule.queries import get_room, list_meetings

FORM = {"local_start": "2026-05-11T10:00", "local_end": "2026-05-11T12:00", "zone": "Europe/Berlin", "version": "1"}


async def drafted(works: Works, client: httpx.AsyncClient, *, publish: bool = False) -> str:
    """The address of the meetings of a session, with its manager signed in."""
    program = await a_program(works)
    key = await a_session(works, (await a_course(works, program)).id, NEXT_WEEK, publish=publish)
    await enter(works, client, "program_manager", program)
    return f"/manage/sessions/{key}/meetings"


async def test_a_meeting_is_added_changed_and_removed(works: Works, client: httpx.AsyncClient) -> None:
    path = await drafted(works, client)
    key = path.split("/")[3]
    room = await get_room(await a_room(works))
    page = (await client.get(path)).text
    assert "Add another meeting" in page
    assert f'<optgroup label="{room.venue_name}">' in page
    later = {**FORM, "local_start": "2026-05-18T10:00", "local_end": "2026-05-18T12:00", "room_id": str(room.id)}
    assert (await client.post(path, data=later)).status_code == 303
    first, second = await list_meetings([UUID(key)])
    assert second.room_id == room.id
    form = (await client.get(path, params={"meeting": str(second.id)})).text
    assert 'value="2026-05-18T10:00"' in form
    assert f'<option value="{room.id}" selected>' in form
    changed = {**later, "title": "Second part", "link": "https://meet.example/2", "version": "2"}
    assert (await client.post(f"{path}/{second.id}", data=changed)).status_code == 303
    assert [m.title for m in await list_meetings([UUID(key)])] == ["", "Second part"]
    assert (await client.post(f"{path}/{first.id}/drop", data={"version": "3"})).status_code == 303
    assert [m.id for m in await list_meetings([UUID(key)])] == [second.id]
    assert (await client.post(f"{path}/{MISSING}/drop", data={"version": "4"})).status_code == 404


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"local_start": ""}, "Please enter a date and a time."),
        ({"local_start": "tomorrow"}, "Please enter a date and a time."),
        ({"local_start": "2026-05-11T10:00Z"}, "without an offset"),
        ({"local_start": "2026-03-29T02:30"}, "The next possible time is 03:00."),
        ({"local_end": "2026-05-11T09:00"}, "This must be after the start."),
        ({"zone": "Mars/Base"}, "This time zone is not known."),
        ({"link": "javascript:alert(1)"}, "A link starts with https://"),
        ({"room_id": str(MISSING)}, "This room does not exist."),
        ({"version": "9"}, "Somebody changed this while you were writing."),
    ],
)
async def test_what_cannot_be_is_said_beside_its_field(
    works: Works, client: httpx.AsyncClient, changes: dict[str, str], sentence: str
) -> None:
    path = await drafted(works, client)
    answer = await client.post(path, data={**FORM, **changes})
    assert answer.status_code == (409 if "version" in changes else 422)
    assert sentence in answer.text
    if "version" in changes:
        assert 'name="version" value="1"' in answer.text


async def test_an_ambiguous_time_is_asked_about(works: Works, client: httpx.AsyncClient) -> None:
    path = await drafted(works, client)
    night = {**FORM, "local_start": "2026-10-25T02:30", "local_end": "2026-10-25T05:00"}
    asked = await client.post(path, data=night)
    assert asked.status_code == 422
    for words in ("Clocks show this time twice", 'name="start_fold" value="0"', 'name="start_fold" value="1"', "CEST"):
        assert words in asked.text
    in_words = await client.post(path, data={**night, "zone": "berlin"})
    assert (in_words.status_code, "CEST" in in_words.text, 'value="berlin"' in in_words.text) == (422, True, True)
    both = {**night, "local_end": "2026-10-25T02:45", "start_fold": "0"}
    again = await client.post(path, data=both)
    assert 'name="end_fold" value="1"' in again.text
    assert '<input type="hidden" name="start_fold" value="0">' in again.text
    assert (await client.post(path, data={**both, "end_fold": "1"})).status_code == 303
    meetings = await list_meetings([UUID(path.split("/")[3])])
    assert meetings[1].starts_at == T("2026-10-25T00:30Z")
    assert meetings[1].ends_at == T("2026-10-25T01:45Z")


async def test_a_clash_is_shown_and_can_be_accepted(works: Works, client: httpx.AsyncClient) -> None:
    path = await drafted(works, client)
    wanted = {**FORM, "room_id": str(await a_room(works))}
    assert (await client.post(path, data=wanted)).status_code == 303
    clash = await client.post(path, data={**wanted, "version": "2"})
    assert clash.status_code == 422
    assert "Blue room is taken in “Listening first” at the same time." in clash.text
    assert 'name="accept_warnings"' in clash.text
    assert (await client.post(path, data={**wanted, "version": "2", "accept_warnings": "yes"})).status_code == 303


async def test_published_meetings_are_moved_from_the_desk(works: Works, client: httpx.AsyncClient) -> None:
    path = await drafted(works, client, publish=True)
    key = UUID(path.split("/")[3])
    (meeting,) = await list_meetings([key])
    page = (await client.get(path)).text
    assert f'href="/manage/sessions/{key}/move"' in page
    assert "Remove meeting" not in page
    moved = await client.post(f"{path}/{meeting.id}", data=FORM)
    assert moved.headers["location"] == f"/manage/sessions/{key}/move"
    dropped = await client.post(f"{path}/{meeting.id}/drop", data={"version": "2"})
    assert dropped.status_code == 303
    assert len(await list_meetings([key])) == 1

"""Making and editing sessions against the real database, and following the course."""

import asyncio
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.conftest import FrozenClock
from tests.schedule.made import (
    MISSING,
    NEXT_WEEK,
    NOBODY,
    STAFF,
    WEEK_AFTER,
    T,
    a_course,
    a_partner,
    a_program,
    a_room,
    a_session,
    events,
    manager_of,
    occupied,
)
from training.base.database import execute, watch_statements
from training.base.errors import Invalid, NotFound, Stale, TrainingError
from training.base.work import Work, Works
from training.catalogue.actions import edit_course
from training.catalogue.events import CourseEdited
from training.catalogue.rules import Audience, Course, Inheritable, Mode
from training.schedule.actions import create_session, edit_session, inherit_from_course, publish_session
from training.schedule.queries import (
    SessionFilter,
    get_session,
    list_invited_partners,
    list_meetings,
    list_sessions,
    lock_session,
)
from training.schedule.rules.placing import NoSuchRoom
from training.schedule.rules.sessions import CapacityBelowTaken, SessionOver, State
from training.schedule.rules.times import TimeDoesNotExist, TimeIsAmbiguous
from training.schedule.rules.values import MeetingValues, SessionValues, Source


async def take(session_id: UUID, in_person: int, online: int = 0) -> None:
    """What booking does to the counters."""
    sql = "UPDATE session SET taken_in_person = {}, taken_online = {} WHERE id = {}"
    await execute(sql, in_person, online, session_id)


async def course_becomes(works: Works, course: Course, **values: object) -> None:
    """The course changes and its sessions follow, as the reactions would have it."""
    fresh = Inheritable(**{**{n: getattr(course, n) for n in Inheritable.__struct_fields__}, **values})

    async def change(work: Work) -> None:
        sets = ", ".join(f"{name} = {{}}" for name in values)
        await work.execute(f"UPDATE course SET {sets} WHERE id = {{}}", *values.values(), course.id)
        event = CourseEdited(course_id=course.id, program_id=course.program_id, changed=tuple(values), values=fresh)
        await inherit_from_course(work, event)

    await works.run(STAFF, change)


async def test_a_new_session_copies_its_course_and_remembers_what_is_its_own(works: Works) -> None:
    course = await a_course(works, await a_program(works), summary="How to listen.", minimum_participants=4)
    key = await works.run(STAFF, create_session, course.id, SessionValues(title="Listening, evening", overbooking=2))
    session = await lock_session(key)
    assert session.values == replace(course.values, title="Listening, evening")
    assert session.own_fields == {"title"}
    assert (session.state, session.zone, session.overbooking, session.version) == (State.DRAFT, "Europe/Berlin", 2, 1)
    assert (session.starts_at, session.ends_at, session.access_code) == (None, None, "")
    assert await events("SessionDrafted", "MeetingAdded") == ["SessionDrafted"]


async def test_a_session_can_be_made_with_its_meetings_and_its_source(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    room = await a_room(works)
    late = replace(WEEK_AFTER, room_id=room)
    key = await works.run(
        STAFF,
        create_session,
        course.id,
        SessionValues(),
        meetings=(late, NEXT_WEEK),
        source=Source(external_key="2026-05-11-berlin", notes=("Capacity was assumed.",)),
    )
    session = await lock_session(key)
    assert (session.starts_at, session.ends_at) == (T("2026-05-11T08:00Z"), T("2026-05-18T10:00Z"))
    assert (session.external_key, session.import_notes) == ("2026-05-11-berlin", ("Capacity was assumed.",))
    meetings = await list_meetings([key])
    assert [(m.number, m.local_start, m.room_id) for m in meetings] == [
        (1, T("2026-05-11T10:00"), None),
        (2, T("2026-05-18T10:00"), room),
    ]
    assert [(row.kind, row.subject_id, row.meeting_id) for row in await occupied(key)] == [
        ("room", room, meetings[1].id)
    ]


async def test_everything_of_a_session_can_be_done_in_one_unit_of_work(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, publish=True)
    assert (await lock_session(key)).state is State.PUBLISHED


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (SessionValues(mode=Mode.ONLINE), "capacity_online"),
        (SessionValues(capacity_online=5), "capacity_online"),
        (SessionValues(language="no such language"), "language"),
        (SessionValues(minimum_participants=13), "minimum_participants"),
        (SessionValues(audience=Audience.INVITED, self_enrollment=True), "self_enrollment"),
        (SessionValues(partner_ids=(MISSING,)), "partner_ids"),
        (
            SessionValues(booking_opens_at=T("2026-05-02T00:00Z"), booking_closes_at=T("2026-05-01T00:00Z")),
            "booking_closes_at",
        ),
    ],
)
async def test_values_that_cannot_be_used_are_refused_by_field(works: Works, values: SessionValues, field: str) -> None:
    course = await a_course(works, await a_program(works))
    with pytest.raises(Invalid) as caught:
        await works.run(STAFF, create_session, course.id, values)
    assert list(caught.value.fields) == [field]
    key = await a_session(works, course.id)
    with pytest.raises(Invalid) as caught:
        await works.run(STAFF, edit_session, key, values)
    assert list(caught.value.fields) == [field]


@pytest.mark.parametrize(
    ("start", "end", "error", "field"),
    [
        ("2026-03-29T02:30", "2026-03-29T04:00", TimeDoesNotExist, "local_start"),
        ("2026-10-25T02:30", "2026-10-25T05:00", TimeIsAmbiguous, "local_start"),
        ("2026-10-25T01:00", "2026-10-25T02:30", TimeIsAmbiguous, "local_end"),
        ("2026-05-11T12:00", "2026-05-11T12:00", Invalid, "local_end"),
        ("2026-05-11T12:00", "2026-05-19T12:00", Invalid, "local_end"),
    ],
)
async def test_times_that_cannot_be_are_refused(
    works: Works, start: str, end: str, error: type[Invalid], field: str
) -> None:
    course = await a_course(works, await a_program(works))
    meeting = MeetingValues(local_start=T(start), local_end=T(end))
    with pytest.raises(error) as caught:
        await works.run(STAFF, create_session, course.id, SessionValues(), meetings=(meeting,))
    assert list(caught.value.fields) == [field]
    assert await events("SessionDrafted") == []


async def test_an_answered_question_about_an_ambiguous_time_is_taken(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    meeting = MeetingValues(local_start=T("2026-10-25T02:30"), local_end=T("2026-10-25T05:00"), start_fold=1)
    key = await works.run(STAFF, create_session, course.id, SessionValues(), meetings=(meeting,))
    assert (await lock_session(key)).starts_at == T("2026-10-25T01:30Z")


async def test_the_zone_is_the_one_given_or_the_rooms_or_the_programs(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    room = await a_room(works, zone="America/Chicago")
    key = await a_session(
        works, course.id, NEXT_WEEK, replace(NEXT_WEEK, room_id=room), replace(NEXT_WEEK, room_id=room, zone="UTC")
    )
    assert sorted(m.zone for m in await list_meetings([key])) == ["America/Chicago", "Europe/Berlin", "UTC"]


async def test_a_room_that_does_not_exist_is_refused(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    with pytest.raises(NoSuchRoom):
        await a_session(works, course.id, replace(NEXT_WEEK, room_id=MISSING))


async def test_only_staff_and_managers_of_the_program_make_and_edit_sessions(works: Works) -> None:
    mine, other = await a_program(works), await a_program(works, "Other")
    course = await a_course(works, mine)
    key = await works.run(manager_of(mine), create_session, course.id, SessionValues())
    for viewer in (NOBODY, manager_of(other)):
        with pytest.raises(NotFound):
            await works.run(viewer, create_session, course.id, SessionValues())
        with pytest.raises(NotFound):
            await works.run(viewer, edit_session, key, SessionValues(title="Mine now"))
    with pytest.raises(NotFound):
        await works.run(STAFF, create_session, MISSING, SessionValues())


async def test_an_edit_makes_values_its_own_and_gives_them_back(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id)
    edit = SessionValues(title="Listening, evening", capacity_in_person=8)
    assert await works.run(STAFF, edit_session, key, edit, expected_version=1) == 2
    assert (await lock_session(key)).own_fields == {"title", "capacity_in_person"}
    assert await works.run(STAFF, edit_session, key, SessionValues(inherit=("title",)), expected_version=2) == 3
    session = await lock_session(key)
    assert (session.title, session.capacity_in_person) == ("Listening first", 8)
    assert session.own_fields == {"capacity_in_person"}
    assert await works.run(STAFF, edit_session, key, SessionValues(), expected_version=3) == 3
    assert await events("SessionEdited", "SessionResized") == ["SessionEdited", "SessionEdited", "SessionResized"]


async def test_of_two_who_edit_the_same_version_one_is_told(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id)
    edits = [
        works.run(STAFF, edit_session, key, SessionValues(title=f"Title {n}"), expected_version=1) for n in range(2)
    ]
    outcomes = await asyncio.gather(*edits, return_exceptions=True)
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Stale", "int"]
    with pytest.raises(Stale) as caught:
        await works.run(STAFF, edit_session, key, SessionValues(title="Third"), expected_version=1)
    assert caught.value.data == {"version": 2}


async def test_a_mode_brings_and_drops_capacities(works: Works) -> None:
    course = await a_course(works, await a_program(works), mode=Mode.HYBRID, capacity_online=50)
    key = await a_session(works, course.id)
    await works.run(STAFF, edit_session, key, SessionValues(mode=Mode.ONLINE))
    session = await lock_session(key)
    assert (session.capacity_in_person, session.capacity_online, session.own_fields) == (0, 50, frozenset({"mode"}))
    await works.run(STAFF, edit_session, key, SessionValues(inherit=("mode",)))
    session = await lock_session(key)
    assert (session.capacity_in_person, session.capacity_online, session.own_fields) == (12, 50, frozenset())


@pytest.mark.parametrize(
    ("taken", "edit", "fits"),
    [
        ((5, 0), SessionValues(capacity_in_person=5), True),
        ((5, 0), SessionValues(capacity_in_person=4), False),
        ((5, 0), SessionValues(capacity_in_person=4, overbooking=1), True),
        ((0, 5), SessionValues(mode=Mode.IN_PERSON), False),
        ((5, 5), SessionValues(capacity_in_person=4, capacity_online=5, overbooking=1), True),
        ((5, 5), SessionValues(capacity_in_person=4, capacity_online=4, overbooking=1), False),
    ],
)
async def test_there_are_never_fewer_places_than_are_taken(
    works: Works, taken: tuple[int, int], edit: SessionValues, fits: bool
) -> None:
    course = await a_course(works, await a_program(works), mode=Mode.HYBRID, capacity_online=50)
    key = await a_session(works, course.id, publish=True)
    await take(key, *taken)
    outcome: object
    try:
        outcome = await works.run(STAFF, edit_session, key, edit)
    except TrainingError as error:
        outcome = error
    assert isinstance(outcome, int if fits else CapacityBelowTaken)
    if isinstance(outcome, CapacityBelowTaken):
        assert outcome.data["taken"] > outcome.data["wanted"]


async def test_a_new_title_reaches_calendars_only_once_published(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id)
    await works.run(STAFF, edit_session, key, SessionValues(title="Better title"))
    assert [m.sequence for m in await list_meetings([key])] == [0]
    await works.run(STAFF, publish_session, key)
    await works.run(STAFF, edit_session, key, SessionValues(title="Best title"))
    await works.run(STAFF, edit_session, key, SessionValues(summary="Unseen by calendars.", capacity_in_person=30))
    assert [m.sequence for m in await list_meetings([key])] == [1]


async def test_access_codes_are_made_and_removed(works: Works) -> None:
    course = await a_course(works, await a_program(works), audience=Audience.INVITED)
    key = await a_session(works, course.id, access_code="new", publish=True)
    code = (await lock_session(key)).access_code
    assert len(code) == 9
    assert (await get_session(NOBODY, key, code)).id == key
    await works.run(STAFF, edit_session, key, SessionValues(access_code="new"))
    with pytest.raises(NotFound):
        await get_session(NOBODY, key, code)
    await works.run(STAFF, edit_session, key, SessionValues(access_code="none"))
    with pytest.raises(NotFound):
        await get_session(NOBODY, key, "")


async def test_partners_are_invited_and_uninvited(works: Works) -> None:
    course = await a_course(works, await a_program(works), audience=Audience.INVITED)
    first, second = await a_partner(works, "Alba"), await a_partner(works, "Bora")
    key = await a_session(works, course.id, partner_ids=(first,))
    await works.run(STAFF, edit_session, key, SessionValues(partner_ids=(second, second)))
    assert [partner.id for partner in await list_invited_partners(key)] == [second]
    assert (await lock_session(key)).version == 2


async def test_sessions_follow_their_course(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    follower = await a_session(works, course.id, publish=True)
    own = await a_session(works, course.id, title="Own title")
    over = await a_session(works, course.id, publish=True)
    await execute("UPDATE session SET state = 'cancelled' WHERE id = {}", over)
    await course_becomes(works, course, title="New title", capacity_in_person=20)
    found = [await lock_session(key) for key in (follower, own, over)]
    assert [(s.title, s.capacity_in_person, s.version) for s in found] == [
        ("New title", 20, 3),
        ("Own title", 20, 2),
        ("Listening first", 12, 2),
    ]
    assert [m.sequence for m in await list_meetings([follower])] == [1]
    assert await events("SessionResized") == ["SessionResized"] * 2


async def test_following_a_course_takes_the_same_reads_for_many_sessions(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    counts = []
    for number in (1, 20):
        for _ in range(number):
            await a_session(works, course.id, publish=True)
        with watch_statements() as seen:
            await course_becomes(works, course, title=f"Title {number}")
        counts.append(len([text for text in seen if text.lstrip().startswith("SELECT")]))
    assert counts[0] == counts[1]


async def test_a_session_is_also_found_by_the_new_title_of_its_course(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, title="Own title")
    await course_becomes(works, course, title="Hearing")
    page = await list_sessions(STAFF, SessionFilter(search="hearing own"), now=T("2026-05-04T00:00Z"))
    assert [(listed.id, listed.version) for listed in page.items] == [(key, 1)]


async def test_a_session_made_while_its_course_changes_misses_nothing(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    for number in range(10):
        fresh = replace(course.values, title=f"Title {number}")
        _, key = await asyncio.gather(
            works.run(STAFF, edit_course, course.id, fresh),
            works.run(STAFF, create_session, course.id, SessionValues()),
        )
        assert (await lock_session(key)).title == f"Title {number}"


async def test_a_started_session_no_longer_follows(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, publish=True)
    clock.move(days=7)
    await course_becomes(works, course, title="New title")
    assert (await lock_session(key)).title == "Listening first"


async def test_a_course_cannot_shrink_a_session_below_its_people(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, publish=True)
    await take(key, 10)
    await course_becomes(works, course, title="New title", capacity_in_person=8)
    session = await lock_session(key)
    assert (session.title, session.capacity_in_person, session.own_fields) == (
        "New title",
        12,
        frozenset({"capacity_in_person"}),
    )
    assert await events("CourseNotFollowed") == ["CourseNotFollowed"]
    await works.run(STAFF, edit_session, key, SessionValues(capacity_in_person=10))
    with pytest.raises(CapacityBelowTaken):
        await works.run(STAFF, edit_session, key, SessionValues(inherit=("capacity_in_person",)))


async def test_what_is_over_is_not_edited(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, publish=True)
    await execute("UPDATE session SET state = 'closed' WHERE id = {}", key)
    with pytest.raises(SessionOver):
        await works.run(STAFF, edit_session, key, SessionValues(title="Too late"))

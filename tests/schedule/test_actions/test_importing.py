"""Rows become sessions: what is written, what is left alone, who may, and in how many statements."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from tests.conftest import FrozenClock
from tests.schedule.made import (
    MISSING,
    NOBODY,
    STAFF,
    a_course,
    a_partner,
    a_program,
    coordinator_of,
    events,
    manager_of,
    occupied,
)
from tests.schedule.made_rows import LATER, ONLINE, accepted, count, dump
from training.base.database import execute, fetch, watch_statements
from training.base.errors import Conflict, Invalid, NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.catalogue.actions import edit_venue
from training.catalogue.queries import find_venue_by_key
from training.catalogue.rules import Audience, Mode, VenueDetails, only
from training.schedule.actions import cancel_session, publish_session
from training.schedule.actions.importing import Batch, import_sessions
from training.schedule.queries import get_session, list_meetings
from training.schedule.rules import Accepted
from training.schedule.rules.outcomes import Fate, ImportOptions
from training.schedule.rules.sessions import SessionView, State

PLAIN, UPDATE, PUBLISH, DRY = (
    ImportOptions(),
    ImportOptions(update=True),
    ImportOptions(publish=True),
    ImportOptions(dry_run=True),
)


class Enrolled(Frozen, frozen=True, kw_only=True):
    id: UUID


async def _import(works: Works, program_id: UUID, rows: list[Accepted], options: ImportOptions = PLAIN) -> Batch:
    return await works.run(STAFF, import_sessions, program_id, rows, options)


async def _one(works: Works, program_id: UUID, row: dict[str, str], options: ImportOptions = PLAIN) -> SessionView:
    batch = await _import(works, program_id, accepted(row), options)
    session_id = batch.outcomes[0].session_id
    assert session_id is not None
    return await get_session(STAFF, session_id)


async def test_a_row_that_is_over_becomes_a_closed_public_session(works: Works, clock: FrozenClock) -> None:
    program = await a_program(works)
    session = await _one(works, program, {})
    assert (session.state, session.audience, session.mode) == (State.CLOSED, Audience.PUBLIC, Mode.IN_PERSON)
    assert (session.title, session.summary) == ("Software Carpentry: GEOMAR (Kiel)", "Hosted by GEOMAR (Kiel).")
    assert (session.capacity_in_person, session.capacity_online) == (30, 0)
    assert (session.zone, session.starts_at, session.ends_at) == (
        "Europe/Berlin",
        datetime(2019, 3, 28, 8, tzinfo=UTC),
        datetime(2019, 3, 29, 16, tzinfo=UTC),
    )
    assert (session.external_key, session.created_at, session.published_at) == ("2019-03-28-kiel", clock.now, None)
    assert session.course_title == "Software Carpentry"
    assert session.own_fields == {"title", "summary", "mode", "capacity_in_person", "audience"}
    assert len(session.import_notes) == 9
    meetings = await list_meetings([session.id])
    assert [(m.number, m.local_start.isoformat(), m.venue_name, m.room_name) for m in meetings] == [
        (1, "2019-03-28T09:00:00", "Wischhofstraße 1", "Room not named"),
        (2, "2019-03-29T09:00:00", "Wischhofstraße 1", "Room not named"),
    ]
    assert [(row.kind, row.meeting_id) for row in await occupied(session.id)] == [("room", m.id) for m in meetings]


async def test_everybody_sees_what_is_over_and_nobody_a_draft(works: Works) -> None:
    program = await a_program(works)
    past, coming = await _one(works, program, {}), await _one(works, program, LATER)
    assert (await get_session(NOBODY, past.id)).id == past.id
    with pytest.raises(NotFound):
        await get_session(NOBODY, coming.id)


async def test_what_comes_is_a_draft_or_published_for_participating_partners(works: Works, clock: FrozenClock) -> None:
    program = await a_program(works)
    draft = await _one(works, program, LATER)
    assert (draft.state, draft.audience, draft.published_at) == (State.DRAFT, Audience.PARTICIPATING, None)
    public = await _one(works, program, {**LATER, "slug": "other"}, PUBLISH)
    assert (public.state, public.published_at) == (State.PUBLISHED, clock.now)
    host = (await fetch(Enrolled, "SELECT id FROM partner"))[0].id
    assert (await get_session(coordinator_of(host), public.id)).id == public.id
    assert await events("SessionImported", "SessionPublished") == [
        "SessionImported",
        "SessionImported",
        "SessionPublished",
    ]


async def test_an_online_row_has_no_venue(works: Works) -> None:
    session = await _one(works, await a_program(works), ONLINE)
    assert (session.mode, session.capacity_in_person, session.capacity_online) == (Mode.ONLINE, 0, 30)
    assert await count("venue") == await count("room") == await count("occupancy") == 0


async def test_partner_course_and_venue_are_found_again(works: Works) -> None:
    program = await a_program(works)
    partner_id = await a_partner(works, "geomar kiel")
    course = await a_course(works, program, title="Software Carpentry")
    batch = await _import(works, program, accepted({}, {"slug": "b", "host_organization": "Geomar, Kiel"}, LATER))
    assert batch.venues == {"DE:Europe/Berlin:54.3,10.2:wischhofstrasse 1"}
    assert not batch.partners | batch.courses
    counts = [await count(table) for table in ("partner", "course", "venue", "room", "participation")]
    assert counts == [1, 1, 1, 1, 1]
    assert (await execute("SELECT COUNT(*) AS n FROM participation WHERE partner_id = {}", partner_id))[0]["n"] == 1
    session_id = batch.outcomes[0].session_id
    assert session_id is not None
    assert (await get_session(STAFF, session_id)).course_id == course.id


async def test_the_venue_has_what_the_row_says_and_keeps_what_people_make_of_it(works: Works) -> None:
    program = await a_program(works)
    await _import(works, program, accepted({}))
    key = "DE:Europe/Berlin:54.3,10.2:wischhofstrasse 1"
    venue = await find_venue_by_key(key)
    assert venue is not None
    assert (venue.name, venue.country, venue.zone, venue.latitude, venue.longitude) == (
        "Wischhofstraße 1",
        "DE",
        "Europe/Berlin",
        54.3276,
        10.1806,
    )
    better = VenueDetails(**{**only(VenueDetails, venue), "name": "GEOMAR East Shore"})
    await works.run(STAFF, edit_venue, venue.id, better)
    await _import(works, program, accepted({"slug": "another"}))
    assert await count("venue") == 1


async def test_a_partner_that_left_is_not_let_in_again_and_the_notes_say_so(works: Works) -> None:
    program = await a_program(works)
    await a_partner(works, "geomar kiel", program, ended=True)
    session = await _one(works, program, {})
    assert "GEOMAR (Kiel) does not take part in the program any more" in session.import_notes[-1]
    assert (await execute("SELECT COUNT(*) AS n FROM participation WHERE ended_at IS NULL"))[0]["n"] == 0


async def test_the_second_run_changes_nothing(works: Works, clock: FrozenClock) -> None:
    program = await a_program(works)
    rows = accepted({}, LATER, ONLINE)
    await _import(works, program, rows)
    before = await dump()
    clock.move(days=400)
    for options in (PLAIN, UPDATE, PUBLISH, DRY):
        batch = await _import(works, program, rows, options)
        assert {outcome.fate for outcome in batch.outcomes} == {Fate.THERE}
    assert await dump() == before


async def test_the_same_key_in_another_program_is_another_session(works: Works) -> None:
    here, elsewhere = await a_program(works, "Here"), await a_program(works, "Elsewhere")
    first, second = await _one(works, here, {}), await _one(works, elsewhere, {})
    assert first.id != second.id
    assert [await count(table) for table in ("partner", "venue", "participation", "course")] == [1, 1, 2, 2]


async def test_a_dry_run_says_the_same_and_writes_nothing(works: Works) -> None:
    program = await a_program(works)
    rows = accepted({}, LATER, ONLINE)
    before = await dump()
    planned = await _import(works, program, rows, DRY)
    assert await dump() == before
    done = await _import(works, program, rows)
    assert (planned.partners, planned.venues, planned.courses) == (done.partners, done.venues, done.courses)
    assert [(o.line, o.fate) for o in planned.outcomes] == [(o.line, o.fate) for o in done.outcomes]


async def test_another_content_is_left_alone_until_update(works: Works) -> None:
    program = await a_program(works)
    old = await _one(works, program, LATER)
    changed = accepted({**LATER, "end_date": "2027-02-03", "venue": "Aula", "host_organization": "Stabi"})
    before = await dump()
    assert (await _import(works, program, changed)).outcomes[0].fate is Fate.DIFFERS
    assert await dump() == before
    kept = await list_meetings([old.id])
    assert (await _import(works, program, changed, UPDATE)).outcomes[0].fate is Fate.UPDATED
    new = await get_session(STAFF, old.id)
    assert (new.title, new.version, new.external_key) == ("Software Carpentry: Stabi", 2, old.external_key)
    meetings = await list_meetings([old.id])
    assert [meeting.id for meeting in meetings[:2]] == [meeting.id for meeting in kept]
    assert [(m.venue_name, m.sequence) for m in meetings] == [("Aula", 0)] * 3
    assert [row.meeting_id for row in await occupied(old.id)] == [meeting.id for meeting in meetings]
    assert (await _import(works, program, changed, UPDATE)).outcomes[0].fate is Fate.THERE


async def test_an_update_drops_meetings_and_raises_what_everybody_saw(works: Works) -> None:
    program = await a_program(works)
    old = await _one(works, program, {})
    first, _ = await list_meetings([old.id])
    await _import(works, program, accepted({"end_date": "2019-03-28"}, starts=datetime(1, 1, 1, 10).time()), UPDATE)
    [meeting] = await list_meetings([old.id])
    assert (meeting.id, meeting.sequence, meeting.local_start) == (first.id, 1, datetime(2019, 3, 28, 10))
    assert [row.meeting_id for row in await occupied(old.id)] == [meeting.id]
    assert await events("MeetingsRenumbered") == ["MeetingsRenumbered"]


async def test_an_update_into_the_future_opens_a_session_again(works: Works) -> None:
    program = await a_program(works)
    old = await _one(works, program, {})
    dates = {"start_date": LATER["start_date"], "end_date": LATER["end_date"]}
    await _import(works, program, accepted(dates), ImportOptions(update=True, publish=True))
    new = await get_session(STAFF, old.id)
    assert (new.state, new.audience, "audience" in new.own_fields) == (State.PUBLISHED, Audience.PARTICIPATING, False)
    assert await events("SessionPublished", "SessionReimported") == ["SessionPublished", "SessionReimported"]


@pytest.mark.parametrize("step", ["publish", "cancel", "fill"])
async def test_update_never_changes_what_somebody_relies_on(works: Works, step: str) -> None:
    program = await a_program(works)
    session = await _one(works, program, LATER)

    async def fill(work: Work) -> None:
        await work.execute("UPDATE session SET taken_in_person = 1 WHERE id = {}", session.id)

    if step == "publish":
        await works.run(STAFF, publish_session, session.id)
    elif step == "cancel":
        await works.run(STAFF, cancel_session, session.id, "No trainer.")
    else:
        await works.run(STAFF, fill)
    before = await dump()
    batch = await _import(works, program, accepted({**LATER, "venue": "Aula"}), UPDATE)
    assert (batch.outcomes[0].fate, batch.outcomes[0].code) == (Fate.DIFFERS, "changed-here")
    assert await dump() == before


async def test_a_course_that_forbids_a_row_refuses_it_in_a_dry_run_too(works: Works) -> None:
    program = await a_program(works)
    await a_course(works, program, title="Software Carpentry", capacity_in_person=90, minimum_participants=60)
    before = await dump()
    for options in (DRY, PLAIN):
        with pytest.raises(Invalid) as caught:
            await _import(works, program, accepted({}), options)
        assert caught.value.fields == {
            "minimum_participants": "There are only 30 places, so this minimum could never be reached."
        }
    assert await dump() == before


async def test_a_row_given_twice_brings_in_nothing(works: Works) -> None:
    program = await a_program(works)
    with pytest.raises(Conflict):
        await _import(works, program, accepted({}) * 2)
    assert await count("session") == 0


async def test_the_number_of_statements_does_not_grow_with_the_rows(works: Works) -> None:
    program = await a_program(works)
    counts: dict[str, list[int]] = {"new": [], "there": [], "updated": []}
    for start, number in ((0, 2), (100, 40)):
        told: list[dict[str, Any]] = [
            {"slug": f"row-{n}", "host_organization": f"Host {n}", "venue": f"Hall {n}"}
            for n in range(start, start + number)
        ]
        if start == 0:
            await _import(works, program, accepted({"slug": "first"}))
        for what, more in (("new", {}), ("there", {}), ("updated", {"venue": f"Aula {start}"})):
            rows = accepted(*({**row, **more} for row in told))
            with watch_statements() as seen:
                await _import(works, program, rows, UPDATE)
            counts[what].append(len([sql for sql in seen if not sql.startswith("WITH w0")]))
    assert {what: pair[0] for what, pair in counts.items()} == {what: pair[1] for what, pair in counts.items()}
    assert (counts["new"][0], counts["there"][0]) <= (14, 3)


@pytest.mark.parametrize(
    "viewer", [NOBODY, manager_of(MISSING), coordinator_of(MISSING)], ids=["nobody", "another's manager", "coordinator"]
)
async def test_only_a_manager_of_the_program_may(works: Works, viewer: Viewer) -> None:
    program = await a_program(works)
    before = await dump()
    with pytest.raises(NotFound):
        await works.run(viewer, import_sessions, program, accepted({}), PLAIN)
    assert await dump() == before


async def test_a_manager_may_in_their_own_program_and_not_in_another(works: Works) -> None:
    own, other = await a_program(works, "Own"), await a_program(works, "Other")
    manager = manager_of(own)
    assert (await works.run(manager, import_sessions, own, accepted({}), PLAIN)).outcomes[0].fate is Fate.NEW
    with pytest.raises(NotFound):
        await works.run(manager, import_sessions, other, accepted({}), PLAIN)


async def test_a_program_that_is_missing_is_not_found(works: Works) -> None:
    for rows in (accepted({}), []):
        with pytest.raises(NotFound):
            await _import(works, MISSING, rows)


async def test_the_journal_says_what_the_row_said(works: Works) -> None:
    session = await _one(works, await a_program(works), {})
    rows = await execute(
        "SELECT CAST(after AS TEXT) AS said FROM journal_entry WHERE event = 'SessionImported' AND subject_id = {}",
        session.id,
    )
    assert msgspec.json.decode(rows[0]["said"])["source"] == session.import_notes[0]

"""People who stand to the two sessions of a course in every way there is, and what each of them really sees."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.made import MACHINE, grant
from training.attendance.tables import Overall
from training.base.database import execute, fetch
from training.base.errors import NotFound
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.booking.queries.requests import find_place_key
from training.booking.rules.guests import PlaceLinkExpired, check_place_link, guest_of
from training.booking.tables import Enrollment
from training.materials.queries.showing import list_course_materials, list_materials
from training.schedule.actions import cancel_session
from training.schedule.tables import Meeting, Occupancy, Session, SessionPartner

# How the people of the first partner stand to the first session: what became of their place, and how they were there.
STATES = (
    *(("completed", "present"), ("not completed", "excused"), ("enrolled", "no-show"), ("enrolled", "")),
    *(("waitlisted", ""), ("waitlisted", ""), ("cancelled", ""), ("removed", "partial"), ("enrolled", "partial")),
    *(("waitlisted", ""), ("enrolled", ""), ("declined", "")),
)
# And to the second one, where some of them are, too.
ELSEWHERE = {2: ("enrolled", "present"), 4: ("completed", "partial"), 6: ("waitlisted", ""), 8: ("cancelled", "")}


class Crowd(Frozen, frozen=True, kw_only=True):
    """The day of the first session. The second one of its course was held two days before, for whom it was open."""

    day: Day
    second_id: UUID


async def make_crowd(
    works: Works, clock: FrozenClock, audience: str = "participating", *, stopped: bool = False
) -> Crowd:
    """One who waits has no partner any more, one account is disabled, and the second session is for whom it invites.

    `stopped`: the first has a second meeting, which was cancelled with the rest when the first one was over.
    """
    day = await make_day(works, clock, people=len(STATES), capacity_in_person=30, meetings=2 if stopped else 1)
    scene = day.scene
    await execute("UPDATE session SET audience = {} WHERE id = {}", audience, day.session_id)
    for key, (state, _) in zip(day.enrollments, STATES, strict=True):
        await execute("UPDATE enrollment SET state = {} WHERE id = {}", state, key)
        if state in ("cancelled", "removed", "declined"):
            await execute("DELETE FROM occupancy WHERE source_id = {}", key)
    await execute("UPDATE enrollment SET partner_id = NULL, membership_id = NULL WHERE id = {}", day.enrollments[9])
    await execute("UPDATE person SET disabled_at = {} WHERE id = {}", works.clock(), scene.people[10])
    for person_id, role, partner_id in (
        (scene.coordinator.person_id, "coordinator", scene.partner_id),
        (scene.people[3], "member", scene.partner_id),
        (scene.people[6], "member", scene.partner_id),
        (scene.people[12], "member", scene.partner_id),
        (scene.other_coordinator.person_id, "coordinator", scene.other_partner_id),
    ):
        assert person_id is not None
        await grant(works, person_id, role, partner_id)
    second_id = await works.run(MACHINE, second_session, day)
    if stopped:
        clock.move(hours=3)
        await works.run(day.manager, cancel_session, day.session_id, "The trainer is ill.")
    return Crowd(day=day, second_id=second_id)


async def second_session(work: Work, day: Day) -> UUID:
    """The second session, with marks of both."""
    scene, key, meeting_id = day.scene, work.new_id(), work.new_id()
    start = (work.now - timedelta(days=2)).replace(microsecond=0)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=2)}
    ids = {"id": key, "program_id": scene.program_id, "course_id": scene.course_id}
    columns = {"title": "Another", "audience": "invited", "mode": "online", "zone": "UTC", "published_at": start}
    work.add(Session, **ids, **times, **columns, state="published", created_at=work.now)
    local = {"local_start": start.replace(tzinfo=None), "local_end": times["ends_at"].replace(tzinfo=None)}
    work.add(Meeting, id=meeting_id, session_id=key, number=1, zone="UTC", **local, **times, changed_at=work.now)
    work.add(SessionPartner, id=work.new_id(), session_id=key, partner_id=scene.other_partner_id)
    (booking,) = await execute("SELECT booking_id FROM enrollment WHERE id = {}", day.enrollments[0])
    for number, (state, there) in ELSEWHERE.items():
        enrollment_id = work.new_id()
        whose = {"person_id": scene.people[number], "partner_id": scene.partner_id, "booking_id": booking["booking_id"]}
        mode = "" if state == "waitlisted" else "online"
        dates = {"state_at": work.now, "created_at": work.now}
        work.add(Enrollment, id=enrollment_id, session_id=key, state=state, mode=mode, **whose, **dates)
        _mark(work, key, enrollment_id, there)
        if state in ("enrolled", "completed", "waitlisted"):
            kind = "waiting" if state == "waitlisted" else "learner"
            busy = {"kind": kind, "subject_id": scene.people[number], "source_id": enrollment_id}
            work.add(Occupancy, id=work.new_id(), session_id=key, meeting_id=meeting_id, **busy, **times)
    for enrollment_id, (_, there) in zip(day.enrollments, STATES, strict=True):
        _mark(work, day.session_id, enrollment_id, there)
    return key


def _mark(work: Work, session_id: UUID, enrollment_id: UUID, status: str) -> None:
    if status:
        ids = {"id": enrollment_id, "enrollment_id": enrollment_id, "session_id": session_id}
        work.add(Overall, **ids, status=status, meetings=1, meetings_held=1, changed_at=work.now)


class _Place(Frozen, frozen=True, kw_only=True):
    id: UUID
    session_id: UUID


async def seen(
    crowd: Crowd, works: Works, session_ids: Iterable[UUID], course_id: UUID | None = None
) -> dict[UUID, set[UUID]]:
    """Who of all there are, but the manager, sees which materials: signed in and by each of their links, in these
    sessions and, if it is said, on the page of the course. By material."""
    found: dict[UUID, set[UUID]] = {}
    sessions = list(session_ids)
    for row in await execute("SELECT id FROM person WHERE disabled_at IS NULL"):
        person_id = UUID(str(row["id"]))
        if person_id == crowd.day.manager.person_id:
            continue
        grants = await fetch(Grant, "SELECT role, scope_id FROM role_grant WHERE person_id = {}", person_id)
        viewer = Viewer(person_id=person_id, grants=frozenset(grants))
        items: set[UUID] = set()
        for session_id in sessions:
            items |= await _list(viewer, session_id, works)
        for place in await fetch(_Place, "SELECT id, session_id FROM enrollment WHERE person_id = {}", person_id):
            if place.session_id in sessions:
                items |= await _by_link(place, works)
        if course_id is not None:
            items |= {one.id for one in (await list_course_materials(viewer, course_id, works.clock())).items}
        for item in items:
            found.setdefault(item, set()).add(person_id)
    return found


async def _list(viewer: Viewer, session_id: UUID, works: Works, enrollment_id: UUID | None = None) -> set[UUID]:
    with suppress(NotFound):
        now = works.clock()
        return {one.id for one in (await list_materials(viewer, session_id, now, enrollment_id=enrollment_id)).items}
    return set()


async def _by_link(place: _Place, works: Works) -> set[UUID]:
    """By the link to a place, as long as it is good."""
    key = await find_place_key(place.id)
    assert key is not None
    with suppress(PlaceLinkExpired):
        check_place_link(key.ends_at, works.clock())
        return await _list(guest_of(key.person_id, "", "UTC"), place.session_id, works, place.id)
    return set()

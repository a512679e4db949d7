"""What tests of feeds begin with: a scene whose roles are rows, places, trainers, and feeds with their addresses."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from tests.booking.asked import bearer, order
from tests.booking.made import Scene, make_scene
from training.base.structs import ANONYMOUS, Grant, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.catalogue.tables import Venue
from training.feeds.actions.feeds import NewFeed, make_feed
from training.feeds.rules.feeds import FeedKind, FeedOrder
from training.people.tables import RoleGrant
from training.schedule.tables import Meeting, Room, Session, TrainerAssignment


async def make_feed_scene(works: Works, **values: Any) -> Scene:
    """A scene whose coordinators and manager hold their roles as rows too, because feeds judge by rows."""
    scene = await make_scene(works, **values)

    async def grant(work: Work) -> None:
        for viewer in (scene.coordinator, scene.other_coordinator, scene.manager):
            for held in viewer.grants:
                _grant(work, viewer, held)

    await works.run(ANONYMOUS, grant)
    return scene


def _grant(work: Work, viewer: Viewer, held: Grant) -> None:
    work.add(
        RoleGrant,
        id=work.new_id(),
        person_id=viewer.person_id,
        role=held.role,
        scope_id=held.scope_id,
        granted_at=work.now,
    )


def learner(scene: Scene, number: int = 0) -> Viewer:
    """Somebody of the partner, who may be booked."""
    return Viewer(
        person_id=scene.people[number],
        name=f"Northern Line {number}",
        email=f"northern-line-{number}@example.org",
        grants=frozenset({Grant(role="member", scope_id=scene.partner_id)}),
    )


async def book(works: Works, scene: Scene, *numbers: int) -> tuple[UUID, ...]:
    """Places for these members; returns the enrollments."""
    booked = await works.run(scene.coordinator, book_places, order(scene, *numbers))
    return tuple(verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id)


async def teach(works: Works, scene: Scene, viewer: Viewer) -> None:
    """Let somebody teach every meeting of the scene."""

    async def assign(work: Work) -> None:
        for meeting_id in scene.meeting_ids:
            work.add(
                TrainerAssignment,
                id=work.new_id(),
                session_id=scene.session_id,
                meeting_id=meeting_id,
                person_id=viewer.person_id,
                role="lead",
            )

    await works.run(ANONYMOUS, assign)


async def in_room(works: Works, scene: Scene) -> UUID:
    """Put every meeting of the scene into a room, and return it."""

    async def place(work: Work) -> UUID:
        venue_id, room_id = work.new_id(), work.new_id()
        work.add(Venue, id=venue_id, name="Quay House", address="1 Quay Street\nDublin", created_at=work.now)
        work.add(Room, id=room_id, venue_id=venue_id, name="Red room")
        for meeting_id in scene.meeting_ids:
            work.change(Meeting, meeting_id, room_id=room_id)
        return room_id

    return await works.run(ANONYMOUS, place)


async def feed(works: Works, viewer: Viewer, kind: str = "mine", scope_id: UUID | None = None, **more: Any) -> NewFeed:
    """A feed of somebody's; `.path` is where it is fetched."""
    wanted = FeedOrder(**{"kind": FeedKind(kind), "label": "My phone", "scope_id": scope_id} | more)
    return await works.run(viewer, make_feed, wanted)


async def more_sessions(works: Works, scene: Scene, count: int, **columns: Any) -> list[tuple[UUID, UUID]]:
    """So many sessions more of the same course, each of one meeting: (session, meeting)."""

    async def add(work: Work, first: int) -> list[tuple[UUID, UUID]]:
        made = []
        for number in range(first, min(count, first + 200)):
            session_id, meeting_id = work.new_id(), work.new_id()
            start = (work.now + timedelta(days=1 + number // 8, hours=number % 8)).replace(microsecond=0)
            times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
            local = start.replace(tzinfo=None)
            values = {"title": f"Session {number}", "state": "published", "published_at": work.now} | columns
            owners = {"program_id": scene.program_id, "course_id": scene.course_id}
            work.add(Session, id=session_id, created_at=work.now, **owners, **times, **values)
            work.add(
                Meeting,
                id=meeting_id,
                session_id=session_id,
                local_start=local,
                local_end=local + timedelta(hours=1),
                changed_at=work.now,
                **times,
            )
            made.append((session_id, meeting_id))
        return made

    found: list[tuple[UUID, UUID]] = []
    for first in range(0, count, 200):
        found += await works.run(ANONYMOUS, add, first)
    return found


async def signed_in(works: Works, viewer: Viewer) -> str:
    """A sign-in of somebody whose roles, if they have any, are rows already."""
    return await bearer(works, replace(viewer, grants=frozenset()))

"""Shared by the tests of booking: orders, counters held against the rows, and sign-ins as somebody."""

from typing import Any
from uuid import UUID

from tests.booking.made import Scene
from training.base.database import execute, fetch_one
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.actions import Booked, Order, Wanted, book_places
from training.booking.queries import list_enrollments
from training.people.actions import begin_sign_in


class Counters(Frozen, frozen=True, kw_only=True):
    taken_in_person: int
    taken_online: int
    waiting: int
    waiting_in_person: int
    waiting_online: int


async def counters(scene: Scene) -> tuple[int, int, int]:
    """(taken in the room, taken online, waiting), after checking that the rows say the same."""
    row = await fetch_one(
        Counters,
        "SELECT taken_in_person, taken_online, waiting, waiting_in_person, waiting_online FROM session WHERE id = {}",
        scene.session_id,
    )
    assert row is not None
    enrollments = await list_enrollments(scene.manager, scene.session_id)
    counted = Counters(
        taken_in_person=sum(e.mode == "in_person" for e in enrollments),
        taken_online=sum(e.mode == "online" for e in enrollments),
        waiting=sum(e.state == "waitlisted" for e in enrollments),
        waiting_in_person=sum(e.state == "waitlisted" and "in_person" in e.accepts for e in enrollments),
        waiting_online=sum(e.state == "waitlisted" and "online" in e.accepts for e in enrollments),
    )
    assert row == counted
    return row.taken_in_person, row.taken_online, row.waiting


def order(scene: Scene, *numbers: int, other: bool = False, **more: Any) -> Order:
    members = scene.other_members if other else scene.members
    partner_id = scene.other_partner_id if other else scene.partner_id
    people = tuple(Wanted(membership_id=members[n]) for n in numbers)
    return Order(session_id=scene.session_id, partner_id=partner_id, people=people, **more)


def outcomes(booked: Booked) -> list[str]:
    return [verdict.outcome.value for verdict in booked.verdicts]


async def one(sql: str, *args: object) -> int:
    return int((await execute(sql, *args))[0]["n"])


async def booked_one(works: Works, scene: Scene) -> UUID:
    booked = await works.run(scene.coordinator, book_places, order(scene, 0))
    found = booked.verdicts[0].enrollment_id
    assert found is not None
    return found


async def bearer(works: Works, viewer: Viewer) -> str:
    """A sign-in of a person who really has the grants of `viewer`."""

    async def sign_in(work: Work) -> str:
        for grant in viewer.grants:
            await work.execute(
                "INSERT INTO role_grant (id, person_id, role, scope_id, granted_at) VALUES ({}, {}, {}, {}, {})",
                work.new_id(),
                viewer.person_id,
                grant.role,
                grant.scope_id,
                work.now,
            )
        assert viewer.person_id is not None
        return (await begin_sign_in(work, viewer.person_id)).token

    return await works.run(Viewer.machine("test"), sign_in)

"""A session with three enrolled and one waiting, and those who look at it from the desk."""

from typing import Any
from uuid import UUID

import httpx

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute, fetch
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.booking.actions import Booked, Order, Wanted, book_places
from training.catalogue.tables import Program
from training.people.actions import ensure_person

MISSING = UUID(int=404)
OPERATOR = Viewer.machine("cli")


class Stored(Frozen, frozen=True, kw_only=True):
    """A message, as tests compare it."""

    kind: str
    recipient: str


async def full_scene(works: Works, people: int = 4, **values: Any) -> tuple[Scene, Booked]:
    """Three places; four people of one partner booked, so one of them waits."""
    scene = await make_scene(works, **values)
    wanted = tuple(Wanted(membership_id=member) for member in scene.members[:people])
    order = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=wanted)
    return scene, await works.run(scene.coordinator, book_places, order)


async def sign_in(client: httpx.AsyncClient, works: Works, viewer: Viewer) -> None:
    """Let the client be this viewer."""
    client.cookies.set("sign_in", await bearer(works, viewer))


async def a_viewer(works: Works, name: str, role: str = "", scope_id: UUID | None = None, zone: str = "UTC") -> Viewer:
    """Somebody with an account and at most one role."""
    email = f"{name.lower()}@host.example"
    person_id = await works.run(OPERATOR, ensure_person, email, name, zone)
    grants = frozenset({Grant(role=role, scope_id=scope_id)} if role else ())
    return Viewer(person_id=person_id, name=name, email=email, zone=zone, grants=grants)


async def staff(works: Works) -> Viewer:
    """Somebody of the staff."""
    return await a_viewer(works, "Sam", "staff")


async def another_program(works: Works, name: str = "Other") -> UUID:
    """A program that has nothing to do with the scene."""

    async def add(work: Work) -> UUID:
        key = work.new_id()
        work.add(Program, id=key, slug=f"p-{key}", name=name, created_at=work.now)
        return key

    return await works.run(OPERATOR, add)


async def foreign_manager(works: Works) -> Viewer:
    """The manager of that other program."""
    return await a_viewer(works, "Fred", "program_manager", await another_program(works))


async def messages(kind: str) -> list[str]:
    """Who is written to with messages of a kind, sorted."""
    rows = await fetch(Stored, "SELECT kind, recipient FROM message WHERE kind = {} ORDER BY recipient", kind)
    return [row.recipient for row in rows]


async def no_mail_reaches(address: str) -> None:
    """Mail to this address comes back."""
    now = FrozenClock().now
    await execute(
        "INSERT INTO address_trouble (id, address, kind, reason, times, since, last_at)"
        " VALUES ({}, {}, 'hard', '', 1, {}, {})",
        MISSING,
        address,
        now,
        now,
    )

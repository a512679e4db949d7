"""Shared by the tests of reminders: sessions with people in them, what was planned, what was sent, to whom."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from training.base.database import execute, fetch
from training.base.structs import Frozen
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.outbox.queries import get_message
from training.people.tables import RoleGrant
from training.reminders.jobs import deliver, plan_ahead, unwanted_reminders
from training.schedule.tables import TrainerAssignment


class Told(Frozen, frozen=True, kw_only=True):
    """A reminder as tests compare it."""

    plan_key: str
    person_id: UUID
    due_at: datetime
    state: str
    reason: str


class Letter(Frozen, frozen=True, kw_only=True):
    """A message as tests compare it."""

    id: UUID
    kind: str
    recipient: str
    state: str


async def enrolled_scene(
    works: Works, *numbers: int, starts_in: timedelta = timedelta(days=14), **values: Any
) -> Scene:
    """A session in which these people of the first partner have places; nobody has quiet hours, so hours are plain."""
    scene = await make_scene(works, starts_in=starts_in, **{"capacity_in_person": 6, "zone": "UTC", **values})
    await execute("UPDATE person SET quiet_from = '', quiet_until = ''")
    await works.run(scene.coordinator, book_places, order(scene, *(numbers or (0,))))
    return scene


async def teach(works: Works, scene: Scene, person_id: UUID) -> None:
    """The person teaches every meeting of the session."""

    async def assign(work: Work) -> None:
        for meeting_id in scene.meeting_ids:
            work.add(
                TrainerAssignment,
                id=work.new_id(),
                session_id=scene.session_id,
                meeting_id=meeting_id,
                person_id=person_id,
            )

    await works.run(scene.manager, assign)


async def coordinate(works: Works, scene: Scene) -> None:
    """Whoever books for the first partner really has the role, and no quiet hours."""

    async def grant(work: Work) -> None:
        work.add(
            RoleGrant,
            id=work.new_id(),
            person_id=scene.coordinator.person_id,
            role="coordinator",
            scope_id=scene.partner_id,
            granted_at=work.now,
        )

    await works.run(scene.manager, grant)


async def tick(works: Works) -> int:
    """What the worker does in a minute: plan, then send. Returns how many messages were written."""
    await plan_ahead(works)
    return await deliver(works)


async def reminders(state: str = "") -> list[Told]:
    """The reminders there are, or those in a state, by instant."""
    columns = "SELECT plan_key, person_id, due_at, state, reason FROM reminder"
    if state:
        return await fetch(Told, f"{columns} WHERE state = {{}} ORDER BY due_at, plan_key, id", state)
    return await fetch(Told, f"{columns} ORDER BY due_at, plan_key, id")


async def keys(state: str) -> list[str]:
    """The plan keys of the reminders in a state, by instant."""
    return [row.plan_key for row in await reminders(state)]


async def ask_about_waiting() -> None:
    """What a worker does before it sends: messages that wait and are not wanted any more are withdrawn."""
    waiting = [await get_message(letter.id) for letter in await letters() if letter.state == "waiting"]
    for message_id, why in (await unwanted_reminders(waiting)).items():
        await execute("UPDATE message SET state = 'withdrawn', error = {} WHERE id = {}", why, message_id)


async def letters() -> list[Letter]:
    """The messages that reminders wrote, in order."""
    return await fetch(
        Letter,
        "SELECT id, kind, recipient, state FROM message WHERE kind LIKE 'reminder%' OR kind LIKE 'briefing%'"
        " OR kind LIKE 'digest%' ORDER BY created_at, id",
    )

"""Who may come in at the door."""

from uuid import UUID

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from training.attendance.queries.comers import get_door, list_door_partners
from training.base.database import execute
from training.base.errors import NotFound
from training.base.work import Work, Works
from training.catalogue.rules import Mode
from training.schedule.tables import SessionPartner


async def test_those_of_the_program_and_those_invited(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, overbooking=2)
    door = await get_door(day.session_id)
    assert (door.mode, door.audience, door.self_enrollment, door.overbooking) == (
        Mode.IN_PERSON,
        "participating",
        False,
        2,
    )
    program_id = day.scene.program_id
    found = await list_door_partners(day.session_id, program_id, door.audience)
    assert [each.name for each in found] == ["Harbour", "Northern Line"]
    assert await list_door_partners(day.session_id, program_id, "invited") == []

    async def invite(work: Work) -> None:
        work.add(SessionPartner, id=work.new_id(), session_id=day.session_id, partner_id=day.scene.other_partner_id)

    await works.run(day.manager, invite)
    assert [each.name for each in await list_door_partners(day.session_id, program_id, "invited")] == ["Harbour"]
    await execute("UPDATE participation SET ended_at = created_at")
    assert [each.name for each in await list_door_partners(day.session_id, program_id, "public")] == ["Harbour"]


async def test_no_session_no_door(works: Works) -> None:  # noqa: ARG001 - for the database
    with pytest.raises(NotFound):
        await get_door(UUID(int=404))

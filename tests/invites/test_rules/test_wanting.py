"""Whose calendar should hold what, and why not."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.work import Works
from training.booking.actions import book_places
from training.booking.rules import State
from training.invites.rules.comparing import Why
from training.invites.rules.told import Role
from training.invites.rules.wanting import Learner, Teacher, wanted_of, why_withdrawn
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.sessions import State as SessionState
from training.schedule.rules.sessions import Trainer, TrainerRole

ADA, TARA = UUID(int=1), UUID(int=2)


def learner(**more: Any) -> Learner:
    return Learner(
        **{
            "subject_id": UUID(int=9),
            "session_id": UUID(int=8),
            "person_id": ADA,
            "partner_id": None,
            "name": "Ada",
            "address": "ada@example.org",
            "state": State.ENROLLED,
            "mode": "in_person",
            "state_reason": "",
            "link_generation": 1,
            "why": Why.LEFT,
            **more,
        }
    )


async def test_who_has_a_place_or_teaches(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, meetings=3)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    session, meetings = await lock_session(scene.session_id), await list_meetings([scene.session_id])
    teaches = Trainer(
        id=UUID(int=7),
        session_id=session.id,
        meeting_id=meetings[1].id,
        person_id=TARA,
        name="",
        email="tara@example.org",
        role=TrainerRole.LEAD,
    )
    teaching = ([teaches], [Teacher(person_id=TARA, name="", address="tara@example.org")])
    waits = learner(person_id=UUID(int=3), state=State.WAITLISTED)
    found = wanted_of(session, meetings, [learner(), waits], teaching, clock.now)
    assert set(found) == {*((ADA, meeting.id) for meeting in meetings), (TARA, meetings[1].id)}
    assert found[ADA, meetings[0].id].told.trainers == ()
    # Their address is nobody's business.
    assert found[ADA, meetings[1].id].told.trainers == ("A trainer",)
    assert found[TARA, meetings[1].id].role is Role.TRAINER
    assert found[TARA, meetings[1].id].subject_id == session.id
    held = [replace(meetings[0], cancelled_at=clock.now), *meetings[1:]]
    fewer = wanted_of(session, held, [learner()], ([], []), clock.now)
    assert [(w.told.part, w.told.parts) for w in fewer.values()] == [(1, 2), (2, 2)]
    later = meetings[1].ends_at + timedelta(hours=1)
    assert set(wanted_of(session, meetings, [learner()], ([], []), later)) == {(ADA, meetings[2].id)}
    for state in (SessionState.DRAFT, SessionState.CANCELLED, SessionState.CLOSED):
        assert wanted_of(replace(session, state=state), meetings, [learner()], teaching, clock.now) == {}


async def test_who_comes_online_hears_of_no_room(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, mode="hybrid", capacity_online=2)
    session, (meeting,) = await lock_session(scene.session_id), await list_meetings([scene.session_id])
    meeting = replace(meeting, room_name="Blue room", link="https://meet.example/1")
    by_mode = {
        mode: wanted_of(session, [meeting], [learner(mode=mode)], ([], []), clock.now)[ADA, meeting.id].told
        for mode in ("in_person", "online")
    }
    assert (by_mode["in_person"].place, by_mode["in_person"].link) == ("Blue room", "")
    assert by_mode["online"].place == ""
    assert by_mode["online"].link


@pytest.mark.parametrize("why", [Why.LEFT, Why.REMOVED, Why.MOVED, Why.REPLACED])
async def test_why(works: Works, clock: FrozenClock, why: Why) -> None:
    scene = await make_scene(works)
    session, (meeting,) = await lock_session(scene.session_id), await list_meetings([scene.session_id])
    gone = learner(state=State.CANCELLED, why=why)
    assert why_withdrawn(Role.LEARNER, session, meeting, gone) is why
    assert why_withdrawn(Role.LEARNER, session, meeting, None) is Why.LEFT
    assert why_withdrawn(Role.TRAINER, session, meeting, gone) is Why.TRAINER
    off = replace(meeting, cancelled_at=clock.now)
    assert why_withdrawn(Role.LEARNER, session, off, gone) is Why.MEETING
    over = replace(session, state=SessionState.CANCELLED)
    assert why_withdrawn(Role.TRAINER, over, off, gone) is Why.SESSION

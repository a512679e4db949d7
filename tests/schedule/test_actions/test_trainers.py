"""Assigning and withdrawing trainers against the real database."""

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
    a_person,
    a_program,
    a_session,
    events,
    manager_of,
    occupied,
)
from training.base.errors import NotFound, Stale
from training.base.structs import Viewer
from training.base.work import Works
from training.people.actions import change_own_details
from training.schedule.actions import assign_trainer, publish_session, withdraw_trainer
from training.schedule.queries import list_known_trainers, list_meetings, list_trainers, lock_session
from training.schedule.rules.clashes import ClashesFound
from training.schedule.rules.sessions import NoSuchTrainer, TrainerRole, TrainerUnknownHere
from training.schedule.rules.values import Assignment, MeetingValues

LATER = MeetingValues(local_start=T("2026-06-08T10:00"), local_end=T("2026-06-08T12:00"))


async def test_a_trainer_teaches_all_or_some_meetings(works: Works) -> None:
    program = await a_program(works)
    course = await a_course(works, program)
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER)
    first, second = await list_meetings([key])
    tara, sam = await a_person(works, "Tara"), await a_person(works, "Sam")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=sam, role=TrainerRole.SHADOW))
    await works.run(
        STAFF, assign_trainer, key, Assignment(person_id=tara, meeting_ids=(second.id,)), expected_version=2
    )
    assert [(t.meeting_id, t.name, t.role) for t in await list_trainers([key])] == [
        (first.id, "Sam", TrainerRole.SHADOW),
        (second.id, "Tara", TrainerRole.LEAD),
        (second.id, "Sam", TrainerRole.SHADOW),
    ]
    assert sorted((row.subject_id, row.meeting_id) for row in await occupied(key)) == sorted(
        [(sam, first.id), (sam, second.id), (tara, second.id)]
    )
    assert (await lock_session(key)).version == 3
    assert [known.name for known in await list_known_trainers(program)] == ["Sam", "Tara"]


async def test_assigning_again_changes_the_role(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id)
    tara = await a_person(works, "Tara")
    for role in (TrainerRole.LEAD, TrainerRole.CO):
        await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara, role=role))
    assert [t.role for t in await list_trainers([key])] == [TrainerRole.CO]
    assert len(await occupied(key)) == 1


async def test_a_trainer_taken_twice_is_warned_of_per_meeting(works: Works) -> None:
    mine, foreign = await a_program(works), await a_program(works, "Foreign")
    key = await a_session(works, (await a_course(works, mine)).id, NEXT_WEEK, WEEK_AFTER)
    other = await a_session(works, (await a_course(works, foreign, title="Secret plan")).id, WEEK_AFTER)
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, other, Assignment(person_id=tara))
    third = await a_session(works, (await a_course(works, mine, title="Another")).id, LATER)
    await works.run(STAFF, assign_trainer, third, Assignment(person_id=tara))
    assignment = Assignment(person_id=tara)
    with pytest.raises(ClashesFound) as caught:
        await works.run(STAFF, assign_trainer, key, assignment)
    second = (await list_meetings([key]))[1]
    assert [(c.meeting_id, c.subject_name, c.other_title) for c in caught.value.clashes] == [
        (second.id, "Tara", "Secret plan")
    ]
    with pytest.raises(ClashesFound) as caught:
        await works.run(manager_of(mine), assign_trainer, key, assignment)
    assert [(c.other_title, c.other_session_id) for c in caught.value.clashes] == [("", None)]
    await works.run(manager_of(mine), assign_trainer, key, assignment, accept_warnings=True)
    assert await events("ClashesAccepted") == ["ClashesAccepted"]


async def test_two_meetings_of_one_session_can_clash(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, replace(NEXT_WEEK, title="Parallel group"))
    with pytest.raises(ClashesFound) as caught:
        await works.run(STAFF, assign_trainer, key, Assignment(person_id=await a_person(works, "Tara")))
    assert len(caught.value.clashes) == 2


async def test_a_withdrawn_trainer_is_free_again(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER)
    first, second = await list_meetings([key])
    tara = await a_person(works, "Tara")
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara))
    assert await works.run(STAFF, withdraw_trainer, key, tara, meeting_ids=(first.id,)) == (first.id,)
    assert [row.meeting_id for row in await occupied(key)] == [second.id]
    assert await works.run(STAFF, withdraw_trainer, key, tara, expected_version=3) == (second.id,)
    assert await list_trainers([key]) == []
    with pytest.raises(NotFound):
        await works.run(STAFF, withdraw_trainer, key, tara)
    with pytest.raises(Stale):
        await works.run(STAFF, withdraw_trainer, key, tara, expected_version=3)


async def test_what_does_not_exist_is_refused(works: Works) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id)
    tara = await a_person(works, "Tara")
    with pytest.raises(NoSuchTrainer):
        await works.run(STAFF, assign_trainer, key, Assignment(person_id=MISSING))
    with pytest.raises(NotFound):
        await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara, meeting_ids=(MISSING,)))
    with pytest.raises(NotFound):
        await works.run(NOBODY, assign_trainer, key, Assignment(person_id=tara))


async def test_a_manager_chooses_among_those_who_teach_in_the_program(works: Works) -> None:
    mine, foreign = await a_program(works), await a_program(works, "Foreign")
    key = await a_session(works, (await a_course(works, mine)).id)
    other = await a_session(works, (await a_course(works, foreign)).id, LATER)
    tara, ada = await a_person(works, "Tara"), await a_person(works, "Ada")
    await works.run(STAFF, assign_trainer, other, Assignment(person_id=tara))
    for person_id in (tara, ada, MISSING):
        with pytest.raises(TrainerUnknownHere) as refused:
            await works.run(manager_of(mine), assign_trainer, key, Assignment(person_id=person_id))
        assert refused.value.fields.keys() == {"person_id"}
    await works.run(manager_of(mine, foreign), assign_trainer, other, Assignment(person_id=tara, role=TrainerRole.CO))


async def test_a_new_name_stamps_the_meetings_to_come_and_raises_no_sequence(works: Works, clock: FrozenClock) -> None:
    course = await a_course(works, await a_program(works))
    key = await a_session(works, course.id, NEXT_WEEK, WEEK_AFTER)
    tara = await a_person(works, "Tara")
    first, second = await list_meetings([key])
    await works.run(STAFF, assign_trainer, key, Assignment(person_id=tara, meeting_ids=(second.id,)))
    await works.run(STAFF, publish_session, key)
    assigned = {row.id: row for row in await list_meetings([key])}
    clock.move(minutes=5)
    viewer = Viewer(person_id=tara)
    await works.run(viewer, change_own_details, name="Tara", zone="Asia/Tokyo")
    assert {row.id: row for row in await list_meetings([key])} == assigned, "a zone of their own shows nowhere"
    await works.run(viewer, change_own_details, name="Tara Newman", zone="Asia/Tokyo")
    after = {row.id: row for row in await list_meetings([key])}
    assert after[first.id] == assigned[first.id]
    assert after[second.id].changed_at == clock()
    assert after[second.id].sequence == assigned[second.id].sequence

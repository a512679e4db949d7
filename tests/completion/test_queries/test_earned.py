"""What a certificate would say now."""

from tests.completion.certified import completed
from training.base.work import Work, Works
from training.completion.queries.earned import latest_of, list_earned
from training.people.tables import Person
from training.schedule.tables import TrainerAssignment


async def test_those_who_led_come_first_and_who_assisted_is_not_named(works: Works) -> None:
    made = await completed(works)

    async def assign(work: Work) -> None:
        for name, role in (("Cleo", "co"), ("Ari", "assistant"), ("Shay", "shadow"), ("Lea", "lead")):
            person_id = work.new_id()
            work.add(Person, id=person_id, email=f"{name}@example.org", name=name, created_at=work.now)
            ids = {"session_id": made.scene.session_id, "meeting_id": made.scene.meeting_ids[0]}
            work.add(TrainerAssignment, id=work.new_id(), person_id=person_id, role=role, **ids)

    await works.run(made.scene.manager, assign)
    (earned,), holders = await list_earned(made.enrollments, "training")
    assert earned.said.trainers == ("Tara Quill", "Lea", "Cleo")
    assert holders[earned.enrollment_id].email == "northern-line-0@example.org"


async def test_of_nobody_there_is_nothing(works: Works) -> None:  # noqa: ARG001 - asked for the database
    assert await list_earned([], "training") == ([], {})
    assert await latest_of([]) == {}

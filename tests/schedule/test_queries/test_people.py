"""Trainers as they are found and locked."""

from tests.schedule.made import MISSING, a_person
from training.base.database import execute
from training.base.work import Works
from training.schedule.queries import find_trainer_by_email, lock_people


async def test_people_are_locked_in_order(works: Works) -> None:
    keys = [await a_person(works, name) for name in ("Tara", "Sam")]
    assert [person.id for person in await lock_people([*keys, MISSING])] == sorted(keys)
    assert await lock_people([]) == []


async def test_a_trainer_is_found_by_address_unless_disabled(works: Works) -> None:
    tara = await a_person(works, "Tara")
    found = await find_trainer_by_email(" TARA@people.example ")
    assert found is not None
    assert (found.id, found.name) == (tara, "Tara")
    assert await find_trainer_by_email("nobody@people.example") is None
    await execute("UPDATE person SET disabled_at = created_at WHERE id = {}", tara)
    assert await find_trainer_by_email("tara@people.example") is None

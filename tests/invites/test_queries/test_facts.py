"""Everything about the invites of sessions in as many statements for one as for many."""

from tests.booking.asked import order
from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from tests.invites.posted import post
from tests.schedule.made import STAFF
from training.base.database import execute, watch_statements
from training.base.work import Works
from training.booking.actions import Substitute, Wanted, book_places, replace_person
from training.invites.queries.facts import list_facts
from training.invites.rules.comparing import Carrier, Why
from training.schedule.actions import assign_trainer
from training.schedule.rules.values import Assignment


async def test_the_number_of_statements_does_not_grow(works: Works, clock: FrozenClock) -> None:
    counts = []
    for tag, people in ((" a", 1), (" b", 6)):
        scene = await make_scene(works, tag=tag, meetings=people, capacity_in_person=9)
        await works.run(scene.coordinator, book_places, order(scene, *range(people)))
        await works.run(STAFF, assign_trainer, scene.session_id, Assignment(person_id=scene.people[7]))
        await post(works)
        with watch_statements() as seen:
            (facts,) = await list_facts([scene.session_id], clock.now)
        counts.append(len(seen))
        assert len(facts.wanted) == people * (people + 1)
        assert await list_facts([scene.session_id], clock.now, []) == []
        (some,) = await list_facts([scene.session_id], clock.now, [scene.people[0]])
        assert {person for person, _ in some.wanted} == {scene.people[0]}
    assert counts[0] == counts[1] <= 7
    assert await list_facts([], clock.now) == []


async def test_how_somebody_left_and_what_became_of_the_mail(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    booked = await works.run(scene.coordinator, book_places, order(scene, 0, 1))
    await post(works)
    ids = [verdict.enrollment_id for verdict in booked.verdicts if verdict.enrollment_id]
    instead = Substitute(person=Wanted(membership_id=scene.members[3]))
    await works.run(scene.coordinator, replace_person, ids[0], instead)
    (facts,) = await list_facts([scene.session_id], clock.now)
    assert facts.learners[scene.people[0]].why is Why.REPLACED
    key = (scene.people[0], scene.meeting_ids[0])
    for state, carrier in (("sent", Carrier.LEFT), ("superseded", Carrier.DROPPED), ("failed", Carrier.FAILED)):
        sql = "UPDATE message SET state = {}, sent_at = {} WHERE kind = 'booking-enrolled'"
        await execute(sql, state, clock.now if state == "sent" else None)
        (facts,) = await list_facts([scene.session_id], clock.now)
        assert facts.issued[key].carrier is carrier
    await execute("UPDATE invite SET message_id = NULL")
    (facts,) = await list_facts([scene.session_id], clock.now)
    assert facts.issued[key].carrier is Carrier.NONE

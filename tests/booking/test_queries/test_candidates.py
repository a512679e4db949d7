"""What stands against somebody: own bookings are named, others' are not, and a missing course is."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.booking.asked import booked_one
from tests.booking.made import Scene, make_scene
from training.base.database import execute
from training.base.structs import ANONYMOUS
from training.base.work import Work, Works
from training.booking.queries import find_members_at, list_busy, list_candidates, list_prerequisites
from training.catalogue.tables import CoursePrerequisite


async def two_at_once(works: Works) -> tuple[Scene, Scene]:
    """Two sessions at the same time; the first person of the first has a place there."""
    first, second = await make_scene(works), await make_scene(works, tag=" Two", title="The other one")
    await booked_one(works, first)
    return first, second


async def joins(first: Scene, second: Scene) -> UUID:
    """The first person becomes a member of the second scene's partner, too."""
    member = second.members[0]
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", first.people[0], member)
    return member


async def test_a_clash_with_the_partners_own_booking_is_named(works: Works) -> None:
    first, second = await two_at_once(works)
    found = await list_candidates(second.session_id, first.partner_id, [first.members[0], first.members[1]])
    assert [(c.clash_title, c.clash_elsewhere) for c in found] == [("Safe messaging", False), (None, False)]


async def test_a_clash_with_anothers_booking_is_only_said_to_be_there(works: Works) -> None:
    first, second = await two_at_once(works)
    member = await joins(first, second)
    found = (await list_candidates(second.session_id, second.partner_id, [member]))[0]
    assert (found.clash_title, found.clash_elsewhere) == (None, True)


async def test_one_after_the_other_is_no_clash(works: Works) -> None:
    first = await make_scene(works)
    await booked_one(works, first)
    second = await make_scene(works, tag=" Two", starts_in=timedelta(days=14, hours=2))
    found = (await list_candidates(second.session_id, first.partner_id, [first.members[0]]))[0]
    assert (found.clash_title, found.clash_elsewhere) == (None, False)


async def test_where_somebody_is_busy_is_told_to_themselves(works: Works) -> None:
    first, second = await two_at_once(works)
    busy = await list_busy(second.session_id, [first.people[0], first.people[1]])
    assert [(b.person_id, b.session_id, b.title) for b in busy] == [
        (first.people[0], first.session_id, "Safe messaging")
    ]
    assert busy[0].ends_at - busy[0].starts_at == timedelta(hours=2)
    assert await list_busy(second.session_id, []) == []


async def test_a_course_that_comes_first(works: Works) -> None:
    basics = await make_scene(works, starts_in=timedelta(days=7))
    later = await make_scene(works, tag=" Two")

    async def require(work: Work) -> None:
        work.add(CoursePrerequisite, id=work.new_id(), course_id=later.course_id, required_course_id=basics.course_id)

    await works.run(ANONYMOUS, require)
    member, person = basics.members[0], basics.people[0]

    async def lacks() -> tuple[str | None, list[bool]]:
        found = (await list_candidates(later.session_id, basics.partner_id, [member]))[0]
        return found.lacks, [m.fulfilled for m in await list_prerequisites(later.session_id, person)]

    assert await lacks() == ("Course", [False])
    enrollment = await booked_one(works, basics)
    assert await lacks() == (None, [True])
    # What another partner booked does not show, what was completed anywhere does.
    await execute("UPDATE enrollment SET partner_id = {} WHERE id = {}", basics.other_partner_id, enrollment)
    assert await lacks() == ("Course", [True])
    await execute("UPDATE enrollment SET state = 'completed' WHERE id = {}", enrollment)
    assert await lacks() == (None, [True])
    assert [m.fulfilled for m in await list_prerequisites(later.session_id, None)] == [False]


async def test_a_completed_course_counts_only_while_it_is_valid(works: Works) -> None:
    basics = await make_scene(works, starts_in=timedelta(days=7))
    later = await make_scene(works, tag=" Two")

    async def require(work: Work) -> None:
        work.add(CoursePrerequisite, id=work.new_id(), course_id=later.course_id, required_course_id=basics.course_id)

    await works.run(ANONYMOUS, require)
    member, person = basics.members[0], basics.people[0]
    enrollment = await booked_one(works, basics)
    starts_at = works.clock() + timedelta(days=14)
    valid = "UPDATE enrollment SET state = 'completed', valid_until = {} WHERE id = {}"

    async def seen() -> tuple[Any, ...]:
        found = (await list_candidates(later.session_id, basics.partner_id, [member]))[0]
        mine = (await list_prerequisites(later.session_id, person))[0]
        return found.lacks, found.lapsed, found.lapsed_at, mine.fulfilled, mine.lapsed_at

    await execute(valid, starts_at + timedelta(days=1), enrollment)
    assert await seen() == (None, None, None, True, None)
    over = starts_at - timedelta(days=1)
    await execute(valid, over, enrollment)
    assert await seen() == ("Course", "Course", over, False, over)
    # When something ended that another partner booked is not this partner's to know.
    await execute("UPDATE enrollment SET partner_id = {} WHERE id = {}", basics.other_partner_id, enrollment)
    assert await seen() == ("Course", None, None, False, over)


async def test_private_addresses_are_known_only_where_it_is_meant(works: Works) -> None:
    scene = await make_scene(works)
    await execute("UPDATE person SET email = 'private@example.net' WHERE id = {}", scene.people[0])
    asked = ["private@example.net", "northern-line-1@example.org", "nobody@example.org"]
    theirs = {"northern-line-1@example.org": scene.members[1]}
    assert await find_members_at(scene.partner_id, asked, accounts=False) == theirs
    assert await find_members_at(scene.partner_id, asked) == theirs | {"private@example.net": scene.members[0]}

"""Lists beside the roster, in few statements."""

from uuid import uuid4

import pytest

from tests.attendance.made import make_day
from tests.attendance.test_actions.test_online import LIST
from tests.conftest import FrozenClock
from training.attendance.actions.online import take_list
from training.attendance.queries.online import find_open_list, get_list, get_matching
from training.attendance.rules.online_files import Platform, read_list
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.work import Works


async def test_what_was_read_is_kept_as_it_was(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2)
    list_id = await works.run(day.lead, take_list, day.meeting_id, read_list(LIST.encode()), "list.csv")
    found = await get_list(day.meeting_id, list_id)
    assert (found.platform, found.file_name, found.version, found.applied_at) == (Platform.OTHER, "list.csv", 1, None)
    assert [line.name for line in found.lines] == ["iPhone", "Lea", "Nordern Lime 2", "Northern Line 0", "Somebody"]
    assert all(len(line.spans) == 1 for line in found.lines)
    assert found.choices == {}
    with pytest.raises(NotFound):
        await get_list(day.meeting_id, uuid4())
    assert await find_open_list(uuid4()) is None


async def test_names_of_accounts_and_both_addresses_are_known(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, people=2)
    await execute("UPDATE person SET name = 'Ana Ćosić' WHERE id = {}", day.scene.people[0])
    await execute("UPDATE membership SET contact_email = 'bo@work.example' WHERE id = {}", day.scene.members[1])
    rows = b"Name,Email,Minutes\nAna Cosic,,60\nBo,BO@work.example,60\n"
    list_id = await works.run(day.lead, take_list, day.meeting_id, read_list(rows), "")
    found = await get_matching(day.lead, day.meeting_id, list_id)
    assert [one.enrollment_id for one in found.matched] == list(day.enrollments)
    assert [one.person.name for one in found.following()] == ["Northern Line 0", "Northern Line 1"]


async def test_as_many_statements_for_two_people_as_for_twelve(works: Works, clock: FrozenClock) -> None:
    counts = []
    for people in (2, 12):
        day = await make_day(works, clock, people=people, tag=str(people))
        read = read_list("\n".join(["Name,Minutes", *(f"Person {n},60" for n in range(people))]).encode())
        list_id = await works.run(day.lead, take_list, day.meeting_id, read, "")
        with watch_statements() as seen:
            await get_matching(day.lead, day.meeting_id, list_id)
        counts.append(len(seen))
        clock.move(days=-14, minutes=-10)
    assert counts == [3, 3]

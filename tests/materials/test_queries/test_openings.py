"""The access log, page by page."""

from datetime import timedelta

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import published
from tests.materials.prepared import opened
from training.base.database import execute
from training.base.errors import Invalid
from training.base.work import Works
from training.materials.queries.openings import page_openings


async def test_the_newest_stand_first_and_pages_follow_each_other(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material, other = await published(works, day), await published(works, day)
    for number in range(3):
        await opened(works, day.scene, material.id, number, ago=timedelta(minutes=number))
    await opened(works, day.scene, other.id)
    first = await page_openings(material.id, limit=2)
    assert [one.name for one in first.items] == ["Northern Line 0", "Northern Line 1"]
    assert first.next_cursor is not None
    second = await page_openings(material.id, cursor=first.next_cursor, limit=2)
    assert [one.name for one in second.items] == ["Northern Line 2"]
    assert (second.next_cursor, second.items[0].number, second.items[0].session_title) == (None, 1, "Safe messaging")
    with pytest.raises(Invalid):
        await page_openings(material.id, cursor="strange")


async def test_whose_place_it_was_is_known_and_a_visitor_is_not(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    await opened(works, day.scene, material.id)
    await execute("UPDATE material_opening SET person_id = NULL")
    assert [one.name for one in (await page_openings(material.id)).items] == ["Northern Line 0"]
    await execute("UPDATE material_opening SET enrollment_id = NULL")
    assert [(one.name, one.email) for one in (await page_openings(material.id)).items] == [("", "")]

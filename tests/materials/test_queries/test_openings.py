"""The access log, page by page."""

from datetime import timedelta
from uuid import UUID

import pytest

from tests.attendance.made import make_day
from tests.conftest import FrozenClock
from tests.materials.made import MACHINE, a_note, added, draft_of, filled, published
from tests.materials.prepared import opened
from training.base.database import execute
from training.base.errors import Invalid
from training.base.work import Work, Works
from training.materials.actions.opening import Way
from training.materials.actions.versions import publish_version
from training.materials.queries.openings import page_openings
from training.materials.tables import MaterialOpening


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


async def test_an_archive_is_one_entry_of_each_person(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await added(works, day)
    for name in ("Slides", "Handout", "Recording"):
        await filled(works, day, material.id, a_note(name=name))
    version = await draft_of(day, material.id)
    await works.run(day.manager, publish_version, version.id)

    async def take(work: Work, number: int, enrollment_id: UUID | None, way: Way) -> None:
        given = {"material_id": material.id, "version_id": version.id, "session_id": day.session_id}
        person_id = day.scene.people[number] if enrollment_id else None
        for variant in version.variants:
            ids = {"id": work.new_id(), "person_id": person_id, "enrollment_id": enrollment_id}
            work.add(MaterialOpening, **ids, **given, variant_id=variant.id, way=way.value, at=work.now)

    for number in (0, 1):
        await works.run(MACHINE, take, number, day.enrollments[number], Way.ARCHIVE)
    await works.run(MACHINE, take, 0, None, Way.ARCHIVE)
    clock.move(hours=1)
    await works.run(MACHINE, take, 0, day.enrollments[0], Way.ARCHIVE)
    await works.run(MACHINE, take, 0, day.enrollments[0], Way.DOWNLOAD)
    told: list[tuple[str, str, str]] = []
    cursor = ""
    for _ in range(4):
        found = await page_openings(material.id, cursor=cursor, limit=2)
        told += [(one.name, one.way, one.shape) for one in found.items]
        cursor = found.next_cursor or ""
    assert not cursor
    assert sorted(told) == [
        ("", "archive", ""),
        ("Northern Line 0", "archive", ""),
        ("Northern Line 0", "archive", ""),
        *(("Northern Line 0", "download", name) for name in ("Handout", "Recording", "Slides")),
        ("Northern Line 1", "archive", ""),
    ]

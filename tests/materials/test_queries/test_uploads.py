"""Uploads for whoever began them, and how much there is."""

from uuid import UUID

import pytest

from tests.booking.made import make_scene
from tests.conftest import FrozenClock
from training.base.database import watch_statements
from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.materials.actions.uploading import begin_upload
from training.materials.queries.uploads import (
    Begun,
    Destination,
    find_partner,
    get_begun,
    get_destination,
    get_kept,
    get_upload,
    list_finished,
)
from training.materials.rules.limits import PART_SIZE, Kept
from training.materials.tables import StoredFile, Upload

MISSING = UUID(int=404)


async def test_where_somebody_may_bring_files(works: Works) -> None:
    scene = await make_scene(works)
    of_course = await get_destination(scene.manager, course_id=scene.course_id)
    assert of_course == Destination(program_id=scene.program_id, course_id=scene.course_id)
    assert of_course.words == f"course_id={scene.course_id}"
    of_session = await get_destination(scene.manager, session_id=scene.session_id)
    assert of_session.words == f"session_id={scene.session_id}"
    for viewer, asked in (
        (scene.coordinator, {"course_id": scene.course_id}),
        (Viewer(), {"course_id": scene.course_id}),
        (Viewer.machine("test"), {"course_id": scene.course_id}),
        (scene.manager, {"course_id": MISSING}),
        (scene.manager, {}),
        (scene.manager, {"course_id": scene.course_id, "session_id": scene.session_id}),
    ):
        with pytest.raises(NotFound):
            await get_destination(viewer, **asked)


async def test_an_upload_is_known_to_whoever_began_it(works: Works) -> None:
    scene = await make_scene(works)
    to = await get_destination(scene.manager, course_id=scene.course_id)
    begun = await works.run(scene.manager, begin_upload, to, "a.txt", 10)
    assert (await get_upload(scene.manager, begun.id)).name == "a.txt"
    for viewer in (scene.coordinator, Viewer(), Viewer(person_id=MISSING, grants=scene.manager.grants)):
        with pytest.raises(NotFound):
            await get_upload(viewer, begun.id)
    # Who may not change the materials any more cannot go on either.
    with pytest.raises(NotFound):
        await get_upload(Viewer(person_id=scene.manager.person_id), begun.id)
    with pytest.raises(NotFound):
        await list_finished(scene.manager, to, [begun.id])
    now = works.clock()
    assert await get_begun(scene.manager.person_id, scene.program_id, now) == Begun(count=1, size=10)
    assert await get_begun(scene.manager.person_id, MISSING, now) == Begun(count=1)
    assert await get_begun(scene.coordinator.person_id, scene.program_id, now) == Begun()
    assert await get_begun(scene.manager.person_id, scene.program_id, begun.expires_at) == Begun()


async def test_what_came_twice_counts_once(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works)
    ids = {"program_id": scene.program_id, "course_id": scene.course_id, "person_id": scene.manager.person_id}

    async def add(work: Work) -> None:
        file_id = work.new_id()
        work.add(StoredFile, id=file_id, sha256="a" * 64, size=100, created_at=work.now)
        rest = {"part_size": PART_SIZE, "created_at": work.now, "expires_at": clock.now.replace(year=2027), **ids}
        done = {"size": 100, "state": "finished", "file_id": file_id, "finished_at": work.now}
        for partner_id in (None, scene.partner_id, scene.partner_id):
            work.add(Upload, id=work.new_id(), partner_id=partner_id, **done, **rest)
        work.add(Upload, id=work.new_id(), size=7, **rest)
        work.add(Upload, id=work.new_id(), size=1000, state="refused", finished_at=work.now, **rest)

    await works.run(scene.manager, add)
    assert await get_kept(scene.program_id, None, clock.now) == Kept(program=107, program_coming=7)
    assert await get_kept(scene.program_id, scene.partner_id, clock.now) == Kept(
        program=107, partner=100, program_coming=7
    )
    assert await get_kept(MISSING, scene.other_partner_id, clock.now) == Kept(program=0, partner=0)


async def test_for_whom_somebody_brings_files(works: Works) -> None:
    scene = await make_scene(works)
    assert await find_partner(frozenset(), scene.program_id) is None
    assert await find_partner(frozenset({MISSING}), scene.program_id) == MISSING
    assert await find_partner(frozenset({MISSING, scene.partner_id}), scene.program_id) == scene.partner_id


async def test_the_number_of_statements_stays(works: Works) -> None:
    scene = await make_scene(works)
    to = await get_destination(scene.manager, course_id=scene.course_id)
    begun = [await works.run(scene.manager, begin_upload, to, "a.txt", 10) for _ in range(3)]
    counts = []
    for some in (begun[:1], begun):
        with watch_statements() as seen, pytest.raises(NotFound):
            await list_finished(scene.manager, to, [one.id for one in some])
        counts.append(len(seen))
    assert counts == [1, 1]

"""What of the materials of a session somebody sees, read from the database."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.attendance.made import Day, make_day
from tests.conftest import FrozenClock
from tests.materials.made import a_file, added, again, draft_of, filled, learner, of_file, published
from tests.surveys.made import count
from training.attendance.tables import Overall
from training.base.database import execute, watch_statements
from training.base.errors import NotFound
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Work, Works
from training.booking.actions import cancel_enrollment
from training.materials.actions.editing import withdraw
from training.materials.actions.placing import place
from training.materials.queries.showing import (
    FileSeen,
    find_course_file,
    find_file,
    get_course_material,
    get_material,
    list_course_materials,
    list_course_versions,
    list_materials,
    list_versions,
)
from training.materials.rules.materials import PlacementDetails
from training.materials.rules.showing import Audience, FileBarred, FileWaits, NotThere, NotYet, Opens, Why

SOON = timedelta(hours=3)


async def titles(viewer: Viewer, day: Day, works: Works, **more: Any) -> list[str]:
    found = await list_materials(viewer, day.session_id, works.clock(), **more)
    return [one.title for one in found.items]


async def test_one_list_of_the_course_and_the_session(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    own = await published(works, day, title="Own")
    await published(works, day, title="Of the course", of_course=True)
    await added(works, day, title="Not published")
    left_out = await published(works, day, title="Left out", of_course=True)
    gone = await published(works, day, title="Withdrawn")
    await works.run(day.manager, withdraw, gone.id)
    await works.run(day.manager, place, day.session_id, left_out.id, PlacementDetails(hidden=True))
    for viewer in (learner(day), day.lead, day.shadow, day.manager):
        assert await titles(viewer, day, works) == ["Of the course", "Own"]
    assert await titles(learner(day), day, works, editing=True) == ["Of the course", "Own"]
    assert await titles(day.shadow, day, works, editing=True) == ["Of the course", "Own"]
    everything = ["Of the course", "Left out", "Own", "Not published"]
    assert await titles(day.lead, day, works, editing=True) == everything
    assert await titles(day.manager, day, works, editing=True) == everything
    with pytest.raises(NotFound):
        await list_materials(day.stranger, day.session_id, works.clock())
    found = await get_material(learner(day), day.session_id, own.id, works.clock())
    assert found.given is not None
    assert [one.html for one in found.given.variants] == ["<p>Say <strong>died by suicide</strong>.</p>\n"]
    assert (found.own, found.visible, found.why, found.has_draft) == (True, True, Why.SEEN, False)


async def test_what_the_course_never_published_is_there_for_managers_alone(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    await added(works, day, title="Of the course, to come", of_course=True)
    await again(works, day, (await published(works, day, title="Of the course", of_course=True)).id)
    await added(works, day, title="Own, to come")
    mine = ["Of the course", "Own, to come"]
    assert await titles(day.lead, day, works, editing=True) == mine
    assert await titles(day.manager, day, works, editing=True) == ["Of the course, to come", *mine]


async def test_a_learner_before_and_after(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    after = await published(works, day, title="Answers", opens=Opens.AFTER, summary="All of them")
    there = await published(works, day, title="Recording", opens=Opens.ATTENDED)
    now = works.clock()
    seen = await list_materials(learner(day), day.session_id, now)
    assert seen.items == ()
    end = seen.session.ends_at
    assert [(one.title, one.from_at, one.summary, one.given) for one in seen.later] == [
        ("Answers", end, "", None),
        ("Recording", end, "", None),
    ]
    with pytest.raises(NotYet) as refused:
        await get_material(learner(day), day.session_id, after.id, now)
    assert refused.value.data["from_at"] == end
    assert await titles(day.shadow, day, works) == ["Answers", "Recording"]
    clock.now += SOON
    assert await titles(learner(day), day, works) == ["Answers"]
    with pytest.raises(NotThere):
        await get_material(learner(day), day.session_id, there.id, works.clock())
    await was_there(works, day, day.enrollments[0], "present")
    assert await titles(learner(day), day, works) == ["Answers", "Recording"]
    await was_there(works, day, day.enrollments[0], "present", corrected="no-show")
    assert await titles(learner(day), day, works) == ["Answers"]
    await was_there(works, day, day.enrollments[0], "no-show", corrected="partial")
    assert await titles(learner(day), day, works) == ["Answers", "Recording"]


async def was_there(works: Works, day: Day, enrollment_id: UUID, status: str, **more: Any) -> None:
    async def write(work: Work) -> None:
        await work.execute("DELETE FROM overall WHERE id = {}", enrollment_id)
        ids = {"id": enrollment_id, "enrollment_id": enrollment_id, "session_id": day.session_id}
        by = {"corrected_reason": "Seen there", "corrected_at": work.now, "corrected_by": day.manager.person_id}
        work.add(
            Overall,
            **ids,
            status=status,
            meetings=1,
            meetings_held=1,
            changed_at=work.now,
            **(by if more else {}),
            **more,
        )

    await works.run(day.manager, write)


async def test_audiences(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, audience="public")
    for audience in Audience:
        await published(works, day, title=audience.value, audience=audience)
    order = [audience.value for audience in Audience]
    assert await titles(ANONYMOUS, day, works) == order[:1]
    assert await titles(day.stranger, day, works) == order[:1]
    assert await titles(day.scene.other_coordinator, day, works) == order[:2]
    assert await titles(learner(day), day, works) == order[:3]
    assert await titles(day.assistant, day, works) == order
    await execute("UPDATE participation SET ended_at = {}", works.clock())
    assert await titles(day.scene.other_coordinator, day, works) == order[:1]


async def test_who_gave_a_place_back_is_a_stranger_again(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, audience="public")
    material = await published(works, day)
    file_id = await a_file(works, day)
    version = await filled(works, day, (await added(works, day)).id, of_file(file_id))
    del version
    first = day.enrollments[0]
    assert await titles(learner(day), day, works) == [material.title]
    assert await titles(ANONYMOUS, day, works, enrollment_id=first) == [material.title]
    await works.run(day.manager, cancel_enrollment, first)
    assert await titles(learner(day), day, works) == []
    assert await titles(ANONYMOUS, day, works, enrollment_id=first) == []
    with pytest.raises(NotFound):
        await get_material(learner(day), day.session_id, material.id, works.clock(), enrollment_id=first)


async def test_a_link_to_a_place_is_worth_that_place_only(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    other = await make_day(works, clock, tag=" B")
    for audience in (Audience.ENROLLED, Audience.TRAINERS):
        await published(works, day, title=audience.value, audience=audience)
    # Even a manager who came by somebody's link sees what that place sees.
    assert await titles(day.manager, day, works, enrollment_id=day.enrollments[0]) == ["enrolled"]
    with pytest.raises(NotFound):
        await list_materials(ANONYMOUS, day.session_id, works.clock(), enrollment_id=other.enrollments[0])
    with pytest.raises(NotFound):
        await list_materials(ANONYMOUS, day.session_id, works.clock(), enrollment_id=uuid4())


@pytest.mark.parametrize("state", ["draft", "cancelled"])
async def test_a_session_that_is_not_held_shows_nothing(works: Works, clock: FrozenClock, state: str) -> None:
    day = await make_day(works, clock, audience="public")
    material = await published(works, day, audience=Audience.EVERYONE)
    await execute("UPDATE session SET state = {} WHERE id = {}", state, day.session_id)
    seen = await list_materials(learner(day), day.session_id, works.clock())
    assert (seen.items, seen.later) == ((), ())
    with pytest.raises(NotFound):
        await get_material(learner(day), day.session_id, material.id, works.clock())
    assert await titles(day.lead, day, works) == [material.title]
    assert await titles(day.manager, day, works) == [material.title]


async def test_what_was_given_stays_and_the_newer_one_is_named(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    clock.now += SOON
    newer = await again(works, day, material.id)
    [shown] = (await list_materials(learner(day), day.session_id, works.clock())).items
    assert shown.given is not None
    assert shown.newest is not None
    assert (shown.given.number, shown.newest.number, shown.newest.note) == (1, 2, "Two slides are new.")
    history = await list_versions(learner(day), day.session_id, material.id, works.clock())
    assert [one.number for one in history] == [2, 1]
    assert all(one.variants for one in history)
    # A session still to come gives the newest; one that pins gives what it pins.
    await execute("UPDATE session SET ends_at = {} WHERE id = {}", works.clock() + SOON, day.session_id)
    await execute("UPDATE meeting SET ends_at = {} WHERE session_id = {}", works.clock() + SOON, day.session_id)
    [shown] = (await list_materials(learner(day), day.session_id, works.clock())).items
    assert shown.given == history[0]
    assert shown.given.id == newer.id
    assert shown.newest is None


async def test_what_came_after_the_session_is_given_in_its_newest_version(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    clock.now += SOON
    material = await published(works, day)
    await again(works, day, material.id, "With captions.")
    [shown] = (await list_materials(learner(day), day.session_id, works.clock())).items
    assert shown.given is not None
    assert (shown.given.number, shown.given.note, shown.newest, shown.late) == (2, "With captions.", None, True)
    history = await list_versions(learner(day), day.session_id, material.id, works.clock())
    assert [one.number for one in history] == [2, 1]


async def test_a_session_pins_a_version_of_its_course(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day, of_course=True)
    first = (await list_versions(day.manager, day.session_id, material.id, works.clock()))[0]
    await again(works, day, material.id)
    pinned = PlacementDetails(pinned_id=first.id, audience=Audience.TRAINERS, opens=Opens.AFTER)
    await works.run(day.manager, place, day.session_id, material.id, pinned)
    assert await titles(learner(day), day, works) == []
    shown = await get_material(day.shadow, day.session_id, material.id, works.clock())
    assert shown.given is not None
    assert shown.newest is not None
    assert (shown.given.number, shown.newest.number) == (1, 2)
    assert (shown.showing.audience, shown.showing.opens) == (Audience.TRAINERS, Opens.AFTER)


async def test_a_course_shows_what_is_always_open(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    course_id, now = day.scene.course_id, works.clock()
    material = await published(works, day, title="Open", of_course=True, audience=Audience.EVERYONE)
    late = await published(works, day, title="Late", of_course=True, audience=Audience.EVERYONE, opens=Opens.START)
    await published(works, day, title="Partners", of_course=True, audience=Audience.PARTNERS)
    await published(works, day, title="Own", audience=Audience.EVERYONE)

    async def seen(viewer: Viewer, **more: Any) -> list[str]:
        return [one.title for one in (await list_course_materials(viewer, course_id, now, **more)).items]

    assert await seen(ANONYMOUS) == ["Open"]
    assert await seen(learner(day)) == ["Open"]
    assert await seen(day.scene.coordinator) == ["Open", "Partners"]
    assert await seen(day.shadow) == ["Open", "Late", "Partners"]
    await added(works, day, title="Draft", of_course=True)
    assert await seen(day.lead, editing=True) == ["Open", "Late", "Partners"]
    assert await seen(day.manager, editing=True) == ["Open", "Late", "Partners", "Draft"]
    assert (await get_course_material(ANONYMOUS, course_id, material.id, now)).visible
    assert len(await list_course_versions(ANONYMOUS, course_id, material.id, now)) == 1
    for call in (get_course_material, list_course_versions):
        with pytest.raises(NotFound):
            await call(ANONYMOUS, course_id, late.id, now)
    with pytest.raises(NotFound):
        await list_course_materials(ANONYMOUS, uuid4(), now)


async def test_statements_do_not_grow(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)

    async def counted(read: Callable[[], Awaitable[Any]]) -> int:
        with watch_statements() as seen:
            await read()
        return len(seen)

    async def reads() -> list[int]:
        now = works.clock()
        return [
            await counted(lambda: list_materials(learner(day), day.session_id, now)),
            await counted(lambda: list_materials(day.manager, day.session_id, now, editing=True)),
            await counted(lambda: list_course_materials(day.manager, day.scene.course_id, now)),
        ]

    await published(works, day, of_course=True)
    few = await reads()
    for number in range(8):
        material = await published(works, day, of_course=bool(number % 2))
        await again(works, day, material.id)
    assert await reads() == few
    assert max(few) <= 7


async def test_files_are_found_by_whoever_may_see_them(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    file_id = await a_file(works, day)
    material = await added(works, day, title="Slides")
    version = await filled(works, day, material.id, of_file(file_id))
    [variant] = version.variants
    now = works.clock()
    here: dict[str, Any] = {"session_id": day.session_id}
    for viewer in (learner(day), day.shadow, ANONYMOUS):
        with pytest.raises(NotFound):
            await find_file(viewer, variant.id, now, **here)
    assert (await find_file(day.lead, variant.id, now, **here)).variant == variant
    await publish(works, version.id)
    with watch_statements() as statements:
        seen = await find_file(learner(day), variant.id, now, **here)
    assert len(statements) <= 6
    assert (seen.title, seen.number, seen.public, seen.session_id) == ("Slides", 1, False, day.session_id)
    assert (seen.enrollment_id, seen.course_id) == (day.enrollments[0], None)
    with pytest.raises(NotFound):
        await find_file(day.stranger, variant.id, now, **here)
    with pytest.raises(NotFound):
        await find_course_file(day.manager, variant.id, now, course_id=day.scene.course_id)
    for nowhere in (uuid4(), day.scene.course_id):
        with pytest.raises(NotFound):
            await find_file(day.manager, variant.id, now, session_id=nowhere)
    with pytest.raises(NotFound):
        await find_file(day.manager, uuid4(), now, **here)
    await execute("UPDATE session SET access_code = 'CODE2345' WHERE id = {}", day.session_id)
    await execute("UPDATE material SET audience = 'everyone'")
    assert (await find_file(day.stranger, variant.id, now, **here, code="CODE2345")).variant == variant
    with pytest.raises(NotFound):
        await find_file(day.stranger, variant.id, now, **here, code="CODE2346")
    place_only = await find_file(ANONYMOUS, variant.id, now, **here, enrollment_id=day.enrollments[1])
    assert place_only.enrollment_id == day.enrollments[1]


async def publish(works: Works, version_id: UUID) -> None:
    await execute("UPDATE material_version SET published_at = {} WHERE id = {}", works.clock(), version_id)


@pytest.mark.parametrize(("state", "error"), [("waiting", FileWaits), ("refused", FileBarred)])
async def test_a_file_that_was_not_scanned_is_not_found_open(
    works: Works, clock: FrozenClock, state: str, error: type[Exception]
) -> None:
    day = await make_day(works, clock)
    file_id = await a_file(works, day, state=state)
    material = await added(works, day)
    version = await filled(works, day, material.id, of_file(file_id))
    await publish(works, version.id)
    for viewer in (learner(day), day.manager):
        with pytest.raises(error):
            await find_file(viewer, version.variants[0].id, works.clock(), session_id=day.session_id)


async def test_only_what_nobody_is_kept_from_is_public(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock, audience="public")
    now = works.clock()

    async def is_public(viewer: Viewer, whose: dict[str, Any], **more: Any) -> bool:
        material = await added(works, day, **more)
        version = await filled(works, day, material.id, of_file(await a_file(works, day)))
        await publish(works, version.id)
        find: Any = find_course_file if "course_id" in whose else find_file
        seen: FileSeen = await find(viewer, version.variants[0].id, now, **whose)
        return seen.public

    here, course = {"session_id": day.session_id}, {"course_id": day.scene.course_id}
    assert await is_public(ANONYMOUS, here, audience=Audience.EVERYONE)
    assert await is_public(ANONYMOUS, course, audience=Audience.EVERYONE, of_course=True)
    assert not await is_public(learner(day), here, audience=Audience.EVERYONE, opens=Opens.START)
    assert not await is_public(learner(day), here, audience=Audience.ENROLLED)
    await execute("UPDATE session SET audience = 'participating' WHERE id = {}", day.session_id)
    assert not await is_public(learner(day), here, audience=Audience.EVERYONE)


async def test_nothing_is_written_by_looking(works: Works, clock: FrozenClock) -> None:
    day = await make_day(works, clock)
    material = await published(works, day)
    before = await count("SELECT count(*) AS n FROM journal_entry")
    await get_material(learner(day), day.session_id, material.id, works.clock())
    assert await count("SELECT count(*) AS n FROM journal_entry") == before
    with pytest.raises(AssertionError):
        await draft_of(day, material.id)

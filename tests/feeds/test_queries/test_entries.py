"""What each kind of calendar holds, on the real database."""

from datetime import timedelta

import msgspec

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.feeds.made import book, in_room, make_feed_scene, more_sessions, teach
from training.base.database import watch_statements
from training.base.structs import as_data
from training.base.work import Works
from training.booking.actions import cancel_enrollment, change_mode
from training.catalogue.rules import Mode
from training.feeds.queries.entries import Listing, Source, list_entries, list_shown, readable, written
from training.feeds.rules.entries import Style, around
from training.feeds.rules.window import window_at
from training.schedule.actions import cancel_session

STYLE = Style(base_url="https://training.example.org")


async def listed(works: Works, kind: str, style: Style = STYLE, **source: object) -> Listing:
    return await list_entries(Source(kind=kind, **source), style, window_at(works.clock()))  # type: ignore[arg-type]


def uids(found: Listing) -> list[str]:
    return [entry.uid for entry in found.entries]


def ids(scene: Scene) -> list[str]:
    return [str(meeting_id) for meeting_id in scene.meeting_ids]


async def test_mine_holds_each_meeting_of_what_i_take_part_in(works: Works) -> None:
    scene = await make_feed_scene(works, meetings=3)
    assert (await listed(works, "mine", person_id=scene.people[0])).entries == ()
    (enrollment,) = await book(works, scene, 0)
    found = await listed(works, "mine", person_id=scene.people[0])
    assert uids(found) == ids(scene)
    assert [(entry.part, entry.parts, len(entry.related)) for entry in found.entries] == [
        (1, 3, 2),
        (2, 3, 2),
        (3, 3, 2),
    ]
    assert all(entry.blocks_time and not entry.cancelled for entry in found.entries)
    assert (await listed(works, "mine", person_id=scene.people[1])).entries == ()
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    assert (await listed(works, "mine", person_id=scene.people[0])).entries == ()


async def test_a_cancelled_session_stays_for_those_who_had_a_place(works: Works, clock: FrozenClock) -> None:
    scene = await make_feed_scene(works, capacity_in_person=1)
    await book(works, scene, 0, 1)
    await works.run(scene.manager, cancel_session, scene.session_id, "Nobody can teach it.")
    (entry,) = (await listed(works, "mine", person_id=scene.people[0])).entries
    assert entry.cancelled
    assert "Nobody can teach it." in entry.description
    assert (await listed(works, "mine", person_id=scene.people[1])).entries == (), (
        "whoever only waited has lost nothing"
    )
    clock.move(days=14 + 30)
    assert len((await listed(works, "mine", person_id=scene.people[0])).entries) == 1
    clock.move(days=1)
    assert (await listed(works, "mine", person_id=scene.people[0])).entries == ()


async def test_what_is_over_stays_for_ninety_days(works: Works, clock: FrozenClock) -> None:
    scene = await make_feed_scene(works)
    await book(works, scene, 0)
    clock.move(days=14 + 90)
    assert len((await listed(works, "mine", person_id=scene.people[0])).entries) == 1
    clock.move(days=1)
    assert (await listed(works, "mine", person_id=scene.people[0])).entries == ()


async def test_a_trainer_sees_what_they_teach_and_a_draft_is_nobodys_appointment(works: Works) -> None:
    scene = await make_feed_scene(works, state="published")
    draft = await make_feed_scene(works, tag=" draft", state="draft", published_at=None)
    trainer = scene.other_coordinator
    await teach(works, scene, trainer)
    await teach(works, draft, trainer)
    found = await listed(works, "teaching", person_id=trainer.person_id)
    assert uids(found) == ids(scene)
    assert "With Otto" in found.entries[0].description


async def test_a_coordinator_sees_only_people_of_the_partner(works: Works) -> None:
    scene = await make_feed_scene(works)
    await book(works, scene, 0, 1)
    found = await listed(works, "coordinating", scope_id=scene.partner_id)
    assert uids(found) == ids(scene)
    text = found.entries[0].description
    assert "People of yours: 2\n- Northern Line 0\n- Northern Line 1" in text
    assert not found.entries[0].blocks_time
    without = await listed(
        works, "coordinating", Style(base_url=STYLE.base_url, names=False), scope_id=scene.partner_id
    )
    assert "Northern" not in without.entries[0].description
    assert "People of yours: 2" in without.entries[0].description
    assert (await listed(works, "coordinating", scope_id=scene.other_partner_id)).entries == ()


async def test_a_change_of_people_raises_the_stamp_of_a_coordinators_entry(works: Works, clock: FrozenClock) -> None:
    scene = await make_feed_scene(works)
    (enrollment,) = await book(works, scene, 0)
    await book(works, scene, 1)
    clock.move(hours=1)
    before = (await listed(works, "coordinating", scope_id=scene.partner_id)).entries[0]
    await works.run(scene.coordinator, cancel_enrollment, enrollment)
    after = (await listed(works, "coordinating", scope_id=scene.partner_id)).entries[0]
    assert (after.sequence, after.stamp - before.stamp) == (before.sequence, timedelta(hours=1))


async def test_going_online_raises_the_stamp_of_ones_own_entry_and_of_the_coordinators(
    works: Works, clock: FrozenClock
) -> None:
    scene = await make_feed_scene(works, mode="hybrid", capacity_in_person=3, capacity_online=3)
    (enrollment,) = await book(works, scene, 0)
    sources = (("mine", {"person_id": scene.people[0]}), ("coordinating", {"scope_id": scene.partner_id}))
    before = [(await listed(works, kind, **of)).entries[0] for kind, of in sources]  # type: ignore[arg-type]
    clock.move(hours=1)
    await works.run(scene.coordinator, change_mode, enrollment, (Mode.ONLINE,))
    for (kind, of), old in zip(sources, before, strict=True):
        new = (await listed(works, kind, **of)).entries[0]  # type: ignore[arg-type]
        assert (new.sequence, new.stamp) == (old.sequence, clock.now)
        assert old.stamp < new.stamp


async def test_a_room_tells_a_manager_of_another_program_only_that_it_is_taken(works: Works) -> None:
    scene = await make_feed_scene(works)
    other = await make_feed_scene(works, tag=" two")
    room_id = await in_room(works, scene)
    (own,) = (await listed(works, "room", person_id=scene.manager.person_id, scope_id=room_id)).entries
    (foreign,) = (await listed(works, "room", person_id=other.manager.person_id, scope_id=room_id)).entries
    assert own.title == "Safe messaging"
    assert (foreign.title, foreign.description, foreign.url) == ("Taken by another program", "", "")
    assert own.place == "Red room, Quay House, 1 Quay Street Dublin"


async def test_the_public_calendars_hold_what_is_public_only(works: Works) -> None:
    scene = await make_feed_scene(works)
    shown = await make_feed_scene(works, tag=" public", audience="public")
    assert uids(await listed(works, "public")) == ids(shown)
    assert uids(await listed(works, "program", scope_id=shown.program_id)) == ids(shown)
    assert uids(await listed(works, "course", scope_id=shown.course_id)) == ids(shown)
    assert (await listed(works, "program", scope_id=scene.program_id)).entries == ()


async def test_a_thousand_meetings_take_two_statements_like_ten(works: Works) -> None:
    scene = await make_feed_scene(works)
    for more, all_of_them, cut in ((10, 10, False), (1_000, 1_000, True)):
        await more_sessions(works, scene, more, audience="public")
        with watch_statements() as seen:
            found = await listed(works, "program", scope_id=scene.program_id)
        starts = [entry.starts_at for entry in found.entries]
        assert (len(seen), len(starts), found.incomplete) == (2, all_of_them, cut), "what is left out is said"
        assert starts == sorted(starts)


async def test_one_bad_record_takes_nothing_else_along(works: Works) -> None:
    scene = await make_feed_scene(works, meetings=2)
    await book(works, scene, 0)
    window = window_at(works.clock())
    good, bad = await list_shown(Source(kind="mine", person_id=scene.people[0]), window)
    broken = msgspec.structs.replace(bad, local_start=None)
    entries, left_out = written([broken, good], around([broken, good], []), STYLE)
    assert [entry.uid for entry in entries] == [str(good.meeting_id)]
    assert left_out == (str(bad.meeting_id),)


async def test_a_row_that_cannot_be_read_is_left_out(works: Works) -> None:
    scene = await make_feed_scene(works, meetings=2)
    await book(works, scene, 0)
    good, bad = await list_shown(Source(kind="mine", person_id=scene.people[0]), window_at(works.clock()))
    rows = [as_data(good), as_data(bad) | {"starts_at": "0000-13-45"}]
    assert readable(rows) == [good]

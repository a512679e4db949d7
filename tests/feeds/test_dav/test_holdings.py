"""Which calendars somebody has, and what is in them, in a number of statements that does not grow."""

from tests.conftest import FrozenClock
from tests.feeds.test_dav.asking import booked_scene, learner
from training.base.database import execute, watch_statements
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.feeds.dav.holdings import Calendar, contents_of, list_calendars
from training.feeds.queries.entries import list_entries
from training.feeds.rules.entries import Style
from training.feeds.rules.window import window_at
from training.ics.writing import write_entry
from training.schedule.tables import TrainerAssignment


async def parts_of(viewer: Viewer) -> list[str]:
    return [calendar.own_part for calendar in await list_calendars(viewer, "training")]


async def teach(works: Works, viewer: Viewer, session: object, meeting: object) -> None:
    async def assign(work: Work) -> None:
        work.add(
            TrainerAssignment,
            id=work.new_id(),
            session_id=session,
            meeting_id=meeting,
            person_id=viewer.person_id,
            role="lead",
        )

    await works.run(viewer, assign)


async def test_each_has_their_own_and_what_their_roles_give(works: Works) -> None:
    scene = await booked_scene(works)
    assert await parts_of(Viewer()) == []
    assert await parts_of(learner(scene)) == ["mine"]
    assert await parts_of(scene.coordinator) == ["mine", f"partner-{scene.partner_id}"]
    await teach(works, scene.coordinator, scene.session_id, scene.meeting_ids[0])
    with watch_statements() as seen:
        assert await parts_of(scene.coordinator) == ["mine", "teaching", f"partner-{scene.partner_id}"]
    assert len(seen) == 1


async def test_an_entry_keeps_its_validator_until_it_changes(works: Works, clock: FrozenClock) -> None:
    scene = await booked_scene(works, meetings=2)
    (mine,) = await list_calendars(learner(scene), "training")

    async def validators(calendar: Calendar = mine) -> dict[str, str]:
        return (await contents_of(calendar, works)).validators

    first = await validators()
    assert set(first) == {str(meeting_id) for meeting_id in scene.meeting_ids}
    clock.move(hours=3)
    assert await validators() == first
    await execute("UPDATE meeting SET title = 'New', sequence = 1 WHERE id = {}", scene.meeting_ids[0])
    second = await validators()
    assert {uid for uid in first if first[uid] != second[uid]} == {str(scene.meeting_ids[0])}


async def test_the_event_is_that_of_the_feed(works: Works) -> None:
    """The same octets, so the same identity, sequence and stamps, wherever a meeting is read."""
    scene = await booked_scene(works, meetings=2)
    for viewer in (learner(scene), scene.coordinator):
        for calendar in await list_calendars(viewer, "training"):
            contents = await contents_of(calendar, works)
            style = Style(base_url=works.site.base_url)
            listing = await list_entries(calendar.source, style, window_at(works.clock()))
            assert [one.data.count(b"BEGIN:VEVENT") for one in contents.held.values()] == [1] * len(listing.entries)
            assert all(write_entry(entry) in contents.held[entry.uid].data for entry in listing.entries)


async def test_statements_do_not_grow_with_the_entries(works: Works) -> None:
    counts = []
    for meetings in (1, 30):
        scene = await booked_scene(works, meetings=meetings, tag=f" {meetings}")
        viewer = Viewer(person_id=scene.people[0])
        (mine,) = await list_calendars(viewer, "training")
        with watch_statements() as seen:
            contents = await contents_of(mine, works)
        assert len(contents.held) == meetings
        counts.append(len(seen))
    assert counts == [2, 2]

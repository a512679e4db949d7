"""A session for those who run it, and its journal page by page."""

import pytest

from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.desk.made import MISSING, foreign_manager, full_scene, staff
from training.base.database import watch_statements
from training.base.errors import Invalid, NotFound
from training.base.work import Works
from training.booking.actions import cancel_enrollment
from training.desk.pages.session import in_words
from training.desk.queries.sessions import get_managed, list_names, page_journal
from training.desk.rules.journal import named_ids, told


async def test_foreign_and_missing_are_not_found_alike(works: Works) -> None:
    scene, _ = await full_scene(works)
    for viewer in (scene.manager, await staff(works)):
        assert (await get_managed(viewer, scene.session_id)).id == scene.session_id
    for viewer, session_id in (
        (await foreign_manager(works), scene.session_id),
        (scene.coordinator, scene.session_id),
        (scene.manager, MISSING),
    ):
        with pytest.raises(NotFound):
            await get_managed(viewer, session_id)


async def lived(works: Works, clock: FrozenClock) -> Scene:
    """Four were booked; one was removed an hour later, so another moved up."""
    scene, booked = await full_scene(works)
    clock.move(hours=1)
    first = booked.verdicts[0].enrollment_id
    assert first is not None
    await works.run(scene.manager, cancel_enrollment, first, reason="Came twice")
    return scene


async def test_the_journal_reads_like_sentences(works: Works, clock: FrozenClock) -> None:
    scene = await lived(works, clock)
    entries = (await page_journal(scene.session_id)).items
    names = await list_names(scene.session_id, sorted(named_ids(entries)))
    assert [(line.who, line.what) for line in (told(entry, names, "UTC", in_words) for entry in entries)] == [
        ("", "Northern Line 3 moved up from the waitlist and has a place."),
        ("Mona", "removed Northern Line 0."),
        ("Cora", "booked for 4 people of Northern Line: 3 enrolled, 1 waiting."),
    ]


async def test_pages_and_since(works: Works, clock: FrozenClock) -> None:
    began = clock.now
    scene = await lived(works, clock)
    seen, cursor = [], ""
    for _ in range(3):
        with watch_statements() as statements:
            page = await page_journal(scene.session_id, cursor=cursor, limit=1)
        assert len(statements) == 1
        seen += [entry.event for entry in page.items]
        cursor = page.next_cursor or ""
    assert (seen, cursor) == (["EnrollmentPromoted", "EnrollmentCancelled", "PlacesBooked"], "")
    assert len((await page_journal(scene.session_id, since=began)).items) == 2
    with pytest.raises(Invalid):
        await page_journal(scene.session_id, cursor="nonsense")
    assert (await page_journal(MISSING)).items == ()

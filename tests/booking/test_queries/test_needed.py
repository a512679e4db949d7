"""What is newly asked of people who have a place: found without looking at everybody."""

from datetime import timedelta

from tests.booking.questions_made import agree, ask, of_course, taking_part
from tests.conftest import FrozenClock
from training.base.database import watch_statements
from training.base.work import Works
from training.booking.queries.needed import NewlyAsked, list_newly_asked, list_not_asked_since

DAY = timedelta(days=1)


async def test_the_newest_of_questions_and_texts_counts(works: Works, clock: FrozenClock) -> None:
    scene, (first, second) = await taking_part(works, 0, 1)
    clock.move(minutes=1)
    await ask(works, await of_course(scene), scene.manager, required=True)
    clock.move(minutes=1)
    await agree(works, scene)
    with watch_statements() as seen:
        newly = await list_newly_asked(clock(), clock() - DAY, clock())
    assert len(seen) == 2
    assert newly == [NewlyAsked(session_id=scene.session_id, asked_at=clock())]
    assert await list_not_asked_since(newly[0]) == sorted([first.id, second.id])
    earlier = await list_newly_asked(clock(), clock() - DAY, clock() - timedelta(seconds=30))
    assert earlier == [NewlyAsked(session_id=scene.session_id, asked_at=clock() - timedelta(minutes=1))]
    assert await list_newly_asked(clock(), clock(), clock() + DAY) == []

"""What pages of rooms below are told of materials."""

from tests.conftest import FrozenClock
from tests.materials.made import learner
from tests.materials.shelf import DURING, shelf_at
from training.base.work import Works
from training.materials.pages.beside import Beside
from training.materials.queries.counting import Counted


async def test_of_a_place_and_of_courses(works: Works, clock: FrozenClock) -> None:
    shelf = await shelf_at(works, clock, DURING)
    day, beside, now = shelf.day, Beside(), works.clock()
    assert await beside.of_place(learner(day), day.session_id, now) == Counted(open=4, left=0, later=1)
    assert await beside.of_place(learner(day), shelf.read, now) is None
    assert await beside.of_courses([day.scene.course_id]) == {day.scene.course_id: 1}

"""A message about an absence that waits for the morning proposes the dates of the morning."""

from collections.abc import Iterator
from uuid import UUID

import msgspec
import pytest
from msgspec.structs import replace

from tests.attendance.test_actions.test_absences import letters, mark, taught
from tests.booking.asked import order
from tests.booking.made import Scene
from tests.conftest import FrozenClock
from tests.portal.made import more_sessions
from tests.smtp.mailer import Mailer, mail_server
from training.attendance.actions.marking import close_roster
from training.attendance.actions.proposing import propose_anew
from training.attendance.jobs import AMENDERS
from training.attendance.rules.statuses import Status
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Works
from training.booking.actions import book_places
from training.outbox.actions.delivery import claim, look_at
from training.outbox.jobs.deliver import Postman
from training.outbox.rules.servers import parse_mail_url
from training.outbox.sender import Sender
from training.schedule.actions import cancel_session

WORKER = Viewer.machine("worker")


@pytest.fixture(scope="module")
def mailer() -> Iterator[Mailer]:
    with mail_server() as server:
        yield server


async def send(works: Works, mailer: Mailer) -> None:
    postman = Postman(Sender(parse_mail_url(mailer.url()), "testserver.example"), amenders=AMENDERS)
    await postman.deliver(works)
    await postman.close()


async def evening(works: Works, clock: FrozenClock) -> tuple[Scene, list[UUID], list[UUID]]:
    """Two people were absent, everybody is told of two dates; nothing has left. The scene, who and where."""
    scene, trainer, ids = await taught(works, clock)
    others = await more_sessions(works, scene, 2)
    for key in ids[:2]:
        await mark(works, trainer, scene.meeting_ids[0], key, Status.NO_SHOW)
    await works.run(trainer, close_roster, scene.meeting_ids[0], rest="present")
    for letter in [*await letters("absence"), *await letters("absence-people")]:
        assert ("Session 000" in letter.text, "Session 001" in letter.text) == (True, True)
    return scene, ids, others


async def test_dates_are_those_of_the_moment_in_which_it_leaves(
    works: Works, clock: FrozenClock, mailer: Mailer
) -> None:
    scene, _ids, (first, second) = await evening(works, clock)
    await works.run(scene.manager, cancel_session, first, "Nobody can teach it")
    booked = await works.run(scene.coordinator, book_places, replace(order(scene, 0), session_id=second))
    assert booked.verdicts[0].enrollment_id
    await send(works, mailer)
    told = await letters("absence", "sent")
    assert ["Session 001" in one.text for one in told] == [False, True], "one of the two has a place there now"
    assert "next dates" not in told[0].text + told[0].html
    (people,) = await letters("absence-people", "sent")
    for one in (*told, people):
        assert "Session 000" not in one.text + one.html
    assert "4 places free" in people.text


async def test_what_was_tried_before_stays_as_it_is(works: Works, clock: FrozenClock, mailer: Mailer) -> None:
    scene, _ids, (first, _) = await evening(works, clock)
    await execute("UPDATE message SET first_tried_at = {}", clock.now)
    await works.run(scene.manager, cancel_session, first, "Nobody can teach it")
    await send(works, mailer)
    (people,) = await letters("absence-people", "sent")
    assert "Session 000" in people.text


async def test_what_has_not_changed_is_not_written_again(works: Works, clock: FrozenClock) -> None:
    await evening(works, clock)
    due = [one for one in await works.run(WORKER, claim, "me", 50) if one.kind in AMENDERS]
    assert len(due) == 3
    assert await works.run(WORKER, propose_anew, due) == {}
    assert await works.run(WORKER, propose_anew, []) == {}
    assert await look_at([one.id for one in due])


@pytest.mark.parametrize("corrected", [True, False])
async def test_what_was_put_right_proposes_nothing(works: Works, clock: FrozenClock, corrected: bool) -> None:
    """The same message to a coordinator is about absences, or says that some were none."""
    scene, _ids, (first, _) = await evening(works, clock)
    await works.run(scene.manager, cancel_session, first, "Nobody can teach it")
    [due] = [one for one in await works.run(WORKER, claim, "me", 50) if one.kind == "absence-people"]
    if corrected:
        due = replace(due, kept=msgspec.json.encode(due.values | {"corrected": True}).decode())
    assert bool(await works.run(WORKER, propose_anew, [due])) is not corrected

"""As whom a file is asked for, judged anew each time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from tests.attendance.made import make_day
from tests.booking.asked import bearer
from tests.conftest import SITE, FrozenClock
from tests.materials.handed import Handed, handed
from tests.materials.made import learner
from training.base.database import execute, watch_statements
from training.base.errors import Gone, NotFound
from training.base.structs import ANONYMOUS
from training.base.work import Works
from training.booking.actions.guest import renew_link
from training.booking.rules.guests import PlaceLinkExpired, PlaceLinkUnknown, place_token
from training.materials.queries.holders import Bearer, find_bearer, find_held, get_bearer_of_place, ticket_for
from training.materials.queries.showing import FileSeen, find_file
from training.materials.rules.tickets import Holder, Ticket
from training.materials.storage.keeping import Storage
from training.people.queries import find_viewer

KEY = SITE.secret_key


@pytest.fixture
async def file(works: Works, clock: FrozenClock, tmp_path: Any) -> Handed:
    return await handed(works, await make_day(works, clock), Storage(str(tmp_path)))


async def by_link(works: Works, file: Handed) -> tuple[Bearer, Ticket]:
    """Whoever came by the link to the first place, and their ticket."""
    now = works.clock()
    found = await get_bearer_of_place(place_token(KEY, file.day.enrollments[0], 1), KEY, now)
    place: dict[str, Any] = {"session_id": file.day.session_id, "enrollment_id": found.enrollment_id}
    seen = await find_file(found.viewer, file.variant_id, now, **place)
    return found, ticket_for(found, seen, now, shown=True)


async def held(ticket: Ticket, now: datetime) -> FileSeen:
    return await find_held(ticket, await find_bearer(ticket, now), KEY, now)


async def test_whoever_is_signed_in(works: Works, file: Handed) -> None:
    now = works.clock()
    viewer = await find_viewer(await bearer(works, learner(file.day)), now)
    assert viewer is not None
    seen = await find_file(viewer, file.variant_id, now, session_id=file.day.session_id)
    ticket = ticket_for(Bearer(viewer=viewer), seen, now, shown=False)
    assert (ticket.holder, ticket.holder_id, ticket.shown) == (Holder.SIGN_IN, viewer.sign_in_id, False)
    assert await find_bearer(ticket, now) == Bearer(viewer=viewer)
    with watch_statements() as statements:
        assert await held(ticket, now) == seen
    assert len(statements) <= 7
    await execute("UPDATE sign_in SET expires_at = {}", now)
    assert await find_bearer(ticket, now) is None
    with pytest.raises(NotFound):
        await held(ticket, now)


async def test_whoever_came_by_the_link_to_a_place(works: Works, file: Handed) -> None:
    now = works.clock()
    found, ticket = await by_link(works, file)
    assert (ticket.holder, ticket.holder_id, ticket.generation) == (Holder.ENROLLMENT, file.day.enrollments[0], 1)
    assert found.viewer.person_id == file.day.scene.people[0]
    assert not found.viewer.grants
    assert await find_bearer(ticket, now) == found
    assert (await held(ticket, now)).enrollment_id == file.day.enrollments[0]


async def test_a_renewed_link_ends_what_was_opened_by_the_old_one(works: Works, file: Handed) -> None:
    found, ticket = await by_link(works, file)
    await works.run(found.viewer, renew_link, file.day.enrollments[0])
    assert await find_bearer(ticket, works.clock()) is None
    with pytest.raises(PlaceLinkUnknown):
        await get_bearer_of_place(place_token(KEY, file.day.enrollments[0], 1), KEY, works.clock())
    assert await find_bearer(replace(ticket, generation=2), works.clock()) is not None


async def test_a_link_is_over_a_month_after_the_session(works: Works, clock: FrozenClock, file: Handed) -> None:
    _, ticket = await by_link(works, file)
    later = clock.now + timedelta(days=31)
    assert await find_bearer(ticket, later) is None
    with pytest.raises(PlaceLinkExpired):
        await get_bearer_of_place(place_token(KEY, file.day.enrollments[0], 1), KEY, later)


async def test_an_account_that_was_closed_opens_nothing(works: Works, file: Handed) -> None:
    _, ticket = await by_link(works, file)
    await execute("UPDATE person SET disabled_at = {} WHERE id = {}", works.clock(), file.day.scene.people[0])
    assert await find_bearer(ticket, works.clock()) is None
    with pytest.raises(PlaceLinkUnknown):
        await get_bearer_of_place(place_token(KEY, file.day.enrollments[0], 1), KEY, works.clock())


@pytest.mark.parametrize("token", ["", "x", "A" * 64, "\ud800" * 64])
async def test_what_is_no_link(works: Works, token: str) -> None:
    with pytest.raises((NotFound, Gone)):
        await get_bearer_of_place(token, KEY, works.clock())


@pytest.mark.parametrize("holder", [Holder.SIGN_IN, Holder.TOKEN, Holder.ENROLLMENT])
async def test_of_whom_nothing_is_known(works: Works, file: Handed, holder: Holder) -> None:
    _, ticket = await by_link(works, file)
    other = replace(ticket, holder=holder, holder_id=UUID(int=5))
    assert await find_bearer(other, works.clock()) is None


async def test_anybody_is_nobody_in_particular(works: Works, file: Handed) -> None:
    _, ticket = await by_link(works, file)
    anybody = replace(ticket, holder=Holder.ANYBODY, holder_id=None)
    assert await find_bearer(anybody, works.clock()) == Bearer(viewer=ANONYMOUS)
    with pytest.raises(NotFound):
        await held(anybody, works.clock())
    with pytest.raises(NotFound):
        await held(replace(anybody, of_course=True), works.clock())

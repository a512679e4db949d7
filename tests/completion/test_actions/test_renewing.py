"""People are told that a completion ends: 60 and 14 days before, once each, with dates they may book."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from msgspec.structs import replace

from tests.booking.asked import booked_one
from tests.booking.made import make_scene
from tests.booking.test_mails import letters
from tests.booking.test_pages.made import enter
from tests.completion.judged import Taught, attend, close, taught
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.completion.actions.renewing import propose_anew, tell_renewals
from training.completion.actions.ruling import set_rule
from training.completion.jobs import KEEPER, tell_endings
from training.completion.mails.renewals import KIND
from training.completion.queries.renewals import NOT_DUE, find_unwanted_renewals
from training.completion.rules.conditions import RuleValues, Scope
from training.completion.rules.renewals import WAITS
from training.outbox.actions.delivery import claim
from training.outbox.mails import render_message
from training.outbox.queries import get_message
from training.partners.actions.members import end_membership, ensure_members
from training.partners.tables import Membership


async def completed(works: Works, clock: FrozenClock, **values: Any) -> tuple[Taught, UUID]:
    """Somebody completed a session on 19 May, which is valid for half a year."""
    of = await taught(works, **values)
    await works.run(of.scene.manager, set_rule, Scope.PROGRAM, of.scene.program_id, RuleValues(valid_months=6))
    clock.move(days=16)
    await attend(works, of, of.enrollments[0], 2)
    await close(works, of)
    return of, of.enrollments[0]


async def another(works: Works, of: Taught, tag: str, **values: Any) -> UUID:
    """Another session of the same course, for the same partner."""
    told = {"starts_in": timedelta(days=190), "capacity_in_person": 5, **values}
    scene = await make_scene(works, tag=tag, **told)
    sql = "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}"
    await execute(sql, of.scene.course_id, of.scene.program_id, scene.session_id)
    return scene.session_id


async def renewing(works: Works, of: Taught, starts_in: timedelta) -> tuple[UUID, UUID]:
    """The same partner books them a place in another session of the course: its enrollment, and the session."""
    later = await make_scene(works, tag="B", starts_in=starts_in)
    other = await booked_one(works, later)
    sql = "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}"
    await execute(sql, of.scene.course_id, of.scene.program_id, later.session_id)
    them = "UPDATE enrollment SET person_id = {}, partner_id = {} WHERE id = {}"
    await execute(them, of.scene.people[0], of.scene.partner_id, other)
    return other, later.session_id


async def test_told_twice_each_once_with_dates(works: Works, clock: FrozenClock) -> None:
    of, _ = await completed(works, clock)
    next_id = await another(works, of, "B", title="Again in autumn")
    await another(works, of, "C", title="Full", capacity_in_person=0)
    await another(works, of, "D", title="Only for the invited", audience="invited")
    assert await tell_endings(works) == 0
    clock.move(days=125)
    assert await tell_endings(works) == 1
    assert await tell_endings(works) == 0
    (first,) = await letters("completion-renewal")
    assert first.subject == "Valid until Thu 19 Nov 2026: Course"
    assert f"/sessions/{next_id}" in first.text
    assert "Again in autumn" in first.text
    assert "Full" not in first.text
    assert "invited" not in first.text
    clock.move(days=45)
    assert [await tell_endings(works), await tell_endings(works)] == [1, 0]
    (last,) = await letters("completion-renewal")
    assert "In two weeks or less" in last.text
    clock.move(days=20)
    assert await tell_endings(works) == 0


async def test_two_workers_write_one_message(works: Works, clock: FrozenClock) -> None:
    await completed(works, clock)
    clock.move(days=125)
    await asyncio.gather(*(works.run(KEEPER, tell_renewals) for _ in range(4)))
    assert len(await letters("completion-renewal")) == 1


async def test_whoever_renews_it_already_is_not_told(works: Works, clock: FrozenClock) -> None:
    of, key = await completed(works, clock)
    later = await make_scene(works, tag="B", starts_in=timedelta(days=170))
    other = await booked_one(works, later)
    sql = "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}"
    await execute(sql, of.scene.course_id, of.scene.program_id, later.session_id)
    await execute("UPDATE enrollment SET person_id = {} WHERE id = {}", of.scene.people[0], other)
    clock.move(days=125)
    assert await tell_endings(works) == 0
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", other)
    assert await tell_endings(works) == 1
    await execute("UPDATE enrollment SET renewal_told_at = NULL WHERE id = {}", key)
    until = clock() + timedelta(days=400)
    await execute("UPDATE enrollment SET state = 'completed', valid_until = {} WHERE id = {}", until, other)
    assert await tell_endings(works) == 0


async def test_whoever_sat_in_it_and_waits_to_be_decided_is_not_told(works: Works, clock: FrozenClock) -> None:
    of, _ = await completed(works, clock)
    other, _ = await renewing(works, of, timedelta(days=130))
    clock.move(days=130.5)  # it ended some hours ago, and its roster is open
    assert await tell_endings(works) == 0
    # A roster that nobody ever closes keeps nobody from being told.
    await execute("UPDATE session SET ends_at = {} WHERE course_id = {}", clock() - WAITS, of.scene.course_id)
    assert await tell_endings(works) == 1
    await execute("UPDATE enrollment SET renewal_told_at = NULL")
    # A place that was only asked for is nothing any more when the session is over.
    await execute("UPDATE session SET ends_at = {} WHERE course_id = {}", clock(), of.scene.course_id)
    await execute("UPDATE enrollment SET state = 'requested', keeps_until = {} WHERE id = {}", clock(), other)
    assert await tell_endings(works) == 1


async def test_a_session_before_what_was_completed_renews_nothing(works: Works, clock: FrozenClock) -> None:
    of, key = await completed(works, clock)
    earlier, _ = await renewing(works, of, timedelta(days=125))
    clock.move(days=130)
    # Completed yesterday, for not quite two months; the other roster is still open.
    at = clock() - timedelta(days=1)
    await execute("UPDATE enrollment SET completed_at = {} WHERE id = {}", at, key)
    assert await tell_endings(works) == 1
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", earlier)
    assert await tell_endings(works) == 0


async def test_whoever_left_is_led_to_what_they_can_open(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    of, _ = await completed(works, clock)
    closed = await another(works, of, "C", title="For organizations")
    await works.run(of.scene.coordinator, end_membership, of.scene.members[0])
    clock.move(days=125)
    await tell_endings(works)
    (mail,) = await letters("completion-renewal")
    assert str(closed) not in mail.text
    assert "oordinator" not in mail.text
    await execute("UPDATE enrollment SET renewal_told_at = NULL")
    await execute("DELETE FROM message WHERE kind = 'completion-renewal'")
    alone = {"audience": "public", "self_enrollment": True}
    public = await another(works, of, "D", title="For anybody", **alone)
    await tell_endings(works)
    (mail,) = await letters("completion-renewal")
    assert f"/sessions/{public}" in mail.text
    assert str(closed) not in mail.text
    assert "You can take a place on the page of the session." in mail.text
    await enter(works, client, Viewer(person_id=of.scene.people[0]))
    assert (await client.get(f"/sessions/{public}")).status_code == 200


async def test_whoever_left_and_is_with_others_is_told_of_their_dates(works: Works, clock: FrozenClock) -> None:
    of, _ = await completed(works, clock)
    scene = of.scene
    theirs = await another(works, of, "C", title="For organizations")
    await works.run(scene.coordinator, end_membership, scene.members[0])

    async def join(work: Work) -> None:
        (new,) = await ensure_members(work, scene.other_partner_id, [("Zoe", "zoe@other.example")])
        work.change(Membership, new.id, person_id=scene.people[0], state="confirmed")

    await works.run(scene.other_coordinator, join)
    clock.move(days=125)
    await tell_endings(works)
    (mail,) = await letters("completion-renewal")
    assert f"/sessions/{theirs}" in mail.text
    assert "Your coordinator can book one of them for you" in mail.text


async def test_what_waited_for_the_morning_says_what_holds_in_the_morning(works: Works, clock: FrozenClock) -> None:
    of, _ = await completed(works, clock)
    first = await another(works, of, "B", title="Again in autumn")
    await another(works, of, "C", title="Again in winter")
    clock.move(days=125)
    await tell_endings(works)
    [due] = [one for one in await works.run(KEEPER, claim, "me", 50) if one.kind == KIND]
    assert await works.run(KEEPER, propose_anew, [due]) == {}
    await execute("UPDATE session SET state = 'cancelled' WHERE id = {}", first)
    [kept] = (await works.run(KEEPER, propose_anew, [due])).values()
    said = replace(due, kept=kept)
    assert said.values == (await get_message(due.id)).values
    mail = render_message(said, works.site)
    assert ("Again in autumn" in mail.text, "Again in winter" in mail.text) == (False, True)
    assert await find_unwanted_renewals([due]) == {}


async def test_an_end_that_moves_overnight_is_told_once(works: Works, clock: FrozenClock) -> None:
    _, key = await completed(works, clock)
    clock.move(days=171)
    await tell_endings(works)
    [last] = [one for one in await works.run(KEEPER, claim, "me", 50) if one.kind == KIND]
    assert await find_unwanted_renewals([last]) == {}
    await execute("UPDATE message SET state = 'waiting', lease_by = '', lease_until = NULL")
    # What `set_rule` makes of a completion that ends a month later.
    until = clock() + timedelta(days=40)
    await execute("UPDATE enrollment SET valid_until = {}, renewal_told_at = NULL WHERE id = {}", until, key)
    assert await find_unwanted_renewals([last]) == {last.id: NOT_DUE}
    await tell_endings(works)
    [first] = [one for one in await works.run(KEEPER, claim, "me", 50) if one.kind == KIND]
    assert (first.values["last"], await find_unwanted_renewals([first])) == (False, {})


async def test_whoever_was_booked_overnight_is_not_told(works: Works, clock: FrozenClock) -> None:
    of, key = await completed(works, clock)
    clock.move(days=125)
    await tell_endings(works)
    [due] = [one for one in await works.run(KEEPER, claim, "me", 50) if one.kind == KIND]
    other, _ = await renewing(works, of, timedelta(days=40))
    assert await find_unwanted_renewals([due]) == {due.id: NOT_DUE}
    assert await works.run(KEEPER, propose_anew, [due]) == {}
    await execute("UPDATE enrollment SET state = 'cancelled' WHERE id = {}", other)
    assert await find_unwanted_renewals([due]) == {}
    await execute("UPDATE enrollment SET valid_until = {} WHERE id = {}", clock() + timedelta(days=300), key)
    assert await find_unwanted_renewals([due]) == {due.id: NOT_DUE}
    assert await find_unwanted_renewals([]) == {}

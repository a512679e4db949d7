"""Taking part by one's own wish: what is decided when somebody confirms, or is signed in."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.booking.asked import counters, one, order
from tests.booking.made import Scene, make_scene
from tests.booking.test_actions.test_request import NEW, OPEN, ask, require_course
from tests.conftest import SITE, FrozenClock
from training.base.database import execute, fetch
from training.base.errors import Invalid, NotFound, SignInRequired
from training.base.structs import ANONYMOUS, Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.booking.actions import book_places, undo_cancellation
from training.booking.actions.confirm import Choice, TakenPart, confirm_request, foresee, take_part
from training.booking.queries import list_enrollments
from training.booking.rules import BookingNotOpen, NothingToUndo
from training.booking.rules.requests import (
    AlreadyTakesPart,
    CourseMissing,
    OnlyForPartners,
    RequestOver,
    SelfEnrollmentOff,
    WouldClash,
)
from training.booking.tables import Terms, TermsVersion
from training.catalogue.rules import Mode
from training.cli.checks import find_violations
from training.people.rules import LinkExpired, LinkUnknown, LinkUsed, NotWithAToken, Purpose, link_token
from training.schedule.queries import get_session


class _Link(Frozen, frozen=True, kw_only=True):
    id: UUID
    person_id: UUID


async def open_link(email: str = NEW) -> tuple[str, Viewer]:
    """The token in the newest link that was mailed to an address, and who holds it."""
    (link,) = await fetch(
        _Link,
        "SELECT l.id, l.person_id FROM one_time_link l JOIN person p ON p.id = l.person_id"
        " WHERE p.email = {} AND l.purpose = 'confirm' ORDER BY l.created_at DESC, l.id DESC LIMIT 1",
        email,
    )
    return link_token(SITE.secret_key, Purpose.CONFIRM, link.id), Viewer(person_id=link.person_id, name="Nia")


async def asked_and_confirmed(works: Works, scene: Scene, email: str = NEW, **choice: Any) -> TakenPart:
    await ask(works, scene, email)
    token, viewer = await open_link(email)
    return await works.run(viewer, confirm_request, token, Choice(**choice))


def person(scene: Scene, number: int = 0) -> Viewer:
    return Viewer(person_id=scene.people[number], name=f"Northern Line {number}")


async def test_the_kept_place_is_theirs(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    taken = await asked_and_confirmed(works, scene)
    assert (taken.state, taken.mode, taken.position, taken.partner_id) == ("enrolled", "in_person", None, None)
    assert await counters(scene) == (1, 0, 0)
    assert await one("SELECT count(*) AS n FROM occupancy WHERE kind = 'learner'") == 1
    assert await find_violations(works.clock()) == []


async def test_an_unconfirmed_request_and_its_stand_in_violate_nothing(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=9, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await ask(works, scene, "northern-line-0@example.org")
    await ask(works, scene)
    assert await counters(scene) == (3, 0, 0)
    assert await find_violations(works.clock()) == []


async def test_two_confirm_at_once_and_one_wins(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await ask(works, scene)
    token, viewer = await open_link()
    runs = (works.run(viewer, confirm_request, token, Choice()) for _ in range(5))
    results = await asyncio.gather(*runs, return_exceptions=True)
    assert [type(each) for each in results if isinstance(each, Exception)] == [LinkUsed] * 4
    assert await counters(scene) == (1, 0, 0)


async def test_whoever_keeps_no_place_queues_when_they_confirm(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    await works.run(scene.coordinator, book_places, order(scene, 0))
    await ask(works, scene)
    token, viewer = await open_link()
    clock.move(minutes=5)
    await works.run(scene.coordinator, book_places, order(scene, 1))
    taken = await works.run(viewer, confirm_request, token, Choice())
    assert (taken.state, taken.position) == ("waitlisted", 2)
    assert await counters(scene) == (1, 0, 2)
    assert await find_violations(clock.now) == []


async def test_not_after_the_time(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, starts_in=timedelta(minutes=30), **OPEN)
    await ask(works, scene)
    token, viewer = await open_link()
    clock.move(minutes=30)
    with pytest.raises(RequestOver):
        await works.run(viewer, confirm_request, token, Choice())
    clock.move(minutes=30)
    with pytest.raises(LinkExpired):
        await works.run(viewer, confirm_request, token, Choice())


async def test_the_link_is_no_use_to_anybody_else(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await ask(works, scene)
    token, viewer = await open_link()
    for actor in (ANONYMOUS, person(scene), scene.manager):
        with pytest.raises(LinkUnknown):
            await works.run(actor, confirm_request, token, Choice())
    await works.run(viewer, confirm_request, token, Choice())


async def test_a_name_is_corrected_by_whoever_owns_the_mailbox(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await asked_and_confirmed(works, scene, name="Nia\u0000\u2028Neu")
    assert (await list_enrollments(scene.manager, scene.session_id))[0].name == "Nia Neu"


async def test_a_request_without_a_place_is_not_confirmed_when_booking_closed(works: Works, clock: FrozenClock) -> None:
    scene = await make_scene(works, capacity_in_person=1, booking_closes_at=clock.now + timedelta(minutes=1), **OPEN)
    await ask(works, scene)
    await ask(works, scene, "second@mail.example")
    clock.move(minutes=1)
    for email, refused in ((NEW, False), ("second@mail.example", True)):
        token, viewer = await open_link(email)
        if refused:
            with pytest.raises(BookingNotOpen):
                await works.run(viewer, confirm_request, token, Choice())
        else:
            await works.run(viewer, confirm_request, token, Choice())


async def test_signed_in_at_once_or_on_the_waitlist(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    first = await works.run(person(scene), take_part, scene.session_id, Choice(partner_id=scene.partner_id))
    second = await works.run(person(scene, 1), take_part, scene.session_id, Choice())
    assert (first.mode, first.partner_id, second.position) == (Mode.IN_PERSON, scene.partner_id, 1)
    with pytest.raises(AlreadyTakesPart):
        await works.run(person(scene), take_part, scene.session_id, Choice())
    assert [e.name for e in await list_enrollments(scene.coordinator, scene.session_id)] == ["Northern Line 0"]
    assert await find_violations(works.clock()) == []


async def test_signing_in_confirms_what_was_asked_by_mail(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await ask(works, scene, "northern-line-0@example.org")
    taken = await works.run(person(scene), take_part, scene.session_id, Choice())
    assert taken.state == "enrolled"
    assert await counters(scene) == (1, 0, 0)
    token, viewer = await open_link("northern-line-0@example.org")
    with pytest.raises((RequestOver, LinkUsed, Exception)):
        await works.run(viewer, confirm_request, token, Choice())
    assert await counters(scene) == (1, 0, 0)


async def test_who_may(works: Works) -> None:
    scene = await make_scene(works, self_enrollment=True, access_code="ABCD-2345")
    outsider = scene.other_coordinator
    with pytest.raises(SignInRequired):
        await works.run(ANONYMOUS, take_part, scene.session_id, Choice())
    with pytest.raises(NotFound):
        await works.run(Viewer(person_id=outsider.person_id), take_part, scene.session_id, Choice())
    with pytest.raises(OnlyForPartners):
        await works.run(outsider, take_part, scene.session_id, Choice())
    taken = await works.run(outsider, take_part, scene.session_id, Choice(), access_code="ABCD-2345")
    assert taken.partner_id is None
    member = Viewer(person_id=scene.people[0], grants=frozenset({Grant(role="member", scope_id=scene.partner_id)}))
    assert (await works.run(member, take_part, scene.session_id, Choice())).partner_id == scene.partner_id
    await execute("UPDATE session SET self_enrollment = {}", False)
    with pytest.raises(SelfEnrollmentOff):
        await works.run(scene.coordinator, take_part, scene.session_id, Choice())


async def test_another_course_comes_first(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await require_course(works, scene)
    with pytest.raises(CourseMissing) as refused:
        await works.run(person(scene), take_part, scene.session_id, Choice())
    assert refused.value.detail == "“First steps” comes first."


async def test_a_clash_is_said_and_may_be_accepted(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    other = await make_scene(works, tag=" Two", title="Elsewhere", **OPEN)
    await works.run(person(scene), take_part, other.session_id, Choice())
    with pytest.raises(WouldClash) as refused:
        await works.run(person(scene), take_part, scene.session_id, Choice())
    assert refused.value.data == {"titles": ["Elsewhere"]}
    await works.run(person(scene), take_part, scene.session_id, Choice(accept_clashes=True))


async def test_terms_are_agreed_to_by_people_only(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    version_id = await works.run(Viewer.machine("test"), add_terms, scene)
    with pytest.raises(Invalid) as refused:
        await works.run(person(scene), take_part, scene.session_id, Choice())
    assert list(refused.value.fields) == [f"t-{version_id}"]
    given = {f"t-{version_id}": "yes"}
    program = Viewer(person_id=scene.people[0], token_id=scene.people[0], limited_to=frozenset({"book"}))
    with pytest.raises(NotWithAToken):
        await works.run(program, take_part, scene.session_id, Choice(given=given))
    assert await counters(scene) == (0, 0, 0)
    await works.run(person(scene), take_part, scene.session_id, Choice(given=given))
    assert await one("SELECT count(*) AS n FROM consent") == 1


async def add_terms(work: Work, scene: Scene) -> Any:
    terms_id, version_id = work.new_id(), work.new_id()
    work.add(Terms, id=terms_id, program_id=scene.program_id, title="House rules", created_at=work.now)
    work.add(TermsVersion, id=version_id, terms_id=terms_id, body="Be kind.", published_at=work.now)
    return version_id


async def test_foreseeing_changes_nothing(works: Works) -> None:
    scene = await make_scene(works, capacity_in_person=1, **OPEN)
    for position in (None, 1):
        session = await get_session(scene.manager, scene.session_id)
        seen = await foresee(session, (Mode.IN_PERSON,), works.clock())
        assert (seen.position, seen.mode) == (position, None if position else Mode.IN_PERSON)
        if not position:
            await works.run(scene.coordinator, book_places, order(scene, 0))


async def test_a_request_cannot_be_brought_back(works: Works) -> None:
    scene = await make_scene(works, **OPEN)
    await ask(works, scene)
    (row,) = await list_enrollments(scene.manager, scene.session_id)
    with pytest.raises(NothingToUndo):
        await works.run(scene.manager, undo_cancellation, row.id)

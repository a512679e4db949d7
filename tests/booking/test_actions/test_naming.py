"""A name for an open place: judged when it is put there, counted once, and won by one of two."""

import asyncio
from uuid import UUID, uuid4

import msgspec
import pytest

from tests.booking.asked import one as count
from tests.booking.asked import order, outcomes
from tests.booking.made import make_scene
from tests.booking.nameless import Tally, mailed, member, newcomer, place, take_open, tally, with_open
from tests.booking.questions_made import agree, ask, of_session
from tests.conftest import FrozenClock
from training.base.database import execute
from training.base.errors import NotFound, Stale, TrainingError
from training.base.structs import ANONYMOUS, Viewer
from training.base.work import Works
from training.booking.actions import Order, book_places
from training.booking.actions.giving_up import release_place
from training.booking.actions.naming import Introduction, name_by_link, name_place, preview_naming
from training.booking.actions.naming_links import make_naming_link
from training.booking.queries import get_enrollment, list_enrollments
from training.booking.rules.candidates import UNTOLD
from training.booking.rules.open_places import (
    NamelessTooLate,
    NamingLinkExpired,
    NamingLinkUsed,
    NamingNotPossible,
    NamingRefused,
    NamingTooLate,
    OpenPlaceOver,
)
from training.people.actions import disable_person
from training.people.rules import AddressUnusable

ANA = Introduction(name="Ana Lopez", email="Ana@Example.org", zone="America/New_York")


async def link(works: Works, viewer: Viewer, open_place_id: UUID, send_to: str = "") -> str:
    """The token of a new naming link."""
    made = await works.run(viewer, make_naming_link, open_place_id, send_to=send_to)
    return made.url.rsplit("/", 1)[1]


async def test_a_member_is_named_and_nothing_is_counted_twice(works: Works) -> None:
    scene, (first, _) = await with_open(works, 2, 0)
    assert await tally(scene) == Tally(taken=3, enrolled=1, open=2, waiting=0)
    named = await works.run(scene.coordinator, name_place, first, member(scene, 1))
    assert await tally(scene) == Tally(taken=3, enrolled=2, open=1, waiting=0)
    found = await place(scene, first)
    enrollment = await get_enrollment(scene.coordinator, named.enrollment_id)
    assert (found.state, found.named, found.state_reason) == ("named", "Northern Line 1", "Named by Cora.")
    assert (enrollment.booking_id, enrollment.state, enrollment.mode) == (found.booking_id, "enrolled", "in_person")
    assert (named.version, found.version) == (2, 2)
    assert "northern-line-1@example.org" in await mailed("enrolled")
    assert len(await execute("SELECT id FROM occupancy WHERE subject_id = {}", scene.people[1])) == 1


async def test_somebody_new_becomes_a_member_by_it(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    named = await works.run(scene.coordinator, name_place, first, newcomer("Ana Lopez", " Ana@Example.ORG "))
    assert (named.name, named.email) == ("Ana Lopez", "ana@example.org")
    assert len(await execute("SELECT id FROM membership WHERE partner_id = {}", scene.partner_id)) == 9


async def test_what_stands_against_somebody_is_judged_at_naming(works: Works) -> None:
    scene, (first, second) = await with_open(works, 2, 0)
    with pytest.raises(NamingRefused, match="Already has a place") as refused:
        await works.run(scene.coordinator, name_place, first, member(scene, 0))
    assert refused.value.data["reason"] == "already-enrolled"
    elsewhere = await make_scene(works, tag=" Two", title="The other one")
    await execute("UPDATE membership SET person_id = {} WHERE id = {}", scene.people[1], elsewhere.members[0])
    await works.run(elsewhere.coordinator, book_places, order(elsewhere, 0))
    with pytest.raises(NamingRefused, match=r"Please ask the person\.$"):
        await works.run(scene.coordinator, name_place, first, member(scene, 1, accept_clashes=True))
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, name_place, first, member(elsewhere, 2))
    with pytest.raises(AddressUnusable):
        await works.run(scene.coordinator, name_place, first, newcomer("Nobody", "nobody"))
    assert await tally(scene) == Tally(taken=3, enrolled=1, open=2, waiting=0)
    assert (await place(scene, second)).state == "open"


async def test_a_clash_of_the_own_people_can_be_accepted(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    other = await make_scene(works, tag=" Two", title="The other one")
    joined = "UPDATE participation SET partner_id = {} WHERE partner_id = {}"
    await execute(joined, scene.partner_id, other.partner_id)
    booking = Order(session_id=other.session_id, partner_id=scene.partner_id, people=(member(scene, 1).person,))
    await works.run(Viewer.machine("test"), book_places, booking)
    with pytest.raises(NamingRefused, match="The other one"):
        await works.run(scene.coordinator, name_place, first, member(scene, 1))
    named = await works.run(scene.coordinator, name_place, first, member(scene, 1, accept_clashes=True))
    assert named.name == "Northern Line 1"


async def test_a_missing_course_is_waived_by_managers_only(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    other = await make_scene(works, tag=" Two")
    await execute(
        "INSERT INTO course_prerequisite (id, course_id, required_course_id) VALUES ({}, {}, {})",
        uuid4(),
        scene.course_id,
        other.course_id,
    )
    for naming in (member(scene, 1), member(scene, 1, waive="Knows it")):
        with pytest.raises(NamingRefused, match="comes first"):
            await works.run(scene.coordinator, name_place, first, naming)
    named = await works.run(scene.manager, name_place, first, member(scene, 1, waive="Knows it"))
    assert (await get_enrollment(scene.manager, named.enrollment_id)).state_reason == "Knows it"


async def test_who_waits_leaves_the_list_and_the_next_may_move_up(works: Works) -> None:
    scene, (first, second) = await with_open(works, 2, 0)
    booked = await works.run(scene.coordinator, book_places, order(scene, 1, 2))
    assert outcomes(booked) == ["waitlisted", "waitlisted"]
    named = await works.run(scene.coordinator, name_place, first, member(scene, 1))
    assert (named.left_waitlist, named.promoted) == (True, ())
    assert await tally(scene) == Tally(taken=3, enrolled=2, open=1, waiting=1)
    released = await works.run(scene.coordinator, release_place, second)
    assert len(released.promoted) == 1
    assert await tally(scene) == Tally(taken=3, enrolled=3, open=0, waiting=0)
    rows = await list_enrollments(scene.manager, scene.session_id, active=False)
    assert [row.state.value for row in rows if row.name == "Northern Line 1"] == ["cancelled", "enrolled"]


async def test_leaving_the_list_may_open_the_way(works: Works) -> None:
    """A party of three waits together beside one free place; without one of them the other two fit."""
    scene, (first,) = await with_open(works, 1, capacity_in_person=3, overtaking=False)
    await works.run(scene.coordinator, book_places, order(scene, 1, 2, 3, together=True))
    assert await tally(scene) == Tally(taken=1, enrolled=0, open=1, waiting=3)
    named = await works.run(scene.coordinator, name_place, first, member(scene, 1))
    assert len(named.promoted) == 2
    assert await tally(scene) == Tally(taken=3, enrolled=3, open=0, waiting=0)


async def test_only_those_it_concerns_and_only_at_the_version_they_saw(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    stranger = Viewer(person_id=scene.people[0], name="Ben")
    for viewer in (scene.other_coordinator, stranger, ANONYMOUS):
        with pytest.raises(NotFound):
            await works.run(viewer, name_place, first, member(scene, 1))
    with pytest.raises(Stale):
        await works.run(scene.coordinator, name_place, first, member(scene, 1), expected_version=7)
    with pytest.raises(NotFound):
        await works.run(scene.coordinator, name_place, uuid4(), member(scene, 1))
    assert await tally(scene) == Tally(taken=1, enrolled=0, open=1, waiting=0)


async def test_after_the_deadline_no_name_is_taken(works: Works, clock: FrozenClock) -> None:
    scene, (first,) = await with_open(works, 1)
    token = await link(works, scene.coordinator, first)
    clock.move(days=11)
    with pytest.raises(NamingTooLate):
        await works.run(scene.coordinator, name_place, first, member(scene, 1))
    with pytest.raises(NamingLinkExpired):
        await works.run(ANONYMOUS, name_by_link, token, ANA)
    with pytest.raises(NamelessTooLate):
        await take_open(works, scene, 1)


async def test_two_names_at_once_have_one_winner(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    naming = [works.run(scene.coordinator, name_place, first, member(scene, number)) for number in range(4)]
    results = await asyncio.gather(*naming, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Named"] + ["OpenPlaceOver"] * 3
    assert await tally(scene) == Tally(taken=1, enrolled=1, open=0, waiting=0)


async def test_naming_and_giving_back_at_once_have_one_winner(works: Works) -> None:
    scene, places = await with_open(works, 3)
    for number, each in enumerate(places):
        results = await asyncio.gather(
            works.run(scene.coordinator, name_place, each, member(scene, number)),
            works.run(scene.coordinator, release_place, each),
            return_exceptions=True,
        )
        assert sum(isinstance(result, OpenPlaceOver) for result in results) == 1
        await tally(scene)


async def test_a_link_works_once(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    token = await link(works, scene.coordinator, first)
    taking = [
        works.run(ANONYMOUS, name_by_link, token, Introduction(name=f"P {n}", email=f"p{n}@example.org"))
        for n in range(4)
    ]
    results = await asyncio.gather(*taking, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == ["Named"] + ["NamingLinkUsed"] * 3
    assert await tally(scene) == Tally(taken=1, enrolled=1, open=0, waiting=0)
    with pytest.raises(NamingLinkUsed):
        await works.run(ANONYMOUS, name_by_link, token, ANA)
    found = await place(scene, first)
    assert found.state_reason == "Taken by the link."


async def test_the_mailed_address_is_proven_and_another_is_not(works: Works) -> None:
    scene, (first, second) = await with_open(works, 2)
    token = await link(works, scene.coordinator, first, "ana@example.org")
    await works.run(ANONYMOUS, name_by_link, token, ANA)
    assert (await place(scene, first)).state_reason == "Taken by the link, from the mailbox it was sent to."
    zone = await execute("SELECT zone FROM person WHERE email = 'ana@example.org'")
    assert zone[0]["zone"] == "America/New_York"
    token = await link(works, scene.coordinator, second, "ben@example.org")
    await works.run(ANONYMOUS, name_by_link, token, Introduction(name="Eve", email="eve@example.org"))
    assert (await place(scene, second)).state_reason == "Taken by the link."
    rows = await execute("SELECT CAST(data AS TEXT) AS said FROM journal_entry WHERE event = 'OpenPlaceNamed'")
    said = [msgspec.json.decode(row["said"]) for row in rows]
    assert {each["open_place_id"]: each["proven"] for each in said} == {str(first): True, str(second): False}


async def test_nobody_agrees_in_somebody_elses_name(works: Works) -> None:
    """The link was forwarded: what was said counts for this place, and the person is asked for their consent anew."""
    scene, (first, second) = await with_open(works, 2)
    line = await ask(works, await of_session(scene), scene.manager)
    terms = await agree(works, scene)
    versions = await execute("SELECT id FROM terms_version WHERE terms_id = {}", terms.id)
    version_id = versions[0]["id"]
    given = {f"q-{line.id}": "by tram", f"q-{line.id}-reuse": "yes", f"t-{version_id}": "yes"}
    kept = "SELECT count(*) AS n FROM consent UNION ALL SELECT count(*) FROM answer WHERE reuse"
    for place_id, number, counted in ((first, 1, [0, 0]), (second, 2, [1, 1])):
        token = await link(works, scene.coordinator, place_id, "p2@example.org")
        who = Introduction(name=f"P {number}", email=f"p{number}@example.org", given=given)
        await works.run(ANONYMOUS, name_by_link, token, who)
        assert [row["n"] for row in await execute(kept)] == counted
    assert await count("SELECT count(*) AS n FROM answer") == 2


async def test_a_refusal_by_link_tells_nothing(works: Works) -> None:
    scene, (first,) = await with_open(works, 1, 0)
    await works.run(scene.other_coordinator, book_places, order(scene, 0, other=True))
    token = await link(works, scene.coordinator, first)
    said = set()
    for email in ("northern-line-0@example.org", "harbour-0@example.org"):
        with pytest.raises(NamingNotPossible) as refused:
            await works.run(ANONYMOUS, name_by_link, token, Introduction(name="Eve", email=email))
        said.add((refused.value.detail, str(refused.value.data)))
    assert len(said) == 1
    # And nobody became a member by asking.
    assert len(await execute("SELECT id FROM membership WHERE partner_id = {}", scene.partner_id)) == 8
    await works.run(ANONYMOUS, name_by_link, token, ANA)


@pytest.mark.parametrize("name", ["", "<script>alert(1)</script>", "A\r\nBcc: x@example.org", "\u202eevil", "x" * 5000])
async def test_hostile_names_do_no_harm(works: Works, name: str) -> None:
    scene, (first,) = await with_open(works, 1)
    token = await link(works, scene.coordinator, first)
    try:
        named = await works.run(ANONYMOUS, name_by_link, token, Introduction(name=name, email="eve@example.org"))
    except TrainingError:
        assert (await place(scene, first)).state == "open"
    else:
        assert "\n" not in named.name
        assert len(named.name) <= 200


async def test_a_preview_says_what_would_come_and_makes_nobody_a_member(works: Works) -> None:
    scene, (first,) = await with_open(works, 1, 0)
    await works.run(scene.coordinator, book_places, order(scene, 1, 2, 3))
    found = await place(scene, first)
    new = await preview_naming(scene.coordinator, found, newcomer("Ana", "ana@example.org"))
    assert (new.newcomer, new.refused, new.left_waitlist) == (True, "", False)
    waits = await preview_naming(scene.coordinator, found, newcomer("", "NORTHERN-LINE-3@example.org"))
    assert (waits.newcomer, waits.name, waits.left_waitlist) == (False, "Northern Line 3", True)
    has = await preview_naming(scene.coordinator, found, member(scene, 0))
    assert (has.refused, has.reason) == ("already-enrolled", "Already has a place in this session.")
    assert len(await execute("SELECT id FROM membership WHERE partner_id = {}", scene.partner_id)) == 8


async def test_an_account_that_is_switched_off_takes_no_place(works: Works) -> None:
    scene, (first,) = await with_open(works, 1)
    await works.run(Viewer.machine("cli"), disable_person, scene.people[0])
    with pytest.raises(NamingRefused) as untold:
        await works.run(scene.coordinator, name_place, first, member(scene, 0))
    assert untold.value.data["reason"] == UNTOLD[0]
    token = await link(works, scene.coordinator, first)
    with pytest.raises(NamingNotPossible):
        await works.run(ANONYMOUS, name_by_link, token, Introduction(name="N", email="northern-line-0@example.org"))

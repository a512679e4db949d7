"""Whom a segment reaches: each once, whoever wants none not at all, nobody of elsewhere."""

from datetime import timedelta
from uuid import UUID, uuid4

from tests.booking.asked import order
from tests.booking.crowd import MAKER, crowd_in
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from training.base.database import execute, watch_statements
from training.base.work import Work, Works
from training.booking.actions import book_places
from training.catalogue.rules import Mode
from training.people.tables import MailChoice, RoleGrant
from training.reminders.queries.segments import list_reached, list_tallies, list_unreached
from training.reminders.rules.announcements import Group, Scope, Segment, When, added_up
from training.schedule.tables import TrainerAssignment


def scope_of(scene: Scene) -> Scope:
    return Scope(program_id=scene.program_id, session_id=scene.session_id)


async def emails(scene: Scene, *groups: Group, scope: Scope | None = None, **narrow: object) -> list[str]:
    """Whom these groups are, by address, read in steps of two."""
    segment = Segment(groups=groups, **narrow)  # type: ignore[arg-type]
    found: list[str] = []
    after = ""
    while some := await list_reached(scope or scope_of(scene), segment, FrozenClock().now, after, 2):
        found += [one.email for one in some]
        after = str(some[-1].person_id)
    assert len(found) == len(set(found))
    numbers = added_up(await list_tallies(scope or scope_of(scene), segment, FrozenClock().now))
    assert numbers.people == len(found)
    return sorted(found)


async def busy(works: Works) -> Scene:
    """Three in, two waiting, one open place of the other partner, coordinators and a trainer."""
    scene = await make_scene(works, capacity_in_person=4)
    await works.run(scene.coordinator, book_places, order(scene, 0, 1, 2))
    await works.run(scene.other_coordinator, book_places, order(scene, other=True, open_places=1))
    await works.run(scene.coordinator, book_places, order(scene, 3, 4))

    async def roles(work: Work) -> None:
        for viewer, partner_id in (
            (scene.coordinator, scene.partner_id),
            (scene.other_coordinator, scene.other_partner_id),
        ):
            work.add(
                RoleGrant,
                id=work.new_id(),
                person_id=viewer.person_id,
                role="coordinator",
                scope_id=partner_id,
                granted_at=work.now,
            )
        ids = {"session_id": scene.session_id, "meeting_id": scene.meeting_ids[0]}
        work.add(TrainerAssignment, id=work.new_id(), person_id=scene.manager.person_id, **ids)

    await works.run(MAKER, roles)
    return scene


async def dead(address: str) -> None:
    """Mail to this address comes back for good."""
    now = FrozenClock().now
    await execute(
        "INSERT INTO address_trouble (id, address, kind, reason, times, since, last_at)"
        " VALUES ({}, {}, 'hard', 'gone', 1, {}, {})",
        uuid4(),
        address,
        now,
        now,
    )


async def off(works: Works, person_id: UUID | None, sort: str) -> None:
    """Somebody switches a sort of messages off."""

    async def choose(work: Work) -> None:
        work.add(MailChoice, id=work.new_id(), person_id=person_id, sort=sort, off_at=work.now)

    await works.run(MAKER, choose)


async def test_groups_of_a_session(works: Works) -> None:
    scene = await busy(works)
    assert await emails(scene, Group.ENROLLED) == [f"northern-line-{n}@example.org" for n in (0, 1, 2)]
    assert await emails(scene, Group.WAITLISTED) == [f"northern-line-{n}@example.org" for n in (3, 4)]
    assert await emails(scene, Group.TRAINERS) == ["mona@example.org"]
    assert await emails(scene, Group.OPEN_PLACES) == ["otto@example.org"]
    assert await emails(scene, Group.COORDINATORS) == ["cora@example.org", "otto@example.org"]
    assert await emails(scene, Group.REQUESTED, Group.OFFERED, Group.COMPLETED) == []
    assert len(await emails(scene, *Group)) == 8


async def test_whoever_is_in_two_groups_gets_one_copy_for_the_first(works: Works) -> None:
    scene = await busy(works)
    await execute("UPDATE trainer_assignment SET person_id = {}", scene.people[0])
    segment = Segment(groups=(Group.ENROLLED, Group.TRAINERS))
    found = await list_reached(scope_of(scene), segment, FrozenClock().now, "", 50)
    assert len(found) == 3
    assert [one.group for one in found if one.person_id == scene.people[0]] == [Group.TRAINERS]


async def test_narrowed_to_partners_and_modes(works: Works) -> None:
    scene = await busy(works)
    other = (scene.other_partner_id,)
    assert await emails(scene, Group.ENROLLED, partner_ids=other) == []
    assert await emails(scene, Group.OPEN_PLACES, Group.COORDINATORS, partner_ids=other) == ["otto@example.org"]
    assert await emails(scene, Group.TRAINERS, partner_ids=other) == ["mona@example.org"], "trainers belong to none"
    assert len(await emails(scene, Group.ENROLLED, Group.WAITLISTED, modes=(Mode.IN_PERSON,))) == 5
    assert await emails(scene, Group.ENROLLED, Group.WAITLISTED, Group.OPEN_PLACES, modes=(Mode.ONLINE,)) == []
    assert len(await emails(scene, Group.ENROLLED, modes=(Mode.ONLINE, Mode.IN_PERSON))) == 3


async def test_a_course_and_a_program_mean_their_coming_or_past_sessions(works: Works) -> None:
    scene = await busy(works)
    program = Scope(program_id=scene.program_id)
    course = Scope(program_id=scene.program_id, course_id=scene.course_id)
    elsewhere = await make_scene(works, tag=" Two")
    for scope in (program, course):
        assert len(await emails(scene, Group.ENROLLED, scope=scope)) == 3
        assert len(await emails(scene, Group.COORDINATORS, scope=scope)) == 2
        assert await emails(scene, Group.ENROLLED, scope=scope, when=When.PAST) == []
    assert await emails(scene, Group.ENROLLED, scope=Scope(program_id=elsewhere.program_id)) == []
    past = FrozenClock().now - timedelta(days=1)
    await execute("UPDATE session SET ends_at = {}, starts_at = {} WHERE id = {}", past, past, scene.session_id)
    assert await emails(scene, Group.ENROLLED, scope=program) == []
    assert len(await emails(scene, Group.ENROLLED, scope=program, when=When.PAST)) == 3
    assert len(await emails(scene, Group.ENROLLED, scope=program, when=When.ANY)) == 3
    assert len(await emails(scene, Group.ENROLLED)) == 3, "for one session it does not matter when it is"


async def test_drafts_and_cancelled_sessions_reach_nobody(works: Works) -> None:
    scene = await busy(works)
    for state in ("draft", "cancelled"):
        await execute("UPDATE session SET state = {} WHERE id = {}", state, scene.session_id)
        assert await emails(scene, Group.TRAINERS, Group.ENROLLED, Group.OPEN_PLACES) == []


async def test_whoever_wants_none_and_whoever_is_switched_off_gets_none(works: Works) -> None:
    scene = await busy(works)
    await off(works, scene.people[0], "announcements")
    await off(works, scene.people[1], "reminders")
    await execute("UPDATE person SET disabled_at = created_at WHERE id = {}", scene.people[2])
    assert await emails(scene, Group.ENROLLED) == ["northern-line-1@example.org"]
    numbers = added_up(await list_tallies(scope_of(scene), Segment(), FrozenClock().now))
    assert (numbers.people, numbers.off, numbers.by_partner) == (1, 1, (("Northern Line", 1),))
    gone = await list_unreached(scope_of(scene), Segment(), FrozenClock().now, list(scene.people[:3]))
    assert gone == {scene.people[0], scene.people[2]}


async def test_addresses_that_mail_does_not_reach_are_counted(works: Works) -> None:
    scene = await busy(works)
    await dead("northern-line-0@example.org")
    await dead("northern-line-1@example.org")
    await off(works, scene.people[0], "announcements")
    numbers = added_up(await list_tallies(scope_of(scene), Segment(), FrozenClock().now))
    assert (numbers.people, numbers.off, numbers.unreached) == (2, 1, 1), "who wants none is not counted twice"
    await execute("UPDATE address_trouble SET cleared_at = since")
    assert added_up(await list_tallies(scope_of(scene), Segment(), FrozenClock().now)).unreached == 0


async def test_a_copy_goes_to_the_contact_address_and_a_stranger_s_name_is_not_used(works: Works) -> None:
    scene = await busy(works)
    await execute("UPDATE membership SET contact_email = 'work@example.org' WHERE id = {}", scene.members[0])
    await execute(
        "UPDATE enrollment SET state = 'requested', keeps_until = created_at WHERE person_id = {}", scene.people[1]
    )
    both = Segment(groups=(Group.ENROLLED, Group.REQUESTED))
    found = {one.person_id: one for one in await list_reached(scope_of(scene), both, FrozenClock().now, "", 50)}
    assert found[scene.people[0]].email == "work@example.org"
    assert (found[scene.people[1]].name, found[scene.people[2]].name) == ("", "Northern Line 2")


async def test_the_same_one_statement_for_few_and_many(works: Works) -> None:
    scene = await make_scene(works, mode="online")
    await crowd_in(works, scene, 300)
    for limit in (5, 200):
        with watch_statements() as seen:
            found = await list_reached(scope_of(scene), Segment(groups=tuple(Group)), FrozenClock().now, "", limit)
        assert (len(seen), len(found)) == (1, limit)

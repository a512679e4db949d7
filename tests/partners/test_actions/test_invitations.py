"""Inviting people, and their agreeing: by link, by click, at once, in vain."""

import asyncio

import pytest

from tests.booking.made import make_scene
from tests.conftest import SITE, FrozenClock
from tests.partners.made import (
    CLI,
    MISSING,
    NOBODY,
    STAFF,
    answer,
    as_now,
    make_coordinator,
    make_member,
    make_partner,
    make_person,
    make_program,
    manager_of,
)
from training.base.database import execute, fetch
from training.base.errors import NotFound, SignInRequired
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Works
from training.booking.actions import Order, Wanted, book_places
from training.outbox.mails import render_message
from training.outbox.queries import list_messages
from training.partners import actions, queries
from training.partners.rules import (
    AlreadyMember,
    ContactAddressTaken,
    InvitationWithdrawn,
    Membership,
    MembershipState,
    PartnerDetails,
)
from training.people.actions import begin_sign_in, make_staff
from training.people.rules import AddressUnusable, LinkExpired, LinkUnknown, LinkUsed


class Mail(Frozen, frozen=True, kw_only=True):
    """One message in the outbox."""

    recipient: str
    state: str


async def mails() -> list[Mail]:
    return await fetch(Mail, "SELECT recipient, state FROM message ORDER BY created_at, id")


async def token_for(email: str) -> str:
    """The token of the newest invitation to an address, taken from its words as the person reads them."""
    message = (await list_messages(recipient=email)).items[0]
    return render_message(message, SITE).text.split("/invitations/")[1].split()[0]


async def accept(works: Works, token: str, viewer: Viewer = NOBODY) -> actions.Accepted:
    return await works.run(viewer, actions.accept_by_link, token)


async def test_an_invitation_is_accepted_by_its_link(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    invited = await works.run(
        coordinator, actions.invite_member, partner.id, email="Ada@A.example", name="Ada", coordinator=True
    )
    assert (invited.state, invited.coordinator) == (MembershipState.INVITED, True)
    ada = Viewer(person_id=invited.person_id)
    assert (await as_now(ada)).grants == frozenset()
    accepted = await accept(works, await token_for("ada@a.example"))
    assert accepted.membership == await queries.load_membership(invited.id)
    assert (accepted.membership.state, accepted.membership.version) == (MembershipState.CONFIRMED, 2)
    assert accepted.next_path == f"/partners/{partner.id}"
    assert accepted.sign_in is not None
    assert accepted.sign_in.person_id == invited.person_id
    wanted = {Grant(role="member", scope_id=partner.id), Grant(role="coordinator", scope_id=partner.id)}
    assert (await as_now(ada)).grants == wanted


async def test_the_mail_says_who_asks_and_keeps_no_secret(works: Works) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    await works.run(coordinator, actions.invite_member, partner.id, email="ada@a.example", name="Ada")
    message = (await list_messages(recipient="ada")).items[0]
    words = render_message(message, SITE)
    assert words.subject == "Alliance A invites you to training"
    assert "Cleo asks you to join Alliance A" in words.text
    assert "As a member" in words.text
    assert (await token_for("ada@a.example")) not in message.kept
    assert "Look at the invitation" in words.html


async def test_a_link_works_once_and_not_for_ever(works: Works, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    token = await token_for("ada@a.example")
    await accept(works, token)
    with pytest.raises(LinkUsed):
        await accept(works, token)
    await works.run(STAFF, actions.invite_member, partner.id, email="bob@a.example")
    late = await token_for("bob@a.example")
    clock.move(days=15)
    with pytest.raises(LinkExpired):
        await accept(works, late)
    with pytest.raises(LinkUnknown):
        await accept(works, "not a link")


async def test_twenty_clicks_at_once_confirm_once(works: Works) -> None:
    partner = await make_partner(works)
    await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    token = await token_for("ada@a.example")
    results = await asyncio.gather(*(accept(works, token) for _ in range(20)), return_exceptions=True)
    assert sum(isinstance(result, actions.Accepted) for result in results) == 1
    assert sum(isinstance(result, LinkUsed) for result in results) == 19


async def test_an_invitation_that_was_taken_back_cannot_be_accepted(works: Works) -> None:
    partner = await make_partner(works)
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    token = await token_for("ada@a.example")
    await works.run(STAFF, actions.end_membership, invited.id)
    assert await mails() == [Mail(recipient="ada@a.example", state="withdrawn")]
    with pytest.raises(InvitationWithdrawn):
        await accept(works, token)
    ada = Viewer(person_id=invited.person_id)
    gone = await answer(works, ada, actions.accept_membership, invited.id)
    assert gone == await answer(works, ada, actions.accept_membership, MISSING)


async def test_a_link_never_opens_an_account_that_is_not_new(works: Works, clock: FrozenClock) -> None:
    partner, other = await make_partner(works, "A"), await make_partner(works, "B")
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    await works.run(CLI, make_staff, "sam@host.example")
    seen = await make_person(works, "seen@x.example")
    assert seen.person_id is not None
    await works.run(NOBODY, begin_sign_in, seen.person_id)
    _, member = await make_member(works, other.id, "member@b.example")
    clock.move(seconds=1)
    for email in ("sam@host.example", "seen@x.example", member.email):
        invited = await works.run(coordinator, actions.invite_member, partner.id, email=email)
        token = await token_for(email)
        before = await execute("SELECT COUNT(*) AS n FROM sign_in")
        for stranger in (NOBODY, coordinator):
            with pytest.raises(SignInRequired):
                await accept(works, token, stranger)
        assert await execute("SELECT COUNT(*) AS n FROM sign_in") == before
        accepted = await accept(works, token, Viewer(person_id=invited.person_id))
        assert (accepted.membership.state, accepted.sign_in) == (MembershipState.CONFIRMED, None)


async def test_agreeing_uses_up_every_link(works: Works, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    older = await token_for("ada@a.example")
    clock.move(minutes=11)
    await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    newer = await token_for("ada@a.example")
    with pytest.raises(LinkUsed):
        await accept(works, older)
    await works.run(Viewer(person_id=invited.person_id), actions.accept_membership, invited.id)
    for token in (older, newer):
        with pytest.raises(LinkUsed):
            await accept(works, token)


async def test_a_link_that_was_taken_back_stays_so_when_the_person_is_named_again(works: Works) -> None:
    partner = await make_partner(works)
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example", coordinator=True)
    token = await token_for("ada@a.example")
    await works.run(STAFF, actions.end_membership, invited.id)
    named = (await works.run(STAFF, actions.ensure_members, partner.id, [("Ada", "ada@a.example")]))[0]
    assert (named.id, named.asked, named.active) == (invited.id, False, True)
    with pytest.raises(InvitationWithdrawn):
        await accept(works, token)
    ada = Viewer(person_id=invited.person_id)
    assert (await answer(works, ada, actions.accept_membership, invited.id))[0] == "InvitationUnknown"
    await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    with pytest.raises(LinkUsed):
        await accept(works, token)
    assert (await as_now(ada)).grants == frozenset()


async def test_who_is_signed_in_accepts_without_the_link(works: Works) -> None:
    partner = await make_partner(works)
    invited = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    ada, eve = Viewer(person_id=invited.person_id), await make_person(works, "eve@b.example")
    assert (await answer(works, eve, actions.accept_membership, invited.id))[0] == "InvitationUnknown"
    confirmed = await works.run(ada, actions.accept_membership, invited.id)
    assert await works.run(ada, actions.accept_membership, invited.id) == confirmed
    assert [own.state for own in await queries.list_own_memberships(ada)] == [MembershipState.CONFIRMED]


async def test_two_coordinators_who_ask_the_same_person_at_once_ask_once(works: Works) -> None:
    partner = await make_partner(works)
    both = [await make_coordinator(works, partner.id, f"c{number}@a.example") for number in (1, 2)]
    results: list[Membership] = await asyncio.gather(
        *(works.run(viewer, actions.invite_member, partner.id, email="new@a.example", name="New") for viewer in both)
    )
    assert results[0].id == results[1].id
    assert len([mail for mail in await mails() if mail.recipient == "new@a.example"]) == 1


async def test_two_partners_may_ask_the_same_new_person_at_once(works: Works) -> None:
    first, second = await make_partner(works, "A"), await make_partner(works, "B")
    results: list[Membership] = await asyncio.gather(
        *(
            works.run(STAFF, actions.invite_member, key, email="new@x.example", name="N")
            for key in (first.id, second.id)
        )
    )
    assert results[0].person_id == results[1].person_id
    assert results[0].id != results[1].id


async def test_asking_again_later_replaces_the_waiting_mail(works: Works, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    first = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example", name="Ada")
    assert await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example") == first
    clock.move(minutes=11)
    again = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example", coordinator=True)
    assert (again.name, again.coordinator, again.version) == ("Ada", True, 2)
    assert [mail.state for mail in await mails()] == ["superseded", "waiting"]


async def test_a_member_is_not_invited_again_until_the_membership_ended(works: Works) -> None:
    partner = await make_partner(works)
    member, ada = await make_member(works, partner.id, "ada@a.example", name="Ada", coordinator=True)
    with pytest.raises(AlreadyMember):
        await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    await works.run(STAFF, actions.end_membership, member.id)
    back = await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example")
    assert (back.id, back.state, back.coordinator, back.name) == (member.id, MembershipState.INVITED, False, "Ada")
    assert (await as_now(ada)).grants == frozenset()


async def test_a_link_never_goes_to_another_mailbox_than_the_persons_own(works: Works, clock: FrozenClock) -> None:
    partner = await make_partner(works)
    coordinator = await make_coordinator(works, partner.id, "c@a.example")
    victim = await works.run(coordinator, actions.invite_member, partner.id, email="victim@host.example")
    await works.run(coordinator, actions.edit_member, victim.id, name="", contact_email="thief@a.example")
    clock.move(hours=1)
    with pytest.raises(ContactAddressTaken):
        await works.run(coordinator, actions.invite_member, partner.id, email="thief@a.example")
    await works.run(coordinator, actions.invite_member, partner.id, email="victim@host.example")
    assert {mail.recipient for mail in await mails()} == {"c@a.example", "victim@host.example"}


async def test_a_new_account_learns_no_name_from_the_partner(works: Works) -> None:
    partner = await make_partner(works)
    await works.run(STAFF, actions.invite_member, partner.id, email="ada@a.example", name="Silly Nickname")
    assert (await make_person_row("ada@a.example")).name == ""


class Row(Frozen, frozen=True, kw_only=True):
    """A person's name."""

    name: str


async def make_person_row(email: str) -> Row:
    return (await fetch(Row, "SELECT name FROM person WHERE email = {}", email))[0]


async def test_a_program_manager_invites_only_the_first_coordinator(works: Works) -> None:
    foreign, program = await make_partner(works, "Foreign"), await make_program(works)
    manager = manager_of(program.id)
    invite = {"email": "first@a.example", "coordinator": True}
    missing = ("NotFound", NotFound().detail)
    assert await answer(works, manager, actions.invite_member, foreign.id, **invite) == missing
    partner = await works.run(manager, actions.create_partner, PartnerDetails(name="Alliance A"), program.id)
    own = {"email": manager.email.upper(), "coordinator": True}
    assert (await answer(works, manager, actions.invite_member, partner.id, **own))[0] == "Invalid"
    assert await answer(works, manager, actions.invite_member, partner.id, email="m@a.example") == missing
    await works.run(manager, actions.invite_member, partner.id, email="first@a.example", coordinator=True)
    assert (
        await answer(works, manager, actions.invite_member, partner.id, email="b@a.example", coordinator=True)
        == missing
    )
    assert await answer(works, manager, actions.invite_member, MISSING, **invite) == missing


async def test_a_manager_invites_nobody_to_a_partner_that_others_know(works: Works, clock: FrozenClock) -> None:
    mine, theirs = await make_program(works, "Mine"), await make_program(works, "Theirs")
    manager, invite = manager_of(mine.id), {"email": "first@a.example", "coordinator": True}
    older = await make_partner(works, "Older")
    clock.move(seconds=1)
    await works.run(STAFF, actions.join_program, older.id, mine.id)
    shared = await works.run(manager, actions.create_partner, PartnerDetails(name="Shared"), mine.id)
    await works.run(STAFF, actions.join_program, shared.id, theirs.id)
    await works.run(STAFF, actions.leave_program, shared.id, theirs.id)
    for partner in (older, shared):
        refused = await answer(works, manager, actions.invite_member, partner.id, **invite)
        assert refused[0] == "ConsentNeeded"
        await works.run(STAFF, actions.invite_member, partner.id, email="first@a.example", coordinator=True)
        assert await queries.has_coordinator(partner.id)


async def test_a_manager_invites_nobody_to_a_partner_with_places_elsewhere(works: Works) -> None:
    scene, mine = await make_scene(works), await make_program(works)
    manager, invite = manager_of(mine.id), {"email": "first@a.example", "coordinator": True}
    partner = await works.run(manager, actions.create_partner, PartnerDetails(name="New"), mine.id)
    order = Order(
        session_id=scene.session_id, partner_id=scene.partner_id, people=(Wanted(membership_id=scene.members[0]),)
    )
    await works.run(scene.coordinator, book_places, order)
    await execute("UPDATE enrollment SET partner_id = {}", partner.id)
    assert (await answer(works, manager, actions.invite_member, partner.id, **invite))[0] == "ConsentNeeded"


async def test_of_six_first_coordinators_at_once_one_is_invited(works: Works) -> None:
    program = await make_program(works)
    manager = manager_of(program.id)
    partner = await works.run(manager, actions.create_partner, PartnerDetails(name="Alliance A"), program.id)
    results = await asyncio.gather(
        *(
            works.run(manager, actions.invite_member, partner.id, email=f"c{place}@a.example", coordinator=True)
            for place in range(6)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Membership) for result in results) == 1
    assert sum(isinstance(result, NotFound) for result in results) == 5
    assert len(await mails()) == 1


async def test_an_address_that_is_none_is_refused(works: Works) -> None:
    partner = await make_partner(works)
    with pytest.raises(AddressUnusable):
        await works.run(STAFF, actions.invite_member, partner.id, email="ada@@example")

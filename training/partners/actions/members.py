"""People of a partner: named by a booking, corrected, made coordinator, ended.

Locks are taken in one order: the partner's row, then the membership's.
"""

from collections.abc import Sequence
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import Frozen, as_data
from training.base.work import Work
from training.outbox.actions import withdraw
from training.outbox.actions.bounces import clear_trouble, readdress_waiting, send_missed_again
from training.outbox.actions.delivery import dead_addresses
from training.partners import queries, tables
from training.partners.events import ContactRepaired, CoordinatorChanged, MemberEdited, MembersAdded, MembershipEnded
from training.partners.queries.members import INVITED_COORDINATOR, may_manage
from training.partners.rules import (
    ContactAddressTaken,
    ContactAddressUnreached,
    InvitationUnknown,
    LastCoordinator,
    Membership,
    MembershipOver,
    MembershipState,
    checked_member_name,
)
from training.people.actions import NewPerson, ensure_people, grant_role, revoke_role, spend_links
from training.people.rules import AddressUnusable, Purpose, Role, fold_email


async def ensure_members(work: Work, partner_id: UUID, people: Sequence[tuple[str, str]]) -> list[Membership]:
    """The memberships of these (name, address) pairs in the same order; strangers become members not asked yet.

    As `name_members`, for whoever need not know who was a stranger.
    """
    return (await name_members(work, partner_id, people)).members


class NamedMembers(Frozen, frozen=True, kw_only=True):
    """Members in the order in which they were named, and the memberships that began by that."""

    members: list[Membership]
    fresh: frozenset[UUID]


async def name_members(work: Work, partner_id: UUID, people: Sequence[tuple[str, str]]) -> NamedMembers:
    """Find the members with these (name, address) pairs; strangers become members not asked yet.

    For booking, which has judged whether the actor may act for the partner. Somebody is recognised by the address
    that this partner uses for them, then by their sign-in address. Whether an account existed before, and under which
    name, changes nothing in the result. The number of statements does not depend on the number of people.
    Raises AddressUnusable with `fields` such as "people[2].email".
    """
    named = [(checked_member_name(name), _address(email, place)) for place, (name, email) in enumerate(people)]
    names = {email: name for name, email in reversed(named)}
    if not names:
        return NamedMembers(members=[], fresh=frozenset())
    found = _by_contact(await queries.list_memberships_at(partner_id, tuple(names)))
    if strangers := [email for email in names if email not in found]:
        found |= await _by_person(work, partner_id, strangers)
    fresh: dict[UUID, Membership] = {}
    for email, member in found.items():
        if not member.active and member.id not in fresh:
            fresh[member.id] = write_named(work, member, names[email])
    if fresh:
        work.emit(MembersAdded(partner_id=partner_id, membership_ids=tuple(fresh)))
    members = [fresh.get(found[email].id, found[email]) for _, email in named]
    return NamedMembers(members=members, fresh=frozenset(fresh))


def _by_contact(members: Sequence[Membership]) -> dict[str, Membership]:
    """Memberships by contact address: one that is active before one that ended, then the older one."""
    return {m.contact_email: m for m in sorted(members, key=lambda m: (m.active, m.id.int * -1))}


def _address(email: str, place: int) -> str:
    try:
        return fold_email(email)
    except AddressUnusable as error:
        raise AddressUnusable(fields={f"people[{place}].email": error.detail}) from error


async def _by_person(work: Work, partner_id: UUID, emails: Sequence[str]) -> dict[str, Membership]:
    """Memberships of the people with these sign-in addresses, made where there is none; no name is read or given."""
    ids = await ensure_people(work, [NewPerson(email=email) for email in emails])
    known = {m.person_id: m for m in await queries.list_memberships_at(partner_id, (), tuple(ids.values()))}
    return {email: known.get(ids[email]) or blank_membership(work, partner_id, ids[email], email) for email in emails}


def blank_membership(work: Work, partner_id: UUID, person_id: UUID, email: str) -> Membership:
    """A membership not written yet; ended, so that whoever asked for it brings it to life."""
    return Membership(
        id=work.new_id(),
        partner_id=partner_id,
        person_id=person_id,
        name="",
        contact_email=email,
        state=MembershipState.ENDED,
        coordinator=False,
        asked=False,
        created_at=work.now,
        state_at=work.now,
        version=0,
    )


def write_named(
    work: Work, member: Membership, name: str, *, coordinator: bool = False, asked: bool = False
) -> Membership:
    """Write that a partner names this person (again): a new row for a blank membership, else a change of its own."""
    state = INVITED_COORDINATOR if coordinator else MembershipState.INVITED.value
    after = replace(
        member,
        name=name or member.name,
        state=MembershipState.INVITED,
        coordinator=coordinator,
        asked=asked,
        state_at=work.now,
        version=member.version + 1,
    )
    # A part of ourselves has no person: the unit of work stands for it, and the journal says which part it was.
    asker = (work.actor.person_id or work.id) if asked else None
    written = {
        "name": after.name,
        "state": state,
        "invited_by": asker,
        "state_at": work.now,
        "version": after.version,
    }
    if member.version:
        work.change(tables.Membership, member.id, **written)
    else:
        fixed = {"id": member.id, "partner_id": member.partner_id, "person_id": member.person_id}
        work.add(tables.Membership, **fixed, **written, contact_email=member.contact_email, created_at=work.now)
    return after


async def edit_member(
    work: Work, membership_id: UUID, *, name: str, contact_email: str, expected_version: int | None = None
) -> Membership:
    """Change the name and the address that the partner uses for somebody; the sign-in address stays as it is.

    What did not arrive at the old address goes out again to the new one. Of who has left only the name is changed:
    it stands on their certificates. Raises ContactAddressTaken, ContactAddressUnreached, MembershipOver.
    """
    before = await _held(work, membership_id, expected_version)
    return (await _edited(work, before, name, contact_email)).member


class Repaired(Frozen, frozen=True, kw_only=True):
    """A member whose address works again, and how many messages that were missed go out once more."""

    member: Membership
    again: int


async def repair_contact(
    work: Work, membership_id: UUID, contact_email: str, expected_version: int | None = None
) -> Repaired:
    """Put right where a member's mail goes; what did not arrive for this partner, and is still wanted, goes out again.

    The address may be the same when its mailbox works again. The sign-in address stays as it is, whatever it was.
    Raises ContactAddressTaken, ContactAddressUnreached, MembershipOver.
    """
    before = await _held(work, membership_id, expected_version)
    if not before.active:
        raise MembershipOver
    done = await _edited(work, before, before.name, contact_email)
    if done.member.contact_email != before.contact_email:
        return done
    return Repaired(member=done.member, again=await _reached(work, before, before.contact_email))


async def _edited(work: Work, before: Membership, name: str, contact_email: str) -> Repaired:
    name, email = checked_member_name(name), _contact_address(contact_email)
    if not before.active and email != before.contact_email:
        raise MembershipOver
    changed = tuple(
        field for field, value in (("name", name), ("contact_email", email)) if getattr(before, field) != value
    )
    if not changed:
        return Repaired(member=before, again=0)
    if "contact_email" in changed:
        others = await queries.list_memberships_at(before.partner_id, (email,))
        if any(other.active and other.id != before.id for other in others):
            raise ContactAddressTaken
        # It is others' address, too: that one of us gives it is no sign that it works again.
        if await dead_addresses([email]):
            raise ContactAddressUnreached
    after = replace(before, name=name, contact_email=email, version=before.version + 1)
    work.change(tables.Membership, before.id, name=name, contact_email=email, version=after.version)
    event = MemberEdited(
        membership_id=before.id, partner_id=before.partner_id, person_id=before.person_id, changed=changed
    )
    work.emit(event, before=_words(before), after=_words(after))
    return Repaired(member=after, again=await _reached(work, before, email) if "contact_email" in changed else 0)


async def _reached(work: Work, member: Membership, email: str) -> int:
    """What a member missed at the address known so far goes out again to `email`; returns how much that is.

    What still waits goes there, too. What is known against an address is forgotten only when it was theirs before.
    """
    whose, old = (member.person_id, member.partner_id), member.contact_email
    again = await send_missed_again(work, *whose, old, email)
    moved = await readdress_waiting(work, *whose, old, email) if email != old else 0
    cleared = email == old and await clear_trouble(work, email)
    if again or moved or cleared:
        event = ContactRepaired(
            membership_id=member.id, partner_id=member.partner_id, person_id=member.person_id, again=len(again)
        )
        work.emit(event)
    return len(again)


async def set_coordinator(
    work: Work, membership_id: UUID, coordinator: bool, expected_version: int | None = None
) -> Membership:
    """Let a member book for the partner, or no longer. Raises LastCoordinator, MembershipOver."""
    before = await _held(work, membership_id, expected_version)
    if before.coordinator == coordinator:
        return before
    if not before.active:
        raise MembershipOver
    if not coordinator:
        await _keep_one(work, before)
    after = replace(before, coordinator=coordinator, version=before.version + 1)
    if before.state is MembershipState.CONFIRMED:
        change = grant_role if coordinator else revoke_role
        await change(work, before.person_id, Role.COORDINATOR, before.partner_id)
        work.change(tables.Membership, membership_id, version=after.version)
    else:
        state = INVITED_COORDINATOR if coordinator else MembershipState.INVITED.value
        work.change(tables.Membership, membership_id, state=state, version=after.version)
    event = CoordinatorChanged(
        membership_id=membership_id,
        partner_id=before.partner_id,
        person_id=before.person_id,
        coordinator=coordinator,
    )
    work.emit(event)
    return after


async def change_member(
    work: Work,
    membership_id: UUID,
    *,
    name: str,
    contact_email: str,
    coordinator: bool,
    expected_version: int | None = None,
) -> Membership:
    """Change everything that a partner decides about a member: `edit_member` and `set_coordinator` in one."""
    await edit_member(work, membership_id, name=name, contact_email=contact_email, expected_version=expected_version)
    await work.flush()
    return await set_coordinator(work, membership_id, coordinator)


async def end_membership(work: Work, membership_id: UUID, expected_version: int | None = None) -> Membership:
    """End a membership or take an invitation back: the roles go at once. For coordinators and staff.

    Places that are booked stay: what becomes of them is for whoever reacts to MembershipEnded. Raises LastCoordinator.
    """
    return await _ended(work, await _held(work, membership_id, expected_version))


async def leave_partner(work: Work, membership_id: UUID) -> Membership:
    """End one's own membership, or decline an invitation. Raises InvitationUnknown for anybody else's."""
    try:
        known = await queries.load_membership(membership_id)
    except NotFound as error:
        raise InvitationUnknown from error
    if work.actor.person_id != known.person_id or work.actor.person_id is None:
        raise InvitationUnknown
    await queries.lock_partner(known.partner_id)
    return await _ended(work, await queries.lock_membership(membership_id))


async def _ended(work: Work, before: Membership) -> Membership:
    if not before.active:
        return before
    await _keep_one(work, before)
    after = replace(
        before, state=MembershipState.ENDED, coordinator=False, state_at=work.now, version=before.version + 1
    )
    written = {"state": after.state, "state_at": work.now, "version": after.version}
    work.change(tables.Membership, before.id, **written)
    await revoke_role(work, before.person_id, Role.COORDINATOR, before.partner_id)
    await revoke_role(work, before.person_id, Role.MEMBER, before.partner_id)
    await spend_links(work, Purpose.INVITATION, before.person_id, before.id)
    await withdraw(work, invitation_topic(before.id))
    event = MembershipEnded(membership_id=before.id, partner_id=before.partner_id, person_id=before.person_id)
    work.emit(event, before={"state": before.state, "coordinator": before.coordinator})
    return after


def invitation_topic(membership_id: UUID) -> str:
    """What messages about one invitation are called in the outbox."""
    return f"invitation:{membership_id}"


async def _held(work: Work, membership_id: UUID, expected_version: int | None) -> Membership:
    """The membership, held together with its partner, for somebody who may manage it."""
    known = await queries.load_membership(membership_id)
    if not may_manage(work.actor, known.partner_id):
        raise NotFound
    await queries.lock_partner(known.partner_id)
    return _at_version(await queries.lock_membership(membership_id), expected_version)


def _at_version(member: Membership, expected_version: int | None) -> Membership:
    if expected_version is not None and expected_version != member.version:
        current = as_data(member)
        del current["person_id"]
        raise Stale(current=current)
    return member


async def _keep_one(work: Work, leaving: Membership) -> None:
    """Raise LastCoordinator when nobody else could book. Staff may: closing an organization begins like this."""
    if work.actor.staff or not leaving.coordinator or leaving.state is not MembershipState.CONFIRMED:
        return
    if await queries.count_other_coordinators(leaving.partner_id, leaving.person_id) == 0:
        raise LastCoordinator


def _contact_address(email: str) -> str:
    try:
        return fold_email(email)
    except AddressUnusable as error:
        raise Invalid(error.detail, fields={"contact_email": error.detail}) from error


def _words(member: Membership) -> dict[str, str]:
    return {"name": member.name, "contact_email": member.contact_email}

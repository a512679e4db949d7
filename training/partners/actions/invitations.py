"""Invitations: a person is asked to join a partner, and agrees by the mailed link or when signed in."""

from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Invalid, NotFound, SignInRequired
from training.base.structs import Frozen
from training.base.work import Work
from training.outbox.actions import enqueue
from training.partners import queries, tables
from training.partners.actions.members import blank_membership, invitation_topic, write_named
from training.partners.events import MemberInvited, MembershipConfirmed
from training.partners.rules import (
    AlreadyMember,
    ConsentNeeded,
    ContactAddressTaken,
    InvitationUnknown,
    InvitationWithdrawn,
    Membership,
    MembershipState,
    Partner,
    ask_now,
    checked_member_name,
)
from training.people.actions import (
    NewSignIn,
    begin_sign_in,
    ensure_person,
    grant_role,
    make_link,
    spend_links,
    use_link,
)
from training.people.queries import find_link, is_new_account
from training.people.rules import (
    INVITATION_LIFETIME,
    LinkUnknown,
    LinkUsed,
    Permission,
    Purpose,
    Role,
    fold_email,
    may,
    own_token,
)

INVITATION_PATH = "/invitations/"


class Accepted(Frozen, frozen=True, kw_only=True):
    """An invitation accepted by its link: the membership, and the sign-in that begins with it.

    `sign_in` is None for somebody who was signed in already: that sign-in goes on.
    """

    membership: Membership
    sign_in: NewSignIn | None
    next_path: str


async def invite_member(
    work: Work, partner_id: UUID, *, email: str, name: str = "", coordinator: bool = False
) -> Membership:
    """Ask a person to join a partner, as coordinator or not, and mail them a link that works for 14 days.

    For coordinators and staff; a program manager may invite the first coordinator of a partner that was added in their
    program and is known nowhere else, though never themselves. Asking again mails a new link, though not within ten
    minutes. Raises AlreadyMember, ContactAddressTaken, AddressUnusable, and ConsentNeeded to other managers.
    """
    email, name = fold_email(email), checked_member_name(name)
    first = not may(work.actor, Permission.PARTNER_MANAGE, partner_id)
    if first and not (coordinator and await queries.is_participating_under(work.actor, partner_id)):
        raise NotFound
    partner = await queries.lock_partner(partner_id)
    if first:
        await _check_first(work, partner_id, email)
    known = await _known(work, partner_id, email)
    if known.state is MembershipState.CONFIRMED:
        raise AlreadyMember
    if known.active and not ask_now(known, work.now) and known.coordinator == coordinator:
        return known
    member = write_named(work, known, name, coordinator=coordinator, asked=True)
    await _mail(work, partner, member, email)
    event = MemberInvited(
        membership_id=member.id, partner_id=partner_id, person_id=member.person_id, coordinator=coordinator
    )
    work.emit(event, after={"name": member.name, "contact_email": member.contact_email})
    return member


async def _known(work: Work, partner_id: UUID, email: str) -> Membership:
    """The membership of the person who signs in with this address, blank when there is none.

    Recognised by the sign-in address alone: the link begins a sign-in, so it may reach that mailbox and no other,
    whatever contact address the partner has written down.
    """
    person_id = await ensure_person(work, email)
    members = await queries.list_memberships_at(partner_id, (email,), (person_id,))
    if own := next((m for m in members if m.person_id == person_id), None):
        return own
    if any(m.active for m in members):
        raise ContactAddressTaken
    return blank_membership(work, partner_id, person_id, email)


async def _check_first(work: Work, partner_id: UUID, email: str) -> None:
    """Whether a program manager may make this address the first coordinator. The partner's row is held.

    Whoever becomes the first coordinator reads everything that was ever written about the partner's people.
    """
    if await queries.has_coordinator(partner_id):
        raise NotFound
    if not await queries.was_added_under(work.actor, partner_id):
        raise ConsentNeeded
    if email == work.actor.email:
        raise Invalid(fields={"email": "This is your own address. Somebody of the organization books for it."})


async def _mail(work: Work, partner: Partner, member: Membership, email: str) -> None:
    # Whoever asks again has a reason to: the older mail may lie with somebody else.
    await spend_links(work, Purpose.INVITATION, member.person_id, member.id)
    link = make_link(
        work,
        purpose=Purpose.INVITATION,
        person_id=member.person_id,
        subject_id=member.id,
        next_path=f"/partners/{partner.id}",
        path=INVITATION_PATH,
    )
    await enqueue(
        work,
        kind="invitation",
        template="partners/invitation",
        recipient=email,
        recipient_name=member.name,
        person_id=member.person_id,
        subject_id=member.id,
        partner_id=partner.id,
        expires_at=work.now + INVITATION_LIFETIME,
        topic=invitation_topic(member.id),
        values={
            "link": link,
            "partner": partner.name,
            "asked_by": work.actor.name,
            "coordinator": member.coordinator,
            "days": INVITATION_LIFETIME.days,
        },
        supersede=True,
    )


async def accept_by_link(work: Work, token: str, *, user_agent: str = "") -> Accepted:
    """Agree to an invitation by its link, which is used up. It begins a sign-in only to an account that is new.

    A link that works for 14 days must not open an account in which there is something already: its owner signs in
    first. Raises LinkUnknown, LinkUsed, LinkExpired, InvitationWithdrawn, AccountDisabled, SignInRequired.
    """
    link = await find_link(token) if own_token(work.site.secret_key, Purpose.INVITATION, token) else None
    if link is None or link.subject_id is None:
        raise LinkUnknown
    # The membership before the link: whoever takes both rows takes them in this order.
    member = await queries.lock_membership(link.subject_id)
    if not (member.active and member.asked):
        raise InvitationWithdrawn
    await use_link(work, token, Purpose.INVITATION)
    if member.state is MembershipState.CONFIRMED:
        raise LinkUsed
    theirs = work.actor.person_id == link.person_id
    if not theirs and not await is_new_account(link.person_id):
        raise SignInRequired("Sign in first, then accept.")
    confirmed = await _confirm(work, member)
    begun = None if theirs else await begin_sign_in(work, link.person_id, user_agent=user_agent)
    return Accepted(membership=confirmed, sign_in=begun, next_path=link.next_path)


async def accept_membership(work: Work, membership_id: UUID) -> Membership:
    """Agree to an invitation while signed in as the person it is for. Raises InvitationUnknown to everybody else."""
    try:
        member = await queries.lock_membership(membership_id)
    except NotFound as error:
        raise InvitationUnknown from error
    if work.actor.person_id != member.person_id or not (member.active and member.asked):
        raise InvitationUnknown
    return await _confirm(work, member)


async def _confirm(work: Work, member: Membership) -> Membership:
    if member.state is MembershipState.CONFIRMED:
        return member
    after = replace(member, state=MembershipState.CONFIRMED, state_at=work.now, version=member.version + 1)
    work.change(tables.Membership, member.id, state=after.state, state_at=work.now, version=after.version)
    await spend_links(work, Purpose.INVITATION, member.person_id, member.id)
    await grant_role(work, member.person_id, Role.MEMBER, member.partner_id)
    if member.coordinator:
        await grant_role(work, member.person_id, Role.COORDINATOR, member.partner_id)
    event = MembershipConfirmed(membership_id=member.id, partner_id=member.partner_id, person_id=member.person_id)
    work.emit(event)
    return after

"""Partners as JSON: organizations, members, contacts, participations, and one's own memberships."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.schemas import merged
from training.partners import actions, queries
from training.partners.rules import PartnerDetails
from training.partners.schemas import (
    ChapterOut,
    ChapterPage,
    ContactChange,
    ContactIn,
    ContactOut,
    ContactPage,
    InvitationIn,
    MemberChange,
    MemberOut,
    MemberPage,
    OwnMembershipOut,
    OwnMembershipPage,
    ParticipationIn,
    ParticipationOut,
    ParticipationPage,
    PartnerChange,
    PartnerIn,
    PartnerOut,
    PartnerPage,
    RepairedOut,
    RepairIn,
    UnreachedOut,
    UnreachedPage,
)
from training.people.actions import revoke_token_of_partner
from training.people.guards import NO_TOKENS, needs, signed_in
from training.people.rules import TokenScope
from training.people.schemas import MadeToken, TokenIn, TokenList, TokenOut
from training.web.answers import answer, etag_of, not_modified, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Cursor = Annotated[str | None, QueryParameter(max_length=500)]
Search = Annotated[str, QueryParameter(max_length=200)]


def _one(request: Asked, content: PartnerOut | MemberOut) -> Response[Any]:
    """One thing with its ETag; 304 when the caller has this version already."""
    if not_modified(request, content.version):
        return Response(b"", status_code=304, headers={"etag": etag_of(content.version)})
    return answer(content, version=content.version)


class PartnerApi(Controller):
    """Partner organizations."""

    path = "/partners"
    tags = ["Partners"]
    guards = [signed_in]
    opt = needs(TokenScope.PARTNER)

    @get("/")
    async def partners(
        self,
        viewer: NamedDependency[Viewer],
        search: Search = "",
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[PartnerPage]:
        """The partners you may know about: your own, or all for staff and program managers. `search` reads names."""
        page = await queries.list_partners(viewer, search=search, cursor=cursor, limit=limit)
        return answer(PartnerPage(items=[PartnerOut.of(p) for p in page.items], next_cursor=page.next_cursor))

    @post("/")
    async def create(
        self, request: Asked, works: NamedDependency[Works], data: JSONBody[PartnerIn]
    ) -> Response[PartnerOut]:
        """Add a partner. For staff, and for program managers with a program of their own."""
        details, program_id = data.details(), data.program_id
        return await once(request, works, actions.create_partner, details, program_id, to=PartnerOut.of)

    @get("/{partner_id:uuid}")
    async def partner(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]
    ) -> Response[PartnerOut]:
        """One partner, with its ETag."""
        return _one(request, PartnerOut.of(await queries.get_partner(viewer, partner_id)))

    @patch("/{partner_id:uuid}")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        data: JSONBody[PartnerChange],
    ) -> Response[PartnerOut]:
        """Change a partner. Needs If-Match. For its coordinators; only staff changes the parent."""
        version = required_version(request)
        details = merged(PartnerDetails, data, await queries.get_partner(viewer, partner_id))
        edited = await works.run(viewer, actions.edit_partner, partner_id, details, version)
        return answer(PartnerOut.of(edited), version=edited.version)

    @get("/{partner_id:uuid}/chapters")
    async def chapters(self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]) -> Response[ChapterPage]:
        """The partners whose parent this is: their names, nothing about their people."""
        await queries.get_partner(viewer, partner_id)
        found = await queries.list_chapters(viewer, partner_id)
        return answer(ChapterPage(items=[ChapterOut.of(chapter) for chapter in found]))


class MemberApi(Controller):
    """People of a partner, for its coordinators."""

    tags = ["Partners"]
    guards = [signed_in]
    opt = needs(TokenScope.PARTNER)

    @get("/partners/{partner_id:uuid}/members")
    async def members(
        self,
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        ended: FromQuery[bool] = False,
        cursor: Cursor = None,
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[MemberPage]:
        """The people of a partner; with `ended`, those who left too."""
        page = await queries.list_members(viewer, partner_id, ended=ended, cursor=cursor, limit=limit)
        return answer(MemberPage(items=[MemberOut.of(m) for m in page.items], next_cursor=page.next_cursor))

    @post("/partners/{partner_id:uuid}/members")
    async def invite(
        self,
        request: Asked,
        works: NamedDependency[Works],
        partner_id: FromPath[UUID],
        data: JSONBody[InvitationIn],
    ) -> Response[MemberOut]:
        """Invite a person by mail. The answer does not tell whether they have an account already."""
        return await once(
            request,
            works,
            actions.invite_member,
            partner_id,
            email=data.email,
            name=data.name,
            coordinator=data.coordinator,
            to=MemberOut.of,
        )

    @get("/members/{membership_id:uuid}")
    async def member(
        self, request: Asked, viewer: NamedDependency[Viewer], membership_id: FromPath[UUID]
    ) -> Response[MemberOut]:
        """One member, with its ETag."""
        return _one(request, MemberOut.of(await queries.get_member(viewer, membership_id)))

    @patch("/members/{membership_id:uuid}")
    async def change(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        membership_id: FromPath[UUID],
        data: JSONBody[MemberChange],
    ) -> Response[MemberOut]:
        """Change the name and address you use for a member, or whether they may book. Needs If-Match. Of who has left
        only the name."""
        version = required_version(request)
        known = await queries.get_member(viewer, membership_id)
        said = {name: getattr(data, name) for name in data.__struct_fields__ if getattr(data, name) is not UNSET}
        kept = {"name": known.name, "contact_email": known.contact_email, "coordinator": known.coordinator}
        changed = await works.run(
            viewer, actions.change_member, membership_id, **{**kept, **said}, expected_version=version
        )
        return answer(MemberOut.of(changed), version=changed.version)

    @get("/partners/{partner_id:uuid}/unreached")
    async def unreached(self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]) -> Response[UnreachedPage]:
        """The people of a partner whose mail comes back, with what the mail system said."""
        await queries.get_partner(viewer, partner_id)
        found = await queries.list_unreached(viewer, partner_id)
        return answer(UnreachedPage(items=[UnreachedOut.of(one) for one in found]))

    @post("/members/{membership_id:uuid}/repair", status_code=200)
    async def repair(
        self, request: Asked, works: NamedDependency[Works], membership_id: FromPath[UUID], data: JSONBody[RepairIn]
    ) -> Response[RepairedOut]:
        """Say where a member's mail reaches them. Needs If-Match. What they missed goes out again, as far as wanted."""
        version, email = required_version(request), data.contact_email
        return await once(
            request, works, actions.repair_contact, membership_id, email, version, to=RepairedOut.of, status=200
        )

    @post("/members/{membership_id:uuid}/end", status_code=200)
    async def end(
        self, request: Asked, works: NamedDependency[Works], membership_id: FromPath[UUID]
    ) -> Response[MemberOut]:
        """End a membership or take an invitation back. Needs If-Match. Places stay booked."""
        version = required_version(request)
        return await once(request, works, actions.end_membership, membership_id, version, to=MemberOut.of, status=200)


class ContactApi(Controller):
    """Whom to reach at a partner for what."""

    tags = ["Partners"]
    guards = [signed_in]
    opt = needs(TokenScope.PARTNER)

    @get("/partners/{partner_id:uuid}/contacts")
    async def contacts(self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]) -> Response[ContactPage]:
        """The contacts of a partner: for its members, staff, and managers of programs it takes part in."""
        found = await queries.list_contacts(viewer, partner_id)
        return answer(ContactPage(items=[ContactOut.of(contact) for contact in found]))

    @post("/partners/{partner_id:uuid}/contacts")
    async def add(
        self, request: Asked, works: NamedDependency[Works], partner_id: FromPath[UUID], data: JSONBody[ContactIn]
    ) -> Response[ContactOut]:
        """Name somebody to reach. For coordinators."""
        return await once(request, works, actions.add_contact, partner_id, data.details(), to=ContactOut.of)

    @patch("/contacts/{contact_id:uuid}")
    async def edit(
        self, request: Asked, works: NamedDependency[Works], contact_id: FromPath[UUID], data: JSONBody[ContactChange]
    ) -> Response[ContactOut]:
        """Change a contact; that counts as checked. Needs If-Match. For coordinators."""
        version = required_version(request)
        details = data.details(await queries.get_contact(request.user, contact_id))
        edited = await works.run(request.user, actions.edit_contact, contact_id, details, version)
        return answer(ContactOut.of(edited), version=edited.version)

    @post("/contacts/{contact_id:uuid}/check", status_code=200)
    async def check(
        self, request: Asked, works: NamedDependency[Works], contact_id: FromPath[UUID]
    ) -> Response[ContactOut]:
        """Say that a contact is still right."""
        return await once(request, works, actions.check_contact, contact_id, to=ContactOut.of, status=200)

    @delete("/contacts/{contact_id:uuid}")
    async def remove(self, request: Asked, works: NamedDependency[Works], contact_id: FromPath[UUID]) -> None:
        """Take a contact off. Needs If-Match. For coordinators."""
        await works.run(request.user, actions.remove_contact, contact_id, required_version(request))


class ParticipationApi(Controller):
    """Which programs a partner takes part in."""

    path = "/partners/{partner_id:uuid}/participations"
    tags = ["Partners"]
    guards = [signed_in]
    opt = needs(TokenScope.MANAGE)

    @get("/")
    async def participations(
        self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID], ended: FromQuery[bool] = False
    ) -> Response[ParticipationPage]:
        """The programs a partner takes part in; with `ended`, those it left too. Managers see their own programs."""
        found = await queries.list_participations(viewer, partner_id, ended=ended)
        return answer(ParticipationPage(items=[ParticipationOut.of(one) for one in found]))

    @post("/")
    async def join(
        self,
        request: Asked,
        works: NamedDependency[Works],
        partner_id: FromPath[UUID],
        data: JSONBody[ParticipationIn],
    ) -> Response[ParticipationOut]:
        """Let a partner take part in a program. For staff, and managers of the program who are its coordinators too."""
        return await once(request, works, actions.join_program, partner_id, data.program_id, to=ParticipationOut.of)

    @delete("/{program_id:uuid}")
    async def leave(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        program_id: FromPath[UUID],
    ) -> None:
        """End a participation. What the partner booked stays booked. For managers of the program."""
        await works.run(viewer, actions.leave_program, partner_id, program_id)


class OwnMembershipApi(Controller):
    """Where one belongs."""

    path = "/me/memberships"
    tags = ["Partners"]
    guards = [signed_in]

    @get("/")
    async def memberships(self, viewer: NamedDependency[Viewer]) -> Response[OwnMembershipPage]:
        """One's own memberships and open invitations."""
        found = await queries.list_own_memberships(viewer)
        return answer(OwnMembershipPage(items=[OwnMembershipOut.of(own) for own in found]))

    @post("/{membership_id:uuid}/accept", status_code=200, opt=NO_TOKENS)
    async def accept(
        self, request: Asked, works: NamedDependency[Works], membership_id: FromPath[UUID]
    ) -> Response[MemberOut]:
        """Accept an invitation that is for oneself."""
        return await once(request, works, actions.accept_membership, membership_id, to=MemberOut.of, status=200)

    @post("/{membership_id:uuid}/end", status_code=200, opt=NO_TOKENS)
    async def leave(
        self, request: Asked, works: NamedDependency[Works], membership_id: FromPath[UUID]
    ) -> Response[MemberOut]:
        """Decline an invitation, or leave a partner."""
        return await once(request, works, actions.leave_partner, membership_id, to=MemberOut.of, status=200)


class PartnerTokenApi(Controller):
    """API tokens that act for a partner, for its coordinators and staff: no token makes, lists or ends tokens."""

    path = "/partners/{partner_id:uuid}/tokens"
    tags = ["Tokens"]
    guards = [signed_in]
    opt = NO_TOKENS

    @get("/")
    async def tokens(self, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID]) -> TokenList:
        """The tokens that act for a partner, with who made them and without their secrets."""
        found = await queries.list_tokens(viewer, partner_id)
        return TokenList(items=[TokenOut.of(token) for token in found])

    @post("/")
    async def make(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        data: JSONBody[TokenIn],
    ) -> MadeToken:
        """Make a token that acts for a partner. Takes no Idempotency-Key, because its secret is kept nowhere."""
        return MadeToken.of(await works.run(viewer, actions.make_partner_token, partner_id, data.order()))

    @delete("/{token_id:uuid}")
    async def revoke(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        token_id: FromPath[UUID],
    ) -> None:
        """End a token of a partner, at once."""
        await works.run(viewer, revoke_token_of_partner, partner_id, token_id)


CONTROLLERS = (PartnerApi, MemberApi, ContactApi, ParticipationApi, OwnMembershipApi, PartnerTokenApi)

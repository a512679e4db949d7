"""Invitations as the invited person sees them: by the mailed link, and among one's own memberships."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound, SignInRequired
from training.base.structs import Viewer
from training.base.work import Works
from training.partners.actions import accept_by_link, accept_membership, leave_partner
from training.partners.queries import list_own_memberships, load_invitation
from training.partners.rules import Invitation, InvitationWithdrawn, MembershipState
from training.people.guards import sign_in_cookie, signed_in
from training.people.queries import find_link, is_new_account
from training.people.rules import KnownLink, LinkUnknown, LinkUsed, Purpose, judge_link, own_token
from training.web.render import page, redirect, site_of

Asked = Request[Any, Any, Any]
# The address of the page holds the token: nothing that the page loads or leads to may be told it.
SILENT = {"referrer-policy": "strict-origin"}
OWN = "/my/memberships"


class InvitationPages(Controller):
    """The page behind the mailed link."""

    path = "/invitations"
    include_in_schema = False

    @get("/{token:str}")
    async def offer(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        token: FromPath[str],
    ) -> Response[Any]:
        """Who asks, for what, and one button. Opening it accepts nothing: mail scanners open links too."""
        link, invitation = await _offered(works, token)
        theirs = viewer.person_id == link.person_id
        shown = page(
            request,
            "partners/invitation.html",
            invitation=invitation,
            email=link.email,
            token=token,
            begins=not theirs and await is_new_account(link.person_id),
            theirs=theirs,
        )
        shown.headers.update(SILENT)
        return shown

    @post("/{token:str}")
    async def accept(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        token: FromPath[str],
    ) -> Response[Any]:
        """Accept, and be signed in. A second press by somebody who is in already is no reason to complain.

        Whoever must sign in first finds the invitation among their memberships and needs the link no more.
        """
        user_agent = request.headers.get("user-agent", "")
        try:
            accepted = await works.run(viewer, accept_by_link, token, user_agent=user_agent)
        except LinkUsed:
            if not viewer.signed_in:
                raise
            return redirect(OWN)
        except SignInRequired as error:
            return redirect(f"/sign-in?next={OWN}", error.detail)
        if accepted.sign_in is None:
            return redirect(accepted.next_path, "Welcome.")
        onward = redirect(accepted.next_path, "Welcome. You are signed in.")
        onward.cookies.append(sign_in_cookie(site_of(request), accepted.sign_in.token))
        return onward


async def _offered(works: Works, token: str) -> tuple[KnownLink, Invitation]:
    """What a link offers. Raises LinkUnknown, LinkUsed, LinkExpired, InvitationWithdrawn."""
    if not own_token(works.site.secret_key, Purpose.INVITATION, token):
        raise LinkUnknown
    link = await find_link(token)
    if link is None or link.subject_id is None:
        raise LinkUnknown
    try:
        invitation = await load_invitation(link.subject_id)
    except NotFound as error:
        # Asked before the link is judged: taking an invitation back uses its links up, which is the lesser news.
        raise InvitationWithdrawn from error
    return judge_link(link, works.clock()), invitation


class OwnMembershipPages(Controller):
    """Where one belongs, and who asks."""

    path = OWN
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def memberships(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """One's own memberships and open invitations."""
        own = await list_own_memberships(viewer)
        asked = [one for one in own if one.state is MembershipState.INVITED]
        joined = [one for one in own if one.state is MembershipState.CONFIRMED]
        return page(request, "partners/own.html", asked=asked, joined=joined)

    @post("/{membership_id:uuid}/accept")
    async def accept(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], membership_id: FromPath[UUID]
    ) -> Response[Any]:
        """Accept an invitation while signed in."""
        member = await works.run(viewer, accept_membership, membership_id)
        return redirect(f"/partners/{member.partner_id}", "Welcome.")

    @post("/{membership_id:uuid}/end")
    async def leave(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], membership_id: FromPath[UUID]
    ) -> Response[Any]:
        """Decline an invitation, or leave."""
        await works.run(viewer, leave_partner, membership_id)
        return redirect(OWN, "Done. You no longer belong there.")

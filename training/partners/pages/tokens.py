"""API tokens of a partner: made, listed and revoked by its coordinators and by staff."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, refused
from training.partners.actions import make_partner_token
from training.partners.queries import get_partner, list_tokens
from training.people.actions import revoke_token_of_partner
from training.people.guards import signed_in
from training.people.rules import SCOPE_MEANINGS, TOKEN_DAYS, TokenScope
from training.people.schemas import TokenIn
from training.web.forms import Form, read_form
from training.web.render import page, redirect

REVOKED = "The token is revoked. Programs that used it are shut out now."
Asked = Request[Any, Any, Any]
EMPTY = {"label": "", "scopes": [TokenScope.READ.value, TokenScope.BOOK.value], "days": TOKEN_DAYS}
# A partner's token runs no program, so that is not offered.
SCOPES = [
    (scope.value, f"{said} ({scope.value})") for scope, said in SCOPE_MEANINGS.items() if scope is not TokenScope.MANAGE
]


class PartnerTokenPages(Controller):
    """API tokens of one partner."""

    path = "/partners/{partner_id:uuid}/tokens"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def tokens(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """The tokens that act for a partner, with who made them, and the form for another."""
        return await _tokens_page(request, works, viewer, partner_id)

    @post("/")
    async def make(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
    ) -> Response[Any]:
        """Make a token and show its secret, this once."""
        form = await read_form(request, TokenIn)
        if form.value is None:
            return await _tokens_page(request, works, viewer, partner_id, form)
        try:
            made = await works.run(viewer, make_partner_token, partner_id, form.value.order())
        except REFUSALS as error:
            return await _tokens_page(request, works, viewer, partner_id, refused(form, error))
        return page(request, "partners/token_made.html", made=made, partner=await get_partner(viewer, partner_id))

    @get("/{token_id:uuid}/revoke")
    async def ask_revoke(
        self, request: Asked, viewer: NamedDependency[Viewer], partner_id: FromPath[UUID], token_id: FromPath[UUID]
    ) -> Response[Any]:
        """What ends with a token, before it ends."""
        found = await list_tokens(viewer, partner_id)
        token = next((each for each in found if each.id == token_id and each.revoked_at is None), None)
        if token is None:
            raise NotFound
        return page(request, "partners/token_revoke.html", token=token, partner=await get_partner(viewer, partner_id))

    @post("/{token_id:uuid}/revoke")
    async def revoke(
        self,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        token_id: FromPath[UUID],
    ) -> Response[Any]:
        """End a token."""
        await works.run(viewer, revoke_token_of_partner, partner_id, token_id)
        return redirect(f"/partners/{partner_id}/tokens", REVOKED)


async def _tokens_page(
    request: Asked, works: Works, viewer: Viewer, partner_id: UUID, form: Form[TokenIn] | None = None
) -> Response[Any]:
    now = works.clock()
    tokens = [(token, token.works(now)) for token in await list_tokens(viewer, partner_id)]
    return page(
        request,
        "partners/tokens.html",
        status=422 if form else 200,
        partner=await get_partner(viewer, partner_id),
        tokens=tokens,
        typed=form.raw if form else EMPTY,
        errors=form.errors if form else {},
        scopes=SCOPES,
    )

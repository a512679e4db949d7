"""Places without a name, as JSON."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from training.base.paging import DEFAULT_LIMIT, MOST_LIMIT
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions.giving_up import release_place
from training.booking.actions.naming import Naming, name_place
from training.booking.actions.naming_links import make_naming_link
from training.booking.queries import list_enrollments
from training.booking.queries.open_places import get_open_place, page_open_places
from training.booking.schemas.open_places import (
    LinkIn,
    LinkOut,
    NamedOut,
    NameIn,
    OpenPlaceOut,
    OpenPlacePage,
    ReleasedOut,
    ReleaseIn,
)
from training.partners.queries import get_partner
from training.people.guards import needs, newcomers_tried, signed_in
from training.people.rules import Permission, TokenScope, require
from training.schedule.queries import get_session
from training.web.answers import answer, not_modified, required_version
from training.web.keys import once

Asked = Request[Any, Any, Any]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_LIMIT)]
Cursor = Annotated[str, QueryParameter(max_length=500)]


async def _named(work: Work, open_place_id: UUID, naming: Naming, **asked: Any) -> NamedOut:
    """Name a place, and list those who moved up as far as whoever asks may see them."""
    named = await name_place(work, open_place_id, naming, **asked)
    return NamedOut.of(named, await _seen(work.actor, named.session_id, named.promoted))


async def _released(work: Work, open_place_id: UUID, **asked: Any) -> ReleasedOut:
    """Give a place back, and list those who moved up as far as whoever asks may see them."""
    released = await release_place(work, open_place_id, **asked)
    return ReleasedOut.of(released, await _seen(work.actor, released.session_id, released.promoted))


async def _seen(viewer: Viewer, session_id: UUID, promoted: tuple[UUID, ...]) -> set[UUID]:
    return {row.id for row in await list_enrollments(viewer, session_id)} if promoted else set()


async def _page(viewer: Viewer, whose: Any, scope_id: UUID, cursor: str, limit: int) -> Response[OpenPlacePage]:
    found = await page_open_places(viewer, whose, scope_id, cursor, limit)
    items = [OpenPlaceOut.of(place) for place in found.items]
    return answer(OpenPlacePage(items=items, next_cursor=found.next_cursor))


class OpenPlaceApi(Controller):
    """Places without a name."""

    tags = ["Places"]
    guards = [signed_in]
    opt = needs(TokenScope.BOOK)

    @get("/sessions/{session_id:uuid}/open-places")
    async def of_session(
        self,
        viewer: NamedDependency[Viewer],
        session_id: FromPath[UUID],
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[OpenPlacePage]:
        """The places of a session that were taken without a name, as far as you may see them; ended ones too."""
        await get_session(viewer, session_id)
        return await _page(viewer, "session", session_id, cursor, limit)

    @get("/partners/{partner_id:uuid}/open-places")
    async def of_partner(
        self,
        viewer: NamedDependency[Viewer],
        partner_id: FromPath[UUID],
        cursor: Cursor = "",
        limit: Limit = DEFAULT_LIMIT,
    ) -> Response[OpenPlacePage]:
        """The places that a partner took without a name; ended ones too. For its coordinators and staff."""
        require(viewer, Permission.PLACES_BOOK, (await get_partner(viewer, partner_id)).id)
        return await _page(viewer, "partner", partner_id, cursor, limit)

    @get("/open-places/{open_place_id:uuid}")
    async def one(
        self, request: Asked, viewer: NamedDependency[Viewer], open_place_id: FromPath[UUID]
    ) -> Response[OpenPlaceOut]:
        """One place, with its ETag."""
        found = await get_open_place(viewer, open_place_id)
        if not_modified(request, found.version):
            return Response(b"", status_code=304, headers={"etag": f'"{found.version}"'})  # type: ignore[arg-type]
        return answer(OpenPlaceOut.of(found), version=found.version)

    @post("/open-places/{open_place_id:uuid}/name", status_code=200)
    async def name(
        self,
        request: Asked,
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
        data: JSONBody[NameIn],
    ) -> Response[NamedOut]:
        """Put somebody on the place: judged as in a booking. Needs If-Match."""
        version = required_version(request)
        naming = data.naming()
        how: dict[str, Any] = {"expected_version": version, "status": 200}
        tried = [newcomers_tried(request, naming.person.membership_id is None)]
        return await once(request, works, _named, open_place_id, naming, tried=tried, **how)

    @post("/open-places/{open_place_id:uuid}/link", status_code=200)
    async def link(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
        data: JSONBody[LinkIn],
    ) -> Response[LinkOut]:
        """Make a link by which somebody puts their own name on the place, once; earlier links end. Needs If-Match.

        With `send_to` it is mailed there and told to nobody else: `url` is null. Takes no Idempotency-Key, because the
        link is kept nowhere; a repetition finds another version (412).
        """
        version = required_version(request)
        send_to = data.send_to or ""
        made = await works.run(viewer, make_naming_link, open_place_id, send_to=send_to, expected_version=version)
        return answer(LinkOut.of(made), version=made.version)

    @post("/open-places/{open_place_id:uuid}/release", status_code=200)
    async def release(
        self,
        request: Asked,
        works: NamedDependency[Works],
        open_place_id: FromPath[UUID],
        data: JSONBody[ReleaseIn],
    ) -> Response[ReleasedOut]:
        """Give the place back; whoever waits and fits has it at once. Needs If-Match."""
        version = required_version(request)
        reason = data.reason
        return await once(request, works, _released, open_place_id, reason=reason, expected_version=version, status=200)

"""As whom a file is asked for: somebody signed in, a program with its token, whoever holds the link to a place.

Read anew at every request, so that a sign-in that ended, an account that was closed and a link that was renewed end
what was opened with them, too.
"""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch_one
from training.base.errors import Gone, NotFound
from training.base.structs import ANONYMOUS, Frozen, Viewer
from training.booking.queries.requests import PlaceKey, find_place_key
from training.booking.rules.guests import PlaceLinkUnknown, check_place_link, guest_of, opens_place
from training.materials.queries.showing import FileSeen, find_course_file, find_file
from training.materials.rules.tickets import Holder, Ticket, mark_of_code, ticket_ends
from training.outbox.rules import token_id
from training.people.queries import find_signed_in, find_with_token


class Bearer(Frozen, frozen=True, kw_only=True):
    """Who asks. `enrollment_id` is the place whose link they came by, in the session `session_id`; `generation` is that
    of the link. `code_mark` is that of the access code that they gave, if they gave one."""

    viewer: Viewer
    enrollment_id: UUID | None = None
    session_id: UUID | None = None
    generation: int = 0
    code_mark: int = 0

    @property
    def holder(self) -> str:
        """Whose files on their way are counted together: a place, a token or a person; empty for nobody known."""
        known = self.enrollment_id or self.viewer.token_id or self.viewer.person_id
        return str(known) if known else ""


class _Code(Frozen, frozen=True, kw_only=True):
    access_code: str


async def get_bearer_of_place(token: str, secret_key: str, now: datetime) -> Bearer:
    """Whoever holds the link to a place. Raises PlaceLinkUnknown, PlaceLinkExpired."""
    enrollment_id = token_id(token)
    key = await find_place_key(enrollment_id) if enrollment_id else None
    if key is None or not opens_place(secret_key, token, key.id, key.link_generation):
        raise PlaceLinkUnknown
    return _of_place(key, now)


async def find_bearer(ticket: Ticket, now: datetime) -> Bearer | None:
    """Who holds this ticket at `now`, with the rights that they have now; None for whoever is nobody any more."""
    viewer: Viewer | None = ANONYMOUS
    if ticket.holder is Holder.ENROLLMENT:
        return await _holder_of_place(ticket, now)
    if ticket.holder is Holder.SIGN_IN:
        viewer = await find_signed_in(ticket.holder_id, now) if ticket.holder_id else None
    elif ticket.holder is Holder.TOKEN:
        viewer = await find_with_token(ticket.holder_id, now) if ticket.holder_id else None
    return Bearer(viewer=viewer, code_mark=ticket.code_mark) if viewer else None


async def find_held(ticket: Ticket, bearer: Bearer | None, secret_key: str, now: datetime) -> FileSeen:
    """The file of a ticket for who holds it now (`find_bearer`), judged anew. Raises NotFound, and what `find_file`
    tells those it is for.

    An access code counts only while it is still that of the session.
    """
    if bearer is None:
        raise NotFound
    if ticket.of_course:
        return await find_course_file(bearer.viewer, ticket.variant_id, now, course_id=ticket.place_id)
    code = await _code_of(ticket, secret_key)
    own = bearer.enrollment_id
    return await find_file(
        bearer.viewer, ticket.variant_id, now, session_id=ticket.place_id, enrollment_id=own, code=code
    )


def ticket_for(bearer: Bearer, seen: FileSeen, now: datetime, *, shown: bool) -> Ticket:
    """A ticket for a file that was judged just now. One that anybody may see is for nobody in particular."""
    holder, holder_id = _holder(bearer, seen)
    return Ticket(
        variant_id=seen.variant.id,
        place_id=seen.session_id or seen.course_id or seen.program_id,
        of_course=seen.session_id is None,
        holder=holder,
        holder_id=holder_id,
        generation=bearer.generation if holder is Holder.ENROLLMENT else 0,
        code_mark=0 if seen.public else bearer.code_mark,
        shown=shown,
        expires_at=ticket_ends(now, holder),
    )


def _holder(bearer: Bearer, seen: FileSeen) -> tuple[Holder, UUID | None]:
    viewer = bearer.viewer
    if seen.public:
        return Holder.ANYBODY, None
    if bearer.enrollment_id is not None:
        return Holder.ENROLLMENT, bearer.enrollment_id
    if viewer.token_id is not None:
        return Holder.TOKEN, viewer.token_id
    if viewer.sign_in_id is not None:
        return Holder.SIGN_IN, viewer.sign_in_id
    return Holder.ANYBODY, None


async def _code_of(ticket: Ticket, secret_key: str) -> str:
    """The access code by which the session was seen, if it is still the one; empty otherwise."""
    if not ticket.code_mark:
        return ""
    found = await fetch_one(_Code, "SELECT access_code FROM session WHERE id = {}", ticket.place_id)
    same = found and mark_of_code(secret_key, ticket.place_id, found.access_code) == ticket.code_mark
    return found.access_code if found and same else ""


async def _holder_of_place(ticket: Ticket, now: datetime) -> Bearer | None:
    key = await find_place_key(ticket.holder_id) if ticket.holder_id else None
    if key is None or key.link_generation != ticket.generation:
        return None
    try:
        return _of_place(key, now)
    except (NotFound, Gone):
        return None


def _of_place(key: PlaceKey, now: datetime) -> Bearer:
    if key.disabled_at is not None:
        raise PlaceLinkUnknown
    check_place_link(key.ends_at, now)
    guest = guest_of(key.person_id, key.person_name, key.person_zone)
    return Bearer(viewer=guest, enrollment_id=key.id, session_id=key.session_id, generation=key.link_generation)

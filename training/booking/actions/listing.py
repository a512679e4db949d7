"""Letting others of one's own organization see that one takes part, and no longer letting them."""

from uuid import UUID

from training.base.errors import NotFound, Stale
from training.base.work import Add, Work
from training.booking.events import ListingChosen
from training.booking.queries.attendees import Listing, find_listing
from training.booking.tables import Enrollment
from training.schedule.queries import lock_session


async def choose_listing(
    work: Work, enrollment_id: UUID, listed: bool, *, expected_version: int | None = None
) -> Listing:
    """Say whether others of one's own organization may see one's name in this session. Only the person can.

    The session's row is locked, because other changes of an enrollment count its versions, too. Raises NotFound for
    an enrollment that is not one's own or has nothing to choose (the session lists nobody, or it counts for no partner
    that the person belongs to), Stale.
    """
    person_id = work.actor.person_id
    found = await find_listing(person_id, enrollment_id) if person_id else None
    if found is None or person_id is None:
        raise NotFound
    await lock_session(found.session_id)
    fresh = await find_listing(person_id, enrollment_id)
    if fresh is None:
        raise NotFound
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, listed=fresh.listed)
    if fresh.listed == listed:
        return fresh
    work.change(Enrollment, enrollment_id, listed=listed, version=Add(1))
    event = ListingChosen(enrollment_id=enrollment_id, session_id=fresh.session_id, person_id=person_id, listed=listed)
    work.emit(event, before={"listed": fresh.listed}, after={"listed": listed})
    return Listing(
        enrollment_id=enrollment_id,
        session_id=fresh.session_id,
        partner_name=fresh.partner_name,
        listed=listed,
        version=fresh.version + 1,
    )

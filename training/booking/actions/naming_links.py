"""Single-use links by which somebody puts their own name on an open place: made, mailed, withdrawn; and notes."""

from datetime import datetime, timedelta
from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Stale
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.booking.actions.telling import tell_over, write_invited
from training.booking.events import NamingLinkMade, NamingLinkWithdrawn, OpenPlaceNoted
from training.booking.queries.open_places import OpenPlaceView, find_by_link_hash, get_open_place
from training.booking.rules.open_places import (
    MAILS_PER_ADDRESS,
    MAILS_PER_ADDRESS_A_DAY,
    MAILS_PER_PARTNER_A_DAY,
    NAMING_PATH,
    NAMING_PURPOSE,
    LinkFacts,
    NamingLinkReplaced,
    NamingLinkUnknown,
    NamingTooLate,
    NoNamingLink,
    OpenPlaceOver,
    PlaceState,
    TooManyNamingMails,
    judge_naming_link,
)
from training.booking.tables import OpenPlace
from training.outbox.rules import derive_token, token_id
from training.people.actions import Limit, limit_attempts
from training.people.rules import TooManyLinks, fold_email, token_hash
from training.schedule.queries import lock_session
from training.schedule.rules.sessions import Session


class MadeLink(Frozen, frozen=True, kw_only=True):
    """A naming link just made. `url` holds the secret: kept nowhere, and shown once, to whoever made a link to copy.

    `sent_to` is empty when not mailed.
    """

    open_place_id: UUID
    url: str
    expires_at: datetime
    sent_to: str
    version: int


async def held_open(
    work: Work, open_place_id: UUID, expected_version: int | None = None
) -> tuple[Session, OpenPlaceView]:
    """A place that is still without a name, with its session's row locked. Raises NotFound, Stale, OpenPlaceOver."""
    found = await get_open_place(work.actor, open_place_id)
    session = await lock_session(found.session_id)
    fresh = await get_open_place(work.actor, open_place_id)
    if expected_version is not None and expected_version != fresh.version:
        raise Stale(version=fresh.version, state=fresh.state)
    if fresh.state is not PlaceState.OPEN:
        raise OpenPlaceOver(state=fresh.state)
    return session, fresh


def check_in_time(place: OpenPlaceView, now: datetime) -> None:
    """Raise NamingTooLate when the place had to have a name by now, even if it has not gone back yet."""
    if now >= place.until:
        raise NamingTooLate(deadline=place.until, zone=place.zone)


async def make_naming_link(
    work: Work, open_place_id: UUID, *, send_to: str = "", expected_version: int | None = None
) -> MadeLink:
    """Make a link that names this place once, until the place's own deadline at the latest; earlier links end.

    With `send_to` it is mailed there, and `url` is not to be told to anybody else: whoever comes by it proves that they
    read that mailbox. Raises NotFound, Stale, OpenPlaceOver, NamingTooLate, AddressUnusable, TooManyNamingMails.
    """
    address = fold_email(send_to) if send_to else ""
    if address:
        await _limit_mails(work, (await get_open_place(work.actor, open_place_id)).partner_id, address)
    session, place = await held_open(work, open_place_id, expected_version)
    check_in_time(place, work.now)
    if place.sent_to and place.sent_to != address:
        await tell_over(work, place, session)
    link_id = work.new_id()
    token = derive_token(work.site.secret_key, NAMING_PURPOSE, link_id)
    written = {"sent_to": address, "sent_at": work.now, "link_expires_at": place.until}
    work.change(OpenPlace, place.id, link_id=link_id, link_hash=token_hash(token), **written, version=Add(1))
    work.emit(NamingLinkMade(open_place_id=place.id, session_id=place.session_id, mailed=bool(address)))
    await work.flush()
    await write_invited(
        work, "naming", replace(place, **written), session, inviter=work.actor.name or place.partner_name, why="asked"
    )
    return MadeLink(
        open_place_id=place.id,
        url=work.site.url(NAMING_PATH + token),
        expires_at=place.until,
        sent_to=address,
        version=place.version + 1,
    )


async def _limit_mails(work: Work, partner_id: UUID, address: str) -> None:
    """Count a mail. A mailbox is not flooded, whichever partners ask for it. Raises TooManyNamingMails."""
    soon = Limit(kind="naming-mail", value=address, most=MAILS_PER_ADDRESS)
    day = (
        Limit(kind="naming-mail-of-day", value=address, most=MAILS_PER_ADDRESS_A_DAY),
        Limit(kind="naming-mails-of-partner", value=str(partner_id), most=MAILS_PER_PARTNER_A_DAY),
    )
    try:
        await limit_attempts(work, soon)
        await limit_attempts(work, *day, window=timedelta(days=1))
    except TooManyLinks as error:
        raise TooManyNamingMails(retry_after=error.retry_after) from error


async def withdraw_naming_link(
    work: Work, open_place_id: UUID, *, expected_version: int | None = None
) -> OpenPlaceView:
    """End the link of a place; the place stays. Raises NotFound, Stale, OpenPlaceOver, NoNamingLink."""
    session, place = await held_open(work, open_place_id, expected_version)
    if not place.has_link:
        raise NoNamingLink
    await tell_over(work, place, session)
    written = {"sent_to": "", "sent_at": None, "link_expires_at": None}
    work.change(OpenPlace, place.id, link_id=None, link_hash="", **written, version=Add(1))
    work.emit(NamingLinkWithdrawn(open_place_id=place.id, session_id=place.session_id))
    return replace(place, **written, has_link=False, version=place.version + 1)


async def note_open_place(
    work: Work, open_place_id: UUID, note: str, *, expected_version: int | None = None
) -> OpenPlaceView:
    """Write what the place is meant for. Raises NotFound, Stale, OpenPlaceOver."""
    _, place = await held_open(work, open_place_id, expected_version)
    if note != place.note:
        work.change(OpenPlace, place.id, note=note, version=Add(1))
        event = OpenPlaceNoted(open_place_id=place.id, session_id=place.session_id)
        work.emit(event, before={"note": place.note}, after={"note": note})
    return replace(place, note=note, version=place.version + (note != place.note))


async def find_behind_link(token: str, secret_key: str, now: datetime) -> OpenPlaceView:
    """The place that a naming link leads to, when it can still be used.

    Raises NamingLinkUnknown, NamingLinkReplaced, NamingLinkUsed, NamingLinkExpired.
    """
    link_id = token_id(token)
    # Compared as hashes, so that no clock tells how much of a guess was right.
    if link_id is None or token_hash(derive_token(secret_key, NAMING_PURPOSE, link_id)) != token_hash(token):
        raise NamingLinkUnknown
    place = await find_by_link_hash(token_hash(token))
    if place is None:
        raise NamingLinkReplaced
    judge_naming_link(LinkFacts(state=place.state, expires_at=place.link_expires_at, until=place.until), now)
    return place

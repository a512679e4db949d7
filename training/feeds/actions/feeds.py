"""Feed links: made, renewed, revoked. The secret is returned once and kept nowhere."""

from uuid import UUID

from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Add, Work
from training.feeds.events import FeedMade, FeedRenewed, FeedRevoked
from training.feeds.queries.feeds import find_feed, list_own_feeds, secret_hash
from training.feeds.queries.scopes import find_scope
from training.feeds.rules.feeds import (
    MOST_FEEDS,
    FeedEnded,
    FeedOrder,
    FeedRecord,
    TooManyFeeds,
    checked_order,
    mark_of,
    new_secret,
    path_of,
)
from training.feeds.tables import Feed
from training.people.queries import get_person
from training.people.rules import Permission, person_behind, require


class NewFeed(Frozen, frozen=True, kw_only=True):
    """A feed whose address is new. `path` holds the secret: shown once, kept nowhere."""

    id: UUID
    label: str
    path: str


async def make_feed(work: Work, order: FeedOrder) -> NewFeed:
    """Make a calendar address of one's own. Raises NotWithAToken, Invalid, TooManyFeeds (30 at a time).

    A partner that one does not book for and a room that one may not plan are NotFound, as if there were none.
    """
    person_id = person_behind(work.actor)
    wanted = checked_order(order)
    if wanted.scope_id is not None and await find_scope(work.actor, wanted.kind, wanted.scope_id) is None:
        raise NotFound
    # Two at once may end with one more than that, which hurts nobody.
    if len(await list_own_feeds(person_id)) >= MOST_FEEDS:
        raise TooManyFeeds
    secret, feed_id = new_secret(), work.new_id()
    mark = mark_of(wanted.kind, person_id, wanted.scope_id)
    await begin_mark(work, mark)
    work.add(
        Feed,
        id=feed_id,
        person_id=person_id,
        kind=wanted.kind,
        scope_id=wanted.scope_id,
        mark=mark,
        label=wanted.label,
        secret_hash=secret_hash(secret),
        names=wanted.names,
        alarm_minutes=wanted.alarm_minutes,
        created_at=work.now,
    )
    work.emit(
        FeedMade(feed_id=feed_id, person_id=person_id, kind=wanted.kind, scope_id=wanted.scope_id, label=wanted.label)
    )
    return NewFeed(id=feed_id, label=wanted.label, path=path_of(secret))


async def begin_mark(work: Work, mark: str) -> None:
    """From now on somebody reads this calendar: changes of it are counted. It may be counted already."""
    await work.execute(
        "INSERT INTO calendar_mark (id, changed, changed_at) VALUES ({}, 1, {}) ON CONFLICT (id) DO NOTHING",
        mark,
        work.now,
    )


async def renew_feed(work: Work, feed_id: UUID) -> NewFeed:
    """Give a feed of one's own a new address; the old one is as unknown as any other at once.

    Raises NotFound for anybody else's, exactly as for none, NotWithAToken, and FeedEnded when the right to it was lost.
    """
    found = await _own(work, feed_id)
    if found.farewell:
        raise FeedEnded
    secret = new_secret()
    work.change(Feed, feed_id, secret_hash=secret_hash(secret), renewed_at=work.now, version=Add(1))
    work.emit(FeedRenewed(feed_id=feed_id, person_id=found.person_id, label=found.label))
    return NewFeed(id=feed_id, label=found.label, path=path_of(secret))


async def revoke_feed(work: Work, feed_id: UUID) -> None:
    """End a feed of one's own. Raises NotFound for anybody else's, exactly as for none, and NotWithAToken."""
    found = await _own(work, feed_id)
    work.change(Feed, feed_id, revoked_at=work.now, version=Add(1))
    work.emit(FeedRevoked(feed_id=feed_id, person_id=found.person_id, label=found.label))


async def revoke_feeds_of(work: Work, person_id: UUID) -> int:
    """End every feed of a person, and return how many ended. Only for operators. Raises NotFound for nobody."""
    require(work.actor, Permission.PLATFORM_RUN)
    await get_person(person_id)
    feeds = await list_own_feeds(person_id)
    for found in feeds:
        work.change(Feed, found.id, revoked_at=work.now, version=Add(1))
        work.emit(FeedRevoked(feed_id=found.id, person_id=person_id, label=found.label))
    return len(feeds)


async def _own(work: Work, feed_id: UUID) -> FeedRecord:
    person_id = person_behind(work.actor)
    found = await find_feed(feed_id)
    if found is None or found.person_id != person_id:
        raise NotFound
    return found


async def note_fetched(work: Work, feed_id: UUID, by: str) -> None:
    """Write down that a program fetched a feed just now."""
    work.change(Feed, feed_id, fetched_at=work.now, fetched_by=by)


async def end_feed(work: Work, feed_id: UUID) -> None:
    """Write down since when the right to read a feed is lost, for one that was found out only when it was fetched."""
    await work.execute("UPDATE feed SET ended_at = {} WHERE id = {} AND ended_at IS NULL", work.now, feed_id)


async def begin_public_mark(work: Work, mark: str) -> None:
    """Somebody reads a public calendar for the first time."""
    await begin_mark(work, mark)

"""JSON of one's own calendar addresses."""

from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.actions.feeds import make_feed, renew_feed, revoke_feed, revoke_feeds_of
from training.feeds.queries.feeds import list_own_feeds
from training.feeds.schemas import FeedIn, FeedList, FeedOut, MadeFeed, RevokedFeeds
from training.people.guards import NO_TOKENS, signed_in
from training.people.rules import person_behind


class FeedApi(Controller):
    """One's own calendar addresses, for people who are signed in: no token makes, lists or ends them."""

    path = "/feeds"
    tags = ["Calendars"]
    guards = [signed_in]
    opt = NO_TOKENS

    @get("/")
    async def feeds(self, viewer: NamedDependency[Viewer]) -> FeedList:
        """One's own calendar addresses, without their secrets: newest first."""
        return FeedList(items=[FeedOut.of(feed) for feed in await list_own_feeds(person_behind(viewer))])

    @post("/")
    async def make(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], data: JSONBody[FeedIn]
    ) -> MadeFeed:
        """Make a calendar address. Takes no Idempotency-Key, because its secret is kept nowhere."""
        return MadeFeed.of(await works.run(viewer, make_feed, data.order()), works.site)

    @post("/{feed_id:uuid}/renewals")
    async def renew(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], feed_id: FromPath[UUID]
    ) -> MadeFeed:
        """Give a calendar a new address; the old one opens nothing any more. Takes no Idempotency-Key either."""
        return MadeFeed.of(await works.run(viewer, renew_feed, feed_id), works.site)

    @delete("/{feed_id:uuid}")
    async def revoke(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], feed_id: FromPath[UUID]
    ) -> None:
        """End one of one's own calendar addresses, at once."""
        await works.run(viewer, revoke_feed, feed_id)


class PersonFeedApi(Controller):
    """Calendar addresses of other people, for operators: a device was lost, an address was published."""

    path = "/people/{person_id:uuid}/feeds"
    tags = ["Calendars"]
    guards = [signed_in]
    opt = NO_TOKENS

    @delete("/", status_code=200)
    async def revoke_all(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], person_id: FromPath[UUID]
    ) -> RevokedFeeds:
        """End every calendar address of a person, at once. What they are is told to nobody."""
        return RevokedFeeds(revoked=await works.run(viewer, revoke_feeds_of, person_id))

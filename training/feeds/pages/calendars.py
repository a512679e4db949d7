"""Calendar addresses: made for one purpose and device and shown once, seen in use, renewed, revoked."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Invalid, NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.feeds.actions.feeds import make_feed, renew_feed, revoke_feed
from training.feeds.queries.feeds import find_feed, list_own_feeds
from training.feeds.queries.scopes import list_partner_scopes, list_room_scopes
from training.feeds.rules.feeds import ALARMS, FeedEnded, FeedRecord, TooManyFeeds
from training.feeds.schemas import FeedForm, MadeFeed
from training.people.guards import signed_in
from training.people.rules import own_id
from training.web.forms import Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
EMPTY = {"what": "mine", "label": "", "names": "", "alarm_minutes": "0"}
_BEFORE = {0: "None", 10: "10 minutes before", 30: "30 minutes before", 60: "1 hour before", 120: "2 hours before"}
_ALARMS = [(str(minutes), _BEFORE.get(minutes, "1 day before")) for minutes in ALARMS]


class CalendarPages(Controller):
    """The addresses of one's own calendars."""

    path = "/account/calendars"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def calendars(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[Any]:
        """One's calendar addresses, what fetched them last, and the form for another."""
        return await _calendars_page(request, viewer)

    @post("/")
    async def make(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[Any]:
        """Make a calendar address and show it, this once."""
        form = await read_form(request, FeedForm)
        if form.value is None:
            return await _calendars_page(request, viewer, form)
        try:
            made = await works.run(viewer, make_feed, form.value.order())
        except (Invalid, TooManyFeeds) as error:
            return await _calendars_page(request, viewer, _refused(form, error))
        return _made_page(request, MadeFeed.of(made, works.site))

    @get("/{feed_id:uuid}/renew")
    async def ask_renew(
        self, request: Asked, viewer: NamedDependency[Viewer], feed_id: FromPath[UUID]
    ) -> Response[Any]:
        """What a new address means, before there is one."""
        feed = await _own(viewer, feed_id)
        if feed.farewell:
            raise FeedEnded
        return page(request, "feeds/calendar-renew.html", feed=feed)

    @post("/{feed_id:uuid}/renew")
    async def renew(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        feed_id: FromPath[UUID],
    ) -> Response[Any]:
        """Give a calendar a new address and show it, this once."""
        return _made_page(request, MadeFeed.of(await works.run(viewer, renew_feed, feed_id), works.site))

    @get("/{feed_id:uuid}/revoke")
    async def ask_revoke(
        self, request: Asked, viewer: NamedDependency[Viewer], feed_id: FromPath[UUID]
    ) -> Response[Any]:
        """What ends with an address, before it ends."""
        return page(request, "feeds/calendar-revoke.html", feed=await _own(viewer, feed_id))

    @post("/{feed_id:uuid}/revoke")
    async def revoke(
        self, works: NamedDependency[Works], viewer: NamedDependency[Viewer], feed_id: FromPath[UUID]
    ) -> Response[Any]:
        """End an address."""
        await works.run(viewer, revoke_feed, feed_id)
        return redirect("/account/calendars", "The address is revoked. It opens nothing any more.")


def _refused(form: Form[FeedForm], error: Invalid | TooManyFeeds) -> Form[FeedForm]:
    if isinstance(error, TooManyFeeds):
        return form.with_error("", error.detail)
    for field, sentence in error.fields.items():
        form = form.with_error("what" if field == "kind" else field, sentence)
    return form


async def _own(viewer: Viewer, feed_id: UUID) -> FeedRecord:
    found = await find_feed(feed_id)
    if found is None or found.person_id != own_id(viewer):
        raise NotFound
    return found


def _made_page(request: Asked, made: MadeFeed) -> Response[Any]:
    """The only page that shows an address. Its own address holds nothing of it."""
    return page(request, "feeds/calendar-made.html", made=made)


async def _calendars_page(request: Asked, viewer: Viewer, form: Form[FeedForm] | None = None) -> Response[Any]:
    partners = [(f"coordinating:{one.id}", one.name) for one in await list_partner_scopes(viewer)]
    return page(
        request,
        "feeds/calendars.html",
        status=422 if form else 200,
        feeds=await list_own_feeds(own_id(viewer)),
        partners=partners,
        rooms=[(f"room:{one.id}", one.name) for one in await list_room_scopes(viewer)],
        alarms=_ALARMS,
        typed=form.raw if form else EMPTY,
        errors=form.errors if form else {},
    )

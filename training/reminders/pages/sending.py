"""One announcement: whom it reaches, how it reads, a test copy, sending it, stopping it."""

from typing import Any
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import Conflict, Invalid
from training.base.site import Site
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.base.zones import zone_names
from training.catalogue.pages.refusals import REFUSALS, refused, since
from training.outbox.mails import render_message
from training.outbox.pages import sandbox_headers
from training.outbox.rules import Rendered, freeze
from training.outbox.rules.kinds import sort_of, unsubscribe_words
from training.partners.queries import list_participants
from training.people.guards import permitted
from training.people.rules import Permission
from training.reminders.actions.announcements import (
    KIND,
    TEMPLATE,
    count_reached,
    delete_announcement,
    schedule_announcement,
    send_test_copy,
    stop_announcement,
    values_of,
)
from training.reminders.pages.announcements import ROOT
from training.reminders.queries.announcements import get_announcement, get_progress
from training.reminders.rules.announcements import Announcement
from training.reminders.schemas.announcements import ScheduleForm
from training.web.forms import Form, Looked, read_form
from training.web.render import page, redirect, site_of, zone_of

Asked = Request[Any, Any, Any]
Handed = NamedDependency[Works]


class Sample(Frozen, frozen=True, kw_only=True):
    """The copy of somebody, as whoever writes looks at it before it goes out."""

    kind: str
    template: str
    recipient_name: str
    person_id: UUID | None
    values: dict[str, Any]


class SendingPages(Controller):
    """One announcement, before and after it goes out."""

    path = f"{ROOT}/{{announcement_id:uuid}}"
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/")
    async def announcement(
        self, request: Asked, works: Handed, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[str]:
        """Whom it reaches, how it reads, and what can be done with it."""
        return await _whole_page(request, works, await get_announcement(viewer, announcement_id))

    @get("/html")
    async def as_html(
        self, request: Asked, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[str]:
        """The HTML of a copy, in a sandbox that runs nothing and loads nothing."""
        words = _sample(request, await get_announcement(viewer, announcement_id))
        html = words.html.replace("<head>", '<head>\n<base target="_top">', 1)
        return Response(html, media_type=MediaType.HTML, headers=sandbox_headers())

    @post("/test")
    async def test(
        self, works: Handed, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[str]:
        """Write one copy to whoever asks."""
        try:
            await works.run(viewer, send_test_copy, announcement_id)
        except (Conflict, Invalid) as error:
            return redirect(f"{ROOT}/{announcement_id}", error.detail, kind="warning")
        return redirect(f"{ROOT}/{announcement_id}", f"A test copy is on its way to {viewer.email}.")

    @post("/schedule")
    async def schedule(
        self, request: Asked, works: Handed, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[str]:
        """Let it go out, now or at a time."""
        form = await read_form(request, ScheduleForm)
        announcement = await get_announcement(viewer, announcement_id)
        if form.value is None:
            return await _whole_page(request, works, announcement, form)
        try:
            at = form.value.at(announcement.zone)
            await works.run(viewer, schedule_announcement, announcement_id, at, form.value.version)
        except REFUSALS as error:
            return await _whole_page(request, works, announcement, _beside(form, error))
        soon = "It goes out within a minute; who has quiet hours now gets it when they end."
        told = "It goes out at its time." if at else soon
        return redirect(f"{ROOT}/{announcement_id}", f"{told} Until then you can stop it here.")

    @post("/delete")
    async def delete(
        self, request: Asked, works: Handed, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[str]:
        """Delete a draft."""
        looked = (await read_form(request, Looked)).value or Looked()
        try:
            await works.run(viewer, delete_announcement, announcement_id, looked.version)
        except REFUSALS as error:
            return redirect(f"{ROOT}/{announcement_id}", error.detail, kind="warning")
        return redirect(ROOT, "The draft is deleted. Nobody got it.")

    @post("/stop")
    async def stop(
        self, works: Handed, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[str]:
        """Stop it, or what is left of it."""
        try:
            stopped = await works.run(viewer, stop_announcement, announcement_id)
        except Conflict as error:
            return redirect(f"{ROOT}/{announcement_id}", error.detail, kind="warning")
        draft = stopped.state.value == "draft"
        told = (
            "It is a draft again; nobody got it." if draft else "The rest is stopped. What has left cannot come back."
        )
        return redirect(f"{ROOT}/{announcement_id}", told)


def _beside(form: Form[ScheduleForm], error: Invalid | Conflict) -> Form[ScheduleForm]:
    """The form with what was said against it; a time that is past is said beside the time."""
    told = refused(form, error)
    if "at" not in told.errors:
        return told
    fields = {"local_time" if name == "at" else name: sentence for name, sentence in told.errors.items()}
    return Form(value=told.value, errors=fields, raw=told.raw, stale=told.stale)


async def _whole_page(
    request: Asked, works: Works, found: Announcement, form: Form[ScheduleForm] | None = None
) -> Response[str]:
    viewer: Viewer = request.user
    # Somebody else may have been faster than the form.
    now = await get_announcement(viewer, found.id) if form else found
    chosen = frozenset(now.segment.partner_ids)
    participants = await list_participants(viewer, now.program_id) if chosen else []
    start = {"how": "later", "local_time": "", "zone": _usual_zone(request, now), "fold": "", "version": now.version}
    return page(
        request,
        "reminders/announcement.html",
        status=form.status if form else 200,
        announcement=now,
        numbers=await count_reached(now.scope, now.segment, works.clock()),
        progress=await get_progress(now),
        partners=[one.partner_name for one in participants if one.partner_id in chosen],
        words=_sample(request, now),
        typed=form.raw if form else start,
        errors=form.errors if form else {},
        twice="twice" in (form.errors.get("local_time", "") if form else ""),
        zones=zone_names(),
        meanwhile=await since(viewer, now.id) if form and form.stale else None,
    )


def _usual_zone(request: Asked, announcement: Announcement) -> str:
    """On whose clocks a time is typed: one's own, else those of the session or program."""
    own = zone_of(request)
    return announcement.zone if own == "UTC" else own


def _sample(request: Asked, announcement: Announcement) -> Rendered:
    """A copy as somebody of the first group gets it, with the name of whoever looks."""
    viewer: Viewer = request.user
    groups = announcement.segment.groups
    own = {"test": False, "group": groups[0].value if groups else "", "reader_zone": announcement.zone, "locale": "en"}
    sample = Sample(
        kind=KIND,
        template=TEMPLATE,
        recipient_name=viewer.name,
        person_id=None,
        values=freeze(values_of(announcement)) | own | _foot(site_of(request)),
    )
    return render_message(sample, site_of(request), reveal=False)


def _foot(site: Site) -> dict[str, str]:
    """In a copy the last line leads whoever looks to their own choices: nothing of theirs is ended by looking."""
    return {"unsubscribe": site.url("/account/mail"), "unsubscribe_words": unsubscribe_words(sort_of(KIND))}

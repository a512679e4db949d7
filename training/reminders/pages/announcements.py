"""Announcements: the list, writing one, changing a draft."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.base.errors import NotFound
from training.base.structs import Viewer
from training.base.work import Works
from training.catalogue.pages.refusals import REFUSALS, overtaken, refused
from training.partners.queries import list_participants
from training.people.guards import permitted
from training.people.rules import Permission
from training.reminders.actions.announcements import draft_announcement, edit_announcement
from training.reminders.queries.announcements import (
    Place,
    get_announcement,
    get_place,
    list_announcements,
    list_choices,
    list_going_out,
)
from training.reminders.rules.announcements import GROUP_WORDS, Announcement
from training.reminders.schemas.announcements import AboutQuery, AnnouncementForm, ListQuery
from training.web.exports import table_response
from training.web.forms import Form, read_form, read_query
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
ROOT = "/manage/announcements"
PAGE_SIZE, MOST_EXPORTED = 50, 10_000
HEADER = (
    *("Subject", "About", "Program", "State", "To", "Goes out at (UTC)", "Went out at (UTC)", "People", "Written by"),
    "Written at (UTC)",
)
# The fields as the form calls them.
LABELS = {"subject": "Subject", "words": "Words", "groups": "To whom", "modes": "Mode", "when": "Which sessions"}


class AnnouncementPages(Controller):
    """Announcements of the programs one manages."""

    path = ROOT
    include_in_schema = False
    guards = [permitted(Permission.SESSION_MANAGE)]

    @get("/")
    async def announcements(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[str]:
        """All of them, the newest first; those of one program or session where that was chosen."""
        asked = read_query(request, ListQuery).value or ListQuery()
        scope = {"program_id": asked.program, "session_id": asked.session}
        found = await list_announcements(viewer, **scope, cursor=asked.cursor, limit=PAGE_SIZE)
        chosen = {name: str(one) for name, one in (("program", asked.program), ("session", asked.session)) if one}
        return page(
            request,
            "reminders/announcements.html",
            announcements=found.items,
            going_out=await list_going_out(found.items),
            chosen=urlencode(chosen),
            newest=f"{ROOT}?{urlencode(chosen)}" if asked.cursor else None,
            older=f"{ROOT}?{urlencode({**chosen, 'cursor': found.next_cursor})}" if found.next_cursor else None,
        )

    @get("/export/{fmt:str}")
    async def export(self, request: Asked, viewer: NamedDependency[Viewer], fmt: FromPath[str]) -> Response[bytes]:
        """The list as a file."""
        asked = read_query(request, ListQuery).value or ListQuery()
        found = await list_announcements(
            viewer, program_id=asked.program, session_id=asked.session, limit=MOST_EXPORTED
        )
        going_out = await list_going_out(found.items)
        rows = [_row(one, going_out=one.id in going_out) for one in found.items]
        return table_response(fmt, "announcements", HEADER, rows)

    @get("/new")
    async def new(self, request: Asked, viewer: NamedDependency[Viewer]) -> Response[str]:
        """The empty form; without what it is about, that is asked first."""
        about = (read_query(request, AboutQuery).value or AboutQuery()).about()
        if about is None:
            return page(request, "reminders/announcement_about.html", choices=await list_choices(viewer))
        return await _new_page(request, viewer, *about)

    @post("/new")
    async def create(
        self, request: Asked, works: NamedDependency[Works], viewer: NamedDependency[Viewer]
    ) -> Response[str]:
        """Keep a draft. Nothing goes out yet."""
        about = ((await read_form(request, AboutQuery)).value or AboutQuery()).about()
        form = await read_form(request, AnnouncementForm)
        if about is None:
            raise NotFound
        if form.value is None:
            return await _new_page(request, viewer, *about, form)
        try:
            draft = await works.run(viewer, draft_announcement, *about, form.value.details())
        except REFUSALS as error:
            return await _new_page(request, viewer, *about, refused(form, error))
        return redirect(f"{ROOT}/{draft.id}", "The draft is kept. Nobody got anything yet: look at it, then send it.")

    @get("/{announcement_id:uuid}/edit")
    async def edit_form(
        self, request: Asked, viewer: NamedDependency[Viewer], announcement_id: FromPath[UUID]
    ) -> Response[str]:
        """The form of a draft; of anything else its page, which says how it stands."""
        if (await get_announcement(viewer, announcement_id)).state != "draft":
            return redirect(f"{ROOT}/{announcement_id}", "Only a draft can be changed.", kind="info")
        return await _edit_page(request, viewer, announcement_id)

    @post("/{announcement_id:uuid}/edit")
    async def edit(
        self,
        request: Asked,
        works: NamedDependency[Works],
        viewer: NamedDependency[Viewer],
        announcement_id: FromPath[UUID],
    ) -> Response[str]:
        """Change a draft."""
        form = await read_form(request, AnnouncementForm)
        if form.value is None:
            return await _edit_page(request, viewer, announcement_id, form)
        try:
            await works.run(viewer, edit_announcement, announcement_id, form.value.details(), form.value.version)
        except REFUSALS as error:
            return await _edit_page(request, viewer, announcement_id, refused(form, error))
        return redirect(f"{ROOT}/{announcement_id}", "Saved.")


async def _new_page(
    request: Asked, viewer: Viewer, kind: str, subject_id: UUID, form: Form[AnnouncementForm] | None = None
) -> Response[str]:
    place = await get_place(viewer, kind, subject_id)
    start: dict[str, Any] = {
        "subject": "",
        "words": "",
        "groups": ["enrolled"],
        "partner_ids": [],
        "modes": [],
        "when": "coming",
    }
    return await _form_page(request, viewer, place, form, None, about=(kind, str(subject_id)), typed=start)


async def _edit_page(
    request: Asked, viewer: Viewer, announcement_id: UUID, form: Form[AnnouncementForm] | None = None
) -> Response[str]:
    now = await get_announcement(viewer, announcement_id)
    place = Place(scope=now.scope, title=now.title, zone=now.zone)
    return await _form_page(request, viewer, place, form, now, typed=_typed(now))


async def _form_page(
    request: Asked,
    viewer: Viewer,
    place: Place,
    form: Form[AnnouncementForm] | None,
    now: Announcement | None,
    **start: Any,
) -> Response[str]:
    """The form as it was sent, or as `start` says: `typed`, and what a new one is `about`."""
    participants = await list_participants(viewer, place.scope.program_id)
    return page(
        request,
        "reminders/announcement_form.html",
        status=form.status if form else 200,
        place=place,
        now=now,
        about=start.get("about"),
        typed=form.raw if form else start["typed"],
        errors=form.errors if form else {},
        partners=[(str(one.partner_id), one.partner_name) for one in participants],
        meanwhile=await overtaken(viewer, now.id, form, LABELS, start["typed"]) if now else None,
    )


def _typed(now: Announcement) -> dict[str, Any]:
    """A draft as its form holds it."""
    return {
        "subject": now.subject,
        "words": now.words,
        "groups": [group.value for group in now.segment.groups],
        "partner_ids": [str(partner_id) for partner_id in now.segment.partner_ids],
        "modes": [mode.value for mode in now.segment.modes],
        "when": now.segment.when.value,
        "version": now.version,
    }


def _row(one: Announcement, *, going_out: bool) -> tuple[Any, ...]:
    to = ", ".join(GROUP_WORDS[group] for group in one.segment.groups)
    return (
        one.subject,
        one.title,
        one.program_name,
        "Going out" if going_out else one.state.value.capitalize(),
        to,
        one.send_at,
        one.sent_at,
        one.recipients,
        one.author,
        one.created_at,
    )

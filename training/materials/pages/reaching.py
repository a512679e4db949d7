"""The sentence beside "who" and "when": counted by the server, asked again while somebody chooses."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from litestar import MediaType, Request, Response

from training.base.errors import Invalid
from training.base.structs import Frozen
from training.base.texts import render, when, zone_name
from training.base.work import Works
from training.materials.actions.renumbering import check_counted
from training.materials.pages.typed import ShowingForm
from training.materials.queries.editing import Scope
from training.materials.queries.reach import Known, count_reached, find_known
from training.materials.rules.materials import check_prework
from training.materials.rules.sentences import Counted, Line, Reached, told
from training.materials.rules.showing import Showing, checked_showing, mark_of
from training.materials.rules.variants import VersionView
from training.schedule.queries import list_meetings
from training.web.forms import Form, fill, read_query
from training.web.render import zone_of

Asked = Request[Any, Any, Any]
S = TypeVar("S", bound=ShowingForm)
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def reached(
    request: Asked,
    works: Works,
    scope: Scope,
    showing: Showing,
    *,
    prework: bool = False,
    known: Known | None = None,
) -> Reached:
    """Who would see what is shown so, in the viewer's time; or what is missing before anybody can say. `known`: what
    there is of the material already; `prework`: it is to be done before."""
    try:
        showing = checked_showing(showing)
        if prework:
            check_prework(showing)
    except Invalid as error:
        return Reached(lines=tuple(Line(text=said, icon="warning") for said in error.fields.values()))
    now, zone = works.clock(), zone_of(request)
    found = await count_reached(scope, showing, now, material_id=known.id if known else None)
    counted = Counted(
        people=found.people,
        now=found.now,
        trainers=found.trainers,
        enrolled=found.enrolled,
        partners=found.partners,
        anybody=found.anybody,
        from_at=found.from_at,
        why=found.why,
        absent=found.absent,
        cancelled=found.cancelled,
        published_at=known.published_at if known else None,
        withdrawn=known is not None and known.withdrawn_at is not None,
        lacking=found.lacking,
        hidden=found.hidden,
        differing=found.differing,
        over=scope.ends_at is not None and scope.ends_at <= now,
        sessions=found.sessions if scope.session_id is None else None,
    )
    return told(showing, counted, now, lambda at: f"{when(at, zone)} {zone_name(zone, at)}")


def known_of(material_id: UUID, versions: Sequence[VersionView], withdrawn_at: datetime | None = None) -> Known:
    """What there is of a material, by its versions."""
    published = [version.published_at for version in versions if version.published_at is not None]
    return Known(id=material_id, withdrawn_at=withdrawn_at, published_at=min(published, default=None))


async def reach_fragment(request: Asked, works: Works, scope: Scope) -> Response[str]:
    """The sentences alone, for what is typed in a form that is open."""
    showing = typed_so_far(request, ShowingForm).showing()
    # What else counts in the form (any words mean yes), and which material it is about, if there is one already.
    prework, about = bool(request.query_params.get("prework")), request.query_params.get("material", "")
    known = await find_known(scope, UUID(about)) if _UUID.fullmatch(about) else None
    return fragment(await reached(request, works, scope, showing, prework=prework, known=known))


def fragment(found: Reached) -> Response[str]:
    """The sentences as reach.js puts them into a form."""
    headers = {"x-reach": "never" if found.never else "some"}
    return Response(render("materials/edit_reach.html", found=found), media_type=MediaType.HTML, headers=headers)


def typed_so_far(request: Asked, shape: type[S]) -> S:
    """What is typed in a form that is still being filled in; what cannot be used counts as not typed."""
    typed = read_query(request, shape)
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in typed.errors]
    return typed.value or fill(shape, [pair for pair in kept if pair[0] in typed.raw]).value or shape()


def only_shown(form: Form[S]) -> Form[S] | None:
    """The form when it was sent to be counted, not saved: what is missing elsewhere is nobody's concern yet. Else
    None."""
    if form.raw.get("step") != "show":
        return None
    errors = {name: said for name, said in form.errors.items() if name in ShowingForm.__struct_fields__}
    return Form(value=form.value, errors=errors, raw=form.raw)


def showing_on(form: Form[S]) -> Showing:
    """Who and when as a form says it, whatever else is wrong with it."""
    names = [name for name in ShowingForm.__struct_fields__ if name not in form.errors]
    typed = fill(ShowingForm, [(name, form.raw[name]) for name in names]).value
    return typed.showing() if typed else Showing()


class Meetings(Frozen, frozen=True, kw_only=True):
    """The meetings of a session to choose from, by their numbers, in words; `mark` tells how they are counted."""

    choices: list[tuple[int, str]]
    mark: str


async def meetings_of(request: Asked, scope: Scope) -> Meetings | None:
    """Those of a session; None for a course, whose sessions differ."""
    if scope.session_id is None:
        return None
    zone, found = zone_of(request), await list_meetings([scope.session_id])
    choices = [
        (one.number, f"Meeting {one.number}{f' {one.title}' if one.title else ''}, {when(one.starts_at, zone)}")
        for one in found
        if one.cancelled_at is None
    ]
    return Meetings(choices=choices, mark=mark_of(one.id for one in found))


async def check_named(scope: Scope, typed: ShowingForm, before: int | None = None) -> None:
    """Raise Invalid where a form names another meeting than `before`, by a number that may be another one's by now.
    First thing of the unit of work that writes it down: a session is held before what belongs to it."""
    named = typed.showing().meeting_number
    if scope.session_id is not None and typed.counted and named is not None and named != before:
        await check_counted(scope.session_id, typed.counted)

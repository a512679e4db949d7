"""Who was in an online meeting, from the platform's list: choose the file, say who is who, mark the roster."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from training.attendance.actions.marking import get_markable
from training.attendance.actions.online import (
    ListApplied,
    TooManyPeople,
    apply_list,
    choose_lines,
    drop_list,
    take_list,
    threshold_fault,
)
from training.attendance.queries.apart import apart
from training.attendance.queries.online import Matched, Matching, find_open_list, get_matching
from training.attendance.rules.online_files import MOST_LIST_BYTES, Platform, read_list
from training.attendance.rules.presence import minutes_there
from training.attendance.rules.rosters import check_open
from training.attendance.schemas.online import MatchForm, PastedList, applied_words
from training.base.errors import Stale
from training.base.structs import Viewer, clean_text
from training.base.work import Works
from training.people.guards import signed_in
from training.schedule.rules.sheets import FileUnreadable
from training.web.forms import STALE, Form, read_form
from training.web.render import page, redirect

Asked = Request[Any, Any, Any]
# So many options are in one page at most; above that a line offers whoever comes close.
MOST_OPTIONS = 20_000
CALLED = {
    Platform.ZOOM: "Zoom",
    Platform.TEAMS: "Teams",
    Platform.MEET: "Meet",
    Platform.WEBEX: "Webex",
    Platform.OTHER: "Another list",
}


class OnlineListPages(Controller):
    """Lists of participants of a meeting."""

    path = "/rosters/{meeting_id:uuid}/online-list"
    include_in_schema = False
    guards = [signed_in]

    @get("/")
    async def choose(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        another: FromQuery[str] = "",
    ) -> Response[Any]:
        """A field for the file; or the list that is being matched, unless `another` is wanted."""
        meeting = await get_markable(viewer, meeting_id, works.clock())
        found = None if another else await find_open_list(meeting_id)
        if found is not None:
            return redirect(f"/rosters/{meeting_id}/online-list/{found}")
        return page(
            request, "attendance/online_file.html", meeting=meeting, early=meeting.early(works.clock()), error=""
        )

    @post("/")
    async def take(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
    ) -> Response[Any]:
        """Take the file in, and go on to the matching."""
        meeting = await get_markable(viewer, meeting_id, works.clock())
        data, name = await _sent(request)
        try:
            list_id = await works.run(viewer, take_list, meeting_id, await apart(read_list, data), name)
        except (FileUnreadable, TooManyPeople) as error:
            shown = {"meeting": meeting, "early": meeting.early(works.clock()), "error": error.detail}
            return page(request, "attendance/online_file.html", status=422, **shown)
        return redirect(f"/rosters/{meeting_id}/online-list/{list_id}")

    @get("/{list_id:uuid}")
    async def match(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        list_id: FromPath[UUID],
    ) -> Response[Any]:
        """Who is who, and what would follow for everybody."""
        return await _show(request, viewer, works, (meeting_id, list_id))

    @post("/{list_id:uuid}")
    async def decide(
        self,
        request: Asked,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        list_id: FromPath[UUID],
    ) -> Response[Any]:
        """Keep what was chosen and show what would follow; or mark, when that was looked at."""
        return await _decided(request, viewer, works, (meeting_id, list_id))

    @post("/{list_id:uuid}/forget")
    async def forget(
        self,
        viewer: NamedDependency[Viewer],
        works: NamedDependency[Works],
        meeting_id: FromPath[UUID],
        list_id: FromPath[UUID],
    ) -> Response[str]:
        """Forget the list; nobody is marked by it."""
        await works.run(viewer, drop_list, meeting_id, list_id)
        return redirect(f"/rosters/{meeting_id}", "The list is forgotten. Nobody was marked by it.")


async def _sent(request: Asked) -> tuple[bytes, str]:
    """The file as it came, one byte more than allowed at most, and what it is called; or the pasted lines."""
    sent = (await request.form()).get("file")
    if isinstance(sent, UploadFile) and (data := await sent.read(MOST_LIST_BYTES + 1)):
        name = "".join(char for char in sent.filename or "" if char.isprintable())
        return data, clean_text(name)[:200]
    text: str = (await read_form(request, PastedList)).raw["text"]
    return text.encode(errors="replace"), ""


async def _decided(request: Asked, viewer: Viewer, works: Works, which: tuple[UUID, UUID]) -> Response[Any]:
    meeting_id, list_id = which
    here = f"/rosters/{meeting_id}/online-list/{list_id}"
    form = await read_form(request, MatchForm)
    if form.value is None:
        return await _show(request, viewer, works, which, form)
    wishes = form.value.wishes()
    shown = await get_matching(viewer, meeting_id, list_id)
    against = threshold_fault(wishes.threshold, shown.meeting)
    # With a threshold that cannot be, what was chosen is kept all the same: nobody looks for everybody a second time.
    threshold = None if against else wishes.threshold
    chosen = msgspec.structs.replace(wishes, choices=_chosen(shown, wishes.choices), threshold=threshold)
    try:
        if form.value.step == "apply" and not against and not _differs(shown, form.value):
            applied = await works.run(viewer, apply_list, meeting_id, list_id, wishes)
            return redirect(f"/rosters/{meeting_id}", applied_words(applied))
        await works.run(viewer, choose_lines, meeting_id, list_id, chosen)
    except Stale:
        return redirect(here, STALE.partition(".")[0] + ". Look once more.", kind="warning")
    except ListApplied as error:
        return redirect(f"/rosters/{meeting_id}", error.detail, kind="info")
    if against:
        return await _show(request, viewer, works, which, form.with_error("threshold", against))
    if form.value.step == "apply":
        said = "You changed something: look at what follows now, then mark."
        return redirect(f"{here}{'?absent=yes' if wishes.absent else ''}#follows", said, kind="warning")
    return redirect(f"{here}{'?absent=yes' if wishes.absent else ''}#follows", "This is what would follow now.")


def _differs(shown: Matching, sent: MatchForm) -> bool:
    """Whether the form says something else than what the page that was looked at had shown."""
    choices = sent.wishes().choices
    stands = {one.at: one.enrollment_id for one in shown.matched}
    changed = any(stands.get(at) != key for at, key in choices.items())
    return changed or shown.listed.threshold_minutes != sent.threshold or sent.absent != sent.absent_shown


def _chosen(shown: Matching, choices: Mapping[int, UUID | None]) -> dict[int, UUID | None]:
    """What a person really chose: a line that came back as it was proposed was left untouched."""
    proposed = {one.at: one.enrollment_id for one in shown.matched if not one.chosen}
    return {at: key for at, key in choices.items() if at not in proposed or proposed[at] != key}


async def _show(
    request: Asked, viewer: Viewer, works: Works, which: tuple[UUID, UUID], form: Form[Any] | None = None
) -> Response[Any]:
    found = await get_matching(viewer, *which)
    check_open(found.meeting, works.clock())
    if found.listed.applied_at is not None:
        return redirect(f"/rosters/{which[0]}", ListApplied().detail, kind="info")
    absent = bool(form.raw["absent"]) if form else request.query_params.get("absent") == "yes"
    following = found.following(absent=absent)
    everybody = [(str(one.enrollment_id), one.name) for one in found.people]
    few = len(found.matched) * len(everybody) <= MOST_OPTIONS
    names = dict(everybody)
    open_lines = [one for one in found.matched if one.enrollment_id is None and not one.match.teaches]
    return page(
        request,
        "attendance/online_list.html",
        status=form.status if form else 200,
        found=found,
        platform=CALLED[found.listed.platform],
        names={one.enrollment_id: one.name for one in found.people},
        lines=[(one, minutes_there(one.line, found.meeting)) for one in open_lines],
        settled=[(one, minutes_there(one.line, found.meeting)) for one in found.matched if one not in open_lines],
        options={one.at: _options(one, names, everybody if few else []) for one in found.matched},
        few=few,
        following=following,
        marked=sum(one.marks for one in following),
        absent=absent,
        early=found.meeting.early(works.clock()),
        errors=form.errors if form else {},
        threshold=form.raw["threshold"] if form else found.listed.threshold_minutes,
    )


def _options(one: Matched, names: dict[str, str], everybody: list[tuple[str, str]]) -> list[tuple[str, Any]]:
    """The options of a line: nobody, whoever is chosen or comes close, everybody."""
    close = [str(key) for key, _ in one.match.others if str(key) in names]
    if one.enrollment_id is not None and str(one.enrollment_id) not in close:
        close.insert(0, str(one.enrollment_id))
    options: list[tuple[str, Any]] = [(f"{one.at}:", "Nobody on this roster")]
    if close:
        options.append(("Closest", [(f"{one.at}:{key}", names[key]) for key in close if key in names]))
    rest = [(f"{one.at}:{key}", name) for key, name in everybody if key not in close]
    return [*options, ("Everybody", rest)] if rest else options

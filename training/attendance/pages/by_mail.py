"""Closing a roster by the link in a message: everybody is ticked, whoever was not there is unticked, one button.

Whoever has the link acts as the trainer it was mailed to, without any role, and on this roster only. Opening it changes
nothing. The address that the form leads to is relative, because the press that is kept for a repetition must not hold
the token.
"""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from training.attendance.actions.by_mail import close_by_mail
from training.attendance.actions.marking import get_markable
from training.attendance.queries.chasing import find_asked
from training.attendance.queries.closers import find_name
from training.attendance.queries.roster import Roster, load_roster
from training.attendance.rules.chasing import BY_MAIL_PATH, Asked, RosterLinkUnknown, check_link
from training.attendance.rules.one_tap import ticked
from training.attendance.rules.rosters import NotAllRecorded, RosterClosedAlready
from training.attendance.rules.statuses import ATTENDED
from training.attendance.schemas.contests import ByMailForm
from training.base.structs import Viewer
from training.base.work import Works
from training.outbox.rules import token_id
from training.web.forms import read_form
from training.web.render import page, redirect

HttpRequest = Request[Any, Any, Any]
# The address of the page holds the token: nothing that the page loads or leads to may be told it.
MOST_TOLD = 5
SILENT = {"referrer-policy": "strict-origin"}
CAME_ON = "Somebody came on this roster while you looked. Here is everybody: please look once more, nothing was done."


class ByMailPages(Controller):
    """One roster, for who was asked for it."""

    path = "/rosters/by-mail/{token:str}"
    include_in_schema = False

    @get("/")
    async def roster(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """Everybody ticked, and one button; of a closed roster, who closed it and what it says."""
        return await _shown(request, works, await _asked(works, token), token)

    @post("/close")
    async def close(self, request: HttpRequest, works: NamedDependency[Works], token: FromPath[str]) -> Response[str]:
        """Mark who was there and who was not, and close the roster."""
        asked = await _asked(works, token)
        form = (await read_form(request, ByMailForm)).value
        if form is None:
            return redirect(".", "This form could not be read. Nothing was done.", kind="warning")
        ticks: dict[str, Any] = {"shown": form.versions(), "present": form.present}
        try:
            done = await works.run(_viewer(asked), close_by_mail, asked.meeting_id, **ticks)
        except RosterClosedAlready:
            return redirect(".", "Somebody closed this roster meanwhile. Nothing was changed.", kind="info")
        except NotAllRecorded:
            return await _shown(request, works, asked, token, changed=CAME_ON)
        if done.overtaken:
            return await _shown(request, works, asked, token, changed=_otherwise(done.overtaken))
        return redirect(".", f"Thank you. {_people(done.there)} there, {done.absent} not. The roster is closed.")


def _otherwise(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    who = f"{', '.join(names[:MOST_TOLD])}{more}"
    return (
        f"Somebody marked {who} while you looked, and that stands. The others are saved as you ticked them."
        " Please look once more, then press the button again."
    )


def _people(number: int) -> str:
    return "One person was" if number == 1 else f"{number} people were"


def _viewer(asked: Asked) -> Viewer:
    """The person to whom the link was mailed, with no role: what they may do here comes from their assignment."""
    return Viewer(person_id=asked.person_id, name=asked.name, zone=asked.zone)


async def _asked(works: Works, token: str) -> Asked:
    """For whom a link is. Raises RosterLinkUnknown, RosterLinkExpired."""
    assignment_id = token_id(token)
    asked = await find_asked(assignment_id) if assignment_id else None
    if asked is None:
        raise RosterLinkUnknown
    check_link(works.site.secret_key, token, asked, works.clock())
    return asked


async def _shown(request: HttpRequest, works: Works, asked: Asked, token: str, changed: str = "") -> Response[str]:
    meeting = await get_markable(_viewer(asked), asked.meeting_id, works.clock())
    roster = await load_roster(meeting)
    shown = page(
        request,
        "attendance/by_mail.html",
        status=409 if changed else 200,
        asked=asked,
        here=f"{BY_MAIL_PATH}{token}",
        meeting=meeting,
        people=[(one, ticked(one.stands)) for one in roster.entries],
        counts=_counts(roster),
        closed_by=await find_name(meeting.closed_by) if meeting.closed_by else "",
        shown=meeting.zone if asked.zone == "UTC" else asked.zone,
        changed=changed,
    )
    shown.headers.update(SILENT)
    return shown


def _counts(roster: Roster) -> tuple[int, int]:
    there = sum(one.status in ATTENDED for one in roster.entries)
    return there, len(roster.expected) - there

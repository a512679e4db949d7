"""What became of the days themselves: trainers mark and close their rosters, learners say what they thought of it, and
managers say what it takes and take certificates back."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from training.attendance.actions.contesting import contest_mark
from training.attendance.actions.marking import close_roster, save_marks
from training.attendance.queries.access import get_roster_meeting
from training.attendance.queries.roster import RosterEntry, load_roster
from training.attendance.rules.contests import Claim
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.statuses import Status
from training.base.database import fetch_one
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.cli.demo.cast import LEARNER
from training.cli.demo.story import RULES, Marked, Planned
from training.completion.actions.certifying import revoke_certificate
from training.completion.actions.ruling import set_rule
from training.completion.rules.conditions import Scope
from training.schedule.queries import list_meetings
from training.surveys.actions.answering import answer_survey
from training.surveys.queries.rounds import find_sheet, standings
from training.surveys.rules.answering import cells
from training.surveys.rules.questions import NO, YES, Kind, Question

WORDS = (
    "Keep the examples. They were ours.",
    "",
    "The last part went too fast for me; half an hour more would help.",
    "",
    "Please send the list of words to avoid to everybody.",
    "",
    "I could use it the next morning. Thank you.",
)
# So long after a meeting its roster is closed.
AFTERWARDS = timedelta(minutes=10)
# So long after the last one certificates are taken back.
LATER = timedelta(days=1)


async def rule(work: Work, courses: Mapping[str, UUID]) -> None:
    """Say what it takes to complete these courses, by their slugs, where the story says so."""
    for slug, values in RULES.items():
        await set_rule(work, Scope.COURSE, courses[slug], values)


async def afterwards(
    works: Works, trainer: Viewer, manager: Viewer, session_id: UUID, planned: Planned
) -> list[tuple[datetime, Callable[[], Awaitable[None]]]]:
    """When the trainer closes which roster, and when the manager takes which certificate back."""
    meetings = await list_meetings([session_id])
    doings: list[tuple[datetime, Callable[[], Awaitable[None]]]] = [
        (each.ends_at + AFTERWARDS, partial(_keep_roster, works, trainer, each.id, planned.marked)) for each in meetings
    ]
    later = max(at for at, _ in doings) + LATER
    doings += [(later, partial(_revoke, works, manager, session_id, *each)) for each in planned.revoked]
    return doings


class _Certificate(Frozen, frozen=True, kw_only=True):
    code: str


async def _revoke(works: Works, manager: Viewer, session_id: UUID, address: str, reason: str) -> None:
    found = await fetch_one(
        _Certificate,
        "SELECT c.code FROM certificate c JOIN person p ON p.id = c.person_id"
        " WHERE c.session_id = {} AND p.email = {} AND c.revoked_at IS NULL AND c.replaced_by IS NULL",
        session_id,
        address,
    )
    if found is not None:
        await works.run(manager, revoke_certificate, found.code, reason)


async def _keep_roster(works: Works, trainer: Viewer, meeting_id: UUID, marked: Sequence[Marked]) -> None:
    """A trainer marks these people by their addresses, everybody else as present, and closes the roster."""
    roster = await load_roster(await get_roster_meeting(trainer, meeting_id))
    known: Mapping[str, UUID] = {entry.email: entry.enrollment_id for entry in roster.entries}
    marks = [
        MarkInput(
            enrollment_id=known[each.address],
            status=each.status,
            minutes_late=each.late,
            minutes_early=each.early,
            reason=each.reason,
        )
        for each in marked
        if each.address in known
    ]
    if marks:
        await works.run(trainer, save_marks, meeting_id, marks)
    closed = await works.run(trainer, close_roster, meeting_id, rest="present")
    for each in marked:
        if each.contests and each.address in known:
            person = next(entry for entry in roster.entries if entry.email == each.address)
            learner = Viewer(person_id=person.person_id, name=person.name, email=person.email)
            claim = Claim(meeting_id=meeting_id, claims=Status.PRESENT, words=each.contests)
            await works.run(learner, contest_mark, person.enrollment_id, claim)
    await _answer_survey(works, closed.session_id, roster.entries)


async def _answer_survey(works: Works, session_id: UUID, people: Sequence[RosterEntry]) -> None:
    """Whoever was asked about a session says what they think of it, but for the one who signs in to the demo."""
    sheet = await find_sheet(session_id)
    asked = await standings([each.enrollment_id for each in people])
    if sheet is None:
        return
    for number, each in enumerate(each for each in people if each.enrollment_id in asked):
        if each.email == LEARNER.email:
            continue
        typed = {cell.name: _said(cell.question, number) for cell in cells(sheet)}
        learner = Viewer(person_id=each.person_id, name=each.name, email=each.email)
        await works.run(learner, answer_survey, each.enrollment_id, typed)


def _said(question: Question, number: int) -> str:
    """What the so-manieth answers: mostly content, each a little different."""
    if question.kind is Kind.RATING:
        return str(5 - (number * 2 + question.position) % 3)
    if question.kind is Kind.YES_NO:
        return NO if number % 6 == 5 else YES
    return WORDS[number % len(WORDS)]

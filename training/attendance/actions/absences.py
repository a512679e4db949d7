"""Absences are told once a roster is closed and its meeting is over, and put right when they were wrong."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from uuid import UUID

from msgspec.structs import replace

from training.attendance.events import AttendanceMarked, RosterClosed
from training.attendance.mails import absence_topic, absences_topic, contest_topic, write_absence, write_absences
from training.attendance.queries.absences import Absence, Reader, Written, list_marked, list_readers, list_written
from training.attendance.queries.marks import list_touched
from training.attendance.queries.next_dates import NextDate, find_placed, list_dates_for
from training.attendance.rules.absences import TOLD_FOR, News, absence_said, news_of, status_words, told_after
from training.attendance.rules.moving import moved_away
from training.attendance.rules.statuses import Way
from training.attendance.tables import Mark, Roster
from training.base.work import Work
from training.booking.rules.requests import is_nobody
from training.outbox.actions import withdraw_all
from training.schedule.events import MeetingsMoved


class _Topic:
    """What was written to one person about one meeting, the oldest first: of each enrollment what was said last, and
    what of it left. What was taken back, or found to be wrong when it was to leave, was never told. An answer to an
    objection is a part of it."""

    def __init__(self, messages: Iterable[Written] = ()) -> None:
        self._last: dict[UUID, tuple[Written, str]] = {}
        self._left: dict[UUID, str] = {}
        for message in messages:
            said = message.told()
            self._last |= {key: (message, words) for key, words in said.items()}
            if message.left:
                self._left |= said

    def known(self, one: Absence) -> Absence:
        """The same with what this person has read of it, or may have. What the mark says where nothing is kept."""
        return replace(one, told=absence_said(self._left.get(one.enrollment_id, ""))) if self._last else one

    def concerns(self, one: Absence, *, moved: bool) -> bool:
        """Whether there is something to tell this person of `one`, or something waits that is not so any more."""
        last = self._last.get(one.enrollment_id)
        if last is not None and last[0].waits:
            return moved or last[1] != status_words(one.status)
        return _news(self.known(one)) is not None


class _After(StrEnum):
    """What the absences of a roster are looked at after."""

    MARKING = "marking"
    ANSWERING = "answering"
    MOVING = "moving"


async def tell_absences(work: Work, event: RosterClosed | AttendanceMarked) -> None:
    """Reaction: tell learners and their coordinators of absences in a closed roster, each person of each once.

    A roster that is closed again, or a mark that is corrected afterwards, brings only what is new: another absence, or
    that what they were told is not so. What has not left is replaced, so whatever goes back and forth before it leaves
    is told by nobody. The statements grow with the number of partners, not of people.
    """
    await work.flush()
    marked = await list_marked(event.meeting_id)
    if isinstance(event, RosterClosed):
        await _look(work, marked, _After.MARKING)
    elif marked and marked[0].closed_at != work.now:
        # What is filled in by the closing comes next in this unit of work, which tells all at once.
        await _look(work, marked, _After.ANSWERING if event.way == Way.CONTEST else _After.MARKING)


async def tell_moved_absences(work: Work, event: MeetingsMoved) -> None:
    """Reaction: what waits to be told of a meeting that moved says its times as they are now, and leaves after it."""
    # Those that begin at another time and are still to come have no marks any more.
    away = moved_away(event.moves, work.now)
    stay = [move.meeting_id for move in event.moves if move.meeting_id not in away]
    if not stay:
        return
    await work.flush()
    for meeting_id in await list_touched(stay):
        await _look(work, await list_marked(meeting_id), _After.MOVING)


async def _look(work: Work, marked: Sequence[Absence], after: _After) -> None:
    if not marked:
        return
    meeting_id = marked[0].meeting_id
    readers = await list_readers(sorted({one.partner_id for one in marked if one.partner_id}))
    concerned = _concerned(marked, readers, await _topics(marked, meeting_id, readers), after)
    if not concerned:
        return
    for absence in concerned:
        if _news(absence):
            work.change(Mark, absence.mark_id, told=told_after(absence.status))
    work.change(Roster, meeting_id, told_at=work.now)
    if concerned[0].ends_at + TOLD_FOR < work.now:
        return
    about = {one.mark_id for one in concerned}
    partners = {one.partner_id for one in concerned}
    readers = [one for one in readers if one.partner_id in partners]
    await withdraw_all(work, _names(concerned, meeting_id, readers))
    # What could not be taken back any more is on its way: it counts as read.
    topics = await _topics(concerned, meeting_id, readers)
    for partner_id, people in groupby(marked, key=lambda one: one.partner_id):
        if partner_id not in partners:
            continue
        some = list(people)
        course_id, session_id = some[0].course_id, some[0].session_id
        dates = await list_dates_for(course_id, session_id, partner_id, work.now)
        # Whoever contested a mark is told by the answer to that.
        told = [] if after is _After.ANSWERING else [one for one in some if one.mark_id in about]
        placed = await find_placed([one.person_id for one in told] if dates else [], course_id, session_id, work.now)
        for one in told:
            known = topics[absence_topic(one)].known(one)
            await _tell(work, known, () if one.person_id in placed else dates)
        for reader in readers:
            if reader.partner_id == partner_id:
                topic = topics[absences_topic(meeting_id, reader)]
                await _tell_reader(work, reader, [topic.known(one) for one in some], dates)


def _concerned(
    marked: Sequence[Absence], readers: Sequence[Reader], topics: Mapping[str, _Topic], after: _After
) -> list[Absence]:
    found = []
    for one in marked:
        theirs = [each for each in readers if each.partner_id == one.partner_id and each.person_id != one.person_id]
        names = [absence_topic(one), *(absences_topic(one.meeting_id, each) for each in theirs)]
        if any(topics[name].concerns(one, moved=after is _After.MOVING) for name in names):
            found.append(one)
    return found


def _names(people: Sequence[Absence], meeting_id: UUID, readers: Sequence[Reader]) -> list[str]:
    return [*(absence_topic(one) for one in people), *(absences_topic(meeting_id, each) for each in readers)]


async def _topics(people: Sequence[Absence], meeting_id: UUID, readers: Sequence[Reader]) -> dict[str, _Topic]:
    """What was written to these people and readers, by the topic of it."""
    answers = {contest_topic(one.answered_id): absence_topic(one) for one in people if one.answered_id}
    names = _names(people, meeting_id, readers)
    written: dict[str, list[Written]] = {name: [] for name in names}
    for message in await list_written([*names, *answers]):
        written[answers.get(message.topic, message.topic)].append(message)
    return {
        name: _Topic(sorted(some, key=lambda message: (message.created_at, message.id)))
        for name, some in written.items()
    }


async def _tell_reader(work: Work, reader: Reader, people: Sequence[Absence], dates: Sequence[NextDate]) -> None:
    """Tell a coordinator of the others of their partner: who was absent, and apart from that what was put right."""
    for news in News:
        told = [one for one in people if _news(one) is news and one.person_id != reader.person_id]
        if told:
            shown: Sequence[NextDate] = dates if news is News.ABSENCE else ()
            await write_absences(work, reader, told, shown, corrected=news is News.CORRECTION)


async def _tell(work: Work, absence: Absence, dates: Sequence[NextDate]) -> None:
    """Tell a learner what is new to them, if anything is."""
    if not is_nobody(absence.email) and _news(absence) is not None:
        await write_absence(work, absence, dates, corrected=bool(absence.told))


def _news(absence: Absence) -> News | None:
    """What there is to tell. After the rest of a session was cancelled nobody hears of absences any more, only that
    what they were told is not so."""
    news = news_of(absence.status, absence.told)
    return None if absence.cancelled and news is News.ABSENCE else news

"""Absences are told once a roster is closed and its meeting is over, and put right when they were wrong."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from uuid import UUID

from msgspec.structs import replace

from training.attendance.events import AttendanceMarked, RosterClosed
from training.attendance.mails import absence_topic, absences_topic, write_absence, write_absences
from training.attendance.queries.absences import Absence, Reader, Written, list_marked, list_readers, list_written
from training.attendance.queries.next_dates import NextDate, find_placed, list_dates_for
from training.attendance.rules.absences import TOLD_FOR, News, absence_said, news_of, told_after
from training.attendance.rules.statuses import Way
from training.attendance.tables import Mark, Roster
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules.requests import is_nobody
from training.outbox.actions import withdraw_all


class _Topic(Frozen, frozen=True, kw_only=True):
    """What was written to one person about one meeting. `waited`: something of it had not left, and is taken back."""

    waited: bool = False
    written: bool = False
    left: Mapping[UUID, str] = {}

    def known(self, one: Absence, *, by_mark: bool) -> Absence:
        """The same with what this person has read, or may have. What was taken back was never told. `by_mark`: what
        the mark says holds before what left, because other messages have told of it since."""
        if self.written and (self.waited or not by_mark or (one.told and one.enrollment_id not in self.left)):
            return replace(one, told=absence_said(self.left.get(one.enrollment_id, "")))
        return one


async def tell_absences(work: Work, event: RosterClosed | AttendanceMarked) -> None:
    """Reaction: tell learners and their coordinators of absences in a closed roster, each person of each once.

    A roster that is closed again, or a mark that is corrected afterwards, brings only what is new: another absence, or
    that what they were told is not so. What has not left is replaced, so whatever goes back and forth before it leaves
    is told by nobody. The statements grow with the number of partners, not of people.
    """
    await work.flush()
    marked = await list_marked(event.meeting_id)
    again = isinstance(event, RosterClosed)
    if not again and marked and marked[0].closed_at == work.now:
        # Filled in by the closing, which comes next in this unit of work and tells all at once.
        return
    # Closed again, whatever was held back while it was open is looked at once more.
    concerned = [one for one in marked if news_of(one.status, one.told) or (again and one.told)]
    for absence in concerned:
        if news_of(absence.status, absence.told):
            work.change(Mark, absence.mark_id, told=told_after(absence.status))
    if not concerned:
        return
    work.change(Roster, event.meeting_id, told_at=work.now)
    if concerned[0].ends_at + TOLD_FOR < work.now:
        return
    # Whoever contested a mark is told by the answer to that.
    answered = isinstance(event, AttendanceMarked) and event.way == Way.CONTEST
    readers = await list_readers(sorted({one.partner_id for one in concerned if one.partner_id}))
    about = {one.mark_id for one in concerned}
    own = [absence_topic(one) for one in concerned]
    topics = await _topics(work, [*own, *(absences_topic(event.meeting_id, each) for each in readers)])
    for partner_id, people in groupby(marked, key=lambda one: one.partner_id):
        some = list(people)
        theirs = [one for one in some if one.mark_id in about]
        if not theirs:
            continue
        course_id, session_id = some[0].course_id, some[0].session_id
        dates = await list_dates_for(course_id, session_id, partner_id, work.now)
        told = [] if answered else theirs
        placed = await find_placed([one.person_id for one in told] if dates else [], course_id, session_id, work.now)
        for one in told:
            known = topics[absence_topic(one)].known(one, by_mark=True)
            await _tell(work, known, () if one.person_id in placed else dates)
        for reader in readers:
            if reader.partner_id == partner_id:
                topic = topics[absences_topic(event.meeting_id, reader)]
                await _tell_reader(work, reader, [topic.known(one, by_mark=False) for one in some], dates)


async def _topics(work: Work, names: Sequence[str]) -> dict[str, _Topic]:
    """Take back what waits under these topics, and say of each what left of it."""
    waited = await withdraw_all(work, names)
    written: dict[str, list[Written]] = {}
    for message in await list_written(names):
        written.setdefault(message.topic, []).append(message)
    return {
        name: _Topic(waited=name in waited, written=name in written, left=_left(written.get(name, ())))
        for name in names
    }


def _left(messages: Iterable[Written]) -> dict[UUID, str]:
    said: dict[UUID, str] = {}
    for message in messages:
        if message.left:
            said |= message.told()
    return said


async def _tell_reader(work: Work, reader: Reader, people: Sequence[Absence], dates: Sequence[NextDate]) -> None:
    """Tell a coordinator of the others of their partner: who was absent, and apart from that what was put right."""
    for news in News:
        told = [one for one in people if _is(one, news) and one.person_id != reader.person_id]
        if told:
            shown: Sequence[NextDate] = dates if news is News.ABSENCE else ()
            await write_absences(work, reader, told, shown, corrected=news is News.CORRECTION)


async def _tell(work: Work, absence: Absence, dates: Sequence[NextDate]) -> None:
    """Tell a learner what is new to them, if anything is."""
    if not is_nobody(absence.email) and news_of(absence.status, absence.told) is not None:
        await write_absence(work, absence, dates, corrected=bool(absence.told))


def _is(absence: Absence, news: News) -> bool:
    return news_of(absence.status, absence.told) is news

"""Absences are told once a roster is closed, and put right when they were wrong."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from training.attendance.events import AttendanceMarked, RosterClosed
from training.attendance.mails import absence_topic, write_absence, write_absences
from training.attendance.queries.absences import Absence, Reader, list_readers, list_untold
from training.attendance.queries.next_dates import NextDate, list_dates_for
from training.attendance.rules.absences import News, news_of, told_after
from training.attendance.rules.statuses import ABSENT, Way
from training.attendance.tables import Mark, Roster
from training.base.work import Work
from training.booking.rules.requests import is_nobody
from training.outbox.actions import withdraw

# Whoever closes old rosters tells nobody what they have long forgotten.
TOLD_FOR = timedelta(days=60)


async def tell_absences(work: Work, event: RosterClosed | AttendanceMarked) -> None:
    """Reaction: tell learners and their coordinators of absences in a closed roster, each person of each once.

    What they are told is kept in the mark, so a roster that is closed again, or a mark that is corrected afterwards,
    brings only what is new: another absence, or that what they were told is not so. The statements grow with the
    number of partners, not of people.
    """
    await work.flush()
    untold = await list_untold(event.meeting_id)
    if not untold:
        return
    for absence in untold:
        work.change(Mark, absence.mark_id, told=told_after(absence.status))
    work.change(Roster, event.meeting_id, told_at=work.now)
    if untold[0].ends_at + TOLD_FOR < work.now:
        return
    # Whoever contested a mark is told by the answer to that.
    answered = isinstance(event, AttendanceMarked) and event.way == Way.CONTEST
    readers = await list_readers(sorted({one.partner_id for one in untold if one.partner_id}))
    for partner_id, people in groupby(untold, key=lambda one: one.partner_id):
        some = list(people)
        dates = await list_dates_for(some[0].course_id, some[0].session_id, partner_id, work.now)
        for one in some if not answered else ():
            await _tell(work, one, dates)
        for reader in readers:
            if reader.partner_id == partner_id:
                await _tell_reader(work, reader, some, dates)


async def _tell_reader(work: Work, reader: Reader, people: Sequence[Absence], dates: Sequence[NextDate]) -> None:
    """Tell a coordinator of the others of their partner: who was absent, and apart from that what was put right."""
    for news in News:
        told = [one for one in people if _is(one, news) and one.person_id != reader.person_id]
        if told:
            shown: Sequence[NextDate] = dates if news is News.ABSENCE else ()
            await write_absences(work, reader, told, shown, corrected=news is News.CORRECTION)


async def _tell(work: Work, absence: Absence, dates: Sequence[NextDate]) -> None:
    """Tell a learner. What they have not been told yet, because it waits for the morning, needs no correction."""
    if is_nobody(absence.email):
        return
    unknown = bool(absence.told) and await withdraw(work, absence_topic(absence)) > 0
    if unknown and absence.status not in ABSENT:
        return
    await write_absence(work, absence, dates, corrected=bool(absence.told) and not unknown)


def _is(absence: Absence, news: News) -> bool:
    return news_of(absence.status, absence.told) is news

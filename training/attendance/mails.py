"""What rosters write to people: template keys and frozen values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.attendance.queries.absences import Absence, Reader
from training.attendance.queries.chasing import ToRecord
from training.attendance.queries.contests import ContestView
from training.attendance.queries.next_dates import NextDate
from training.attendance.rules.absences import TOLD_FOR, claimed_words, status_words
from training.attendance.rules.chasing import LINK_KEPT, Asked, by_mail_link
from training.attendance.rules.contests import LEAST_TIME
from training.attendance.rules.statuses import Status
from training.base.work import Work
from training.booking.mails import clock_values
from training.booking.rules.guests import is_place_link_over, place_link
from training.outbox.actions import NewMessage, enqueue
from training.outbox.rules.kinds import expires_at


def meeting_values(title: str, session_id: UUID, meeting: Any, meetings: int) -> dict[str, Any]:
    """What a message about one meeting says of it. `meeting` has number, starts_at, ends_at, zone and place."""
    told = {name: getattr(meeting, name) for name in ("number", "starts_at", "ends_at", "zone", "place")}
    return {
        "title": title,
        "path": f"/sessions/{session_id}",
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "zone": meeting.zone,
        "meetings": [told],
        "more_meetings": 0,
        "part": meeting.number if meetings > 1 else 0,
        "mode": "",
    }


async def write_chase(work: Work, asked: Asked, roster: ToRecord, *, again: bool) -> None:
    """Ask somebody for the roster of their meeting, once more if `again`. An older message that waits is replaced."""
    values = meeting_values(roster.title, roster.session_id, roster, roster.meeting_count)
    values |= clock_values(roster.zone, asked.zone, asked.locale)
    values |= {
        "name": asked.name,
        "people": roster.people,
        "recorded": roster.recorded,
        "again": again,
        "link": by_mail_link(asked),
        "roster_path": f"/rosters/{roster.meeting_id}",
        "meeting_id": roster.meeting_id,
    }
    message: NewMessage = {
        "kind": "roster-open",
        "template": "attendance/roster-open",
        "recipient": asked.email,
        "recipient_name": asked.name,
        "person_id": asked.person_id,
        "subject_id": asked.assignment_id,
        "program_id": roster.program_id,
        "topic": f"roster:{roster.meeting_id}:{asked.person_id}",
        "values": values,
        "expires_at": expires_at("roster-open", work.now, roster.ends_at + LINK_KEPT),
    }
    await enqueue(work, supersede=True, **message)


def absence_topic(absence: Absence) -> str:
    """What messages to a learner about their absence from one meeting are called in the outbox."""
    return f"absence:{absence.meeting_id}:{absence.enrollment_id}"


def absences_topic(meeting_id: UUID, reader: Reader) -> str:
    """The same of messages to a coordinator. Whoever coordinates two organizations reads one about each."""
    return f"absences:{meeting_id}:{reader.partner_id}:{reader.person_id}"


def contest_topic(contest_id: UUID) -> str:
    """The same of the answer to an objection."""
    return f"contest:{contest_id}"


async def write_absence(work: Work, absence: Absence, dates: Sequence[NextDate], *, corrected: bool) -> None:
    """Tell a learner how a closed roster has them, or that what they were told of it was wrong."""
    values = meeting_values(absence.title, absence.session_id, absence, absence.meeting_count)
    values |= clock_values(absence.zone, absence.person_zone, absence.person_locale)
    values |= _absent(absence)
    values |= {
        "name": absence.name,
        "dates": date_values(dates),
        "coordinated": absence.partner_id is not None,
        "contest_until": absence.contest_until if work.now < absence.contest_until else None,
        "place_open": not is_place_link_over(absence.session_ends_at, work.now + LEAST_TIME),
        "place_link": place_link(absence.enrollment_id, absence.link_generation),
        "meeting_id": absence.meeting_id,
    }
    key = "absence-corrected" if corrected else "absence"
    message: NewMessage = {
        "kind": key,
        "template": f"attendance/{key}",
        "recipient": absence.email,
        "recipient_name": absence.name,
        "person_id": absence.person_id,
        "subject_id": absence.enrollment_id,
        "program_id": absence.program_id,
        "partner_id": absence.partner_id,
        "topic": absence_topic(absence),
        "values": values,
        "not_before": max(work.now, absence.ends_at),
    }
    await enqueue(work, **message)


async def write_absences(
    work: Work, reader: Reader, absences: Sequence[Absence], dates: Sequence[NextDate], *, corrected: bool
) -> None:
    """Tell a coordinator who of their people was absent in one meeting, or which of that was wrong."""
    first = absences[0]
    values = meeting_values(first.title, first.session_id, first, first.meeting_count)
    values |= clock_values(first.zone, reader.zone, reader.locale)
    values |= {
        "name": reader.name,
        "partner": first.partner_name or "",
        "partner_path": f"/partners/{first.partner_id}",
        "people": [{"name": one.name, **_absent(one)} for one in absences],
        "enrollments": [one.enrollment_id for one in absences],
        "dates": date_values(dates),
        "corrected": corrected,
        "meeting_id": first.meeting_id,
    }
    message: NewMessage = {
        "kind": "absence-people",
        "template": "attendance/absence-people",
        "recipient": reader.email,
        "recipient_name": reader.name,
        "person_id": reader.person_id,
        "subject_id": first.session_id,
        "program_id": first.program_id,
        "partner_id": first.partner_id,
        "topic": absences_topic(first.meeting_id, reader),
        "values": values,
        "not_before": max(work.now, first.ends_at),
    }
    await enqueue(work, **message)


async def write_decision(work: Work, contest: ContestView) -> None:
    """Tell a learner what came of their contesting a mark, and how the roster has them now; or that nobody answers,
    because the meeting was cancelled."""
    values = meeting_values(contest.title, contest.session_id, contest, contest.meeting_count)
    values |= clock_values(contest.zone, contest.person_zone, contest.person_locale)
    values |= {
        "name": contest.name,
        "granted": contest.state == "granted",
        "dropped": contest.state == "withdrawn",
        "claims": claimed_words(contest.claims, contest.minutes),
        "status": contest.recorded,
        "words": contest.answer,
        "own_path": f"/my/attendance/{contest.enrollment_id}",
    }
    if work.now <= contest.ends_at + TOLD_FOR or not is_place_link_over(contest.session_ends_at, work.now + LEAST_TIME):
        values["place_link"] = place_link(contest.enrollment_id, contest.link_generation)
    message: NewMessage = {
        "kind": "contest-decided",
        "template": "attendance/contest-decided",
        "recipient": contest.email,
        "recipient_name": contest.name,
        "person_id": contest.person_id,
        "subject_id": contest.enrollment_id,
        "program_id": contest.program_id,
        "partner_id": contest.partner_id,
        "topic": contest_topic(contest.id),
        "values": values,
    }
    await enqueue(work, **message)


def _absent(absence: Absence) -> dict[str, Any]:
    return {
        "status": status_words(absence.status),
        "was": status_words(Status(absence.told)) if absence.told else "",
        "reason": absence.reason if absence.status is Status.EXCUSED else "",
        "excused": absence.status is Status.EXCUSED,
    }


def date_values(dates: Sequence[NextDate]) -> list[dict[str, Any]]:
    """Next dates as messages about absences keep them."""
    return [
        {
            "title": one.title,
            "path": f"/sessions/{one.session_id}",
            "starts_at": one.starts_at,
            "ends_at": _single(one.starts_at, one.ends_at, one.meeting_count),
            "zone": one.zone,
            "free": one.free,
        }
        for one in dates
    ]


def _single(starts_at: datetime, ends_at: datetime, meetings: int) -> datetime | None:
    """The end of a session of one meeting; several are no one span."""
    return ends_at if meetings == 1 and ends_at > starts_at else None

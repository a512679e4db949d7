"""What follows from what somebody's calendar answered: told at once, and the place given back after a while."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from training.base.structs import Viewer
from training.base.work import Add, Work
from training.booking.actions.cancel import cancel_enrollment
from training.booking.events import CalendarAnswered, PlaceKept
from training.booking.mails import reader_values, session_values, worth_until, write_to
from training.booking.queries import EnrollmentView, get_enrollment
from training.booking.queries.declined import find_declined
from training.booking.queries.open_places import list_coordinators_of_booking
from training.booking.rules import CancellationTooLate, EnrollmentOver, State, cancel_until
from training.booking.rules.declining import DECLINED, Follows, Standing, follows, sum_up
from training.booking.tables import Enrollment
from training.catalogue.rules import Mode
from training.outbox.actions import enqueue
from training.schedule.events import MeetingAdded, MeetingsMoved
from training.schedule.queries import list_meetings, lock_session
from training.schedule.rules.sessions import Session

# Whoever answers by mail is nobody who is signed in.
READER = Viewer.machine("calendar")


async def note_answers(work: Work, enrollment_id: UUID, answers: Sequence[str]) -> Follows:
    """Keep what somebody's calendar answered to their meetings to come, one answer each, and do what follows.

    The session's row is locked first. Raises NotFound.
    """
    session = await lock_session((await get_enrollment(READER, enrollment_id)).session_id)
    found = await get_enrollment(READER, enrollment_id)
    answer, deadline = sum_up(answers), None
    if found.starts_at is not None:
        deadline = cancel_until(found.starts_at, found.cancellation_hours)
    stood = Standing(state=found.state, answer=found.calendar_answer, declines_at=found.declines_at, deadline=deadline)
    outcome, declines_at = follows(stood, answer, work.now)
    changed = {"calendar_answer": answer, "calendar_answered_at": work.now, "declines_at": declines_at}
    work.change(Enrollment, found.id, **changed, version=Add(1))
    if answer != found.calendar_answer or declines_at != found.declines_at:
        event = CalendarAnswered(
            enrollment_id=found.id,
            session_id=found.session_id,
            person_id=found.person_id,
            answer=answer,
            gives_back_at=declines_at,
            partner_id=found.partner_id,
        )
        work.emit(event, before={"answer": found.calendar_answer}, after={"answer": answer})
    await _tell(work, outcome, found, session, declines_at)
    return outcome


async def _tell(
    work: Work, outcome: Follows, found: EnrollmentView, session: Session, gives_back_at: datetime | None
) -> None:
    if outcome is Follows.NOTHING:
        return
    told: dict[str, Any] = {"outcome": outcome.value, "gives_back_at": gives_back_at}
    if outcome in (Follows.GIVES_BACK, Follows.TOO_LATE):
        mode = Mode(found.mode) if found.mode else None
        await write_to(work, "calendar-declined", found, session, mode, await list_meetings([session.id]), **told)
    await _tell_coordinators(work, found, session, told)


async def _tell_coordinators(work: Work, found: EnrollmentView, session: Session, told: dict[str, Any]) -> None:
    """Whoever booked for them, or all who coordinate their organization; nobody for who came by their own wish."""
    if found.partner_id is None:
        return
    about = session_values(session, await list_meetings([session.id]), work.now) | told
    about |= {"person": found.name, "mode": found.mode, "keep_path": f"/enrollments/{found.id}/keep"}
    for to in await list_coordinators_of_booking(found.booking_id):
        if to.person_id == found.person_id:
            continue
        await enqueue(
            work,
            # Who changes their mind while the mailing waits is one message.
            supersede=True,
            kind="booking-calendar-answer",
            template="booking/calendar-answer",
            recipient=to.email,
            recipient_name=to.name,
            person_id=to.person_id,
            subject_id=found.id,
            program_id=session.program_id,
            partner_id=found.partner_id,
            expires_at=worth_until("calendar-answer", session, work.now),
            topic=f"calendar-answer:{found.id.hex}:{to.person_id.hex}",
            values=about | reader_values(session, to.person_zone, to.person_locale),
        )


async def keep_place(work: Work, enrollment_id: UUID) -> bool:
    """Keep the place of somebody who declined in their calendar; false when it was not, or no longer, to go back.

    For whoever may give it back: the person, their coordinators, managers. Raises NotFound.
    """
    await lock_session((await get_enrollment(work.actor, enrollment_id)).session_id)
    found = await get_enrollment(work.actor, enrollment_id)
    if found.declines_at is None or found.state is not State.ENROLLED:
        return False
    work.change(Enrollment, found.id, declines_at=None, version=Add(1))
    work.emit(
        PlaceKept(
            enrollment_id=found.id,
            session_id=found.session_id,
            person_id=found.person_id,
            partner_id=found.partner_id,
        )
    )
    return True


async def give_back(work: Work, enrollment_id: UUID) -> bool:
    """Give the place of somebody back who declined, by the way everybody gives one back; whoever waits moves up.

    For the worker, as the person. False when it was kept meanwhile, or cannot go back any more: after the deadline
    their coordinator is told instead.
    """
    due = await find_declined(enrollment_id, work.now)
    if due is None:
        return False
    session = await lock_session(due.session_id)
    if await find_declined(enrollment_id, work.now) is None:
        return False
    work.change(Enrollment, due.id, declines_at=None, version=Add(1))
    await work.flush()
    found = await get_enrollment(work.actor, enrollment_id)
    if found.state is not State.ENROLLED:
        return False
    try:
        await cancel_enrollment(work, enrollment_id, reason=DECLINED)
    except EnrollmentOver:
        return False
    except CancellationTooLate:
        await _tell(work, Follows.TOO_LATE, found, session, None)
        return False
    return True


async def forget_answers(work: Work, event: MeetingsMoved) -> None:
    """What calendars answered was about other times: everybody is asked anew, and nothing goes back for it."""
    if not any({"time", "zone"} & set(move.changed) for move in event.moves):
        return
    await work.execute(
        "UPDATE enrollment SET calendar_answer = '', calendar_answered_at = NULL, declines_at = NULL,"
        " version = version + 1 WHERE session_id = {} AND calendar_answer <> ''",
        event.session_id,
    )


async def await_answers(work: Work, event: MeetingAdded) -> None:
    """Nobody has answered about a meeting that was just added: what they answered is not about all of the session any
    more, so nothing goes back for it. Who declines the new one, too, gives the place back anew."""
    if not event.announced:
        return
    await work.execute(
        "UPDATE enrollment SET calendar_answer = CASE WHEN calendar_answer IN ('declined', 'partly') THEN 'partly'"
        " ELSE '' END, declines_at = NULL, version = version + 1 WHERE session_id = {} AND calendar_answer <> ''",
        event.session_id,
    )

"""Reactions: what was planned for who left, or for a session as it was, is dropped in the transaction of the change.

Nothing would go out wrongly without them, because everything is judged again in the moment of sending; but nobody
shall read for a minute that somebody is going to be reminded of what they left. What is still wanted comes back with
the next tick that plans.
"""

from training.base.work import Work
from training.booking.events import BookingUndone, EnrollmentCancelled, EnrollmentExpired, PersonReplaced
from training.outbox.events import MessageTakenBack
from training.reminders.rules.facts import Why
from training.schedule.events import MeetingAdded, MeetingsMoved, SessionCancelled, TrainerWithdrawn

_DROP = "UPDATE reminder SET state = 'dropped', reason = {}, decided_at = {} WHERE state = 'planned' AND"


async def drop_of_session(work: Work, event: SessionCancelled | MeetingsMoved | MeetingAdded) -> None:
    """A session is cancelled or takes place at other times: nothing that was planned holds any more."""
    why = Why.CANCELLED if isinstance(event, SessionCancelled) else Why.MOVED
    await work.execute(f"{_DROP} session_id = {{}}", why.value, work.now, event.session_id)


async def drop_of_enrollment(work: Work, event: EnrollmentCancelled | EnrollmentExpired | PersonReplaced) -> None:
    """Somebody left a session, or somebody else takes part instead."""
    await work.execute(f"{_DROP} subject_id = {{}}", Why.LEFT.value, work.now, event.enrollment_id)


async def drop_of_booking(work: Work, event: BookingUndone) -> None:
    """A whole booking was taken back."""
    sql = f"{_DROP} session_id = {{}} AND (subject_id = {{}} OR subject_id IN"
    await work.execute(
        f"{sql} (SELECT e.id FROM enrollment e WHERE e.booking_id = {{}} AND e.state = 'cancelled'))",
        Why.LEFT.value,
        work.now,
        event.session_id,
        event.booking_id,
        event.booking_id,
    )


async def drop_of_trainer(work: Work, event: TrainerWithdrawn) -> None:
    """A trainer no longer teaches these meetings."""
    sql = f"{_DROP} session_id = {{}} AND person_id = {{}} AND audience = 'trainers'"
    await work.execute(sql, Why.LEFT.value, work.now, event.session_id, event.person_id)


async def stop_taken_back(work: Work, event: MessageTakenBack) -> None:
    """Somebody took the message of a reminder back by hand: it is not to come back by itself."""
    await work.execute(
        "UPDATE reminder SET state = 'stopped', reason = {}, decided_at = {}, message_id = NULL"
        " WHERE message_id = {} AND state = 'sent'",
        Why.TAKEN_BACK.value,
        work.now,
        event.message_id,
    )

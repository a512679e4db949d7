"""Take what a calendar answered: that person's own answer and what follows from it, or nothing and why."""

import msgspec
from msgspec.structs import replace

from training.base.work import Work
from training.booking.actions.declining import note_answers
from training.booking.events import EnrollmentRestored
from training.booking.mails import clock_values
from training.booking.queries.partners import list_managers
from training.inbox.actions import settle_reply
from training.inbox.events import ReplyReceived
from training.inbox.rules import MailState
from training.invites.events import InviteAnswered
from training.invites.queries.replies import Answering, list_answers, lock_answering
from training.invites.rules.replies import Asked, Outcome, Replied, judge_reply
from training.invites.rules.told import Memory, Role
from training.invites.tables import Invite
from training.outbox.actions import enqueue
from training.outbox.rules.kinds import expires_at

_STATES = {
    Outcome.TAKEN: MailState.HANDLED,
    Outcome.STALE: MailState.DROPPED,
    Outcome.DROPPED: MailState.DROPPED,
    Outcome.DOUBTFUL: MailState.REVIEW,
}
DECLINED_KIND = "invite-trainer-declined"


async def take_reply(work: Work, event: ReplyReceived) -> None:
    """Judge an answer, write down what became of its mail, and keep it if it counts."""
    await work.flush()
    found = await lock_answering(event.invite_id)
    replied = Replied(
        sender=event.sender,
        uid=event.uid,
        attendee=event.attendee,
        answer=event.partstat,
        sequence=event.sequence,
        stamp=event.stamp,
    )
    outcome, reason = judge_reply(replied, _asked(work, found), work.now)
    await settle_reply(work, event.incoming_id, _STATES[outcome], reason)
    if outcome is Outcome.TAKEN and found is not None:
        await _keep(work, found, replied)


def _asked(work: Work, found: Answering | None) -> Asked | None:
    if found is None:
        return None
    told = msgspec.json.decode(found.kept, type=Memory).told
    return Asked(
        meeting_id=found.meeting_id,
        address=found.address,
        withdrawn=found.state == "withdrawn",
        over=found.ends_at <= work.now,
        moved=(told.starts_at, told.ends_at) != (found.starts_at, found.ends_at),
        sequence=found.sequence,
        answer=found.answer,
        answer_stamp=found.answer_stamp,
        answer_sequence=found.answer_sequence,
    )


async def _keep(work: Work, found: Answering, replied: Replied) -> None:
    work.change(
        Invite,
        found.id,
        answer=replied.answer,
        answered_at=work.now,
        # A clock that is ahead must not make its owner's next answer the older one.
        answer_stamp=min(replied.stamp, work.now),
        answer_sequence=replied.sequence,
    )
    if replied.answer == found.answer:
        return
    work.emit(
        InviteAnswered(
            invite_id=found.id,
            session_id=found.session_id,
            meeting_id=found.meeting_id,
            person_id=found.person_id,
            role=found.role.value,
            answer=replied.answer,
        ),
        before={"answer": found.answer},
        after={"answer": replied.answer},
    )
    await work.flush()
    if found.role is Role.LEARNER:
        await note_answers(work, found.subject_id, await list_answers(found.person_id, found.subject_id, work.now))
    elif replied.answer == "declined":
        await _tell_managers(work, replace(found, answer=replied.answer))


async def forget_own_answers(work: Work, event: EnrollmentRestored) -> None:
    """Whoever comes back answers anew, also before any calendar was told that they had left: what they answered then
    must not make the same answer mean nothing now. When they wrote it stays known, so that it does not count twice."""
    await work.execute(
        "UPDATE invite SET answer = '', answered_at = NULL WHERE subject_id = {} AND answer <> ''", event.enrollment_id
    )


async def _tell_managers(work: Work, found: Answering) -> None:
    """Whoever runs the program has to find somebody else to teach, or talk to them."""
    for one in await list_managers(found.program_id):
        await enqueue(
            work,
            supersede=True,
            kind=DECLINED_KIND,
            template="invites/trainer-declined",
            recipient=one.email,
            recipient_name=one.name,
            person_id=one.person_id,
            subject_id=found.session_id,
            program_id=found.program_id,
            expires_at=expires_at(DECLINED_KIND, work.now, found.ends_at),
            topic=f"trainer-declined:{found.id.hex}:{one.person_id.hex}",
            values={
                "trainer": found.name or found.address,
                "title": found.session_title,
                "starts_at": found.starts_at,
                "ends_at": found.ends_at,
                "zone": found.zone,
                "path": f"/manage/sessions/{found.session_id}/trainers",
                "name": one.name,
            }
            | clock_values(found.zone, one.zone, one.locale),
        )

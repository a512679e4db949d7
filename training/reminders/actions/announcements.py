"""Verbs of announcements: written, tried out on oneself, given a time, sent by the worker, stopped.

Every verb judges the permission (NotFound for a foreign one) and writes a journal row. `expected_version` is the
version that was looked at; Stale says what is there now.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from training.base.errors import Invalid, Stale
from training.base.structs import as_data
from training.base.work import Work
from training.outbox.actions import enqueue
from training.outbox.actions.fan_out import enqueue_many, stop_many
from training.outbox.rules.kinds import expires_at
from training.outbox.rules.recipients import MOST_AT_ONCE, Audience, Recipient
from training.reminders import tables
from training.reminders.events import (
    AnnouncementDeleted,
    AnnouncementDrafted,
    AnnouncementEdited,
    AnnouncementScheduled,
    AnnouncementSent,
    AnnouncementStopped,
    AnnouncementTried,
)
from training.reminders.queries.announcements import get_announcement, get_place, get_progress, lock_announcement
from training.reminders.queries.segments import Reached, list_reached, list_tallies
from training.reminders.rules.announcements import (
    Announcement,
    AnnouncementOver,
    AnnouncementState,
    Details,
    Group,
    NobodyReached,
    Numbers,
    Scope,
    Segment,
    added_up,
    check_draft,
    checked,
    paragraphs,
)
from training.reminders.rules.times import Clocks, quiet_at

KIND, TEMPLATE, AUDIENCE = "announcement", "reminders/announcement", "announcement"


async def draft_announcement(work: Work, kind: str, subject_id: UUID, details: Details) -> Announcement:
    """Begin an announcement about a program, a course or a session (`kind`). Raises NotFound, Invalid."""
    place = await get_place(work.actor, kind, subject_id)
    details = checked(details)
    announcement_id = work.new_id()
    work.add(
        tables.Announcement,
        id=announcement_id,
        **as_data(place.scope),
        segment=details.segment,
        subject=details.subject,
        words=details.words,
        created_at=work.now,
        created_by=work.actor.person_id,
    )
    event = AnnouncementDrafted(
        announcement_id=announcement_id, program_id=place.scope.program_id, subject=details.subject
    )
    work.emit(event, after=as_data(details))
    await work.flush()
    return await get_announcement(work.actor, announcement_id)


async def edit_announcement(
    work: Work, announcement_id: UUID, details: Details, expected_version: int | None = None
) -> Announcement:
    """Change a draft. A test copy of the former words counts no more. Raises AnnouncementNotDraft, Stale, Invalid."""
    before = await _held(work, announcement_id, expected_version)
    check_draft(before)
    details = checked(details)
    was = Details(subject=before.subject, words=before.words, segment=before.segment)
    if details == was:
        return before
    work.change(
        tables.Announcement,
        announcement_id,
        **as_data(details),
        tested_at=None,
        version=before.version + 1,
    )
    event = AnnouncementEdited(announcement_id=announcement_id, program_id=before.program_id, subject=details.subject)
    work.emit(event, before=as_data(was), after=as_data(details))
    return await _now(work, announcement_id)


async def delete_announcement(work: Work, announcement_id: UUID, expected_version: int | None = None) -> None:
    """Delete a draft; the journal keeps what it said. Raises AnnouncementNotDraft, Stale."""
    before = await _held(work, announcement_id, expected_version)
    check_draft(before)
    await work.execute("DELETE FROM announcement WHERE id = {}", announcement_id)
    about_id = before.session_id or before.course_id or before.program_id
    which = {"announcement_id": announcement_id, "program_id": before.program_id, "about_id": about_id}
    event = AnnouncementDeleted(**which, subject=before.subject)
    work.emit(event, before=as_data(Details(subject=before.subject, words=before.words, segment=before.segment)))


async def send_test_copy(work: Work, announcement_id: UUID) -> Announcement:
    """Write one copy to whoever asks, marked as a test. Raises Invalid where that is nobody with an address."""
    announcement = await lock_announcement(work.actor, announcement_id)
    check_draft(announcement)
    if not work.actor.email:
        raise Invalid("A test copy goes to your own address, and you are not signed in as a person with one.")
    own = {"group": "", "reader_zone": _zone(work.actor.zone, announcement.zone), "locale": "en"}
    await enqueue(
        work,
        supersede=True,
        kind=KIND,
        template=TEMPLATE,
        recipient=work.actor.email,
        recipient_name=work.actor.name,
        person_id=work.actor.person_id,
        subject_id=announcement.id,
        program_id=announcement.program_id,
        topic=f"announcement-test:{announcement.id}:{work.actor.person_id}",
        expires_at=expires_at(KIND, work.now),
        values=values_of(announcement) | own | {"test": True},
    )
    work.change(tables.Announcement, announcement_id, tested_at=work.now)
    about = {"announcement_id": announcement_id, "program_id": announcement.program_id}
    work.emit(AnnouncementTried(**about, subject=announcement.subject))
    return await _now(work, announcement_id)


async def schedule_announcement(
    work: Work, announcement_id: UUID, at: datetime | None = None, expected_version: int | None = None
) -> Announcement:
    """Let a draft go out at an instant, or at once without one; the worker sends it.

    Raises AnnouncementNotDraft, Stale, NobodyReached (at once, to nobody), Invalid for an instant that is past.
    """
    before = await _held(work, announcement_id, expected_version)
    check_draft(before)
    if at is not None and at < work.now:
        raise Invalid("This time is past.", fields={"at": "This time is past. Choose a later one, or send it at once."})
    if at is None and not (await count_reached(before.scope, before.segment, work.now)).people:
        raise NobodyReached
    send_at = at or work.now
    work.change(
        tables.Announcement,
        announcement_id,
        state=AnnouncementState.SCHEDULED,
        send_at=send_at,
        version=before.version + 1,
    )
    event = AnnouncementScheduled(
        announcement_id=announcement_id, program_id=before.program_id, send_at=send_at, subject=before.subject
    )
    work.emit(event)
    return await _now(work, announcement_id)


async def stop_announcement(work: Work, announcement_id: UUID) -> Announcement:
    """Stop what waits for its time: it is a draft again. Of what goes out already, stop the rest: what has left stays.

    Raises AnnouncementOver where nothing is left to stop.
    """
    before = await lock_announcement(work.actor, announcement_id)
    taken_back, state = 0, AnnouncementState.DRAFT
    if before.state is AnnouncementState.SENT:
        making = (await get_progress(before)).making
        taken_back, state = await stop_many(work, before.topic), AnnouncementState.STOPPED
        if not taken_back and not making:
            raise AnnouncementOver
    elif before.state is not AnnouncementState.SCHEDULED:
        raise AnnouncementOver
    send_at = None if state is AnnouncementState.DRAFT else before.send_at
    work.change(tables.Announcement, announcement_id, state=state, send_at=send_at, version=before.version + 1)
    event = AnnouncementStopped(
        announcement_id=announcement_id,
        program_id=before.program_id,
        taken_back=taken_back,
        before=state == "draft",
        subject=before.subject,
    )
    work.emit(event)
    return await _now(work, announcement_id)


async def send_announcement(work: Work, announcement_id: UUID) -> int | None:
    """Send a scheduled announcement whose time has come; returns to how many. None when somebody else did, or stopped
    it: of any number of workers one finds it waiting."""
    claimed = await work.execute(
        "UPDATE announcement SET state = 'sent', sent_at = {}, version = version + 1"
        " WHERE id = {} AND state = 'scheduled' AND send_at <= {} RETURNING id",
        work.now,
        announcement_id,
        work.now,
    )
    if not claimed:
        return None
    announcement = await get_announcement(work.actor, announcement_id)
    numbers = await count_reached(announcement.scope, announcement.segment, work.now)
    first = await list_reached(announcement.scope, announcement.segment, work.now, "", MOST_AT_ONCE + 1)
    fan_out_id = await enqueue_many(
        work,
        [_recipient(reached, announcement.zone, work.now) for reached in first],
        kind=KIND,
        template=TEMPLATE,
        audience=AUDIENCE,
        args={**as_data(announcement.scope), "segment": msgspec.to_builtins(announcement.segment)}
        | {"zone": announcement.zone},
        values=values_of(announcement) | {"test": False},
        topic=announcement.topic,
        program_id=announcement.program_id,
        expires_at=expires_at(KIND, work.now),
    )
    work.change(tables.Announcement, announcement_id, recipients=numbers.people, fan_out_id=fan_out_id)
    event = AnnouncementSent(
        announcement_id=announcement_id,
        program_id=announcement.program_id,
        recipients=numbers.people,
        subject=announcement.subject,
    )
    work.emit(event)
    return numbers.people


async def count_reached(scope: Scope, segment: Segment, now: datetime) -> Numbers:
    """Whom a segment reaches now, in numbers."""
    return added_up(await list_tallies(scope, segment, now))


def values_of(announcement: Announcement) -> dict[str, Any]:
    """The frozen values that are the same in every copy."""
    path = f"/sessions/{announcement.session_id}" if announcement.session_id else ""
    return {
        "subject_line": announcement.subject,
        "words": ["\n".join(lines) for lines in paragraphs(announcement.words)],
        "author": announcement.author,
        "title": announcement.title,
        "program": announcement.program_name,
        "path": path,
    }


async def reached_next(args: Mapping[str, Any], after: str, limit: int) -> Sequence[Recipient]:
    """Whoever a segment still reaches, for the worker that makes the messages."""
    scope = msgspec.convert({name: args[name] for name in Scope.__struct_fields__}, type=Scope)
    segment = msgspec.convert(args["segment"], type=Segment)
    some = await list_reached(scope, segment, args["now"], after, limit)
    return [_recipient(reached, args["zone"], args["now"]) for reached in some]


AUDIENCES: Mapping[str, Audience] = {AUDIENCE: reached_next}
"""Who knows the recipients of announcements."""


def _recipient(reached: Reached, zone: str, now: datetime) -> Recipient:
    clocks = Clocks(
        zone=_zone(reached.clocks.zone, zone),
        quiet_from=reached.clocks.quiet_from,
        quiet_until=reached.clocks.quiet_until,
    )
    quiet = quiet_at(now, clocks)
    return Recipient(
        cursor=str(reached.person_id),
        email=reached.email,
        name=reached.name,
        person_id=reached.person_id,
        subject_id=reached.subject_id if reached.group is not Group.COORDINATORS else None,
        partner_id=reached.partner_id,
        not_before=quiet[1] if quiet else None,
        values={"group": reached.group, "reader_zone": clocks.zone, "locale": reached.locale},
    )


def _zone(own: str, usual: str) -> str:
    """UTC is what an account has before anybody chose: then the clocks of the session or program say more."""
    return usual if own == "UTC" else own


async def _held(work: Work, announcement_id: UUID, expected_version: int | None) -> Announcement:
    found = await lock_announcement(work.actor, announcement_id)
    if expected_version is not None and expected_version != found.version:
        raise Stale(current={"version": found.version, "state": found.state.value})
    return found


async def _now(work: Work, announcement_id: UUID) -> Announcement:
    await work.flush()
    return await get_announcement(work.actor, announcement_id)

"""Check people in: staff by the code of each, people themselves by the code on the screen or by the word."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from training.attendance.actions.marking import get_markable
from training.attendance.actions.recording import record_marks
from training.attendance.events import CheckedIn
from training.attendance.queries.access import find_roster_meeting
from training.attendance.queries.check_in import (
    CodePerson,
    OpenMeeting,
    find_code_holder,
    list_code_people,
    list_of_device,
    list_open_for,
    list_tries,
)
from training.attendance.queries.marks import lock_session_row
from training.attendance.rules.check_in import (
    KIOSK_RESTS,
    MOST_WRONG,
    MOST_WRONG_AT_KIOSK,
    NO_PLACE,
    SAID_OTHERWISE,
    CheckedInNow,
    CodeOfOtherSession,
    CodeReplaced,
    CodeUnknown,
    KioskRests,
    NothingToCheckIn,
    PlaceGone,
    Sitting,
    TooManyWrongCodes,
    WrongCheckInCode,
    already,
    arrival,
    doubt,
    settled,
    takes_code,
    takes_word,
)
from training.attendance.rules.marks import MarkInput
from training.attendance.rules.rosters import RosterMeeting
from training.attendance.rules.rotating import is_code, is_word
from training.attendance.rules.statuses import Status, Way
from training.attendance.tables import CheckIn
from training.base.structs import Frozen
from training.base.work import Work
from training.booking.rules.check_in import CHECK_IN_PATH, check_in_words, opens_check_in
from training.outbox.rules.scannable import token_code_id
from training.people.actions import Limit, limit_attempts
from training.people.rules import attempt_key, client_group
from training.schedule.queries import find_session

_TRIES = "check-in"
_DEVICE = "check-in-device"
_AT_KIOSK = "check-in-kiosk"
# As long as a word is taken at all, and the longest meeting.
_TRIES_KEPT = timedelta(hours=47)


class Coming(Frozen, frozen=True, kw_only=True):
    """Somebody who is about to be checked in, and how they stand."""

    enrollment_id: UUID
    name: str
    status: Status | None
    mark_way: Way | None
    minutes_late: int
    marked_at: datetime | None


class CheckedInBy(Frozen, frozen=True, kw_only=True):
    """How somebody was checked in."""

    way: Way
    device: str = ""
    doubtful: str = ""


async def scan(work: Work, meeting_id: UUID, code: str) -> CheckedInNow:
    """Check somebody in by their code: the address in the picture, its token, or its six letters.

    Whoever was there before stays as they are (`already`). Raises NotFound to who does not mark this roster,
    RosterNotOpen, RosterShut, CodeUnknown, CodeOfOtherSession, CodeReplaced, PlaceGone.
    """
    meeting = await get_markable(work.actor, meeting_id, work.now)
    people = await list_code_people(meeting)
    person = await _by_token(work, meeting, people, code) or _by_words(work, people, code)
    if person is None:
        raise CodeUnknown
    return await _check_in(work, meeting, _coming(person), Way.QR)


async def _by_token(work: Work, meeting: RosterMeeting, people: list[CodePerson], code: str) -> CodePerson | None:
    token = code.strip().rpartition(CHECK_IN_PATH)[2].strip("/")
    enrollment_id = token_code_id(token)
    if enrollment_id is None:
        return None
    holder = await find_code_holder(enrollment_id)
    key = work.site.secret_key
    if holder is None:
        raise CodeUnknown
    if not opens_check_in(key, token, enrollment_id, holder.link_generation):
        earlier = range(1, holder.link_generation)
        raise CodeReplaced if any(opens_check_in(key, token, enrollment_id, one) for one in earlier) else CodeUnknown
    if holder.session_id != meeting.session_id:
        seen = await find_session(work.actor, holder.session_id)
        raise CodeOfOtherSession(f"This code is for another session: {seen.title}." if seen else "")
    if not holder.on_roster:
        raise PlaceGone(NO_PLACE if meeting.rest_cancelled_at else "")
    return next((one for one in people if one.enrollment_id == enrollment_id), None)


def _by_words(work: Work, people: list[CodePerson], code: str) -> CodePerson | None:
    typed = "".join(char for char in code.upper() if char.isalnum())
    key = work.site.secret_key
    found = [
        one for one in people if check_in_words(key, one.enrollment_id, one.link_generation).replace("-", "") == typed
    ]
    # Of two people with the same letters, one in a hundred million, neither is the one.
    return found[0] if len(found) == 1 else None


async def check_in_self(work: Work, typed: str, *, device: str = "", enrollment_id: UUID | None = None) -> CheckedInNow:
    """Check the actor in by the code on the screen or by the word; with `enrollment_id`, by that enrollment only.

    `device` is what one browser is known by, empty where nobody knows; only a hash of it is kept, another one in every
    meeting. Raises NothingToCheckIn, TooManyWrongCodes,
    WrongCheckInCode (which the caller counts with `count_wrong`).
    """
    person_id = work.actor.person_id
    meetings = await list_open_for(person_id, work.now, enrollment_id) if person_id else []
    if not meetings:
        raise NothingToCheckIn
    meeting, way = _matching(work, await _allowed(work, meetings), typed)
    known = attempt_key(work.site.secret_key, _DEVICE, f"{meeting.meeting_id} {device}") if device else ""
    return await _arrive(work, meeting, way, device=known, kiosk=False)


async def check_in_at_kiosk(
    work: Work, meeting_id: UUID, enrollment_id: UUID, typed: str, *, client: str
) -> CheckedInNow | None:
    """Check somebody in by the word at a device that stands there for all; whoever set it up has been judged.

    None for a wrong word, which is counted for the device (`client` is its address) and for nobody who could have been
    chosen there. Raises NothingToCheckIn, KioskRests.
    """
    holder = await find_code_holder(enrollment_id)
    meetings = await list_open_for(holder.person_id, work.now, enrollment_id) if holder else []
    here = [one for one in meetings if one.meeting_id == meeting_id]
    if not here:
        raise NothingToCheckIn
    # Alone from here on: of many words at once, each is counted before the next is looked at.
    await lock_session_row(here[0].session_id)
    tries = Limit(
        kind=_AT_KIOSK, value=f"{meeting_id} {here[0].code_generation} {client_group(client)}", most=1_000_000
    )
    key = attempt_key(work.site.secret_key, tries.kind, tries.value)
    if (await list_tries([key], work.now - KIOSK_RESTS)).get(key, 0) >= MOST_WRONG_AT_KIOSK:
        raise KioskRests(retry_after=int(KIOSK_RESTS.total_seconds()))
    try:
        meeting, way = _matching(work, here, typed)
    except WrongCheckInCode:
        await limit_attempts(work, tries, window=KIOSK_RESTS)
        return None
    return await _arrive(work, meeting, way, device="", kiosk=True)


async def count_wrong(work: Work, person_id: UUID, enrollment_id: UUID | None = None) -> None:
    """Count a wrong code for every meeting that it may have been meant for."""
    meetings = await list_open_for(person_id, work.now, enrollment_id)
    limits = [Limit(kind=_TRIES, value=_trying(one), most=1_000_000) for one in meetings]
    if limits:
        await limit_attempts(work, *limits, window=_TRIES_KEPT)


async def _allowed(work: Work, meetings: list[OpenMeeting]) -> list[OpenMeeting]:
    """The meetings for which somebody has not been wrong too often. Raises TooManyWrongCodes when there are none."""
    keys = {attempt_key(work.site.secret_key, _TRIES, _trying(one)): one for one in meetings}
    tried = await list_tries(list(keys), work.now - _TRIES_KEPT)
    left = [one for key, one in keys.items() if tried.get(key, 0) < MOST_WRONG]
    if not left:
        raise TooManyWrongCodes
    return left


def _trying(meeting: OpenMeeting) -> str:
    return f"{meeting.meeting_id} {meeting.enrollment_id}"


def _matching(work: Work, meetings: list[OpenMeeting], typed: str) -> tuple[OpenMeeting, Way]:
    """The meeting whose code or word this is. Raises WrongCheckInCode."""
    key, now = work.site.secret_key, work.now
    for one in meetings:
        if takes_code(one, now) and is_code(key, one.meeting_id, one.code_generation, typed, now):
            return one, Way.CODE
        if takes_word(one, now) and is_word(one.word, typed):
            return one, Way.WORD
    raise WrongCheckInCode(fields={"code": "This is not what the screen shows now."})


async def _arrive(work: Work, found: OpenMeeting, way: Way, *, device: str, kiosk: bool) -> CheckedInNow:
    meeting = await find_roster_meeting(found.meeting_id)
    # Alone from here on: of two who use one device at the same moment, the second is seen.
    await lock_session_row(meeting.session_id)
    earlier = await list_of_device(meeting.meeting_id, device, found.enrollment_id)
    own = [one for one in earlier if one.enrollment_id == found.enrollment_id]
    waiting, coming = [one for one in own if one.doubtful], _coming(found)
    if waiting and waiting[-1].decided_at is None and not settled(found.status, found.mark_way):
        came = _so(meeting, coming, way, at=waiting[-1].at, doubtful=waiting[-1].doubtful, already=True)
    else:
        shared = len(own) < len(earlier)
        doubtful = doubt(found, work.now, shared=shared, kiosk=kiosk)
        came = await _check_in(work, meeting, coming, way, device=device, doubtful=doubtful)
    if (came.already or came.kept) and device and all(one.device != device for one in own):
        # It changed nothing for them, and still the device is known: whoever comes with it next is seen.
        _keep(work, meeting, coming, CheckedInBy(way=way, device=device))
    return came


async def _check_in(
    work: Work, meeting: RosterMeeting, coming: Coming, way: Way, *, device: str = "", doubtful: str = ""
) -> CheckedInNow:
    """Write the check-in down and, unless it is doubtful, mark the person."""
    # Whoever was filled in with all others was seen by nobody, so the code that was read says more, if it marks at all.
    filled_in = coming.mark_way is Way.ALL and not doubtful and meeting.closed_at is None
    if coming.status is not None and already(coming.status) and not filled_in:
        stands: dict[str, Any] = {"status": coming.status, "minutes_late": coming.minutes_late, "already": True}
        return _so(meeting, coming, way, at=coming.marked_at or work.now, **stands)
    if doubtful and settled(coming.status, coming.mark_way):
        return _so(meeting, coming, way, at=work.now, kept=SAID_OTHERWISE, status=coming.status)
    if doubtful:
        _write_down(work, meeting, coming, CheckedInBy(way=way, device=device, doubtful=doubtful))
        return _so(meeting, coming, way, at=work.now, doubtful=doubtful)
    came = arrival(Sitting(starts_at=meeting.starts_at, ends_at=meeting.ends_at), work.now)
    mark = MarkInput(enrollment_id=coming.enrollment_id, status=came.status, minutes_late=came.minutes_late)
    (saved,) = (await record_marks(work, meeting, [mark], way=way)).marks
    if not saved.taken:
        return _so(meeting, coming, way, at=work.now, kept=saved.why, status=coming.status or Status.NOT_RECORDED)
    _write_down(work, meeting, coming, CheckedInBy(way=way, device=device))
    return _so(meeting, coming, way, at=work.now, status=came.status, minutes_late=came.minutes_late)


def _write_down(work: Work, meeting: RosterMeeting, coming: Coming, by: CheckedInBy) -> None:
    _keep(work, meeting, coming, by)
    work.emit(
        CheckedIn(
            enrollment_id=coming.enrollment_id,
            meeting_id=meeting.meeting_id,
            session_id=meeting.session_id,
            way=by.way.value,
            doubtful=bool(by.doubtful),
        )
    )


def _keep(work: Work, meeting: RosterMeeting, coming: Coming, by: CheckedInBy) -> None:
    work.add(
        CheckIn,
        id=work.new_id(),
        meeting_id=meeting.meeting_id,
        enrollment_id=coming.enrollment_id,
        way=by.way.value,
        device=by.device,
        at=work.now,
        checked_by=work.actor.person_id,
        doubtful=by.doubtful,
    )


def _coming(person: CodePerson | OpenMeeting) -> Coming:
    return Coming(
        enrollment_id=person.enrollment_id,
        name=person.name,
        status=person.status,
        mark_way=person.mark_way,
        minutes_late=person.minutes_late,
        marked_at=person.marked_at,
    )


def _so(meeting: RosterMeeting, coming: Coming, way: Way, **more: Any) -> CheckedInNow:
    return CheckedInNow(
        enrollment_id=coming.enrollment_id, meeting_id=meeting.meeting_id, name=coming.name, way=way, **more
    )

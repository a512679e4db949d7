"""Ask those who were there, once the last roster of a session is closed; and once more who has not answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

import msgspec
from msgspec.structs import replace

from training.base.structs import Frozen
from training.base.work import Work
from training.booking.queries.queue import list_contacts
from training.outbox.actions.fan_out import enqueue_many
from training.outbox.rules.kinds import expires_at
from training.outbox.rules.recipients import MOST_AT_ONCE, Recipient
from training.surveys import tables
from training.surveys.actions.editing import ensure_survey
from training.surveys.actions.holding import begin_again
from training.surveys.events import SurveyAsked
from training.surveys.mails import asked_recipient, asked_values
from training.surveys.queries.rounds import (
    Situation,
    find_situation,
    list_asked_at,
    list_chased_at,
    list_teaching,
    list_unasked,
    standings,
)
from training.surveys.queries.surveys import list_questions, list_surveys
from training.surveys.rules.asking import (
    ASKED_KIND,
    CHASE_AFTER,
    CHASED_KIND,
    NOT_CHASED_BEFORE_END,
    closing,
    own_closing,
)
from training.surveys.rules.questions import Survey
from training.surveys.rules.release import worth_asking

_NEVER_ASKED = ("draft", "cancelled")


class _OfSession(Protocol):
    @property
    def session_id(self) -> UUID: ...


class _Open(Frozen, frozen=True, kw_only=True):
    """What is asked about a session, and until when."""

    survey_id: UUID
    minimum: int
    closes_at: datetime


async def ask_present(work: Work, event: _OfSession) -> None:
    """A roster was closed, or attendance changed: ask whoever was there and was not asked yet.

    Nobody is asked while a roster is open, nor after the survey closed, unless the session went on since. One statement
    where there is nothing to do.
    """
    await ask_session(work, event.session_id)


async def ask_session(work: Work, session_id: UUID) -> int:
    """The same for a session that nothing has happened to; returns how many were asked."""
    await work.flush()
    found = await find_situation(session_id, work.now)
    if found is None or found.state in _NEVER_ASKED or not found.meetings or found.open_rosters:
        return 0
    if found.went_on:
        found = await begin_again(work, found)
    if found.closes_at is not None and found.closes_at <= work.now:
        return 0
    unasked = await list_unasked(found.id)
    asked = await _open(work, found, len(unasked)) if unasked else None
    if asked is None:
        return 0
    closes_at = own_closing(work.now, asked.closes_at)
    for key in unasked:
        work.add(
            tables.SurveyRequest,
            id=key,
            enrollment_id=key,
            session_id=found.id,
            survey_id=asked.survey_id,
            asked_at=work.now,
            closes_at=closes_at,
        )
    work.emit(SurveyAsked(session_id=found.id, asked=len(unasked)))
    # Somebody closes the roster while people still sit there: they are asked when it is over.
    ends_at = found.ends_at if found.ends_at and found.ends_at > work.now else None
    await work.flush()
    first = await _addressed(found, unasked[: MOST_AT_ONCE + 1])
    await _write(work, ASKED_KIND, first, replace(found, minimum=asked.minimum), ends_at)
    return len(unasked)


async def chase_session(work: Work, session_id: UUID) -> int:
    """Ask everybody once more who was asked about a session four days ago and has not answered; returns how many.

    Nobody while a roster of it is open: they are asked once more when it is closed again.
    """
    found = await find_situation(session_id, work.now)
    if found is None or found.minimum is None or found.open_rosters:
        return 0
    rows = await work.execute(
        "UPDATE survey_request SET chased_at = {} WHERE session_id = {} AND NOT answered AND chased_at IS NULL"
        " AND asked_at <= {} AND closes_at > {} RETURNING id",
        work.now,
        session_id,
        work.now - CHASE_AFTER,
        work.now + NOT_CHASED_BEFORE_END,
    )
    if not rows:
        return 0
    chased = sorted(UUID(str(row["id"])) for row in rows)
    first = await _addressed(found, chased[: MOST_AT_ONCE + 1])
    await _write(work, CHASED_KIND, first, found, None)
    return len(chased)


async def asked_first(session_id: UUID, at: datetime, after: str, limit: int) -> list[Recipient]:
    """The next of those who were asked about a session at an instant and have not answered."""
    return await _some(session_id, at, await list_asked_at(session_id, at, after, limit))


async def asked_again(session_id: UUID, at: datetime, after: str, limit: int) -> list[Recipient]:
    """The next of those who were asked once more at an instant and have not answered."""
    return await _some(session_id, at, await list_chased_at(session_id, at, after, limit))


async def _some(session_id: UUID, at: datetime, enrollment_ids: Sequence[UUID]) -> list[Recipient]:
    found = await find_situation(session_id, at) if enrollment_ids else None
    return await _addressed(found, enrollment_ids) if found else []


async def _addressed(found: Situation, enrollment_ids: Sequence[UUID]) -> list[Recipient]:
    """Those who are asked about a session, in the order of their ids."""
    closes_at = {key: one.closes_at for key, one in (await standings(enrollment_ids)).items()}
    contacts = {contact.id: contact for contact in await list_contacts(found.id, enrollment_ids)}
    return [
        asked_recipient(contacts[key], found.zone, closes_at[key])
        for key in enrollment_ids
        if key in contacts and key in closes_at
    ]


async def _open(work: Work, found: Situation, present: int) -> _Open | None:
    """What is asked about the session: fixed now, if this is the first time. None where nothing is asked at all."""
    if found.survey_id is not None and found.minimum is not None and found.closes_at is not None:
        return _Open(survey_id=found.survey_id, minimum=found.minimum, closes_at=found.closes_at)
    survey = await _survey(work, found)
    if survey is None or not worth_asking(present, survey.minimum):
        return None
    await work.flush()
    questions = await list_questions(survey.id)
    if not questions:
        return None
    closes_at = closing(work.now, survey.open_days)
    work.add(
        tables.SurveyRound,
        id=found.id,
        session_id=found.id,
        survey_id=survey.id,
        minimum=survey.minimum,
        questions=_ids([question.id for question in questions]),
        trainers=_ids(await list_teaching(found.id)),
        asked_at=work.now,
        closes_at=closes_at,
    )
    return _Open(survey_id=survey.id, minimum=survey.minimum, closes_at=closes_at)


async def _survey(work: Work, found: Situation) -> Survey | None:
    """The course's own survey, else the program's, else the built-in one; None where the program wants none."""
    surveys = await list_surveys(found.program_id, found.course_id)
    active = next((survey for survey in surveys if survey.active), None)
    if active is not None or any(survey.course_id is None for survey in surveys):
        return active
    return await ensure_survey(work, found.program_id)


def _ids(keys: Sequence[UUID]) -> str:
    return msgspec.json.encode(keys).decode()


async def _write(
    work: Work, kind: str, first: Sequence[Recipient], found: Situation, not_before: datetime | None
) -> None:
    """Write to those who are asked, not before an instant; the worker makes the messages where they are many."""
    later = [replace(one, not_before=not_before) for one in first]
    await enqueue_many(
        work,
        later,
        kind=kind,
        template=f"surveys/{kind.removeprefix('survey-')}",
        audience=kind,
        args={"session_id": found.id, "at": work.now, "not_before": not_before},
        values=asked_values(found.title, found.starts_at, found.zone, found.minimum or 0),
        topic=f"survey-of:{found.id}",
        program_id=found.program_id,
        expires_at=expires_at(kind, not_before or work.now),
    )

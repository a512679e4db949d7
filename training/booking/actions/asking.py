"""Answering, agreeing, and taking an agreement back."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from training.base.database import fetch, fetch_one, for_update, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.base.work import Work
from training.booking.events import ConsentWithdrawn, QuestionsAnswered
from training.booking.queries.asking import list_asked
from training.booking.queries.enrollments import EnrollmentView, get_enrollment
from training.booking.queries.partners import list_program_managers
from training.booking.rules import ACTIVE
from training.booking.rules.asking import TERMS, AnsweringOver, Answers, Given, judge_answers, seen_by_coordinators
from training.booking.rules.terms import ConsentGone
from training.booking.tables import Answer, Consent
from training.outbox.actions import enqueue
from training.outbox.rules.kinds import expires_at
from training.people.rules import NotWithAToken, Permission, may


class _Kept(Frozen, frozen=True, kw_only=True):
    id: UUID
    of_id: UUID


async def record_answers(work: Work, enrollment_id: UUID, person_id: UUID, answers: Answers) -> None:
    """Write what `judge_answers` found good for one enrollment. Judges nobody's right to it.

    What was answered for this enrollment before is replaced. A consent that holds already is not written twice.
    """
    if not (answers.answers or answers.cleared or answers.consents):
        return
    await work.flush()
    kept = await _answers_kept(enrollment_id)
    cleared = [kept[key] for key in answers.cleared if key in kept]
    if cleared:
        await work.execute(f"DELETE FROM answer WHERE id IN ({marks(cleared)})", *cleared)
    for one in answers.answers:
        columns = {
            "value": msgspec.json.encode(one.value).decode(),
            "wording": one.wording,
            "reuse": one.reuse,
            "answered_at": work.now,
            "answered_by": work.actor.person_id,
        }
        if one.question_id in kept:
            work.change(Answer, kept[one.question_id], **columns)
        else:
            ids = {"question_id": one.question_id, "person_id": person_id, "enrollment_id": enrollment_id}
            work.add(Answer, id=work.new_id(), **ids, **columns)
    holding = await _consents_kept(person_id, answers.consents)
    for version_id in (key for key in answers.consents if key not in holding):
        ids = {"terms_version_id": version_id, "person_id": person_id, "enrollment_id": enrollment_id}
        work.add(Consent, id=work.new_id(), **ids, given_at=work.now)


async def _answers_kept(enrollment_id: UUID) -> dict[UUID, UUID]:
    sql = "SELECT id, question_id AS of_id FROM answer WHERE enrollment_id = {}"
    return {row.of_id: row.id for row in await fetch(_Kept, sql, enrollment_id)}


async def _consents_kept(person_id: UUID, version_ids: Sequence[UUID]) -> set[UUID]:
    if not version_ids:
        return set()
    rows = await fetch(
        _Kept,
        "SELECT id, terms_version_id AS of_id FROM consent WHERE person_id = {} AND withdrawn_at IS NULL"
        f" AND terms_version_id IN ({marks(version_ids)})",
        person_id,
        *version_ids,
    )
    return {row.of_id for row in rows}


async def answer_questions(work: Work, enrollment_id: UUID, given: Given) -> Answers:
    """Answer what is asked for an enrollment, as the person themselves, or as a coordinator who booked them.

    Somebody who has a place already may leave required terms open: they did not come by themselves, and what they
    answer is wanted all the same. Raises NotFound (managers read answers, they do not give them), AnsweringOver,
    NotWithAToken for agreements by a program, Invalid with a sentence per field.
    """
    enrollment = await get_enrollment(work.actor, enrollment_id)
    own = answers_for_self(work.actor, enrollment)
    if is_answering_over(enrollment, work.now):
        raise AnsweringOver
    asked = await list_asked(enrollment.session_id, enrollment.person_id)
    if own and work.actor.token_id is not None and any(name.startswith(TERMS) for name in given):
        raise NotWithAToken("Only a person can agree to something. Please sign in.")
    asked = asked if own else seen_by_coordinators(asked, enrollment.partner_id)
    answers = judge_answers(asked, given, person_answers=own, must_agree=False)
    known = {question.id for question in asked.questions if question.known and question.known.own}
    await record_answers(work, enrollment.id, enrollment.person_id, answers)
    cleared = len(known & set(answers.cleared))
    if answers.answers or cleared or answers.consents:
        work.emit(
            QuestionsAnswered(
                enrollment_id=enrollment.id,
                session_id=enrollment.session_id,
                person_id=enrollment.person_id,
                answered=len(answers.answers),
                cleared=cleared,
                consents=len(answers.consents),
            )
        )
    return answers


def answers_for_self(viewer: Viewer, enrollment: EnrollmentView) -> bool:
    """Whether the viewer is the person (true) or coordinates for them (false). Raises NotFound for anybody else."""
    if viewer.person_id == enrollment.person_id:
        return True
    if enrollment.partner_id is not None and may(viewer, Permission.PLACES_BOOK, enrollment.partner_id):
        return False
    raise NotFound


def is_answering_over(enrollment: EnrollmentView, now: datetime) -> bool:
    """Whether there is no use in answering any more: the session is over, or the person is not in it."""
    over = enrollment.session_state in ("closed", "cancelled")
    return over or enrollment.state not in ACTIVE or (enrollment.ends_at is not None and enrollment.ends_at <= now)


class _ConsentHeld(Frozen, frozen=True, kw_only=True):
    id: UUID
    terms_id: UUID
    program_id: UUID
    title: str
    number: int
    required: bool
    withdrawn_at: datetime | None


async def withdraw_consent(work: Work, enrollment_id: UUID, consent_id: UUID) -> bool:
    """Take back one's own agreement, and return whether the terms are required.

    Then the managers of the program are told, and decide; the place is kept. Raises NotFound for everybody else's and
    for terms that this session does not ask for, ConsentGone.
    """
    enrollment = await get_enrollment(work.actor, enrollment_id)
    if not answers_for_self(work.actor, enrollment):
        raise NotFound
    held = await fetch_one(
        _ConsentHeld,
        "SELECT c.id, t.id AS terms_id, t.program_id, t.title, v.number, t.required AND t.retired_at IS NULL"
        " AS required, c.withdrawn_at FROM consent c JOIN terms_version v ON v.id = c.terms_version_id"
        " JOIN terms t ON t.id = v.terms_id JOIN session s ON s.id = {} AND t.program_id = s.program_id"
        f" WHERE c.id = {{}} AND c.person_id = {{}}{for_update('c')}",
        enrollment.session_id,
        consent_id,
        enrollment.person_id,
    )
    if held is None:
        raise NotFound
    if held.withdrawn_at is not None:
        raise ConsentGone
    work.change(Consent, held.id, withdrawn_at=work.now)
    work.emit(
        ConsentWithdrawn(
            enrollment_id=enrollment.id,
            session_id=enrollment.session_id,
            person_id=enrollment.person_id,
            terms_id=held.terms_id,
            number=held.number,
            required=held.required,
        )
    )
    if held.required:
        await _tell_managers(work, enrollment, held)
    return held.required


async def _tell_managers(work: Work, enrollment: EnrollmentView, held: _ConsentHeld) -> None:
    for one in await list_program_managers(work.actor, [held.program_id]):
        await enqueue(
            work,
            kind="booking-consent-withdrawn",
            template="booking/consent-withdrawn",
            recipient=one.email,
            recipient_name=one.name,
            person_id=one.person_id,
            subject_id=enrollment.id,
            program_id=held.program_id,
            expires_at=expires_at("booking-consent-withdrawn", work.now),
            topic=f"consent:{held.id}",
            values={
                "name": one.name or one.email,
                "person": enrollment.name,
                "terms": held.title,
                "title": enrollment.session_title,
                "path": f"/manage/sessions/{enrollment.session_id}/roster",
            },
        )

"""What somebody is asked for a session, with what they said before. For the person, and for those who ask them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from training.base.database import fetch, marks
from training.base.structs import Frozen
from training.booking.queries.enrollments import ACTIVE_SQL
from training.booking.rules.asking import Asked, AskedQuestion, AskedTerms, Known, Value, fits, outstanding
from training.booking.rules.questions import Kind, Reader

_OF_SESSION = "(q.session_id = s.id OR q.course_id = s.course_id)"
_TERMS_OF_SESSION = (
    "t.program_id = s.program_id"
    " AND ((t.course_id IS NULL AND t.session_id IS NULL) OR t.course_id = s.course_id OR t.session_id = s.id)"
)

# Whether a session (s) asks anybody for something that must be answered or agreed to.
ASKS_SQL = (
    f"(EXISTS (SELECT 1 FROM question q WHERE {_OF_SESSION} AND q.required AND q.retired_at IS NULL)"
    f" OR EXISTS (SELECT 1 FROM terms t WHERE {_TERMS_OF_SESSION} AND t.required AND t.retired_at IS NULL))"
)


class _QuestionRow(Frozen, frozen=True, kw_only=True):
    id: UUID
    for_session: UUID
    of_course: bool
    kind: Kind
    label: str
    help: str
    options_json: str
    required: bool
    asks_if: UUID | None
    asks_if_value: str
    readers: str
    reusable: bool
    wording: int

    def asked(self) -> AskedQuestion:
        """The same with what is packed in it opened."""
        return AskedQuestion(
            id=self.id,
            of_course=self.of_course,
            kind=self.kind,
            label=self.label,
            help=self.help,
            options=msgspec.json.decode(self.options_json, type=tuple[str, ...]),
            required=self.required,
            asks_if=self.asks_if,
            asks_if_value=self.asks_if_value,
            readers=unpack_readers(self.readers),
            reusable=self.reusable,
            wording=self.wording,
        )


class _AnswerRow(Frozen, frozen=True, kw_only=True):
    question_id: UUID
    person_id: UUID
    value_json: str
    wording: int
    reuse: bool
    answered_at: datetime
    session_id: UUID
    partner_id: UUID | None
    active: bool


class _TermsRow(AskedTerms, frozen=True, kw_only=True):
    for_session: UUID


class _ConsentRow(Frozen, frozen=True, kw_only=True):
    id: UUID
    person_id: UUID
    terms_id: UUID
    number: int
    body: str
    given_at: datetime


def unpack_readers(text: str) -> tuple[Reader, ...]:
    """'coordinator,trainer' as readers, in their own order."""
    return tuple(reader for reader in Reader if reader.value in text.split(","))


def unpack_value(text: str) -> Value:
    """An answer as it is kept."""
    return msgspec.json.decode(text, type=str | tuple[str, ...])


async def list_asked(session_id: UUID, person_id: UUID | None) -> Asked:
    """The questions of a session and of its course, and the terms of its program, course and its own, in order, each
    with what the person said before: for this session, or elsewhere and agreed to its reuse. Nobody's right is judged.
    """
    return (await load_asked([session_id], [person_id]))[session_id, person_id]


async def count_own_open(person_id: UUID, session_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many required questions and terms are open for a person in each of these sessions; sessions that ask nothing
    are left out. At most four statements, however many sessions."""
    found = await load_asked(session_ids, [person_id])
    return {key: outstanding(asked) for (key, _), asked in found.items() if asked.anything}


async def count_open(session_id: UUID, person_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many required questions and terms are open for each of these people in one session; those with none are
    left out. For the messages about places. At most four statements, however many people."""
    found = await load_asked([session_id], person_ids)
    counted = {key: outstanding(asked) for (_, key), asked in found.items() if key is not None}
    return {key: number for key, number in counted.items() if number}


async def count_open_of(pairs: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], int]:
    """The same for pairs of session and person, for whoever writes to many people about many sessions. At most four
    statements."""
    counted = {pair: outstanding(asked) for pair, asked in (await _load(pairs, retired=False)).items()}
    return {(session_id, key): number for (session_id, key), number in counted.items() if number and key}


async def load_asked(
    session_ids: Sequence[UUID], person_ids: Sequence[UUID | None], *, retired: bool = False
) -> dict[tuple[UUID, UUID | None], Asked]:
    """What is asked of each of these people for each of these sessions. `retired`: with questions no longer asked."""
    return await _load([(session_id, key) for session_id in session_ids for key in person_ids], retired=retired)


async def _load(pairs: Sequence[tuple[UUID, UUID | None]], *, retired: bool) -> dict[tuple[UUID, UUID | None], Asked]:
    session_ids = list(dict.fromkeys(session_id for session_id, _ in pairs))
    people = list(dict.fromkeys(key for _, key in pairs if key is not None))
    questions: dict[UUID, list[_QuestionRow]] = {}
    for question in await _questions(session_ids, retired=retired):
        questions.setdefault(question.for_session, []).append(question)
    terms: dict[UUID, list[_TermsRow]] = {}
    for one in await _terms(session_ids):
        terms.setdefault(one.for_session, []).append(one)
    answers = await _answers([row.id for some in questions.values() for row in some], people)
    consents = await _consents([row.id for some in terms.values() for row in some], people)
    return {
        (session_id, key): Asked(
            session_id=session_id,
            questions=tuple(
                _with_answer(row.asked(), answers.get((key, row.id), ()), session_id)
                for row in questions.get(session_id, ())
            ),
            terms=tuple(_with_consent(row, consents.get((key, row.id), ())) for row in terms.get(session_id, ())),
        )
        for session_id, key in pairs
    }


async def _questions(session_ids: Sequence[UUID], *, retired: bool) -> list[_QuestionRow]:
    if not session_ids:
        return []
    answered = (
        "EXISTS (SELECT 1 FROM answer a JOIN enrollment e ON e.id = a.enrollment_id"
        " WHERE a.question_id = q.id AND e.session_id = s.id)"
    )
    wanted = f"(q.retired_at IS NULL OR {answered})" if retired else "q.retired_at IS NULL"
    return await fetch(
        _QuestionRow,
        "SELECT q.id, s.id AS for_session, CASE WHEN q.course_id IS NULL THEN FALSE ELSE TRUE END AS of_course, q.kind,"
        " q.label, q.help, CAST(q.options AS TEXT) AS options_json, q.required, q.asks_if, q.asks_if_value, q.readers,"
        f" q.reusable, q.wording FROM session s JOIN question q ON {_OF_SESSION}"
        f" WHERE s.id IN ({marks(session_ids)}) AND {wanted}"
        " ORDER BY s.id, CASE WHEN q.course_id IS NULL THEN 1 ELSE 0 END, q.position, q.id",
        *session_ids,
    )


async def _answers(
    question_ids: Sequence[UUID], person_ids: Sequence[UUID]
) -> dict[tuple[UUID | None, UUID], tuple[_AnswerRow, ...]]:
    """The answers of these people to these questions by person and question, the newest first."""
    if not question_ids or not person_ids:
        return {}
    wanted = tuple(dict.fromkeys(question_ids))
    rows = await fetch(
        _AnswerRow,
        "SELECT a.question_id, a.person_id, CAST(a.value AS TEXT) AS value_json, a.wording, a.reuse, a.answered_at,"
        f" e.session_id, e.partner_id, CASE WHEN e.{ACTIVE_SQL} THEN TRUE ELSE FALSE END AS active"
        " FROM answer a JOIN enrollment e ON e.id = a.enrollment_id"
        f" WHERE a.person_id IN ({marks(person_ids)}) AND a.question_id IN ({marks(wanted)})"
        " ORDER BY a.answered_at DESC, a.id DESC",
        *person_ids,
        *wanted,
    )
    found: dict[tuple[UUID | None, UUID], tuple[_AnswerRow, ...]] = {}
    for row in rows:
        found[row.person_id, row.question_id] = (*found.get((row.person_id, row.question_id), ()), row)
    return found


def _with_answer(question: AskedQuestion, rows: Sequence[_AnswerRow], session_id: UUID) -> AskedQuestion:
    """A question with the answer that counts: one for this session before one that is reused."""
    own = [row for row in rows if row.session_id == session_id and row.active]
    reused = [row for row in rows if row.reuse and question.reusable and row not in own]
    found = [_known(row, own=row in own) for row in (*own, *reused)]
    counting = (known for known in found if known.wording == question.wording and fits(question, known.value))
    known = next(counting, None)
    outdated = next((one for one in found if one.own), None) if known is None else None
    return replace(question, known=known, outdated=outdated)


def _known(row: _AnswerRow, *, own: bool) -> Known:
    return Known(
        value=unpack_value(row.value_json),
        wording=row.wording,
        reuse=row.reuse,
        own=own,
        answered_at=row.answered_at,
        partner_id=row.partner_id,
    )


async def _terms(session_ids: Sequence[UUID]) -> list[_TermsRow]:
    if not session_ids:
        return []
    return await fetch(
        _TermsRow,
        "SELECT t.id, s.id AS for_session, v.id AS version_id, v.number, t.title, v.body, t.required, v.published_at"
        f" FROM session s JOIN terms t ON {_TERMS_OF_SESSION} JOIN terms_version v ON v.terms_id = t.id"
        f" AND v.number = t.current WHERE s.id IN ({marks(session_ids)}) AND t.retired_at IS NULL ORDER BY s.id,"
        " CASE WHEN t.session_id IS NOT NULL THEN 2 WHEN t.course_id IS NOT NULL THEN 1 ELSE 0 END, t.position, t.id",
        *session_ids,
    )


async def _consents(
    terms_ids: Sequence[UUID], person_ids: Sequence[UUID]
) -> dict[tuple[UUID | None, UUID], tuple[_ConsentRow, ...]]:
    """The consents of these people that hold, by person and terms, to the newest version first."""
    if not terms_ids or not person_ids:
        return {}
    wanted = tuple(dict.fromkeys(terms_ids))
    rows = await fetch(
        _ConsentRow,
        "SELECT c.id, c.person_id, v.terms_id, v.number, v.body, c.given_at FROM consent c"
        " JOIN terms_version v ON v.id = c.terms_version_id WHERE c.withdrawn_at IS NULL"
        f" AND c.person_id IN ({marks(person_ids)}) AND v.terms_id IN ({marks(wanted)}) ORDER BY v.number DESC",
        *person_ids,
        *wanted,
    )
    found: dict[tuple[UUID | None, UUID], tuple[_ConsentRow, ...]] = {}
    for row in rows:
        found[row.person_id, row.terms_id] = (*found.get((row.person_id, row.terms_id), ()), row)
    return found


def _with_consent(terms: _TermsRow, rows: Sequence[_ConsentRow]) -> AskedTerms:
    """Terms with the consent to their present version, or the newest to an older one."""
    plain: dict[str, Any] = {name: getattr(terms, name) for name in AskedTerms.__struct_fields__}
    if not rows:
        return AskedTerms(**plain)
    newest = rows[0]
    if newest.number == terms.number:
        return AskedTerms(**plain | {"consent_id": newest.id, "agreed_at": newest.given_at})
    old = {"old_number": newest.number, "old_body": newest.body, "old_agreed_at": newest.given_at}
    return AskedTerms(**plain | old | {"consent_id": newest.id})

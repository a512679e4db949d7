"""Answers of a session for those who may read them, and everything that is known of one person."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries.asking import load_asked, unpack_value
from training.booking.queries.enrollments import ACTIVE_SQL, NAME_SQL
from training.booking.rules.asking import Value
from training.booking.rules.reading import Reading, Sheet, Taker, sheet_for
from training.people.rules import Permission, may, reach


class _SessionRow(Frozen, frozen=True, kw_only=True):
    id: UUID
    title: str
    program_id: UUID
    trains: bool
    books: bool


async def list_answers(viewer: Viewer, session_id: UUID) -> Sheet:
    """What was answered for a session, as far as the viewer may read it: managers of the program everything, trainers
    of the session and coordinators of a partner (its own people only) the questions that are open to them.

    Raises NotFound for everybody else.
    """
    partner_ids = tuple(reach(viewer, Permission.PLACES_BOOK).scope_ids)
    # Who may read nothing is refused after this one statement, as for a session that does not exist: the people of a
    # foreign one must not be counted by the time they take.
    session = await fetch_one(
        _SessionRow,
        "SELECT s.id, s.title, s.program_id, CASE WHEN EXISTS (SELECT 1 FROM trainer_assignment t"
        " WHERE t.session_id = s.id AND t.person_id = {}) THEN TRUE ELSE FALSE END AS trains,"
        f" CASE WHEN EXISTS (SELECT 1 FROM enrollment e WHERE e.session_id = s.id AND e.{ACTIVE_SQL}"
        f" AND e.partner_id IN ({marks(partner_ids)})) THEN TRUE ELSE FALSE END AS books"
        " FROM session s WHERE s.id = {}",
        viewer.person_id,
        *partner_ids,
        session_id,
    )
    manages = session is not None and may(viewer, Permission.ROSTER_SEE, session.program_id)
    if session is None or not (manages or session.trains or session.books):
        raise NotFound
    people = await _takers(session_id)
    own = reach(viewer, Permission.PLACES_BOOK).scope_ids & {one.partner_id for one in people}
    reading = Reading(manages=manages, trains=session.trains, partner_ids=own)
    asked = await load_asked([session_id], [one.person_id for one in people] or [None], retired=True)
    return sheet_for(session.title, reading, [(one, asked[session_id, one.person_id]) for one in people], asked)


async def _takers(session_id: UUID) -> list[Taker]:
    """Everybody who has a place or waits, by name."""
    return await fetch(
        Taker,
        f"SELECT e.id AS enrollment_id, e.person_id, e.partner_id, o.name AS partner_name, {NAME_SQL} AS name, e.state"
        " FROM enrollment e JOIN person p ON p.id = e.person_id LEFT JOIN membership m ON m.id = e.membership_id"
        f" LEFT JOIN partner o ON o.id = e.partner_id WHERE e.session_id = {{}} AND e.{ACTIVE_SQL} ORDER BY 5, e.id",
        session_id,
    )


class KeptAnswer(Frozen, frozen=True, kw_only=True):
    """An answer as its person may have it back."""

    id: UUID
    question: str
    session_title: str
    value: Value
    reuse: bool
    answered_at: datetime


class KeptConsent(Frozen, frozen=True, kw_only=True):
    """An agreement as its person may have it back, with the text that they agreed to."""

    id: UUID
    title: str
    number: int
    body: str
    given_at: datetime
    withdrawn_at: datetime | None


class PersonData(Frozen, frozen=True, kw_only=True):
    """All that is kept of what somebody answered and agreed to, the oldest first."""

    answers: Sequence[KeptAnswer]
    consents: Sequence[KeptConsent]


class _AnswerRow(Frozen, frozen=True, kw_only=True):
    id: UUID
    question: str
    session_title: str
    value_json: str
    reuse: bool
    answered_at: datetime


async def list_of_person_data(person_id: UUID) -> PersonData:
    """Everything that one person answered and agreed to, also what was withdrawn. Judges nobody's right to it."""
    rows = await fetch(
        _AnswerRow,
        "SELECT a.id, q.label AS question, s.title AS session_title, CAST(a.value AS TEXT) AS value_json, a.reuse,"
        " a.answered_at FROM answer a JOIN question q ON q.id = a.question_id JOIN enrollment e"
        " ON e.id = a.enrollment_id JOIN session s ON s.id = e.session_id WHERE a.person_id = {}"
        " ORDER BY a.answered_at, a.id",
        person_id,
    )
    consents = await fetch(
        KeptConsent,
        "SELECT c.id, t.title, v.number, v.body, c.given_at, c.withdrawn_at FROM consent c JOIN terms_version v"
        " ON v.id = c.terms_version_id JOIN terms t ON t.id = v.terms_id WHERE c.person_id = {}"
        " ORDER BY c.given_at, c.id",
        person_id,
    )
    answers = [
        KeptAnswer(
            id=row.id,
            question=row.question,
            session_title=row.session_title,
            value=unpack_value(row.value_json),
            reuse=row.reuse,
            answered_at=row.answered_at,
        )
        for row in rows
    ]
    return PersonData(answers=answers, consents=consents)

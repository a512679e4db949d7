"""The certificates of one session as its manager sees them: who has one, who could, and why somebody has none."""

from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Viewer
from training.booking.queries.enrollments import NAME_SQL
from training.completion.queries.earned import latest_of, list_earned
from training.completion.rules.certificates import Earned, Issued, is_due
from training.people.rules import Permission, require


class CertifiedSession(Frozen, frozen=True, kw_only=True):
    """The session, as much as is said of it on a page about its certificates."""

    id: UUID
    title: str
    program_id: UUID
    program_name: str
    course_title: str
    zone: str


class Candidate(Frozen, frozen=True, kw_only=True):
    """Somebody who completed the session, or has a certificate of it from when they had.

    `name` is the one that is used on the roster. `code`, `holder` and the rest are of the newest certificate, empty
    without one. `due`: issuing would make one, because there is none or it would say something else (`differs`).
    """

    enrollment_id: UUID
    name: str
    partner_name: str
    completed: bool
    nameless: bool
    due: bool
    differs: bool
    latest: Issued | None
    earned: Earned


class _Person(Frozen, frozen=True, kw_only=True):
    id: UUID
    name: str
    partner_name: str | None


async def get_certified_session(viewer: Viewer, session_id: UUID) -> CertifiedSession:
    """The session, for those who manage its certificates. Raises NotFound."""
    found = await fetch_one(
        CertifiedSession,
        "SELECT s.id, s.title, s.program_id, g.name AS program_name, c.title AS course_title, s.zone FROM session s"
        " JOIN program g ON g.id = s.program_id JOIN course c ON c.id = s.course_id WHERE s.id = {}",
        session_id,
    )
    if found is None:
        raise NotFound
    require(viewer, Permission.CERTIFICATE_MANAGE, found.program_id)
    return found


async def list_candidates(session_id: UUID, issuer: str) -> list[Candidate]:
    """Everybody of a session with a certificate or who could have one, by name. Four statements. Judges nobody's
    right to it."""
    people = await fetch(
        _Person,
        f"SELECT e.id, {NAME_SQL} AS name, o.name AS partner_name FROM enrollment e JOIN person p ON p.id = e.person_id"
        " LEFT JOIN membership m ON m.id = e.membership_id LEFT JOIN partner o ON o.id = e.partner_id"
        " WHERE e.session_id = {} AND (e.state = 'completed' OR EXISTS (SELECT 1 FROM certificate c"
        " WHERE c.enrollment_id = e.id)) ORDER BY name, e.id",
        session_id,
    )
    earned, _ = await list_earned([one.id for one in people], issuer)
    by_id = {one.enrollment_id: one for one in earned}
    latest = await latest_of([one.id for one in people]) if people else {}
    return [_candidate(one, by_id[one.id], latest.get(one.id)) for one in people]


class _Key(Frozen, frozen=True, kw_only=True):
    id: UUID


async def list_completed(session_id: UUID, only: tuple[UUID, ...] = ()) -> list[UUID]:
    """The enrollments of a session that are completed, or those of them that are asked for."""
    some = f" AND e.id IN ({marks(only)})" if only else ""
    sql = f"SELECT e.id FROM enrollment e WHERE e.session_id = {{}} AND e.state = 'completed'{some} ORDER BY e.id"
    return [row.id for row in await fetch(_Key, sql, session_id, *only)]


def _candidate(person: _Person, earned: Earned, latest: Issued | None) -> Candidate:
    due = is_due(earned, latest, again=False)
    return Candidate(
        enrollment_id=person.id,
        name=person.name,
        partner_name=person.partner_name or "",
        completed=earned.completed,
        nameless=not earned.holder,
        due=due,
        differs=due and latest is not None and latest.revoked_at is None,
        latest=latest,
        earned=earned,
    )

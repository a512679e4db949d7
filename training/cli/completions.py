"""What must be true of completion at every moment, asked of the database: an empty answer is a proof.

It reads everything, so this is for operators and tests and not for requests.
"""

from datetime import datetime, timedelta
from uuid import UUID

from training.base.database import fetch
from training.base.structs import Frozen
from training.cli.checks import Violation
from training.completion.queries.facts import judge_enrollments, list_session_facts
from training.completion.queries.scopes import page_begun

# The checks of completion by their names.
COMPLETION_CHECKS = ("completion", "good certificates")
_MOST_TOLD = 200
_AT_ONCE = 100
_ALL = timedelta(days=100 * 365)
# What the clock has had a day for.
GRACE = timedelta(days=1)

_STATES = (
    "SELECT e.id AS subject_id, 'completed, but nobody knows when' AS found FROM enrollment e"
    " WHERE e.state = 'completed' AND e.completed_at IS NULL"
    " UNION ALL SELECT e.id, 'not completed, but with an end' FROM enrollment e"
    " WHERE e.state <> 'completed' AND (e.completed_at IS NOT NULL OR e.valid_until IS NOT NULL)"
    " UNION ALL SELECT x.id, 'decided by hand without a reason' FROM completion_exception x WHERE x.reason = ''"
)
_CERTIFICATES = (
    "SELECT c.id AS subject_id, 'good, although the session is not completed' AS found FROM certificate c"
    " JOIN enrollment e ON e.id = c.enrollment_id"
    " WHERE c.revoked_at IS NULL AND c.replaced_by IS NULL AND e.state <> 'completed'"
)


class _Row(Frozen, frozen=True, kw_only=True):
    subject_id: UUID
    found: str


async def find_wrong_completions(now: datetime) -> list[Violation]:
    """Everything in completion that cannot be; at most 200 of each kind."""
    wrong: list[Violation] = []
    for check, sql in (("completion", _STATES), ("good certificates", _CERTIFICATES)):
        rows = await fetch(_Row, f"{sql} LIMIT {_MOST_TOLD}")
        wrong += [Violation(check=check, subject_id=row.subject_id, detail=row.found) for row in rows]
    return wrong + await _undecided(now)


async def _undecided(now: datetime) -> list[Violation]:
    """Enrollments of sessions that ended over a day ago that are something else than attendance and rule come to."""
    wrong: list[Violation] = []
    after: UUID | None = None
    while page := await page_begun(after, now - GRACE, _ALL, _AT_ONCE):
        after, sessions = page[-1], await list_session_facts(page, now)
        for one in await judge_enrollments(sessions, now):
            ended = one.session.held.ended_at
            if one.changes and ended is not None and ended < now - GRACE and len(wrong) < _MOST_TOLD:
                said = f"is {one.facts.state.value} but comes to {one.decision.state.value}: {one.progress.sentence}"
                wrong.append(Violation(check="completion", subject_id=one.facts.id, detail=said))
    return wrong

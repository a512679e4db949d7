"""How every verb begins: the session locked, the right to change it judged, its version compared."""

from uuid import UUID

from training.base.errors import Stale
from training.base.work import Work
from training.people.rules import Permission, require
from training.schedule.queries import lock_session
from training.schedule.rules.sessions import OVER_STATES, Session, SessionOver


async def hold(work: Work, session_id: UUID, expected_version: int | None) -> Session:
    """The session, locked, that the actor may manage and has seen as it is. Raises NotFound, Stale.

    What the same unit of work wrote before is sent first, so that a session can be made and published in one go.
    """
    await work.flush()
    session = await lock_session(session_id)
    require(work.actor, Permission.SESSION_MANAGE, session.program_id)
    if expected_version is not None and expected_version != session.version:
        raise Stale(version=session.version)
    return session


def check_not_over(session: Session) -> None:
    """Raise SessionOver for a session that is closed or cancelled."""
    if session.state in OVER_STATES:
        raise SessionOver(state=session.state)

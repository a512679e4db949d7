"""What a manager does with certificates by hand: issue those of a session, revoke one."""

from uuid import UUID

from training.base.errors import NotFound, Stale
from training.base.work import Work
from training.completion.actions.certificates import issue, issue_again, revoke
from training.completion.queries.certifiable import list_completed
from training.completion.queries.certificates import get_certificate
from training.completion.rules.certificates import CertificateRevokedAlready, NothingToIssue
from training.people.rules import Permission, require
from training.schedule.queries import lock_session


async def issue_certificates(
    work: Work, session_id: UUID, enrollment_ids: tuple[UUID, ...] = (), *, again: bool = False
) -> list[UUID]:
    """Issue the certificates of a session that are missing or say what is not so any more; the ids of the new ones.

    With `enrollment_ids` only theirs; with `again` also where one was revoked by hand. Raises NotFound, also for an
    enrollment that is not of this session or not completed, and NothingToIssue.
    """
    session = await lock_session(session_id)
    require(work.actor, Permission.CERTIFICATE_MANAGE, session.program_id)
    found = await list_completed(session_id, enrollment_ids)
    if len(found) < len(set(enrollment_ids)):
        raise NotFound
    issued = await (issue_again(work, found) if again else issue(work, found))
    if not issued:
        raise NothingToIssue
    return issued


async def revoke_certificate(work: Work, typed: str, reason: str, expected_version: int | None = None) -> UUID:
    """Revoke a certificate for a reason that its holder reads; its enrollment. It stays revoked until one is issued
    again by hand. Raises NotFound, Stale, and CertificateRevokedAlready where it is not good any more."""
    found = await get_certificate(typed)
    require(work.actor, Permission.CERTIFICATE_MANAGE, found.program_id)
    await lock_session(found.session_id)
    found = await get_certificate(found.code)
    if found.revoked_at is not None or found.replaced_by is not None:
        raise CertificateRevokedAlready
    if expected_version is not None and expected_version != found.version:
        raise Stale(version=found.version)
    await revoke(work, [found.enrollment_id], reason, by_hand=True)
    return found.enrollment_id

"""Issue certificates of completed enrollments, replace them by new editions, revoke them."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, marks
from training.base.ids import human_code
from training.base.structs import Frozen
from training.base.work import Work
from training.completion.events import CertificateIssued, CertificateRevoked
from training.completion.mails.certificates import ISSUED, REVOKED, Told, tell, topic_of
from training.completion.queries.earned import Holder, latest_of, list_earned, read_said
from training.completion.rules.certificates import CODE_LENGTH, Earned, Issued, follows_rule, is_due, rests_until
from training.completion.tables import Certificate
from training.outbox.actions import supersede_all


async def issue(work: Work, enrollment_ids: Sequence[UUID]) -> list[UUID]:
    """Issue a certificate for each of these enrollments that is completed, and return the ids of the new ones.

    Where one is there and says what is so, nothing happens; where it says something else, a new edition replaces it.
    One that somebody revoked by hand stays revoked. None is issued without a name, or where the rule wants none. Each
    holder is written to. The caller has locked the sessions and judged the right to it. A constant number of
    statements for any number.
    """
    return await _issue(work, enrollment_ids)


async def issue_rested(work: Work, enrollment_ids: Sequence[UUID]) -> list[UUID]:
    """The same after a correction: where the newest edition is younger than RESTS, it is only noted that another one
    may be due then, and the clock looks again. What is good meanwhile was so until a moment ago."""
    return await _issue(work, enrollment_ids, rests=True)


async def issue_ruled(work: Work, enrollment_ids: Sequence[UUID]) -> list[UUID]:
    """The same after a rule changed: what only says another name than is used now stays as it is."""
    return await _issue(work, enrollment_ids, rests=True, ruled=True)


async def issue_again(work: Work, enrollment_ids: Sequence[UUID]) -> list[UUID]:
    """The same, also where one was revoked by hand."""
    return await _issue(work, enrollment_ids, again=True)


async def revoke(work: Work, enrollment_ids: Sequence[UUID], reason: str, *, by_hand: bool = False) -> int:
    """Revoke the certificates of these enrollments that are good, for a reason that their holders and managers read;
    returns how many. After one that was revoked `by_hand` none is issued before somebody asks for it. The caller has
    locked the sessions and judged the right to it."""
    await work.flush()
    rows = await _good(enrollment_ids)
    if not rows:
        return 0
    _, holders = await list_earned([row.enrollment_id for row in rows], work.site.name)
    await supersede_all(work, [topic_of(row.enrollment_id) for row in rows])
    for row in rows:
        work.change(
            Certificate,
            row.id,
            revoked_at=work.now,
            revoked_by=work.actor.person_id,
            revoked_reason=reason[:300],
            revoked_by_hand=by_hand,
            version=row.version + 1,
        )
        work.emit(
            CertificateRevoked(
                certificate_id=row.id,
                enrollment_id=row.enrollment_id,
                session_id=row.session_id,
                person_id=row.person_id,
                reason=reason[:300],
            )
        )
        await tell(work, REVOKED, row.told(), holders[row.enrollment_id], reason[:300])
    return len(rows)


async def _issue(
    work: Work, enrollment_ids: Sequence[UUID], *, again: bool = False, rests: bool = False, ruled: bool = False
) -> list[UUID]:
    # Whoever calls has only just written that they are completed.
    await work.flush()
    earned, holders = await list_earned(list(dict.fromkeys(enrollment_ids)), work.site.name)
    latest = await latest_of([one.enrollment_id for one in earned]) if earned else {}
    due = [one for one in earned if is_due(one, latest.get(one.enrollment_id), again=again)]
    if ruled:
        due = [one for one in due if follows_rule(one, latest.get(one.enrollment_id))]
    if rests:
        due = [one for one in due if not _put_off(work, latest.get(one.enrollment_id))]
    new = {one.enrollment_id: work.new_id() for one in due}
    replaced = [known for one in due if (known := latest.get(one.enrollment_id)) is not None]
    if replaced:
        await _replace(work, replaced, new)
    for one in due:
        await _add(work, one, new[one.enrollment_id], latest.get(one.enrollment_id), holders[one.enrollment_id])
    return list(new.values())


def _put_off(work: Work, latest: Issued | None) -> bool:
    until = rests_until(latest, work.now)
    if latest is None or until is None:
        return False
    if latest.again_at is None:
        work.change(Certificate, latest.id, again_at=until)
    return True


async def _replace(work: Work, replaced: Sequence[Issued], new: dict[UUID, UUID]) -> None:
    await supersede_all(work, [topic_of(one.enrollment_id) for one in replaced])
    for one in replaced:
        work.change(Certificate, one.id, replaced_by=new[one.enrollment_id], version=one.version + 1)
    # The index allows one good certificate of an enrollment, and inserts of one work go before its changes.
    await work.flush()


async def _add(work: Work, earned: Earned, key: UUID, latest: Issued | None, holder: Holder) -> None:
    told = Told(
        id=key,
        enrollment_id=earned.enrollment_id,
        program_id=earned.program_id,
        partner_id=earned.partner_id,
        code=human_code(CODE_LENGTH),
        holder=earned.holder,
        said=earned.said,
        edition=latest.edition + 1 if latest else 1,
        valid_until=earned.valid_until,
    )
    work.add(
        Certificate,
        id=key,
        code=told.code,
        enrollment_id=told.enrollment_id,
        session_id=earned.session_id,
        course_id=earned.course_id,
        program_id=earned.program_id,
        person_id=earned.person_id,
        holder=told.holder,
        said=told.said,
        edition=told.edition,
        issued_at=work.now,
        issued_by=work.actor.person_id,
        valid_until=told.valid_until,
    )
    work.emit(
        CertificateIssued(
            certificate_id=key,
            enrollment_id=told.enrollment_id,
            session_id=earned.session_id,
            person_id=earned.person_id,
            edition=told.edition,
        )
    )
    await tell(work, ISSUED, told, holder)


class _Good(Frozen, frozen=True, kw_only=True):
    id: UUID
    enrollment_id: UUID
    session_id: UUID
    program_id: UUID
    person_id: UUID
    partner_id: UUID | None
    code: str
    holder: str
    said_json: str
    edition: int
    valid_until: datetime | None
    version: int

    def told(self) -> Told:
        """The same, as its holder is told of it."""
        return Told(
            id=self.id,
            enrollment_id=self.enrollment_id,
            program_id=self.program_id,
            partner_id=self.partner_id,
            code=self.code,
            holder=self.holder,
            said=read_said(self.said_json),
            edition=self.edition,
            valid_until=self.valid_until,
        )


async def _good(enrollment_ids: Sequence[UUID]) -> list[_Good]:
    return await fetch(
        _Good,
        "SELECT c.id, c.enrollment_id, c.session_id, c.program_id, c.person_id, e.partner_id, c.code, c.holder,"
        " CAST(c.said AS TEXT) AS said_json, c.edition, c.valid_until, c.version"
        " FROM certificate c JOIN enrollment e ON e.id = c.enrollment_id"
        f" WHERE c.enrollment_id IN ({marks(enrollment_ids)}) AND c.revoked_at IS NULL AND c.replaced_by IS NULL"
        " ORDER BY c.id",
        *enrollment_ids,
    )

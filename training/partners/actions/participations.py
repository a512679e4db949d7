"""Participations: a partner joins a program and leaves it."""

from uuid import UUID

from msgspec.structs import replace

from training.base.errors import NotFound
from training.base.work import Work
from training.catalogue.queries import get_program
from training.partners import queries, tables
from training.partners.events import ParticipationEnded, ParticipationStarted
from training.partners.rules import ConsentNeeded, Participation
from training.people.rules import Permission, may, require


async def join_program(work: Work, partner_id: UUID, program_id: UUID) -> Participation:
    """Let a partner take part in a program; one that left takes part again. Nothing happens when it does already.

    Taking part shows the managers of the program whom to reach at the partner, so both sides must want it: staff
    decides for both, and so does a manager of the program who is a coordinator of the partner too. Raises
    ConsentNeeded for every other manager of the program.
    """
    require(work.actor, Permission.PROGRAM_MANAGE, program_id)
    return await start_participation(
        work, partner_id, program_id, agreed=may(work.actor, Permission.PARTNER_MANAGE, partner_id)
    )


async def start_participation(work: Work, partner_id: UUID, program_id: UUID, *, agreed: bool) -> Participation:
    """`join_program` for callers who have judged whether the actor may, and whether the partner `agreed`."""
    partner = await queries.lock_partner(partner_id)
    program = await get_program(program_id)
    known = await queries.find_participation(partner_id, program_id)
    if known is not None and known.ended_at is None:
        return known
    if not agreed:
        raise ConsentNeeded
    if known is not None:
        work.change(tables.Participation, known.id, ended_at=None)
        joined = replace(known, ended_at=None)
    else:
        joined = Participation(
            id=work.new_id(),
            partner_id=partner_id,
            partner_name=partner.name,
            program_id=program_id,
            program_name=program.name,
            program_slug=program.slug,
            created_at=work.now,
            ended_at=None,
        )
        row = {"id": joined.id, "partner_id": partner_id, "program_id": program_id, "created_at": work.now}
        work.add(tables.Participation, **row)
    work.emit(ParticipationStarted(partner_id=partner_id, program_id=program_id))
    return joined


async def leave_program(work: Work, partner_id: UUID, program_id: UUID) -> Participation:
    """End a participation: the partner sees and books no more in it. What it booked stays booked."""
    require(work.actor, Permission.PROGRAM_MANAGE, program_id)
    known = await queries.find_participation(partner_id, program_id)
    if known is None:
        raise NotFound
    if known.ended_at is not None:
        return known
    work.change(tables.Participation, known.id, ended_at=work.now)
    work.emit(ParticipationEnded(partner_id=partner_id, program_id=program_id))
    return replace(known, ended_at=work.now)

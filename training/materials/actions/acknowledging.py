"""Learners say that they went through what is to be done before their session, or take that back."""

from uuid import UUID

from training.base.errors import NotFound
from training.base.work import Work
from training.materials import tables
from training.materials.events import PreworkAcknowledged
from training.materials.queries.following import Place, lock_own_place
from training.materials.queries.showing import Shown, get_material
from training.materials.rules.materials import NotPrework


async def acknowledge(work: Work, enrollment_id: UUID, material_id: UUID) -> Shown:
    """The actor, whose place this is, went through the version that their session gives. Said once is enough, also of a
    newer one than is given now.

    Raises NotFound for a place that is not theirs or does not count, and for what they may not see; NotYet; NotPrework.
    """
    place = await _hold_place(work, enrollment_id)
    shown = await _shown(work, place, material_id)
    if shown.given is None:
        raise NotFound
    if not shown.prework:
        raise NotPrework
    if (shown.acknowledged_number or 0) >= shown.given.number:
        return shown
    work.add(
        tables.Acknowledgement,
        id=work.new_id(),
        enrollment_id=enrollment_id,
        material_id=material_id,
        version_id=shown.given.id,
        at=work.now,
    )
    _say(work, place, material_id, acknowledged=True)
    await work.flush()
    return await _shown(work, place, material_id)


async def take_back(work: Work, enrollment_id: UUID, material_id: UUID) -> Shown:
    """The actor did not go through it after all. Raises as `acknowledge`."""
    place = await _hold_place(work, enrollment_id)
    shown = await _shown(work, place, material_id)
    if shown.acknowledged_at is None:
        return shown
    await work.execute(
        "DELETE FROM acknowledgement WHERE enrollment_id = {} AND material_id = {}", enrollment_id, material_id
    )
    _say(work, place, material_id, acknowledged=False)
    return await _shown(work, place, material_id)


async def _hold_place(work: Work, enrollment_id: UUID) -> Place:
    place = await lock_own_place(work.actor, enrollment_id)
    if not place.enrolled:
        raise NotFound
    return place


async def _shown(work: Work, place: Place, material_id: UUID) -> Shown:
    return await get_material(work.actor, place.session_id, material_id, work.now, enrollment_id=place.enrollment_id)


def _say(work: Work, place: Place, material_id: UUID, *, acknowledged: bool) -> None:
    work.emit(
        PreworkAcknowledged(
            enrollment_id=place.enrollment_id,
            session_id=place.session_id,
            material_id=material_id,
            acknowledged=acknowledged,
        )
    )

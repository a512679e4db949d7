"""Whoever takes part hears when the materials of their session change, if they want to."""

from uuid import UUID

from msgspec.structs import replace

from training.base.errors import NotFound
from training.base.work import Work
from training.materials import tables
from training.materials.events import MaterialsFollowed
from training.materials.queries.following import Place, lock_own_place
from training.outbox.rules.kinds import Sort
from training.people.actions.mail import switch_sorts
from training.people.queries import get_mail_choices


async def follow(work: Work, enrollment_id: UUID) -> Place:
    """The actor, whose place this is, wants to hear of it. Raises NotFound, also when the place does not count."""
    place = await lock_own_place(work.actor, enrollment_id)
    if not place.enrolled:
        raise NotFound
    if place.following:
        return place
    await _ask_for_news(work, place)
    work.add(
        tables.MaterialFollow,
        id=enrollment_id,
        enrollment_id=enrollment_id,
        session_id=place.session_id,
        person_id=place.person_id,
        created_at=work.now,
    )
    return _said(work, place, following=True)


async def unfollow(work: Work, enrollment_id: UUID) -> Place:
    """They do no longer; said again, nothing happens. Also for a place that was given back. Raises NotFound."""
    place = await lock_own_place(work.actor, enrollment_id)
    if not place.following:
        return place
    await work.execute("DELETE FROM material_follow WHERE id = {}", enrollment_id)
    return _said(work, place, following=False)


async def _ask_for_news(work: Work, place: Place) -> None:
    """Whoever stopped news of materials by the link in a mail stopped all of it: what they followed then does not come
    back with what they ask for now."""
    choices = await get_mail_choices(place.person_id)
    if Sort.MATERIALS in choices.off:
        await work.execute("DELETE FROM material_follow WHERE person_id = {}", place.person_id)
        await switch_sorts(work, place.person_id, choices, {Sort.MATERIALS: False})


def _said(work: Work, place: Place, *, following: bool) -> Place:
    work.emit(MaterialsFollowed(enrollment_id=place.enrollment_id, session_id=place.session_id, following=following))
    return replace(place, following=following)

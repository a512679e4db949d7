"""Partner organizations: added, changed, put under a parent."""

from uuid import UUID

from msgspec.structs import replace

from training.base.errors import Invalid, NotFound, Stale
from training.base.structs import as_data
from training.base.work import Work
from training.catalogue.rules import changed_fields, free_slug, only, slug_from
from training.partners import queries, tables
from training.partners.actions.participations import start_participation
from training.partners.events import PartnerCreated, PartnerEdited
from training.partners.rules import (
    ParentImpossible,
    Partner,
    PartnerDetails,
    PartnerNameTaken,
    check_parent,
    checked_partner,
    fold_name,
)
from training.people.rules import Permission, may, require


async def create_partner(work: Work, details: PartnerDetails, program_id: UUID | None = None) -> Partner:
    """Add a partner, which takes part in `program_id` from now on.

    Staff may leave the program out and may name a parent; a program manager adds partners to a program of their own.
    A partner that is new has nobody who could agree and nothing that others could see.
    Raises PartnerNameTaken when one of this name, however spelled, is there already.
    """
    require(work.actor, Permission.PARTNER_CREATE)
    details = checked_partner(details)
    if program_id is None and not work.actor.staff:
        raise Invalid(fields={"program_id": "Choose the program that this organization takes part in."})
    if await queries.find_partner_by_name(details.name):
        raise PartnerNameTaken
    if details.parent_id is not None:
        require(work.actor, Permission.PLATFORM_RUN)
    partner_id = work.new_id()
    parent = await _parent(partner_id, details.parent_id)
    beginning = slug_from(details.name)
    partner = Partner(
        **as_data(details),
        id=partner_id,
        slug=free_slug(beginning, await queries.list_slugs(beginning or "partner"), "partner"),
        parent_name=parent.name if parent else "",
        created_at=work.now,
        version=1,
    )
    kept = {**as_data(details), "id": partner.id, "slug": partner.slug, "created_at": work.now, "version": 1}
    work.add(tables.Partner, **kept, folded_name=fold_name(details.name))
    work.emit(PartnerCreated(partner_id=partner.id, name=partner.name), after=as_data(details))
    if program_id is not None:
        await work.flush()
        require(work.actor, Permission.PROGRAM_MANAGE, program_id)
        await start_participation(work, partner.id, program_id, agreed=True)
    return partner


async def edit_partner(
    work: Work, partner_id: UUID, details: PartnerDetails, expected_version: int | None = None
) -> Partner:
    """Change a partner; its slug stays. Only staff changes the parent, which lets others see a name.

    Raises PartnerNameTaken, ParentImpossible.
    """
    require(work.actor, Permission.PARTNER_MANAGE, partner_id)
    if work.actor.staff:
        # Before the partner's own row: whoever takes two locks takes them in this order.
        await queries.lock_families()
    before = await queries.lock_partner(partner_id)
    if expected_version is not None and expected_version != before.version:
        raise Stale(current=as_data(before))
    details = checked_partner(details)
    changed = changed_fields(before, details)
    if not changed:
        return before
    if "name" in changed:
        await _check_name(partner_id, details.name)
    parent_name = before.parent_name
    if "parent_id" in changed:
        parent_name = await _new_parent_name(work, partner_id, details.parent_id)
    after = replace(before, **as_data(details), parent_name=parent_name, version=before.version + 1)
    written = {name: getattr(after, name) for name in (*changed, "version")}
    if "name" in changed:
        written["folded_name"] = fold_name(after.name)
    work.change(tables.Partner, partner_id, **written)
    event = PartnerEdited(partner_id=partner_id, changed=changed)
    work.emit(event, before=only(PartnerDetails, before), after=only(PartnerDetails, after))
    return after


async def _check_name(partner_id: UUID, name: str) -> None:
    named = await queries.find_partner_by_name(name)
    if named is not None and named.id != partner_id:
        raise PartnerNameTaken


async def _new_parent_name(work: Work, partner_id: UUID, parent_id: UUID | None) -> str:
    if not may(work.actor, Permission.PLATFORM_RUN):
        raise ParentImpossible(fields={"parent_id": "Only the people who run the platform change this."})
    parent = await _parent(partner_id, parent_id)
    return parent.name if parent else ""


async def _parent(partner_id: UUID, parent_id: UUID | None) -> Partner | None:
    if parent_id is None:
        return None
    await queries.lock_families()
    try:
        parent = await queries.lock_partner(parent_id)
    except NotFound as error:
        raise ParentImpossible(fields={"parent_id": "There is no such organization."}) from error
    check_parent(partner_id, parent_id, await queries.list_parents())
    return parent

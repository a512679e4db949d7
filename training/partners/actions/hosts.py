"""Many partners at once, found or added by name: for imports."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from uuid import UUID

from training.base.structs import Frozen, as_data
from training.base.work import Work
from training.catalogue.rules import SLUG_LENGTH, slug_from
from training.partners import tables
from training.partners.events import ParticipationStarted, PartnerCreated
from training.partners.queries.hosts import KnownHost, list_hosts, list_taken_slugs
from training.partners.rules import ConsentNeeded, PartnerDetails, checked_partner, fold_name
from training.people.rules import Permission, require


class Host(Frozen, frozen=True, kw_only=True):
    """A partner that hosts. `left`: its participation in the program was ended, and stays so."""

    id: UUID
    left: bool


async def ensure_hosts(work: Work, program_id: UUID, names: Iterable[str]) -> dict[str, Host]:
    """The partners of these names, by folded name: found or added, all taking part in the program.

    A partner whose participation somebody ended is not let in again. The number of statements does not depend on the
    number of names. Raises Invalid for a name that cannot be used, and ConsentNeeded where somebody who is not staff
    names a partner that is there and has never taken part in the program.
    """
    require(work.actor, Permission.PARTNER_CREATE)
    require(work.actor, Permission.PROGRAM_MANAGE, program_id)
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(fold_name(name), name)
    if not wanted:
        return {}
    known = {host.folded_name: host for host in await list_hosts(program_id, tuple(wanted))}
    if not work.actor.staff and any(host.participation_id is None for host in known.values()):
        raise ConsentNeeded
    strangers = {folded: name for folded, name in wanted.items() if folded not in known}
    ids = await _add(work, strangers)
    for folded, host in known.items():
        ids[folded] = host.id
    for folded, partner_id in ids.items():
        if folded not in known or known[folded].participation_id is None:
            _join(work, partner_id, program_id)
    return {folded: Host(id=partner_id, left=_left(known.get(folded))) for folded, partner_id in ids.items()}


def _left(host: KnownHost | None) -> bool:
    return host is not None and host.ended_at is not None


async def _add(work: Work, names: dict[str, str]) -> dict[str, UUID]:
    slugs = await _slugs(tuple(names.items())) if names else {}
    ids = {}
    for folded, name in names.items():
        details = checked_partner(PartnerDetails(name=name))
        ids[folded] = work.new_id()
        row = {**as_data(details), "id": ids[folded], "slug": slugs[folded], "created_at": work.now}
        work.add(tables.Partner, **row, folded_name=folded)
        work.emit(PartnerCreated(partner_id=ids[folded], name=name), after=as_data(details))
    return ids


def _join(work: Work, partner_id: UUID, program_id: UUID) -> None:
    row = {"partner_id": partner_id, "program_id": program_id, "created_at": work.now}
    work.add(tables.Participation, id=work.new_id(), **row)
    work.emit(ParticipationStarted(partner_id=partner_id, program_id=program_id))


async def _slugs(names: Sequence[tuple[str, str]]) -> dict[str, str]:
    """A slug per folded name. Where it is taken, letters of a hash follow: counting would mean reading all of them."""
    plain = {folded: slug_from(name) or "partner" for folded, name in names}
    used = set(await list_taken_slugs(tuple(set(plain.values()))))
    chosen = {}
    for folded, slug in plain.items():
        if slug in used:
            ending = f"-{sha256(folded.encode()).hexdigest()[:10]}"
            slug = slug[: SLUG_LENGTH - len(ending)].rstrip("-") + ending
        used.add(slug)
        chosen[folded] = slug
    return chosen

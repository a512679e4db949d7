"""Whom an order means: members of the partner, found or made, and those who would become members."""

from uuid import UUID

from training.base.errors import NotFound
from training.base.work import Work
from training.booking.queries import find_first_course, find_members_at, list_candidates
from training.booking.rules import Candidate, Order, Wanted
from training.partners.actions import name_members
from training.people.rules import fold_email


async def members_wanted(work: Work, order: Order) -> tuple[list[UUID], frozenset[UUID]]:
    """The members asked for, each once; names with addresses become members first, and these are told apart."""
    unknown = [(wanted.name, wanted.email) for wanted in order.people if wanted.membership_id is None]
    if not unknown:
        return list(dict.fromkeys(w.membership_id for w in order.people if w.membership_id)), frozenset()
    named = await name_members(work, order.partner_id, unknown)
    # The candidates are read back with what the database knows of them.
    await work.flush()
    added = iter(named.members)
    return list(dict.fromkeys(w.membership_id or next(added).id for w in order.people)), named.fresh


async def member_wanted(work: Work, partner_id: UUID, wanted: Wanted) -> tuple[UUID, bool]:
    """The membership of one person asked for, and whether it began just now: a name with an address becomes a member
    first. Raises AddressUnusable."""
    if wanted.membership_id is not None:
        return wanted.membership_id, False
    named = await name_members(work, partner_id, [(wanted.name, wanted.email)])
    await work.flush()
    return named.members[0].id, bool(named.fresh)


async def list_previewed(order: Order) -> list[Candidate]:
    """The people asked for, each once, without making anybody a member. A new address stands under a key of its own.

    Whether somebody who is no member yet has a place through another partner is not looked at: else a preview, which
    leaves no trace, would tell for any address who takes part.
    """
    addresses = [fold_email(w.email) for w in order.people if w.membership_id is None]
    members = await find_members_at(order.partner_id, addresses, accounts=False) if addresses else {}
    folded = iter(addresses)
    keys: dict[UUID | str, str] = {}
    for wanted in order.people:
        address = next(folded) if wanted.membership_id is None else ""
        keys.setdefault(wanted.membership_id or members.get(address) or address, wanted.name)
    ids = [key for key in keys if isinstance(key, UUID)]
    known = {c.membership_id: c for c in await list_candidates(order.session_id, order.partner_id, ids)}
    if len(known) != len(ids):
        raise NotFound("One of these people is not in your organization.")
    # What a stranger has completed is not looked at, either: they lack what comes first until they are on the list.
    lacks = await find_first_course(order.session_id) if len(ids) < len(keys) else None
    return [
        known[key] if isinstance(key, UUID) else _newcomer(UUID(int=number), key, name, lacks)
        for number, (key, name) in enumerate(keys.items())
    ]


def _newcomer(key: UUID, address: str, name: str, lacks: str | None) -> Candidate:
    return Candidate(person_id=key, membership_id=key, name=name or address, email=address, lacks=lacks)

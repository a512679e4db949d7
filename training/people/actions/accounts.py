"""Accounts: made for an address, changed by their owner, switched off and on by operators."""

from collections.abc import Iterable
from uuid import UUID

from training.base.structs import Frozen
from training.base.work import Work
from training.people.actions.devices import end_devices
from training.people.actions.sign_ins import end_sign_ins
from training.people.actions.tokens import end_tokens
from training.people.events import PersonAdded, PersonChanged
from training.people.queries import get_person, list_people_by_email
from training.people.rules import KnownPerson, Permission, clean_name, fold_email, known_zone, own_id, require
from training.people.tables import Person


class NewPerson(Frozen, frozen=True, kw_only=True):
    """Somebody who may not have an account yet."""

    email: str
    name: str = ""
    zone: str = "UTC"


async def ensure_people(work: Work, people: Iterable[NewPerson]) -> dict[str, UUID]:
    """The ids of these people by folded address; accounts are made for those who have none.

    A known person keeps name and zone; only a name that was empty is filled. Two statements when all are known and
    named, however many they are. Two units of work that add the same address at once end with one account: the
    unique index stops the second, which is run again. Raises AddressUnusable.
    """
    wanted = {fold_email(person.email): person for person in people}
    emails = sorted(wanted)
    known = {person.email: person for person in await list_people_by_email(emails)}
    ids = {}
    for email in emails:
        new = wanted[email]
        ids[email] = _kept(work, known[email], new) if email in known else _added(work, email, new)
    if len(known) < len(wanted):
        await work.flush()
    return ids


async def ensure_person(work: Work, email: str, name: str = "", zone: str = "UTC") -> UUID:
    """The id of the person with this address; an account is made if there is none (see `ensure_people`)."""
    ids = await ensure_people(work, [NewPerson(email=email, name=name, zone=zone)])
    return next(iter(ids.values()))


def _kept(work: Work, person: KnownPerson, new: NewPerson) -> UUID:
    name = clean_name(new.name)
    if name and not person.name:
        work.change(Person, person.id, name=name)
        work.emit(PersonChanged(person_id=person.id, renamed=True), before={"name": ""}, after={"name": name})
    return person.id


def _added(work: Work, email: str, new: NewPerson) -> UUID:
    person_id, name = work.new_id(), clean_name(new.name)
    work.add(Person, id=person_id, email=email, name=name, zone=known_zone(new.zone), created_at=work.now)
    work.emit(PersonAdded(person_id=person_id, email=email), after={"email": email, "name": name, "zone": new.zone})
    return person_id


async def change_own_details(work: Work, *, name: str, zone: str) -> KnownPerson:
    """Change one's own name and zone. Raises SignInRequired, Invalid for a zone nobody knows."""
    person = await get_person(own_id(work.actor))
    before = {"name": person.name, "zone": person.zone}
    after = {"name": clean_name(name), "zone": known_zone(zone)}
    if after != before:
        work.change(Person, person.id, **after)
        renamed = after["name"] != before["name"]
        work.emit(PersonChanged(person_id=person.id, renamed=renamed), before=before, after=after)
        await work.flush()
    return await get_person(person.id)


async def disable_person(work: Work, person_id: UUID) -> None:
    """Switch an account off: whatever opens it ends with this and stays ended when it is on again.

    These are its sign-ins, tokens, device passwords and links.
    """
    require(work.actor, Permission.PLATFORM_RUN)
    person = await get_person(person_id)
    if person.disabled_at is not None:
        return
    work.change(Person, person.id, disabled_at=work.now)
    work.emit(PersonChanged(person_id=person.id), before={"disabled": False}, after={"disabled": True})
    await work.execute(
        "UPDATE one_time_link SET used_at = {} WHERE person_id = {} AND used_at IS NULL", work.now, person_id
    )
    await end_sign_ins(work, person_id, keep=None)
    await end_tokens(work, person_id)
    await end_devices(work, person_id)


async def enable_person(work: Work, person_id: UUID) -> None:
    """Switch an account on again."""
    require(work.actor, Permission.PLATFORM_RUN)
    person = await get_person(person_id)
    if person.disabled_at is not None:
        work.change(Person, person.id, disabled_at=None)
        work.emit(PersonChanged(person_id=person.id), before={"disabled": True}, after={"disabled": False})

"""Reads of people: accounts, one-time links, sign-ins, and who is asking."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Grant, Viewer
from training.people.rules import SEEN_EVERY, KnownLink, KnownPerson, SignInRecord, sign_in_ends, token_hash

_PERSON = "id, email, name, zone, locale, created_at, disabled_at"


async def get_person(person_id: UUID) -> KnownPerson:
    """One person. Raises NotFound."""
    found = await fetch_one(KnownPerson, f"SELECT {_PERSON} FROM person WHERE id = {{}}", person_id)
    if found is None:
        raise NotFound
    return found


async def find_person(email: str) -> KnownPerson | None:
    """The person with this folded address, or None."""
    return await fetch_one(KnownPerson, f"SELECT {_PERSON} FROM person WHERE email = {{}}", email)


async def list_people(person_ids: Iterable[UUID]) -> list[KnownPerson]:
    """Those of these people who exist, by name and address. One statement however many there are."""
    ids = list(dict.fromkeys(person_ids))
    sql = f"SELECT {_PERSON} FROM person WHERE id IN ({marks(ids)}) ORDER BY name, email"
    return await fetch(KnownPerson, sql, *ids) if ids else []


async def list_people_by_email(emails: Sequence[str]) -> list[KnownPerson]:
    """Those who have one of these folded addresses. One statement however many there are."""
    sql = f"SELECT {_PERSON} FROM person WHERE email IN ({marks(emails)}) ORDER BY email"
    return await fetch(KnownPerson, sql, *emails) if emails else []


async def find_link(token: str) -> KnownLink | None:
    """The one-time link with this token, used or not, or None."""
    return await fetch_one(
        KnownLink,
        "SELECT l.id, l.purpose, l.person_id, p.email, l.subject_id, l.next_path, l.expires_at, l.used_at"
        " FROM one_time_link l JOIN person p ON p.id = l.person_id WHERE l.token_hash = {}",
        token_hash(token),
    )


async def list_sign_ins(person_id: UUID, now: datetime) -> list[SignInRecord]:
    """Where a person is signed in at `now`, last used first."""
    return await fetch(
        SignInRecord,
        "SELECT id, label, created_at, last_seen_at, expires_at FROM sign_in"
        " WHERE person_id = {} AND revoked_at IS NULL AND expires_at > {} ORDER BY last_seen_at DESC, id DESC"
        " LIMIT 200",
        person_id,
        now,
    )


class CurrentSignIn(Frozen, frozen=True, kw_only=True):
    """The sign-in behind a request. `unseen` says that its use should be written down again, ending at `ends_at`."""

    viewer: Viewer
    unseen: bool
    ends_at: datetime


class _Row(Frozen, frozen=True, kw_only=True):
    sign_in_id: UUID
    created_at: datetime
    last_seen_at: datetime
    person_id: UUID
    email: str
    name: str
    zone: str
    role: str | None
    scope_id: UUID | None


async def find_sign_in(token: str, now: datetime) -> CurrentSignIn | None:
    """Who holds this token at `now`, with all their grants, in one statement.

    None for an unknown, revoked or expired sign-in and for a disabled person: each of them stops at once.
    """
    rows = await fetch(
        _Row,
        "SELECT s.id AS sign_in_id, s.created_at, s.last_seen_at, p.id AS person_id, p.email, p.name, p.zone,"
        " g.role, g.scope_id"
        " FROM sign_in s JOIN person p ON p.id = s.person_id LEFT JOIN role_grant g ON g.person_id = p.id"
        " WHERE s.token_hash = {} AND s.revoked_at IS NULL AND s.expires_at > {} AND p.disabled_at IS NULL",
        token_hash(token),
        now,
    )
    if not rows:
        return None
    first = rows[0]
    viewer = Viewer(
        person_id=first.person_id,
        name=first.name,
        email=first.email,
        zone=first.zone,
        sign_in_id=first.sign_in_id,
        grants=frozenset(Grant(role=row.role, scope_id=row.scope_id) for row in rows if row.role is not None),
    )
    return CurrentSignIn(
        viewer=viewer,
        unseen=now - first.last_seen_at >= SEEN_EVERY,
        ends_at=sign_in_ends(first.created_at, now),
    )


async def find_viewer(token: str, now: datetime) -> Viewer | None:
    """The viewer behind a sign-in's token at `now`, or None."""
    found = await find_sign_in(token, now)
    return found.viewer if found else None


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def is_new_account(person_id: UUID) -> bool:
    """Whether nobody was ever seen signed in to this account and it holds no role, so that it opens nothing yet.

    Sign-ins are forgotten 30 days after their end; an account without a role then counts as new again.
    """
    found = await fetch(
        _Id,
        "SELECT id FROM sign_in WHERE person_id = {} UNION ALL SELECT id FROM role_grant WHERE person_id = {} LIMIT 1",
        person_id,
        person_id,
    )
    return not found


async def list_grants(person_id: UUID) -> frozenset[Grant]:
    """The roles a person holds."""
    rows = await fetch(Grant, "SELECT role, scope_id FROM role_grant WHERE person_id = {}", person_id)
    return frozenset(rows)

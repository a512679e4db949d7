"""Reads of people: accounts, one-time links, sign-ins, and who is asking."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.errors import NotFound
from training.base.structs import Frozen, Grant, Viewer
from training.people.rules import (
    SEEN_EVERY,
    USED_EVERY,
    KnownLink,
    KnownPerson,
    Role,
    SignInRecord,
    TokenRecord,
    actor_name,
    sign_in_ends,
    token_hash,
    unpacked_scopes,
)

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
    teaches: bool


_SIGNED_IN = (
    "SELECT s.id AS sign_in_id, s.created_at, s.last_seen_at, p.id AS person_id, p.email, p.name, p.zone,"
    " g.role, g.scope_id, CASE WHEN EXISTS (SELECT 1 FROM trainer_assignment t WHERE t.person_id = s.person_id)"
    " THEN TRUE ELSE FALSE END AS teaches"
    " FROM sign_in s JOIN person p ON p.id = s.person_id LEFT JOIN role_grant g ON g.person_id = p.id"
    " WHERE s.revoked_at IS NULL AND s.expires_at > {} AND p.disabled_at IS NULL AND"
)


async def find_sign_in(token: str, now: datetime) -> CurrentSignIn | None:
    """Who holds this token at `now`, with all their grants, in one statement.

    None for an unknown, revoked or expired sign-in and for a disabled person: each of them stops at once.
    """
    rows = await fetch(_Row, f"{_SIGNED_IN} s.token_hash = {{}}", now, token_hash(token))
    if not rows:
        return None
    first = rows[0]
    return CurrentSignIn(
        viewer=_viewer_by_sign_in(rows),
        unseen=now - first.last_seen_at >= SEEN_EVERY,
        ends_at=sign_in_ends(first.created_at, now),
    )


async def find_signed_in(sign_in_id: UUID, now: datetime) -> Viewer | None:
    """Whose sign-in this is at `now`, as `find_sign_in`: for an address that was made for it (docs/decisions/0025)."""
    rows = await fetch(_Row, f"{_SIGNED_IN} s.id = {{}}", now, sign_in_id)
    return _viewer_by_sign_in(rows) if rows else None


def _viewer_by_sign_in(rows: Sequence[_Row]) -> Viewer:
    first = rows[0]
    return Viewer(
        person_id=first.person_id,
        name=first.name,
        email=first.email,
        zone=first.zone,
        sign_in_id=first.sign_in_id,
        grants=frozenset(Grant(role=row.role, scope_id=row.scope_id) for row in rows if row.role is not None),
        teaches=first.teaches,
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


class CurrentToken(Frozen, frozen=True, kw_only=True):
    """The API token behind a request. `unseen` says that its use should be written down again.

    `owner_id` is the person or partner it acts for, under whom its requests are counted.
    """

    viewer: Viewer
    unseen: bool
    owner_id: UUID


class _TokenRow(Frozen, frozen=True, kw_only=True):
    token_id: UUID
    label: str
    scopes: str
    last_used_at: datetime | None
    partner_id: UUID | None
    partner_name: str | None
    person_id: UUID | None
    email: str | None
    name: str | None
    zone: str | None
    role: str | None
    scope_id: UUID | None


_BY_KEY = (
    "SELECT t.id AS token_id, t.label, t.scopes, t.last_used_at, t.partner_id, o.name AS partner_name,"
    " p.id AS person_id, p.email, p.name, p.zone, g.role, g.scope_id FROM api_token t"
    " LEFT JOIN person p ON p.id = t.person_id AND p.disabled_at IS NULL"
    " LEFT JOIN role_grant g ON g.person_id = p.id LEFT JOIN partner o ON o.id = t.partner_id"
    " WHERE t.revoked_at IS NULL AND t.expires_at > {} AND (p.id IS NOT NULL OR o.id IS NOT NULL) AND"
)


async def find_token(token: str, now: datetime) -> CurrentToken | None:
    """Who asks with this API token at `now`, with the roles that its owner holds at this moment, in one statement.

    None for an unknown, revoked or expired token and for that of a disabled person. A partner's name is read here
    although partners live in another room, because the hot path has one statement.
    """
    rows = await fetch(_TokenRow, f"{_BY_KEY} t.token_hash = {{}}", now, token_hash(token))
    if not rows:
        return None
    first = rows[0]
    owner_id = first.partner_id or first.person_id
    if owner_id is None:
        return None
    return CurrentToken(
        viewer=_viewer_by_token(rows),
        unseen=first.last_used_at is None or now - first.last_used_at >= USED_EVERY,
        owner_id=owner_id,
    )


async def find_with_token(token_id: UUID, now: datetime) -> Viewer | None:
    """As whom this API token asks at `now`, as `find_token`: for an address that was made for it."""
    rows = await fetch(_TokenRow, f"{_BY_KEY} t.id = {{}}", now, token_id)
    return _viewer_by_token(rows) if rows else None


def _viewer_by_token(rows: Sequence[_TokenRow]) -> Viewer:
    first = rows[0]
    if first.partner_id is not None:
        grants = frozenset({Grant(role=Role.COORDINATOR.value, scope_id=first.partner_id)})
    else:
        grants = frozenset(Grant(role=row.role, scope_id=row.scope_id) for row in rows if row.role is not None)
    return Viewer(
        person_id=first.person_id,
        name=actor_name(first.partner_name or first.name or "", first.label),
        email=first.email or "",
        zone=first.zone or "UTC",
        grants=grants,
        token_id=first.token_id,
        limited_to=frozenset(scope.value for scope in unpacked_scopes(first.scopes)),
    )


_KEYS = (
    "SELECT t.id, t.person_id, t.partner_id, t.label, t.scopes AS scope_words, t.created_at, t.expires_at,"
    " t.last_used_at, t.revoked_at, COALESCE(NULLIF(m.name, ''), m.email, '') AS made_by,"
    " (t.partner_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.person_id = t.created_by"
    " AND (g.role = 'staff' OR (g.role = 'coordinator' AND g.scope_id = t.partner_id)))) AS maker_left"
    " FROM api_token t LEFT JOIN person m ON m.id = t.created_by"
)
# What works stands before what is over, so that nobody hides a token behind hundreds of revoked ones.
_WORKING_FIRST = (
    " ORDER BY CASE WHEN t.revoked_at IS NULL THEN 0 ELSE 1 END, t.expires_at DESC, t.created_at DESC, t.id DESC"
    " LIMIT 200"
)


async def list_own_tokens(person_id: UUID) -> list[TokenRecord]:
    """The tokens that act for a person: those that work longest first, then those that ended lately."""
    return await fetch(TokenRecord, f"{_KEYS} WHERE t.person_id = {{}}{_WORKING_FIRST}", person_id)


async def list_partner_tokens(partner_id: UUID) -> list[TokenRecord]:
    """The tokens that act for a partner, in the same order. Judges nobody's right to see them."""
    return await fetch(TokenRecord, f"{_KEYS} WHERE t.partner_id = {{}}{_WORKING_FIRST}", partner_id)


async def list_live_tokens(now: datetime) -> list[TokenRecord]:
    """Every token that opens something at `now`, those that work longest first, at most 200. For operators."""
    sql = f"{_KEYS} WHERE t.revoked_at IS NULL AND t.expires_at > {{}}{_WORKING_FIRST}"
    return await fetch(TokenRecord, sql, now)


async def get_token(token_id: UUID) -> TokenRecord:
    """One token. Judges nobody's right to see it. Raises NotFound."""
    found = await fetch_one(TokenRecord, f"{_KEYS} WHERE t.id = {{}}", token_id)
    if found is None:
        raise NotFound
    return found


async def count_live_tokens(person_id: UUID | None, partner_id: UUID | None, now: datetime) -> int:
    """How many tokens of one owner open something at `now`."""
    owner = "person_id" if person_id is not None else "partner_id"
    rows = await fetch(
        _Id,
        f"SELECT id FROM api_token WHERE {owner} = {{}} AND revoked_at IS NULL AND expires_at > {{}}",
        person_id or partner_id,
        now,
    )
    return len(rows)


class MailChoices(Frozen, frozen=True, kw_only=True):
    """What a person said about mail: between which times on their clocks none is sent, and which sorts are off."""

    email: str
    zone: str
    locale: str
    quiet_from: str
    quiet_until: str
    off: frozenset[str]


class _Choice(Frozen, frozen=True, kw_only=True):
    email: str
    zone: str
    locale: str
    quiet_from: str
    quiet_until: str
    sort: str | None


async def get_mail_choices(person_id: UUID) -> MailChoices:
    """What one person said about mail, in one statement. Raises NotFound."""
    rows = await fetch(
        _Choice,
        "SELECT p.email, p.zone, p.locale, p.quiet_from, p.quiet_until, c.sort FROM person p"
        " LEFT JOIN mail_choice c ON c.person_id = p.id WHERE p.id = {}",
        person_id,
    )
    if not rows:
        raise NotFound
    first = rows[0]
    return MailChoices(
        email=first.email,
        zone=first.zone,
        locale=first.locale,
        quiet_from=first.quiet_from,
        quiet_until=first.quiet_until,
        off=frozenset(row.sort for row in rows if row.sort is not None),
    )

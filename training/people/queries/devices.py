"""Device passwords: who is behind one, and which there are."""

from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one
from training.base.errors import NotFound
from training.base.structs import Frozen, Grant, Viewer
from training.people.rules import token_hash
from training.people.rules.devices import DEVICE_USED_EVERY, DeviceRecord, typed_password


class CurrentDevice(Frozen, frozen=True, kw_only=True):
    """The device behind a request. `unseen` says that its use should be written down again."""

    id: UUID
    viewer: Viewer
    unseen: bool


class _Row(Frozen, frozen=True, kw_only=True):
    device_id: UUID
    last_used_at: datetime | None
    person_id: UUID
    email: str
    name: str
    zone: str
    role: str | None
    scope_id: UUID | None


async def find_device(email: str, password: str, now: datetime) -> CurrentDevice | None:
    """Who reads their calendars with this folded address and password at `now`, with all grants, in one statement.

    None for a wrong or revoked password, another person's address and a disabled person: each of them stops at once.
    """
    rows = await fetch(
        _Row,
        "SELECT d.id AS device_id, d.last_used_at, p.id AS person_id, p.email, p.name, p.zone, g.role, g.scope_id"
        " FROM device_password d JOIN person p ON p.id = d.person_id LEFT JOIN role_grant g ON g.person_id = p.id"
        " WHERE d.secret_hash = {} AND p.email = {} AND d.revoked_at IS NULL AND p.disabled_at IS NULL",
        token_hash(typed_password(password)),
        email,
    )
    if not rows:
        return None
    first = rows[0]
    viewer = Viewer(
        person_id=first.person_id,
        name=first.name,
        email=first.email,
        zone=first.zone,
        grants=frozenset(Grant(role=row.role, scope_id=row.scope_id) for row in rows if row.role is not None),
    )
    unseen = first.last_used_at is None or now - first.last_used_at >= DEVICE_USED_EVERY
    return CurrentDevice(id=first.device_id, viewer=viewer, unseen=unseen)


_DEVICES = (
    "SELECT d.id, d.person_id, COALESCE(NULLIF(p.name, ''), p.email) AS owner, d.label, d.created_at, d.last_used_at,"
    " d.last_used_by, d.revoked_at FROM device_password d JOIN person p ON p.id = d.person_id"
)
_WORKING_FIRST = " ORDER BY CASE WHEN d.revoked_at IS NULL THEN 0 ELSE 1 END, d.created_at DESC, d.id DESC LIMIT 200"


async def list_own_devices(person_id: UUID) -> list[DeviceRecord]:
    """The device passwords of a person: those that work newest first, then those that were revoked lately."""
    return await fetch(DeviceRecord, f"{_DEVICES} WHERE d.person_id = {{}}{_WORKING_FIRST}", person_id)


async def list_live_devices() -> list[DeviceRecord]:
    """Every device password that works, newest first, at most 200. For operators."""
    return await fetch(DeviceRecord, f"{_DEVICES} WHERE d.revoked_at IS NULL{_WORKING_FIRST}")


async def get_device(device_id: UUID) -> DeviceRecord:
    """One device password. Judges nobody's right to see it. Raises NotFound."""
    found = await fetch_one(DeviceRecord, f"{_DEVICES} WHERE d.id = {{}}", device_id)
    if found is None:
        raise NotFound
    return found


class _Id(Frozen, frozen=True, kw_only=True):
    id: UUID


async def count_devices(person_id: UUID) -> int:
    """How many device passwords of a person work."""
    sql = "SELECT id FROM device_password WHERE person_id = {} AND revoked_at IS NULL"
    return len(await fetch(_Id, sql, person_id))

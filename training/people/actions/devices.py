"""Device passwords: made, used, revoked; wrong ones counted. The secret is returned once and kept nowhere."""

from uuid import UUID

from training.base.errors import NotFound
from training.base.structs import Frozen
from training.base.work import Work
from training.people.actions.links import Limit, limit_attempts
from training.people.events import DeviceAdded, DeviceRevoked
from training.people.queries import count_devices, get_device
from training.people.rules import Permission, TooManyLinks, client_group, person_behind, require, token_hash
from training.people.rules.devices import (
    MOST_DEVICES,
    WRONG_PASSWORDS_PER_ACCOUNT,
    WRONG_PASSWORDS_PER_CLIENT,
    TooManyDevices,
    TooManyWrongPasswords,
    checked_label,
    new_device_password,
)
from training.people.tables import DevicePassword


class NewDevice(Frozen, frozen=True, kw_only=True):
    """A device password just made. `password` is the secret: shown once, kept nowhere."""

    id: UUID
    password: str
    label: str
    email: str

    def __repr__(self) -> str:
        """Without the secret: a representation ends up in tracebacks and logs."""
        return f"NewDevice(id={self.id!r})"


async def add_device(work: Work, label: str) -> NewDevice:
    """Make a password for one calendar program of one's own. Raises NotWithAToken, Invalid, TooManyDevices (20)."""
    person_id = person_behind(work.actor)
    wanted = checked_label(label)
    # Two at once may end with one more than that, which hurts nobody.
    if await count_devices(person_id) >= MOST_DEVICES:
        raise TooManyDevices
    made = NewDevice(id=work.new_id(), password=new_device_password(), label=wanted, email=work.actor.email)
    work.add(
        DevicePassword,
        id=made.id,
        person_id=person_id,
        label=made.label,
        secret_hash=token_hash(made.password),
        created_at=work.now,
    )
    work.emit(DeviceAdded(device_id=made.id, person_id=person_id, label=made.label))
    return made


async def note_device(work: Work, device_id: UUID, program: str) -> None:
    """Write down that a device's password was used just now, and by which program."""
    work.change(DevicePassword, device_id, last_used_at=work.now, last_used_by=program[:80])


async def revoke_own_device(work: Work, device_id: UUID) -> None:
    """End one of one's own device passwords. Raises NotFound for anybody else's, as for none, and NotWithAToken."""
    await _revoke(work, device_id, person_behind(work.actor))


async def revoke_any_device(work: Work, device_id: UUID) -> None:
    """End a device password, whoever it belongs to. Only for staff. Raises NotFound when it is over or unknown."""
    require(work.actor, Permission.PLATFORM_RUN)
    await _revoke(work, device_id, None)


async def end_devices(work: Work, person_id: UUID) -> int:
    """End every device password of a person, and return how many ended. The caller has judged who may."""
    ended = await work.execute(
        "UPDATE device_password SET revoked_at = {} WHERE person_id = {} AND revoked_at IS NULL RETURNING id, label",
        work.now,
        person_id,
    )
    for row in ended:
        work.emit(DeviceRevoked(device_id=row["id"], person_id=person_id, label=row["label"]))
    return len(ended)


async def _revoke(work: Work, device_id: UUID, person_id: UUID | None) -> None:
    owner = " AND person_id = {}" if person_id is not None else ""
    ended = await work.execute(
        f"UPDATE device_password SET revoked_at = {{}} WHERE id = {{}} AND revoked_at IS NULL{owner} RETURNING id",
        work.now,
        device_id,
        *([person_id] if person_id is not None else []),
    )
    if not ended:
        raise NotFound
    device = await get_device(device_id)
    work.emit(DeviceRevoked(device_id=device_id, person_id=device.person_id, label=device.label))


async def count_wrong_password(work: Work, name: str, client: str) -> None:
    """Count a wrong device password for the name it came with and the address it came from.

    Raises TooManyWrongPasswords after 30 for a name or 60 from an address in 15 minutes. Unknown names are counted
    as known ones are.
    """
    try:
        await limit_attempts(
            work,
            Limit(kind="wrong-device-password-of", value=name[:254], most=WRONG_PASSWORDS_PER_ACCOUNT),
            Limit(kind="wrong-device-password-from", value=client_group(client), most=WRONG_PASSWORDS_PER_CLIENT),
        )
    except TooManyLinks as error:
        raise TooManyWrongPasswords(retry_after=error.retry_after) from None

"""`training devices`: which device passwords work now, and an end to one of them, whoever it belongs to."""

from uuid import UUID
from zoneinfo import ZoneInfo

import click

from training.base.errors import NotFound
from training.cli.opening import OPERATOR, opened, run, settings_or_fail, works_of
from training.cli.saying import Failed, ZoneName, at, say, show_table
from training.people.actions import revoke_any_device
from training.people.queries import list_live_devices
from training.people.rules.devices import DeviceRecord
from training.settings import Settings


@click.command("devices")
@click.option("--revoke", metavar="ID", type=click.UUID, help="End the device password with this ID, at once.")
@click.option("--zone", type=ZoneName(), default="UTC", show_default=True, help="Whose clocks the times are told on.")
def devices(revoke: UUID | None, zone: ZoneInfo) -> None:
    """List the device passwords of calendar programs that work now, at most the 200 newest, or end one of them."""
    settings = settings_or_fail()
    if revoke is not None:
        run(_revoke(settings, revoke))
        say(f"{revoke} is revoked. The calendar program that used it is shut out.")
    elif rows := run(_listed(settings, zone)):
        show_table(("ID", "DEVICE", "OWNER", f"LAST USED ({zone.key})", "BY"), rows)
    else:
        say("There is no device password that works.")


async def _revoke(settings: Settings, device_id: UUID) -> None:
    async with opened(settings):
        try:
            await works_of(settings).run(OPERATOR, revoke_any_device, device_id)
        except NotFound as error:
            raise Failed(
                f"There is no device password {device_id}, or it was revoked already. See: training devices"
            ) from error


async def _listed(settings: Settings, zone: ZoneInfo) -> list[tuple[str, ...]]:
    async with opened(settings):
        return [_row(device, zone) for device in await list_live_devices()]


def _row(device: DeviceRecord, zone: ZoneInfo) -> tuple[str, ...]:
    used = at(device.last_used_at, zone) if device.last_used_at else "never"
    return (str(device.id), device.label, device.owner, used, device.last_used_by or "-")

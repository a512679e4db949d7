"""`training migrate`."""

import click

from training.base.database.migrating import migrate as apply_missing
from training.base.database.migrating import missing
from training.cli.opening import opened, run, settings_or_fail, shown_url
from training.cli.saying import Failed, counted, say
from training.settings import Settings


@click.command()
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 when something is missing.")
def migrate(only_check: bool) -> None:
    """Bring the database to the shape this version needs.

    All of it in one transaction or nothing, and any number of processes may try at once: the others wait and then
    find nothing to do. A SQLite file is created when it is not there.
    """
    run(_check(settings_or_fail()) if only_check else _migrate(settings_or_fail()))


async def _check(settings: Settings) -> None:
    async with opened(settings, migrated=False) as engine:
        behind = await missing(engine)
    for name in behind:
        say(f"missing  {name}")
    if behind:
        raise Failed(f"{counted(len(behind), 'migration')} missing: run `training migrate`.")
    say(f"The database {shown_url(settings.database_url)} has the shape this version needs.")


async def _migrate(settings: Settings) -> None:
    async with opened(settings, create=True, migrated=False) as engine:
        applied = await apply_missing(engine)
    for name in applied:
        say(f"applied  {name}")
    where = shown_url(settings.database_url)
    say(
        f"{counted(len(applied), 'migration')} applied to {where}."
        if applied
        else f"Nothing to do: {where} is up to date."
    )

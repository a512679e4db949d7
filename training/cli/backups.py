"""`training backup`, `training restore`."""

import time
from pathlib import Path

import click

from training import __version__
from training.base.clock import system_clock
from training.base.database import execute
from training.base.database.failures import Broken, Duplicate
from training.base.database.migrating import migrate as apply_missing
from training.cli.archives import (
    FORMAT,
    Manifest,
    check_layouts,
    known_archive,
    layouts,
    new_archive,
    write_manifest,
    write_table,
)
from training.cli.checks import find_damage, find_violations
from training.cli.copying import (
    empty_everything,
    end_what_opens_doors,
    load_everything,
    lock_everything,
    not_empty,
    source_of,
)
from training.cli.opening import opened, run, settings_or_fail, shown_url
from training.cli.saying import Failed, counted, progress, say
from training.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there; until then the old one stays.")
def backup(file: Path, overwrite: bool) -> None:
    """Write everything into FILE, while the service runs.

    One moment of the whole database: nothing that was confirmed before is missing, nothing is half in it. The same
    format for SQLite and PostgreSQL. FILE holds personal data; only its owner may read it.
    """
    if file.exists() and not overwrite:
        raise Failed(f"{file} exists already. Choose another name, or say --overwrite.")
    if not file.absolute().parent.is_dir():
        raise Failed(f"There is no folder {file.absolute().parent}.")
    began = time.monotonic()
    manifest = run(write_backup(settings_or_fail(), file.absolute()))
    size = file.stat().st_size / 1_000_000
    took = time.monotonic() - began
    say(
        f"{counted(manifest.rows, 'row')} of {len(manifest.tables)} tables are in {file} ({size:.1f} MB, {took:.1f} s)."
    )


async def write_backup(settings: Settings, file: Path) -> Manifest:
    """Write an archive of the database. Raises Failed; then there is no new file."""
    async with opened(settings) as engine, source_of(engine, file) as source:
        total = sum([await source.count(layout) for layout in layouts()])
        with new_archive(file) as archive, progress("Backing up", total) as advance:
            tables = [await write_table(archive, layout, source.chunks(layout), advance) for layout in layouts()]
            manifest = Manifest(
                format=FORMAT,
                training=__version__,
                engine=engine.engine_type,
                made_at=system_clock(),
                migrations=await source.migrations(),
                tables=tuple(tables),
            )
            write_manifest(archive, manifest)
    return manifest


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Delete what the database holds now. There is no way back.")
def restore(file: Path, replace: bool) -> None:
    """Fill an empty database from a backup of either engine.

    The file is compared with its hashes first; then all of it is loaded in one transaction, or nothing. Migrations are
    applied if the database is new. Stop `serve` and `work` before. Afterwards everybody signs in anew, and no link that
    was mailed before works.
    """
    began = time.monotonic()
    manifest, wrong = run(read_backup(settings_or_fail(), file, replace=replace))
    made = f"made {manifest.made_at:%Y-%m-%d %H:%M} UTC on {manifest.engine} by training {manifest.training}"
    say(f"{counted(manifest.rows, 'row')} are back in {time.monotonic() - began:.1f} s, from a backup {made}.")
    if wrong:
        raise Failed(
            f"They are as they were, and that was not in order: `training check` tells {counted(wrong, 'thing')}."
        )


async def read_backup(settings: Settings, file: Path, *, replace: bool) -> tuple[Manifest, int]:
    """Load an archive; returns its manifest and how many checks the data fails. Raises Failed; then nothing changed."""
    with known_archive(file) as (archive, manifest):
        async with opened(settings, create=True, migrated=False) as engine:
            await apply_missing(engine)
            rows = await execute("SELECT name FROM migration WHERE app_name = 'training' ORDER BY name")
            check_layouts(manifest, [row["name"] for row in rows])
            try:
                async with engine.transaction():
                    await lock_everything(engine)
                    await _make_room(settings, replace=replace)
                    with progress("Restoring", manifest.rows) as advance:
                        await load_everything(engine, archive, manifest, advance)
                    await end_what_opens_doors(system_clock())
                    wrong = await find_damage() + await find_violations(system_clock())
            except (Broken, Duplicate) as error:
                raise Failed(f"The database refused a row ({error}); nothing was kept.") from error
    return manifest, len(wrong)


async def _make_room(settings: Settings, *, replace: bool) -> None:
    if replace:
        await empty_everything()
    elif full := await not_empty():
        where = shown_url(settings.database_url)
        raise Failed(f"{where} is not empty ({', '.join(full)} hold rows). Say --replace to delete what is in it.")

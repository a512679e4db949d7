"""`training backup`, `training restore`."""

import time
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import click

from training import __version__
from training.base.clock import system_clock
from training.base.database import bound_engine, execute
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
from training.cli.checks import Violation, find_damage, find_violations
from training.cli.copying import (
    empty_everything,
    load_everything,
    lock_everything,
    not_empty,
    source_of,
)
from training.cli.doors import Doors, end_what_opens_doors, keep_doors, read_doors
from training.cli.opening import opened, run, settings_or_fail, shown_url
from training.cli.packing import files_put_back, forget_swept, stored_layout, stored_rows, wanted_files, write_files
from training.cli.saying import Failed, counted, progress, say, warn
from training.materials.storage.keeping import Storage
from training.settings import Settings


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace FILE if it is there; until then the old one stays.")
def backup(file: Path, overwrite: bool) -> None:
    """Write everything into FILE, while the service runs.

    One moment of the whole database, and every file of materials: nothing that was confirmed before is missing, nothing
    is half in it. The same format for SQLite and PostgreSQL, folders and buckets. FILE holds personal data; only its
    owner may read it.
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
        f"{counted(manifest.rows, 'row')} of {len(manifest.tables)} tables and {counted(manifest.files, 'file')}"
        f" are in {file} ({size:.1f} MB, {took:.1f} s)."
    )
    if manifest.lost:
        raise Failed(
            f"{counted(len(manifest.lost), 'file')} could not be had and {_are(manifest.lost)} not in it: not in the"
            " storage, or damaged there. `training check --files` names them."
        )


def _are(things: Sequence[str]) -> str:
    return "is" if len(things) == 1 else "are"


async def write_backup(settings: Settings, file: Path) -> Manifest:
    """Write an archive of the database and the files. Raises Failed, StorageDown; then there is no new file."""
    async with opened(settings) as engine:
        with new_archive(file) as archive:
            # Files are written when nothing holds on to this moment of the database any more: they may take hours.
            async with source_of(engine, file) as source:
                total = sum([await source.count(layout) for layout in layouts()])
                with progress("Backing up", total) as advance:
                    tables = [
                        await write_table(archive, layout, source.chunks(layout), advance) for layout in layouts()
                    ]
                migrations = await source.migrations()
                wanted = [row async for rows in source.chunks(stored_layout()) for row in stored_rows(rows)]
            with progress("Backing up files", sum(row.size for row in wanted), of_bytes=True) as advance:
                packed = await write_files(archive, Storage(settings.storage_url), wanted, advance)
            manifest = Manifest(
                format=FORMAT,
                training=__version__,
                engine=engine.engine_type,
                made_at=system_clock(),
                migrations=migrations,
                tables=tuple(tables),
                files=packed.files,
                bytes=packed.bytes,
                lost=packed.lost,
                swept=packed.swept,
            )
            write_manifest(archive, manifest)
    return manifest


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Delete what the database holds now. There is no way back.")
def restore(file: Path, replace: bool) -> None:
    """Fill an empty database from a backup of either engine.

    The file is compared with its hashes, and files of materials go to the storage that is set; then all rows are loaded
    in one transaction, or nothing stays. Migrations are applied if the database is new. Stop `serve` and `work` before.
    Afterwards everybody signs in anew; API tokens, and links to sign in or to accept an invitation, are over. Links to
    places, calendar addresses and check-in codes go on working as they were when the backup was made. Into an empty
    database, those that were renewed or revoked since then open again, too, and have to be renewed or revoked anew;
    with --replace they stay renewed and revoked, as far as the database that is replaced knows of it.
    """
    began = time.monotonic()
    manifest, wrong = run(read_backup(settings_or_fail(), file, replace=replace))
    made = f"made {manifest.made_at:%Y-%m-%d %H:%M} UTC on {manifest.engine} by training {manifest.training}"
    say(
        f"{counted(manifest.rows, 'row')} and {counted(manifest.files, 'file')} are back in"
        f" {time.monotonic() - began:.1f} s, from a backup {made}."
    )
    if manifest.lost:
        warn(f"{counted(len(manifest.lost), 'file')} could not be had when it was made: `training check` names them.")
    if wrong:
        raise Failed(
            f"They are as they were, and that was not in order: `training check` tells {counted(wrong, 'thing')}."
        )


async def read_backup(settings: Settings, file: Path, *, replace: bool) -> tuple[Manifest, int]:
    """Load an archive; returns its manifest and how many checks the data fails. Raises Failed; then nothing changed."""
    storage = Storage(settings.storage_url)
    with known_archive(file) as (archive, manifest):
        async with opened(settings, create=True, migrated=False) as engine:
            await apply_missing(engine)
            rows = await execute("SELECT name FROM migration WHERE app_name = 'training' ORDER BY name")
            check_layouts(manifest, [row["name"] for row in rows])
            await _check_room(settings, replace=replace)
            wanted = wanted_files(archive, manifest)
            try:
                with progress("Restoring files", manifest.bytes, of_bytes=True) as advance:
                    async with files_put_back(archive, storage, wanted, advance):
                        wrong = await _load(settings, archive, manifest, replace=replace)
            except (Broken, Duplicate) as error:
                raise Failed(f"The database refused a row ({error}); nothing was kept.") from error
    return manifest, len(wrong)


async def _load(settings: Settings, archive: ZipFile, manifest: Manifest, *, replace: bool) -> list[Violation]:
    """Fill the database, in one transaction; what is not in order then."""
    engine = bound_engine()
    async with engine.transaction():
        await lock_everything(engine)
        doors = Doors()
        if replace:
            doors = await read_doors()
            await empty_everything()
        # Somebody may have come while files were put back.
        await _check_room(settings, replace=False)
        with progress("Restoring", manifest.rows) as advance:
            await load_everything(engine, archive, manifest, advance)
        await forget_swept(manifest)
        await keep_doors(doors)
        await end_what_opens_doors(system_clock())
        return await find_damage() + await find_violations(system_clock())


async def _check_room(settings: Settings, *, replace: bool) -> None:
    if not replace and (full := await not_empty()):
        where = shown_url(settings.database_url)
        raise Failed(f"{where} is not empty ({', '.join(full)} hold rows). Say --replace to delete what is in it.")

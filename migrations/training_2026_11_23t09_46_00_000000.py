"""Notes that are there already get their HTML; nothing else has any."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine import engine_finder
from piccolo.querystring import QueryString

from training.base.database.constraining import constrain
from training.materials.rules.notes import note_html

ID = "2026-11-23T09:46:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Notes that are there already get their HTML"

CHECKS = (("material_variant", "ck_material_variant_html", "{row}kind = 'note' OR {row}html = ''"),)


async def forwards() -> MigrationManager:
    """One note after the other. In a migration of its own: the column comes after what a migration runs itself."""
    manager = MigrationManager(migration_id=ID, app_name="training", description=DESCRIPTION)

    async def run() -> None:
        await read_notes()
        await constrain(checks=CHECKS)

    manager.add_raw(run)
    return manager


async def read_notes() -> None:
    """Make the HTML of every note that has none. How notes are read may change; what is kept is made anew then."""
    engine = engine_finder()
    if engine is None:
        raise RuntimeError("No database engine")
    run = engine.run_querystring
    for row in await run(QueryString("SELECT id FROM material_variant WHERE kind = 'note' AND html = ''")):
        [note] = await run(QueryString("SELECT body FROM material_variant WHERE id = {}", row["id"]))
        html = note_html(str(note["body"]))
        await run(QueryString("UPDATE material_variant SET html = {} WHERE id = {}", html, row["id"]))

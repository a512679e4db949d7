"""The one Piccolo app: every feature's tables and the one linear history of migrations."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder
from piccolo.table import Table

_HERE = Path(__file__).parent
# In a wheel the migrations lie inside the package; in a checkout they are beside it.
MIGRATIONS = _HERE / "_migrations" if (_HERE / "_migrations").is_dir() else _HERE.parent / "migrations"

TABLES: list[type[Table]] = table_finder(
    modules=[
        "training.base.tables",
        "training.people.tables",
        "training.catalogue.tables",
        "training.partners.tables",
        "training.schedule.tables",
        "training.booking.tables",
        "training.attendance.tables",
        "training.surveys.tables",
        "training.materials.tables",
        "training.completion.tables",
        "training.invites.tables",
        "training.feeds.tables",
        "training.outbox.tables",
        "training.inbox.tables",
        "training.reminders.tables",
    ],
    exclude_imported=True,
)

APP_CONFIG = AppConfig(
    app_name="training",
    migrations_folder_path=str(MIGRATIONS),
    table_classes=TABLES,
    migration_dependencies=[],
    commands=[],
)

"""Where Piccolo finds the database and the tables."""

from piccolo.conf.apps import AppRegistry

from training.base.database import open_database
from training.settings import load_settings

_settings = load_settings()
DB = open_database(_settings.database_url, pool_size=_settings.pool_size, synchronous=_settings.sqlite_synchronous)
APP_REGISTRY = AppRegistry(apps=["training.piccolo_app"])

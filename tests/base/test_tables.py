"""The fixture that empties the database knows every table."""

from tests.conftest import IN_ORDER
from training.piccolo_app import TABLES


def test_every_table_is_emptied_after_a_test() -> None:
    assert sorted(IN_ORDER) == sorted(table._meta.tablename for table in TABLES)

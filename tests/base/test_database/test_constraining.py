"""Indexes and checks in the words of each engine."""

from training.base.database.constraining import constraint_statements

UNIQUE = (("person", ("email",), ""), ("link", ("a", "b"), "a <> ''"))
CHECKS = (("place", "ck_place_named", "({row}state = 'named') = ({row}who IS NOT NULL)"),)


def test_indexes_are_the_same_everywhere() -> None:
    for engine in ("sqlite", "postgres"):
        assert constraint_statements(engine, unique=UNIQUE, indexes=(("link", ("c",), ""),)) == [
            "CREATE UNIQUE INDEX uq_person_email ON person (email)",
            "CREATE UNIQUE INDEX uq_link_a_b ON link (a, b) WHERE a <> ''",
            "CREATE INDEX ix_link_c ON link (c)",
        ]


def test_a_check_is_a_constraint_or_two_triggers() -> None:
    assert constraint_statements("postgres", checks=CHECKS) == [
        "ALTER TABLE place ADD CONSTRAINT ck_place_named CHECK ((state = 'named') = (who IS NOT NULL))"
    ]
    assert constraint_statements("sqlite", checks=CHECKS) == [
        f"CREATE TRIGGER ck_place_named_{moment.lower()} AFTER {moment} ON place"
        " WHEN NOT ((NEW.state = 'named') = (NEW.who IS NOT NULL)) BEGIN SELECT RAISE(ABORT, 'ck_place_named'); END"
        for moment in ("INSERT", "UPDATE")
    ]

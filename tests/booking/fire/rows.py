"""What the database holds after a scene, and in which order it came to hold it.

The order is written by triggers that exist for the scene only: every change of who holds or awaits a place gets a
number under the session's lock, so the numbers of one session are the order in which its changes took effect.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from training.base.database import EmbeddedEngine, bound_engine, fetch, marks
from training.base.structs import Frozen

MODES = ("in_person", "online")


class Enrollment(Frozen, frozen=True, kw_only=True):
    """An enrollment; `mode` is empty when it holds no place. `inherits`: its place was somebody's, or an open one.

    `reason` is why it is as it is, `keeps_until` ends what is only requested or offered.
    """

    id: str
    booking_id: str
    session_id: str
    person_id: str
    membership_id: str
    email: str
    state: str
    reason: str
    keeps_until: datetime | None
    mode: str
    accepts: str
    arrival: int
    together: bool
    inherits: bool


class OpenPlace(Frozen, frozen=True, kw_only=True):
    """A place without a name; it holds a place while `state` is open, until `keep_until`.

    Named, it is an enrollment.
    """

    id: str
    booking_id: str
    session_id: str
    state: str
    mode: str
    keep_until: datetime
    enrollment_id: str = ""


class Session(Frozen, frozen=True, kw_only=True):
    """A session's places."""

    id: str
    state: str = "published"
    capacity_in_person: int
    capacity_online: int
    taken_in_person: int
    taken_online: int
    waiting: int
    overtaking: bool

    def capacity(self, mode: str) -> int:
        """Places in a mode."""
        return self.capacity_in_person if mode == "in_person" else self.capacity_online


class Step(Frozen, frozen=True, kw_only=True):
    """One change, in the order of `number`: of a holder of a place, or of a session's capacity (no `holder_id`).

    `at` is the instant of the unit of work that gave or ended a place, so changes of one unit have it in common.
    """

    number: int
    session_id: str
    holder_id: str | None
    state: str
    mode: str
    accepts: str = ""
    at: str
    capacity_in_person: int
    capacity_online: int


class Rows(Frozen, frozen=True, kw_only=True):
    """Everything about the sessions of a scene. `steps` is empty where no order was written down."""

    sessions: tuple[Session, ...]
    enrollments: tuple[Enrollment, ...]
    open_places: tuple[OpenPlace, ...] = ()
    steps: tuple[Step, ...] = ()


async def read_rows(session_ids: Sequence[str], *, steps: bool = False) -> Rows:
    """Read what there is now."""
    within = f"IN ({marks(session_ids)})"
    return Rows(
        sessions=tuple(
            await fetch(
                Session,
                "SELECT CAST(id AS TEXT) AS id, state, capacity_in_person, capacity_online, taken_in_person,"
                f" taken_online, waiting, overtaking FROM session WHERE id {within} ORDER BY id",
                *session_ids,
            )
        ),
        enrollments=tuple(
            await fetch(
                Enrollment,
                "SELECT CAST(e.id AS TEXT) AS id, CAST(e.booking_id AS TEXT) AS booking_id,"
                " CAST(e.session_id AS TEXT) AS session_id, CAST(e.person_id AS TEXT) AS person_id,"
                " COALESCE(CAST(e.membership_id AS TEXT), '') AS membership_id, p.email, e.state,"
                " e.state_reason AS reason, e.keeps_until, e.mode, e.accepts, e.arrival,"
                " b.together, (EXISTS (SELECT 1 FROM enrollment f WHERE f.id = e.follows_id"
                " AND f.session_id = e.session_id) OR EXISTS (SELECT 1 FROM open_place o WHERE o.enrollment_id = e.id))"
                f" AS inherits FROM enrollment e JOIN booking b ON b.id = e.booking_id"
                f" JOIN person p ON p.id = e.person_id WHERE e.session_id {within}"
                " ORDER BY e.session_id, e.arrival, e.id",
                *session_ids,
            )
        ),
        open_places=tuple(
            await fetch(
                OpenPlace,
                "SELECT CAST(id AS TEXT) AS id, CAST(booking_id AS TEXT) AS booking_id,"
                " CAST(session_id AS TEXT) AS session_id, state, mode, keep_until,"
                " COALESCE(CAST(enrollment_id AS TEXT), '') AS enrollment_id FROM open_place"
                f" WHERE session_id {within} ORDER BY id",
                *session_ids,
            )
        ),
        steps=tuple(
            await fetch(
                Step,
                "SELECT number, session_id, holder_id, state, mode, accepts, at, capacity_in_person, capacity_online"
                f" FROM fire_step WHERE session_id {within} ORDER BY number",
                *session_ids,
            )
        )
        if steps
        else (),
    )


_PLACE = "(session_id, holder_id, state, mode, at, accepts)"
_SOURCES = (
    ("enrollment", "state, mode, accepts", _PLACE,
     "{s}, {i}, NEW.state, NEW.mode, CAST(NEW.state_at AS TEXT), NEW.accepts"),
    (
        "open_place", "state, mode", _PLACE,
        "{s}, {i}, NEW.state, CASE WHEN NEW.state = 'open' THEN NEW.mode ELSE '' END, CAST(NEW.state_at AS TEXT), ''",
    ),
    (
        "session", "capacity_in_person, capacity_online", "(session_id, capacity_in_person, capacity_online)",
        "{i}, NEW.capacity_in_person, NEW.capacity_online",
    ),
)  # fmt: skip
_MOMENTS = ("INSERT", "UPDATE")


@asynccontextmanager
async def order_written_down() -> AsyncIterator[None]:
    """Triggers that write down every change of a place in the order in which it takes effect; gone afterwards."""
    engine = bound_engine()
    embedded = isinstance(engine, EmbeddedEngine)
    made, dropped = _statements(embedded=embedded)
    for statement in made:
        await engine.run_ddl(statement)
    try:
        yield
    finally:
        for statement in dropped:
            await engine.run_ddl(statement)


def _statements(*, embedded: bool) -> tuple[list[str], list[str]]:
    number = "INTEGER PRIMARY KEY AUTOINCREMENT" if embedded else "BIGSERIAL PRIMARY KEY"
    made = [
        f"CREATE TABLE fire_step (number {number}, session_id TEXT NOT NULL, holder_id TEXT,"
        " state TEXT NOT NULL DEFAULT '', mode TEXT NOT NULL DEFAULT '', accepts TEXT NOT NULL DEFAULT '',"
        " at TEXT NOT NULL DEFAULT '',"
        " capacity_in_person INTEGER NOT NULL DEFAULT 0, capacity_online INTEGER NOT NULL DEFAULT 0)"
    ]
    dropped = []
    for table, watched, columns, values in _SOURCES:
        write = f"INSERT INTO fire_step {columns} VALUES ({values})".format(
            s="CAST(NEW.session_id AS TEXT)", i="CAST(NEW.id AS TEXT)"
        )
        name = f"fire_{table}"
        if not embedded:
            made.append(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN {write}; RETURN NULL; END$$"
            )
        for moment in _MOMENTS:
            when = f"AFTER {moment}{f' OF {watched}' if moment == 'UPDATE' else ''} ON {table} FOR EACH ROW"
            does = f"BEGIN {write}; END" if embedded else f"EXECUTE FUNCTION {name}()"
            made.append(f"CREATE TRIGGER {name}_{moment.lower()} {when} {does}")
            dropped.append(f"DROP TRIGGER {name}_{moment.lower()}{'' if embedded else f' ON {table}'}")
        if not embedded:
            dropped.append(f"DROP FUNCTION {name}()")
    return made, [*dropped, "DROP TABLE fire_step"]

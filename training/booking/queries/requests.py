"""What is known of somebody who asks for a place themselves. Judges nobody's right to it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from training.base.database import fetch, fetch_one, marks
from training.base.structs import Frozen, Viewer
from training.booking.queries.enrollments import ACTIVE_SQL
from training.booking.rules.requests import OwnPartner
from training.catalogue.rules import Mode
from training.schedule.rules.sessions import Audience, Session
from training.schedule.rules.visibility import visibility

MOST_DATES = 6
NOBODY = UUID(int=0)


class _Somebody(Frozen, frozen=True, kw_only=True):
    id: UUID
    email: str
    name: str
    zone: str
    disabled_at: datetime | None


class _Standing(Frozen, frozen=True, kw_only=True):
    person_id: UUID
    id: UUID
    state: str
    mode: str
    link_generation: int
    created_at: datetime


class Asker(Frozen, frozen=True, kw_only=True):
    """Somebody with an account, and their active enrollment in the session, if there is one."""

    person_id: UUID
    email: str
    name: str
    zone: str
    disabled_at: datetime | None
    enrollment_id: UUID | None
    state: str | None
    mode: str | None
    link_generation: int | None
    created_at: datetime | None

    @property
    def kept_mode(self) -> Mode | None:
        """The mode in which their request keeps a place."""
        return Mode(self.mode) if self.mode else None


async def find_askers(session_id: UUID, emails: Sequence[str]) -> dict[str, Asker]:
    """Who has these folded addresses, by address. To be asked under the session's lock.

    Two statements, and the second asks for as many people as there are addresses, whether anybody has them: one that
    joins would take longer for somebody who is known.
    """
    people = await fetch(
        _Somebody, f"SELECT id, email, name, zone, disabled_at FROM person WHERE email IN ({marks(emails)})", *emails
    )
    ids = [person.id for person in people] + [NOBODY] * (len(emails) - len(people))
    rows = await fetch(
        _Standing,
        "SELECT person_id, id, state, mode, link_generation, created_at FROM enrollment"
        f" WHERE session_id = {{}} AND person_id IN ({marks(ids)}) AND {ACTIVE_SQL}",
        session_id,
        *ids,
    )
    standing = {row.person_id: row for row in rows}
    return {person.email: _asker(person, standing.get(person.id)) for person in people}


def _asker(person: _Somebody, stands: _Standing | None) -> Asker:
    return Asker(
        person_id=person.id,
        email=person.email,
        name=person.name,
        zone=person.zone,
        disabled_at=person.disabled_at,
        enrollment_id=stands.id if stands else None,
        state=stands.state if stands else None,
        mode=stands.mode if stands else None,
        link_generation=stands.link_generation if stands else None,
        created_at=stands.created_at if stands else None,
    )


class Unconfirmed(Frozen, frozen=True, kw_only=True):
    """Requests that nobody has confirmed: those that keep a place in one session, and those of one address anywhere."""

    in_session: int
    of_address: int


async def count_unconfirmed(session_id: UUID, address: str, stand_ins: str, now: datetime) -> Unconfirmed:
    """Count them; `stand_ins` is a pattern of addresses. A request whose time is over keeps its place until it is
    ended, but no longer counts for its address."""
    found = await fetch_one(
        Unconfirmed,
        "SELECT (SELECT count(*) FROM enrollment WHERE session_id = {} AND state = 'requested' AND mode <> '')"
        # From the open requests to their people, of whom there are few; from the address, it would take longer for
        # one that is known.
        " AS in_session, (SELECT count(*) FROM enrollment e JOIN person p ON p.id = e.person_id"
        " WHERE e.keeps_until > {} AND e.state = 'requested'"
        " AND (p.email || '' = {} OR p.email LIKE {})) AS of_address",
        session_id,
        now,
        address,
        stand_ins,
    )
    return found or Unconfirmed(in_session=0, of_address=0)


async def list_own_partners(session: Session, person_id: UUID) -> list[OwnPartner]:
    """The partners of the session's audience to which a person belongs, confirmed, by name. One statement."""
    open_to = "1 = 1"
    values: list[UUID] = []
    if session.audience is not Audience.PUBLIC:
        open_to = "EXISTS (SELECT 1 FROM session_partner i WHERE i.session_id = {} AND i.partner_id = o.id)"
        values.append(session.id)
    if session.audience is Audience.PARTICIPATING:
        open_to = (
            f"({open_to} OR EXISTS (SELECT 1 FROM participation t WHERE t.program_id = {{}} AND t.partner_id = o.id"
            " AND t.ended_at IS NULL))"
        )
        values.append(session.program_id)
    return await fetch(
        OwnPartner,
        "SELECT m.id AS membership_id, o.id, o.name FROM membership m JOIN partner o ON o.id = m.partner_id"
        f" WHERE m.person_id = {{}} AND m.state = 'confirmed' AND {open_to} ORDER BY o.folded_name, o.id LIMIT 100",
        person_id,
        *values,
    )


class LaterDate(Frozen, frozen=True, kw_only=True):
    """A session of a course that can be booked now."""

    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str


async def list_dates_before(
    viewer: Viewer, course_ids: Sequence[UUID], now: datetime, before: datetime | None
) -> list[LaterDate]:
    """The next sessions of these courses that the viewer may see, can be booked at `now` and are over by `before`."""
    if not course_ids:
        return []
    visible, values = visibility(viewer, "s")
    in_time = " AND s.ends_at <= {}" if before else ""
    return await fetch(
        LaterDate,
        "SELECT s.id AS session_id, s.title, s.starts_at, s.ends_at, s.zone FROM session s"
        f" WHERE s.course_id IN ({marks(course_ids)}) AND s.state IN ('published', 'confirmed') AND s.starts_at > {{}}"
        " AND (s.booking_opens_at IS NULL OR s.booking_opens_at <= {})"
        f" AND (s.booking_closes_at IS NULL OR s.booking_closes_at > {{}}){in_time} AND {visible}"
        " ORDER BY s.starts_at, s.id LIMIT {}",
        *course_ids,
        now,
        now,
        now,
        *([before] if before else []),
        *values,
        MOST_DATES,
    )


class PlaceKey(Frozen, frozen=True, kw_only=True):
    """What is needed to judge a link to a place, and to act as the person it was mailed to."""

    id: UUID
    person_id: UUID
    person_name: str
    person_zone: str
    link_generation: int
    session_id: UUID
    ends_at: datetime | None
    disabled_at: datetime | None


async def find_place_key(enrollment_id: UUID) -> PlaceKey | None:
    """The present generation of an enrollment's link, and whose it is; None for an unknown one."""
    return await fetch_one(
        PlaceKey,
        "SELECT e.id, e.person_id, p.name AS person_name, p.zone AS person_zone, e.link_generation, e.session_id,"
        " s.ends_at, p.disabled_at FROM enrollment e JOIN person p ON p.id = e.person_id"
        " JOIN session s ON s.id = e.session_id"
        " WHERE e.id = {}",
        enrollment_id,
    )

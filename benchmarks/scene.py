"""What is measured upon: one program, a partner with many members, many sessions with many places."""

from datetime import timedelta
from uuid import UUID

from training.base.clock import system_clock
from training.base.site import Site
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.catalogue.tables import Course, Program
from training.partners.tables import Membership, Participation, Partner
from training.people.actions import begin_sign_in
from training.people.tables import Person, RoleGrant
from training.reactions import REACTIONS
from training.schedule.tables import Meeting, Session

SITE = Site(secret_key="a key for measurements only, long enough")  # noqa: S106
PLACES = 90_000


class Scene(Frozen, frozen=True, kw_only=True):
    """Ids to ask for, and a sign-in of the coordinator who asks."""

    partner_id: UUID
    sessions: tuple[UUID, ...]
    members: tuple[UUID, ...]
    people: tuple[UUID, ...]
    coordinator: Viewer
    bearer: str


def real_works() -> Works:
    """Units of work on the real clock with the real reactions."""
    return Works(clock=system_clock, site=SITE, reactions=REACTIONS, origin="bench")


async def make_scene(works: Works, *, sessions: int = 200, members: int = 6_000) -> Scene:
    """Build it in a few transactions."""
    machine = Viewer.machine("bench")
    program_id, course_id, partner_id, person_id = await works.run(machine, _ground)
    made = await works.run(machine, _sessions, program_id, course_id, sessions)
    people: list[tuple[UUID, UUID]] = []
    for start in range(0, members, 1000):
        people += await works.run(machine, _members, partner_id, start, min(1000, members - start))
    token = (await works.run(machine, begin_sign_in, person_id)).token
    coordinator = Viewer(
        person_id=person_id,
        name="Cora",
        email="cora@example.org",
        grants=frozenset({Grant(role="coordinator", scope_id=partner_id)}),
    )
    return Scene(
        partner_id=partner_id,
        sessions=tuple(made),
        members=tuple(m for m, _ in people),
        people=tuple(p for _, p in people),
        coordinator=coordinator,
        bearer=token,
    )


async def _ground(work: Work) -> tuple[UUID, UUID, UUID, UUID]:
    program_id, course_id, partner_id, person_id = (work.new_id() for _ in range(4))
    work.add(Program, id=program_id, slug="bench", name="Bench", created_at=work.now)
    work.add(Course, id=course_id, program_id=program_id, slug="c", title="Course", created_at=work.now)
    work.add(Partner, id=partner_id, slug="p", name="Partner", folded_name="partner", created_at=work.now)
    work.add(Participation, id=work.new_id(), partner_id=partner_id, program_id=program_id, created_at=work.now)
    work.add(Person, id=person_id, email="cora@example.org", name="Cora", created_at=work.now)
    work.add(
        RoleGrant, id=work.new_id(), person_id=person_id, role="coordinator", scope_id=partner_id, granted_at=work.now
    )
    return program_id, course_id, partner_id, person_id


async def _sessions(work: Work, program_id: UUID, course_id: UUID, count: int) -> list[UUID]:
    made = []
    for number in range(count):
        session_id = work.new_id()
        # Two a day, one after the other: the same people are booked for many of them.
        day, second = divmod(number, 2)
        start = (work.now + timedelta(days=20 + day)).replace(hour=9 + 4 * second, minute=0, second=0, microsecond=0)
        work.add(
            Session,
            id=session_id,
            program_id=program_id,
            course_id=course_id,
            title=f"Session number {number}",
            summary="What this session is about, in one sentence.",
            state="published",
            audience="participating",
            mode="in_person",
            capacity_in_person=PLACES,
            zone="Europe/Dublin",
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            created_at=work.now,
            search=f"session number {number}",
        )
        local = start.replace(tzinfo=None)
        work.add(
            Meeting,
            id=work.new_id(),
            session_id=session_id,
            local_start=local,
            local_end=local + timedelta(hours=2),
            zone="UTC",
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            changed_at=work.now,
        )
        made.append(session_id)
    return made


async def _members(work: Work, partner_id: UUID, start: int, count: int) -> list[tuple[UUID, UUID]]:
    made = []
    for number in range(start, start + count):
        person_id, member_id = work.new_id(), work.new_id()
        email = f"m{number}@example.org"
        work.add(Person, id=person_id, email=email, name=f"Member {number}", created_at=work.now)
        work.add(
            Membership,
            id=member_id,
            partner_id=partner_id,
            person_id=person_id,
            name=f"Member {number}",
            contact_email=email,
            state="confirmed",
            created_at=work.now,
            state_at=work.now,
        )
        made.append((member_id, person_id))
    return made

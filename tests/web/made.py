"""A small world behind the API: one row of everything, and somebody signed in for every role."""

from datetime import timedelta
from uuid import UUID

from msgspec.structs import replace

from tests.booking.made import Scene, make_scene
from tests.web.supplied import add_materials
from tests.web.surveyed import add_surveys
from training.attendance.tables import OnlineImport
from training.base.database import execute
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.booking.actions import Order, Wanted, book_places
from training.booking.tables import Consent, Question, Terms, TermsVersion
from training.catalogue.tables import Moment, Venue
from training.feeds.tables import Feed
from training.partners.tables import Membership, PartnerContact
from training.people.actions import begin_sign_in
from training.people.tables import Person, RoleGrant
from training.piccolo_app import TABLES
from training.reminders.tables import Announcement, ReminderPlan
from training.schedule.tables import BusySource, Room, TrainerAssignment

# Words of addresses that differ from the names of their tables.
OTHER_NAMES = {
    "list": "online_import",
    "contact": "partner_contact",
    "plan": "reminder_plan",
    "trainer": "person",
    "member": "membership",
    "invitation": "membership",
    "source": "busy_source",
}


class World(Frozen, frozen=True, kw_only=True):
    """Somebody of every role with their request headers, and the ids that exist, by table."""

    scene: Scene
    headers: dict[str, dict[str, str]]
    ids: dict[str, list[str]]

    def ids_for(self, parameter: str) -> list[str]:
        """Ids that fit a parameter or field such as `session_id`; any at all when nobody knows."""
        word = parameter.removesuffix("_id").removesuffix("_ids")
        found = self.ids.get(OTHER_NAMES.get(word, word))
        return found or [key for keys in self.ids.values() for key in keys]


async def make_world(works: Works) -> World:
    """A session with people enrolled and waiting, and at least one row of every kind that has an address."""
    scene = await make_scene(works, size=12, capacity_in_person=4)
    empty = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=(), open_places=1)
    people = tuple(Wanted(membership_id=key) for key in scene.members[:5])
    for order in (empty, replace(empty, people=people, open_places=0)):
        await works.run(scene.coordinator, book_places, order)
    headers = await works.run(Viewer.machine("test"), _more, scene)
    return World(scene=scene, headers={"anonymous": {}, **headers}, ids=await existing_ids())


async def existing_ids() -> dict[str, list[str]]:
    """Every id that is in the database, by table."""
    names = [table._meta.tablename for table in TABLES]
    each = (f"SELECT '{name}' AS name, CAST(id AS TEXT) AS id FROM {name}" for name in names)
    found: dict[str, list[str]] = {name: [] for name in names}
    for row in await execute(f"{' UNION ALL '.join(each)} ORDER BY 1, 2"):
        if len(row["id"]) == 36:
            found[row["name"]].append(str(UUID(row["id"])))
    return found


async def _more(work: Work, scene: Scene) -> dict[str, dict[str, str]]:
    """The rest, and the request headers of everybody who is signed in."""
    staff_id = work.new_id()
    work.add(Person, id=staff_id, email="sam@host.example", name="Sam", created_at=work.now)
    _add_places(work, scene)
    _add_staff(work, scene, staff_id)
    await _add_asked(work, scene)
    add_surveys(work, scene)
    add_materials(work, scene)
    await work.flush()
    viewers = {
        "staff": Viewer(person_id=staff_id, grants=frozenset({Grant(role="staff")})),
        "manager": scene.manager,
        "coordinator": scene.coordinator,
        "learner": Viewer(person_id=scene.people[0]),
    }
    return {role: {"authorization": f"Bearer {await _sign_in(work, viewer)}"} for role, viewer in viewers.items()}


async def _sign_in(work: Work, viewer: Viewer) -> str:
    assert viewer.person_id is not None
    for grant in viewer.grants:
        columns = {"person_id": viewer.person_id, "role": grant.role, "scope_id": grant.scope_id}
        work.add(RoleGrant, id=work.new_id(), granted_at=work.now, **columns)
    return (await begin_sign_in(work, viewer.person_id)).token


def _add_places(work: Work, scene: Scene) -> None:
    venue_id = work.new_id()
    work.add(Venue, id=venue_id, name="City Library", zone="Europe/Dublin", created_at=work.now)
    work.add(Room, id=work.new_id(), venue_id=venue_id, name="Blue room", places=12)
    online = {"meeting_id": scene.meeting_ids[0], "session_id": scene.session_id, "created_at": work.now}
    work.add(OnlineImport, id=work.new_id(), platform="zoom", **online)
    segment = {"groups": ["enrolled"]}
    columns = {"program_id": scene.program_id, "session_id": scene.session_id, "created_at": work.now}
    work.add(Announcement, id=work.new_id(), subject="Before we meet", words="Hello.", segment=segment, **columns)
    work.add(
        ReminderPlan,
        id=work.new_id(),
        session_id=scene.session_id,
        key="two-days",
        offset_minutes=-2880,
        created_at=work.now,
    )
    day = work.now.date()
    work.add(Moment, id=work.new_id(), program_id=scene.program_id, name="Day", starts_on=day, ends_on=day)


def _add_staff(work: Work, scene: Scene, staff_id: UUID) -> None:
    """What is known of Sam and the partner: invited, teaching, busy, a contact."""
    address, next_at = "https://calendar.example.org/a.ics", work.now + timedelta(hours=1)
    times = {"next_at": next_at, "created_at": work.now}
    work.add(Feed, id=work.new_id(), person_id=staff_id, mark="public", secret_hash="s", created_at=work.now)
    work.add(BusySource, id=work.new_id(), person_id=staff_id, address=address, **times)
    work.add(PartnerContact, id=work.new_id(), partner_id=scene.partner_id, kind="hub", name="H", email="h@x.example")
    work.add(
        Membership,
        id=work.new_id(),
        partner_id=scene.partner_id,
        person_id=staff_id,
        name="Sam",
        contact_email="sam@host.example",
        state="invited",
        created_at=work.now,
        state_at=work.now,
    )
    work.add(
        TrainerAssignment,
        id=work.new_id(),
        session_id=scene.session_id,
        meeting_id=scene.meeting_ids[0],
        person_id=staff_id,
    )


async def _add_asked(work: Work, scene: Scene) -> None:
    """Two questions of the course, two of the session, and terms to which the learner agreed. Nothing is required."""
    for position in (1, 2):
        for where in ({"course_id": scene.course_id}, {"session_id": scene.session_id}):
            columns = {"label": f"Question {position}", "position": position, "created_at": work.now}
            work.add(Question, id=work.new_id(), kind="line", **where, **columns)
    terms_id, version_id = work.new_id(), work.new_id()
    columns = {"title": "House rules", "required": False, "position": 1, "created_at": work.now}
    work.add(Terms, id=terms_id, program_id=scene.program_id, **columns)
    work.add(TermsVersion, id=version_id, terms_id=terms_id, body="Be kind.", published_at=work.now)
    found = await execute("SELECT id FROM enrollment WHERE person_id = {}", scene.people[0])
    given = {"person_id": scene.people[0], "enrollment_id": UUID(str(found[0]["id"])), "given_at": work.now}
    work.add(Consent, id=work.new_id(), terms_version_id=version_id, **given)

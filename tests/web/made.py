"""A small world behind the API: one row of everything, and somebody signed in for every role."""

from uuid import UUID

from tests.booking.asked import bearer
from tests.booking.made import Scene, make_scene
from training.base.database import execute
from training.base.structs import Frozen, Grant, Viewer
from training.base.work import Work, Works
from training.booking.actions import Order, Wanted, book_places
from training.catalogue.tables import Moment, Venue
from training.partners.tables import Membership, PartnerContact
from training.people.tables import Person
from training.piccolo_app import TABLES
from training.schedule.tables import Room, TrainerAssignment

# Words of addresses that differ from the names of their tables.
OTHER_NAMES = {"contact": "partner_contact", "trainer": "person", "member": "membership", "invitation": "membership"}


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
    scene = await make_scene(works, size=12)
    people = tuple(Wanted(membership_id=key) for key in scene.members[:5])
    order = Order(session_id=scene.session_id, partner_id=scene.partner_id, people=people)
    await works.run(scene.coordinator, book_places, order)
    staff = await works.run(Viewer.machine("test"), _more, scene)
    viewers = {"staff": staff, "manager": scene.manager, "coordinator": scene.coordinator}
    headers = {role: {"authorization": f"Bearer {await bearer(works, viewer)}"} for role, viewer in viewers.items()}
    return World(scene=scene, headers={"anonymous": {}, **headers}, ids=await existing_ids())


async def existing_ids() -> dict[str, list[str]]:
    """Every id that is in the database, by table."""
    names = [table._meta.tablename for table in TABLES]
    found = {name: [str(row["id"]) for row in await execute(f"SELECT id FROM {name} ORDER BY id")] for name in names}
    return {name: [str(UUID(key)) for key in keys if len(key) == 36] for name, keys in found.items()}


async def _more(work: Work, scene: Scene) -> Viewer:
    venue_id, staff_id = work.new_id(), work.new_id()
    work.add(Venue, id=venue_id, name="City Library", zone="Europe/Dublin", created_at=work.now)
    work.add(Room, id=work.new_id(), venue_id=venue_id, name="Blue room", places=12)
    day = work.now.date()
    work.add(Moment, id=work.new_id(), program_id=scene.program_id, name="Day", starts_on=day, ends_on=day)
    work.add(PartnerContact, id=work.new_id(), partner_id=scene.partner_id, kind="hub", name="H", email="h@x.example")
    work.add(Person, id=staff_id, email="sam@host.example", name="Sam", created_at=work.now)
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
    return Viewer(person_id=staff_id, name="Sam", email="sam@host.example", grants=frozenset({Grant(role="staff")}))

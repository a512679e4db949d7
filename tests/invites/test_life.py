"""A session lives through everything, and calendars that only read mails end up with what the database says."""

import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import vobject  # type: ignore[import-untyped]

from tests.booking.asked import order
from tests.booking.made import Scene, make_scene
from tests.conftest import FrozenClock
from tests.ics.client import Client
from tests.invites.posted import Mail, Program, Shown, as_shown, post
from tests.schedule.made import STAFF, a_person, a_room
from training.base.database import execute, fetch
from training.base.structs import Frozen, Viewer
from training.base.work import Works
from training.booking.actions import (
    Substitute,
    Wanted,
    book_places,
    cancel_enrollment,
    replace_person,
)
from training.booking.actions.move import Target, move_over
from training.booking.actions.undo import undo_cancellation
from training.catalogue.actions import edit_venue
from training.catalogue.queries import get_venue
from training.catalogue.rules import Mode, VenueDetails, only
from training.feeds.actions.feeds import make_feed
from training.feeds.rules.feeds import FeedKind, FeedOrder
from training.invites.jobs import sweep
from training.outbox.jobs.letters import make_letter
from training.outbox.queries import get_message
from training.schedule.actions import (
    add_meeting,
    assign_trainer,
    cancel_session,
    drop_meeting,
    edit_room,
    edit_session,
    move_meetings,
    withdraw_trainer,
)
from training.schedule.rules.values import Assignment, MeetingChange, MeetingValues, RoomValues, SessionValues


class Fact(Frozen, frozen=True, kw_only=True):
    address: str
    id: UUID
    session_id: UUID
    title: str
    starts_at: datetime
    ends_at: datetime
    room_name: str | None
    venue_name: str | None
    venue_address: str | None
    mode: str


# Said once more and in another way than the product does: whoever has a place, or teaches, has each meeting to come.
FACTS = (
    "SELECT w.address, m.id, m.session_id, s.title, m.starts_at, m.ends_at, w.mode, r.name AS room_name,"
    " v.name AS venue_name, v.address AS venue_address FROM meeting m JOIN session s ON s.id = m.session_id"
    " JOIN (SELECT e.session_id, NULL AS meeting_id, e.mode, b.contact_email AS address FROM enrollment e"
    " JOIN membership b ON b.id = e.membership_id WHERE e.state = 'enrolled'"
    " UNION ALL SELECT t.session_id, t.meeting_id, '' AS mode, p.email AS address FROM trainer_assignment t"
    " JOIN person p ON p.id = t.person_id) w ON w.session_id = m.session_id"
    " AND (w.meeting_id IS NULL OR w.meeting_id = m.id)"
    " LEFT JOIN room r ON r.id = m.room_id LEFT JOIN venue v ON v.id = r.venue_id"
    " WHERE m.cancelled_at IS NULL AND s.state IN ('published', 'confirmed', 'running') AND m.ends_at > {}"
    " ORDER BY m.starts_at, m.id"
)


async def so(works: Works) -> dict[str, dict[UUID, Shown]]:
    """What every calendar has to show, by address."""
    facts = await fetch(Fact, FACTS, works.clock())
    held: dict[UUID, list[UUID]] = {}
    for row in await execute("SELECT id, session_id FROM meeting WHERE cancelled_at IS NULL ORDER BY starts_at, id"):
        held.setdefault(UUID(str(row["session_id"])), []).append(UUID(str(row["id"])))
    found: dict[str, dict[UUID, Shown]] = {}
    for fact in facts:
        parts = held[fact.session_id]
        part = f" (part {parts.index(fact.id) + 1} of {len(parts)})" if len(parts) > 1 else ""
        found.setdefault(fact.address, {})[fact.id] = Shown(
            start=fact.starts_at,
            end=fact.ends_at,
            title=fact.title + part,
            place="Online" if fact.mode == "online" else place_of(fact),
            cancelled=False,
        )
    return found


def place_of(fact: Fact) -> str:
    words = (fact.room_name, fact.venue_name, " ".join((fact.venue_address or "").split()))
    return ", ".join(word for word in words if word) or "The room will be announced"


def shown(mails: list[Mail]) -> dict[str, dict[UUID, Shown]]:
    """What calendars show that read these mails in this order."""
    programs: dict[str, Program] = {}
    for mail in mails:
        programs.setdefault(mail.recipient, Program()).take([mail])
    return {address: program.entries for address, program in programs.items() if program.entries}


def read_strictly(clients: dict[str, Client]) -> dict[str, dict[UUID, Shown]]:
    """The same as the strict programs show it, of mails."""
    found = {
        address: {
            UUID(uid): Shown(start=one.start, end=one.end, title=one.title, place=one.place, cancelled=one.cancelled)
            for uid, one in client.invited().items()
        }
        for address, client in clients.items()
    }
    return {address: entries for address, entries in found.items() if entries}


class Life:
    """What happens to a session, step by step; after each one the calendars agree with the database."""

    def __init__(self, works: Works, clock: FrozenClock, scene: Scene, other: UUID) -> None:
        self.works, self.clock, self.scene, self.other = works, clock, scene, other
        self.mails: list[Mail] = []
        self.counts: dict[str, list[int]] = {}
        self.rooms: list[UUID] = []
        self.trainers: list[UUID] = []
        self.feeds: dict[str, str] = {}
        self.client: httpx.AsyncClient | None = None
        # Stricter than any real program: also about what two versions of an entry may differ in.
        self.strict: dict[str, Client] = {}

    async def step(self, name: str, do: Callable[[], Awaitable[Any]]) -> Any:
        result = await do()
        before = len(self.mails)
        for _ in range(3):
            self.clock.move(minutes=1)
            self.mails += await post(self.works)
        new = [mail for mail in self.mails[before:] if mail.calendar]
        per_person = [sum(mail.recipient == who for mail in new) for who in sorted({mail.recipient for mail in new})]
        self.counts[name] = per_person
        facts = await so(self.works)
        assert shown(self.mails) == facts, name
        for mail in self.mails[before:]:
            if mail.calendar:
                letter = make_letter(await get_message(mail.id), self.works.site, self.clock.now)
                self.strict.setdefault(mail.recipient, Client(mail.recipient)).open(letter)
        assert read_strictly(self.strict) == facts, name
        for address, path in self.feeds.items():
            assert await self.read(path) == facts.get(address, {}), (name, address)
        assert await sweep(self.works) == 0, name
        return result

    async def read(self, path: str) -> dict[UUID, Shown]:
        """What a subscribed calendar shows, without what it shows as cancelled."""
        assert self.client is not None
        answer = await self.client.get(path)
        assert answer.status_code == 200
        self.strict.setdefault(path, Client("nobody@example.org")).subscribe("feed", answer.content)
        events = getattr(vobject.readOne(answer.text), "vevent_list", [])
        entries = {UUID(event.uid.value): as_shown(event) for event in events}
        return {key: entry for key, entry in entries.items() if not entry.cancelled}

    async def subscribe(self, client: httpx.AsyncClient) -> None:
        """Everybody reads a feed as well."""
        self.client = client
        people = {f"northern-line-{number}@example.org": key for number, key in enumerate(self.scene.people[:4])}
        teachers = {"tara@people.example": self.trainers[0], "theo@people.example": self.trainers[1]}
        for kind, readers in ((FeedKind.MINE, people), (FeedKind.TEACHING, teachers)):
            for address, person_id in readers.items():
                order_of = FeedOrder(kind=kind, label="Telephone")
                made = await self.run(make_feed, order_of, actor=Viewer(person_id=person_id))
                self.feeds[address] = made.path

    async def run(self, action: Any, *args: Any, actor: Any = None, **more: Any) -> Any:
        return await self.works.run(actor or self.scene.manager, action, *args, **more)

    async def change(self, number: int, **what: Any) -> Any:
        change = MeetingChange(meeting_id=self.scene.meeting_ids[number], **what)
        return await self.run(move_meetings, self.scene.session_id, [change], accept_warnings=True)


async def begun(works: Works, clock: FrozenClock, **values: Any) -> Life:
    scene = await make_scene(works, meetings=2, capacity_in_person=2, **values)
    other = await make_scene(works, tag=" b", capacity_in_person=5, starts_in=timedelta(days=40))
    # Two sessions of one course and program, so that somebody can go from one to the other.
    await execute(
        "UPDATE session SET course_id = {}, program_id = {} WHERE id = {}",
        scene.course_id,
        scene.program_id,
        other.session_id,
    )
    life = Life(works, clock, scene, other.session_id)
    life.rooms = [await a_room(works, "Blue room"), await a_room(works, "Red room")]
    life.trainers = [await a_person(works, "Tara"), await a_person(works, "Theo")]
    return life


async def first_half(life: Life) -> list[UUID]:
    """People come, and the session changes in every way."""
    scene, session = life.scene, life.scene.session_id
    teaches = Assignment(person_id=life.trainers[0])
    await life.step("teach", lambda: life.run(assign_trainer, session, teaches, actor=STAFF))
    booked = await life.step("enroll", lambda: life.run(book_places, order(scene, 0, 1, 2), actor=scene.coordinator))
    start = datetime(2026, 5, 20, 14, 0)
    hours = timedelta(hours=2)
    await life.step("move", lambda: life.change(0, local_start=start, local_end=start + hours))
    await life.step("rename", lambda: life.run(edit_session, session, SessionValues(title="Safe, dearest; messaging")))
    zone = {"zone": "America/New_York"}
    await life.step("zone", lambda: life.change(1, **zone))
    await life.step("room", lambda: life.change(0, room_id=life.rooms[0]))
    await life.step("link", lambda: life.change(0, link="https://meet.example/secret"))
    named = RoomValues(name="Azure room")
    await life.step("room's name", lambda: life.run(edit_room, life.rooms[0], named, actor=STAFF))
    await life.step("venue", lambda: moved_house(life))
    third = MeetingValues(
        local_start=datetime(2026, 5, 27, 10), local_end=datetime(2026, 5, 27, 11, 30), zone="Asia/Tokyo"
    )
    added = await life.step("add", lambda: life.run(add_meeting, session, third))
    await life.step("drop", lambda: life.run(drop_meeting, scene.meeting_ids[1]))
    assert "https://meet.example" not in "".join(mail.calendar for mail in life.mails)
    assert added not in scene.meeting_ids
    return [verdict.enrollment_id for verdict in booked.verdicts]


async def moved_house(life: Life) -> None:
    rows = await execute("SELECT venue_id FROM room WHERE id = {}", life.rooms[0])
    venue = await get_venue(STAFF, UUID(str(rows[0]["venue_id"])))
    details = VenueDetails(**(only(VenueDetails, venue) | {"address": "3 Quay Street\nDublin"}))
    await life.run(edit_venue, venue.id, details, actor=STAFF)


async def second_half(life: Life, enrollments: list[UUID]) -> None:
    """People go and others come, and in the end nobody has anything left."""
    scene, session = life.scene, life.scene.session_id
    instead = Substitute(person=Wanted(membership_id=scene.members[3]))
    replaced = await life.step(
        "replace", lambda: life.run(replace_person, enrollments[0], instead, actor=scene.coordinator)
    )
    await life.step("cancel one", lambda: life.run(cancel_enrollment, enrollments[1], actor=scene.coordinator))
    await life.step(
        "trainer", lambda: life.run(assign_trainer, session, Assignment(person_id=life.trainers[1]), actor=STAFF)
    )
    await life.step("trainer goes", lambda: life.run(withdraw_trainer, session, life.trainers[0], actor=STAFF))
    target = Target(session_id=life.other)
    await life.step(
        "move over", lambda: life.run(move_over, replaced.new_enrollment_id, target, actor=scene.coordinator)
    )
    await life.step(
        "cancel two", lambda: life.run(cancel_enrollment, enrollments[2], reason="Ill", actor=scene.coordinator)
    )
    await life.step("undo", lambda: life.run(undo_cancellation, enrollments[2], actor=scene.coordinator))
    await life.step("cancel all", lambda: life.run(cancel_session, session, "The trainer is ill."))


COUNTS = {
    "teach": [2],
    "enroll": [2, 2],
    # The first meeting is the second now, and the other way round.
    "move": [2, 2, 2],
    "rename": [2, 2, 2],
    "zone": [1, 1, 1],
    "room": [1, 1, 1],
    # Whoever comes to the room is shown no link; those who come online have the same address of ours as before.
    "link": [],
    "room's name": [1, 1, 1],
    "venue": [1, 1, 1],
    # "Part 1 of 3": the others are told, too. The trainer does not teach the third.
    "add": [3, 3, 2],
    "drop": [3, 3, 2],
    "replace": [2, 2],
    "cancel one": [2, 2],
    "trainer": [2, 2, 1, 2],
    "trainer goes": [1, 1, 1, 1],
    "move over": [3],
    "cancel two": [2],
    "undo": [2],
    "cancel all": [2, 2],
}


async def test_mails_alone_keep_every_calendar_true_and_so_do_feeds(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    life = await begun(works, clock)
    await life.subscribe(client)
    await second_half(life, await first_half(life))
    # How many entries each person got of each change; every one of them is about a meeting that changed for them.
    assert life.counts == COUNTS
    final = await so(works)
    assert list(final) == ["northern-line-3@example.org"]
    for seed in range(30):
        late = random.Random(seed)
        twice = life.mails + late.sample(life.mails, len(life.mails) // 2)
        late.shuffle(twice)
        assert shown(twice) == final, seed
        strict: dict[str, Client] = {}
        for mail in twice:
            if mail.calendar:
                strict.setdefault(mail.recipient, Client(mail.recipient)).receive(mail.calendar.encode())
        assert read_strictly(strict) == final, seed


async def test_who_comes_online_reads_the_same_in_invite_and_feed(
    works: Works, clock: FrozenClock, client: httpx.AsyncClient
) -> None:
    life = await begun(works, clock, mode=Mode.HYBRID, capacity_online=2)
    await life.subscribe(client)
    in_room = order(life.scene, 1, accepts=(Mode.IN_PERSON,))
    online = order(life.scene, 0, accepts=(Mode.ONLINE,))
    await life.step("room", lambda: life.change(0, room_id=life.rooms[0]))
    await life.step("enroll", lambda: life.run(book_places, in_room, actor=life.scene.coordinator))
    await life.step("enroll", lambda: life.run(book_places, online, actor=life.scene.coordinator))
    facts = await so(works)
    first = life.scene.meeting_ids[0]
    assert facts["northern-line-0@example.org"][first].place == "Online"
    assert facts["northern-line-1@example.org"][first].place.startswith("Blue room")
    await life.step("room", lambda: life.change(0, room_id=life.rooms[1]))

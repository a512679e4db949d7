"""Makes the demo's data by the same actions that people use, on a clock that runs from forty days ago until now."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from importlib.resources import files
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import UNSET
from msgspec.structs import replace

from training.base.site import Site
from training.base.structs import Grant, Viewer
from training.base.work import Work, Works
from training.booking.actions import Order, Wanted, book_places, cancel_enrollment
from training.booking.actions.naming_links import make_naming_link, note_open_place
from training.booking.queries import list_open_of_booking
from training.catalogue.actions import add_moment, add_prerequisite, create_course, create_program, create_venue
from training.catalogue.rules import MomentDetails, ProgramDetails
from training.cli.demo.cast import (
    COORDINATOR,
    LEARNER,
    ORGANIZATIONS,
    PROGRAM_MANAGER,
    STAFF,
    TRAINERS,
    Organization,
    address_of,
)
from training.cli.demo.days import afterwards, rule
from training.cli.demo.post import Post
from training.cli.demo.story import (
    ANNOUNCED,
    CASCADIA,
    COMES_AFTER,
    COURSES,
    MOMENTS,
    PROGRAM,
    SESSIONS,
    VENUES,
    WORKSHOPS,
    Announced,
    Party,
    Planned,
    Reminding,
    Sitting,
)
from training.cli.demo.taught import IMPROVED, TAUGHT, Teacher, day_of_materials
from training.materials.storage.keeping import Storage
from training.partners.actions import (
    accept_membership,
    add_contact,
    create_partner,
    ensure_members,
    invite_member,
)
from training.partners.rules import ContactDetails, ContactKind, PartnerDetails
from training.people.actions import ensure_person, make_manager, make_staff
from training.reactions import REACTIONS
from training.reminders.actions.announcements import draft_announcement, schedule_announcement
from training.reminders.actions.plans import add_plan, switch_plan
from training.reminders.actions.stopping import stop_reminders
from training.reminders.rules.announcements import Details, Segment
from training.reminders.rules.plans import PlanValues, Scope
from training.schedule.actions import (
    add_room,
    assign_trainer,
    cancel_session,
    confirm_session,
    create_session,
    publish_session,
)
from training.schedule.importer import import_verdicts, judge_file
from training.schedule.jobs import advance
from training.schedule.rules import ImportPolicy
from training.schedule.rules.outcomes import ImportOptions
from training.schedule.rules.values import Assignment, MeetingValues, SessionValues

# It may do what staff may, and what it does carries the name of a person: mails and the journal show who it was.
MAKER = replace(Viewer.machine("demo"), name=STAFF.name)
BEGAN = timedelta(days=40)
# From when on reminders go out: enough to see what went out and what is to come, and made quickly.
REMINDED = timedelta(days=3)
# When calendars answer: so late that a place which goes back for it still can be kept for a while.
ANSWERED = timedelta(minutes=4)
OWN_PLAN = "two-days-before"
BEFORE_THE_WORKSHOPS = datetime(2013, 1, 1, tzinfo=UTC)


class _Clock:
    """The story's clock."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        # Every unit of work is a little later than the one before.
        self.at += timedelta(seconds=7)
        return self.at


class Story:
    """The data, while it is being made."""

    def __init__(self, now: datetime, site: Site, storage: Storage) -> None:
        self.now = now
        self.clock = _Clock(now - BEGAN)
        self.works = Works(clock=self.clock, site=site, reactions=REACTIONS, origin="demo")
        self.courses: dict[str, UUID] = {}
        self.rooms: dict[str, UUID] = {}
        self.trainers: dict[str, UUID] = {}
        self.partners: dict[str, UUID] = {}
        self.coordinators: dict[str, Viewer] = {}
        self.manager = MAKER
        self.storage = storage
        self.reminding: dict[UUID, tuple[str, Reminding]] = {}
        self.answers: dict[UUID, dict[str, str]] = {}
        self.post = Post(self.works, now, self._move)

    @property
    def steps(self) -> int:
        """How many steps `tell` takes."""
        doings = len(ANNOUNCED) + sum(len(planned.parties) for planned in SESSIONS)
        doings += sum(len(planned.sittings) + len(planned.revoked) for planned in SESSIONS if planned.closed)
        doings += sum(day is not None for day in map(day_of_materials, SESSIONS))
        return 5 + len(ORGANIZATIONS) + len(SESSIONS) + doings

    async def tell(self, advance_bar: Callable[[int], None]) -> None:
        """Make everything, in the order in which it would have happened."""
        program_id = await self.works.run(MAKER, self._catalogue)
        self.manager = await self.works.run(MAKER, self._people, program_id)
        advance_bar(2)
        for organization in ORGANIZATIONS:
            await self._organization(organization, program_id)
            advance_bar(1)
        teacher = Teacher(self.works, self.manager, self.storage)
        await teacher.teach(self.courses[TAUGHT])
        advance_bar(1)
        doings: list[tuple[datetime, Callable[[], Awaitable[None]]]] = []
        called_off = []
        for planned in SESSIONS:
            session_id = await self.works.run(MAKER, self._session, planned)
            doings += [(self._day(p.day), partial(self._book, session_id, p)) for p in planned.parties]
            called_off += [(session_id, planned.cancelled)] if planned.cancelled else []
            doings += await self._closings(session_id, planned)
            advance_bar(1)
            if (day := day_of_materials(planned)) is not None:
                doings.append((self._day(day), partial(teacher.accompany, session_id, planned)))
        doings.append((self._day(IMPROVED), partial(teacher.improve, self.courses[TAUGHT])))
        doings += [(self._day(min(a.day, -1)), partial(self._announce, program_id, a)) for a in ANNOUNCED]
        await self._remind()
        for at, do in sorted(doings, key=lambda each: each[0]):
            await self._pass_time(at)
            self._move(at)
            await do()
            await self.post.carry()
            advance_bar(1)
        await self._stop_reminders()
        await self.post.answer()
        await self._pass_time(self.now - timedelta(minutes=30))
        for session_id, reason in called_off:
            await self.works.run(MAKER, cancel_session, session_id, reason)
        for course, required in COMES_AFTER.items():
            await self.works.run(MAKER, add_prerequisite, self.courses[course], self.courses[required])
        self._move(self.now - ANSWERED)
        for session_id, answers in self.answers.items():
            await self.post.answer_invites(session_id, answers)
        await self._workshops()
        self.clock.at = self.now
        await advance(self.works)
        advance_bar(1)

    async def _catalogue(self, work: Work) -> UUID:
        name, summary = PROGRAM
        today = self._today()
        program = await create_program(
            work,
            ProgramDetails(
                name=name,
                slug="awareness-month",
                summary=summary,
                starts_on=today - timedelta(days=28),
                ends_on=today + timedelta(days=58),
                zone="America/New_York",
            ),
        )
        await work.flush()
        for title, first, last in MOMENTS:
            dates = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
            await add_moment(work, program.id, MomentDetails(name=title, **dates))
        for slug, values in COURSES.items():
            self.courses[slug] = (await create_course(work, program.id, values, slug=slug)).id
        await rule(work, self.courses)
        for key, (details, rooms) in VENUES.items():
            venue = await create_venue(work, details)
            await work.flush()
            for room in rooms:
                self.rooms[f"{key}/{room.name}"] = await add_room(work, venue.id, room)
        return program.id

    async def _people(self, work: Work, program_id: UUID) -> Viewer:
        """Everybody but the partners' people; returns the program manager."""
        for person in (STAFF, PROGRAM_MANAGER, COORDINATOR, LEARNER):
            await ensure_person(work, person.email, person.name, person.zone)
        for key, trainer in TRAINERS.items():
            self.trainers[key] = await ensure_person(work, trainer.email, trainer.name, trainer.zone)
        await work.flush()
        await make_staff(work, STAFF.email, STAFF.name)
        name, email, zone = PROGRAM_MANAGER.name, PROGRAM_MANAGER.email, PROGRAM_MANAGER.zone
        person_id = await make_manager(work, email, program_id, name)
        grants = frozenset({Grant(role="program_manager", scope_id=program_id)})
        return Viewer(person_id=person_id, name=name, email=email, zone=zone, grants=grants)

    async def _organization(self, organization: Organization, program_id: UUID) -> None:
        name = organization.name
        details = PartnerDetails(
            name=name,
            parent_id=self.partners.get(organization.parent),
            country=organization.country,
            website=f"https://{organization.domain}",
        )
        partner = await self.works.run(MAKER, create_partner, details, program_id)
        self.partners[name] = partner.id
        people = [(person, address_of(person, organization.domain)) for person in organization.people]
        first = await self._member(MAKER, partner.id, people[0], organization.zone, coordinator=True)
        if name == CASCADIA:
            lena = (COORDINATOR.name, COORDINATOR.email)
            await self._member(MAKER, partner.id, lena, COORDINATOR.zone, coordinator=True)
        self.coordinators[name] = first
        await self.works.run(MAKER, ensure_members, partner.id, people[1:])
        # Half of them have accepted, one more was asked, and nobody has asked the others yet.
        half = len(people) // 2
        for person in people[1 : half + 1]:
            await self._member(first, partner.id, person, organization.zone)
        for called, email in people[half + 1 : half + 2]:
            await self.works.run(first, invite_member, partner.id, email=email, name=called)
        contact = ContactDetails(kind=ContactKind.COORDINATOR, name=people[0][0], email=people[0][1])
        await self.works.run(first, add_contact, partner.id, contact)
        if organization.helpline:
            line = ContactDetails(
                kind=ContactKind.HUB, name="Helpline", email=f"help@{organization.domain}", phone=organization.helpline
            )
            await self.works.run(first, add_contact, partner.id, line)

    async def _member(
        self, inviting: Viewer, partner_id: UUID, person: tuple[str, str], zone: str, *, coordinator: bool = False
    ) -> Viewer:
        """Somebody who was invited and accepted, as a viewer."""
        name, email = person
        member = await self.works.run(
            inviting, invite_member, partner_id, email=email, name=name, coordinator=coordinator
        )
        viewer = Viewer(person_id=member.person_id, name=name, email=email, zone=zone)
        await self.works.run(viewer, accept_membership, member.id)
        await self.works.run(MAKER, ensure_person, email, name, zone)
        role = "coordinator" if coordinator else "member"
        return replace(viewer, grants=frozenset({Grant(role=role, scope_id=partner_id)}))

    async def _session(self, work: Work, planned: Planned) -> UUID:
        meetings = [self._meeting(planned, sitting) for sitting in planned.sittings]
        session_id = await create_session(
            work, self.courses[planned.course], self._values(planned), meetings=meetings, accept_warnings=True
        )
        await work.flush()
        if planned.trainer:
            trainer = Assignment(person_id=self.trainers[planned.trainer])
            await assign_trainer(work, session_id, trainer, accept_warnings=True)
        if not planned.draft:
            await publish_session(work, session_id)
        if planned.confirmed:
            await work.flush()
            await confirm_session(work, session_id)
        if planned.reminding:
            self.reminding[session_id] = planned.course, planned.reminding
        if planned.answers:
            self.answers[session_id] = dict(planned.answers)
        return session_id

    async def _closings(
        self, session_id: UUID, planned: Planned
    ) -> list[tuple[datetime, Callable[[], Awaitable[None]]]]:
        """When which roster is closed, and what follows."""
        if not planned.closed:
            return []
        somebody = TRAINERS[planned.trainer]
        trainer = Viewer(
            person_id=self.trainers[planned.trainer], name=somebody.name, email=somebody.email, zone=somebody.zone
        )
        return await afterwards(self.works, trainer, self.manager, session_id, planned)

    def _values(self, planned: Planned) -> SessionValues:
        in_person, online = planned.places
        return SessionValues(
            title=planned.title or UNSET,
            language=planned.language or UNSET,
            capacity_in_person=in_person if in_person >= 0 else UNSET,
            capacity_online=online if online >= 0 else UNSET,
            audience=planned.audience or UNSET,
            access_code="new" if planned.code else UNSET,
            partner_ids=tuple(self.partners[name] for name in planned.invited) if planned.invited else UNSET,
        )

    def _meeting(self, planned: Planned, sitting: Sitting) -> MeetingValues:
        zone = ZoneInfo(planned.zone)
        if sitting.in_hours is None:
            day = self.now.astimezone(zone).date() + timedelta(days=sitting.day)
            start = datetime.combine(day, time.fromisoformat(sitting.at), zone)
        else:
            soon = self.now + timedelta(hours=sitting.in_hours)
            start = soon.replace(minute=soon.minute // 15 * 15, second=0, microsecond=0).astimezone(zone)
        end = (start.astimezone(UTC) + timedelta(minutes=sitting.minutes)).astimezone(zone)
        return MeetingValues(
            local_start=start.replace(tzinfo=None, fold=0),
            local_end=end.replace(tzinfo=None, fold=0),
            start_fold=start.fold or None,
            end_fold=end.fold or None,
            zone=planned.zone,
            title=sitting.title,
            room_id=self.rooms[planned.room] if planned.room else None,
            link=planned.link,
        )

    async def _workshops(self) -> None:
        """A second program: real workshops, read from a file by the importer at a time when all were still to come."""
        name, summary = WORKSHOPS
        details = ProgramDetails(name=name, slug="workshops", summary=summary)
        program = await self.works.run(MAKER, create_program, details)
        judged = judge_file(files("training.schedule").joinpath("excerpt/workshops.csv").read_bytes(), ImportPolicy())
        self.clock.at = BEFORE_THE_WORKSHOPS
        await import_verdicts(self.works, MAKER, program.id, judged.verdicts, ImportOptions(publish=True))

    async def _book(self, session_id: UUID, party: Party) -> None:
        organization = _named(party.partner)
        names = organization.people[party.first : party.first + party.count]
        people = tuple(Wanted(name=name, email=address_of(name, organization.domain)) for name in names)
        order = Order(
            session_id=session_id,
            partner_id=self.partners[party.partner],
            people=people,
            accepts=party.prefers,
            together=party.together,
            note=party.note,
            open_places=party.open_places,
        )
        coordinator = self.coordinators[party.partner]
        booked = await self.works.run(coordinator, book_places, order)
        held: Iterable[UUID] = [each.enrollment_id for each in booked.verdicts if each.enrollment_id]
        for enrollment_id in list(held)[: party.leaves]:
            await self.works.run(coordinator, cancel_enrollment, enrollment_id, reason="Ill that day.")
        if party.asks and booked.booking_id:
            first, *_ = await list_open_of_booking(booked.booking_id)
            await self.works.run(coordinator, note_open_place, first.id, "The new volunteer")
            await self.works.run(coordinator, make_naming_link, first.id, send_to=party.asks)

    async def _remind(self) -> None:
        """Plans of the manager's own: one more for a session, and one less for its course."""
        for session_id, (course, own) in self.reminding.items():
            values = PlanValues(key=OWN_PLAN, offset_minutes=-own.days * 24 * 60, words=own.words)
            await self.works.run(self.manager, add_plan, Scope.SESSION, session_id, values)
            course_id = self.courses[course]
            await self.works.run(self.manager, switch_plan, Scope.COURSE, course_id, "hour-before", active=False)

    async def _stop_reminders(self) -> None:
        for session_id, (_, own) in self.reminding.items():
            email = address_of(own.without, _named(own.partner).domain)
            person_id = await self.works.run(MAKER, ensure_person, email, own.without)
            await self.works.run(self.manager, stop_reminders, session_id, person_id, key=OWN_PLAN)

    async def _announce(self, program_id: UUID, announced: Announced) -> None:
        about = ("course", self.courses[announced.course]) if announced.course else ("program", program_id)
        details = Details(subject=announced.subject, words=announced.words, segment=Segment(groups=announced.groups))
        draft = await self.works.run(self.manager, draft_announcement, *about, details)
        at = self._morning(announced.day) if announced.day > 0 else None
        await self.works.run(self.manager, schedule_announcement, draft.id, at)

    async def _pass_time(self, until: datetime) -> None:
        await self.post.pass_time(self.now - REMINDED, until)

    def _morning(self, day: int) -> datetime:
        """Nine o'clock of a day where the program is at home."""
        zone = ZoneInfo("America/New_York")
        return datetime.combine(self._today() + timedelta(days=day), time(9), zone).astimezone(UTC)

    def _move(self, at: datetime) -> None:
        self.clock.at = max(self.clock.at, at)

    def _today(self) -> date:
        return self.now.astimezone(ZoneInfo("America/New_York")).date()

    def _day(self, day: int) -> datetime:
        return self.now + timedelta(days=day)


def _named(partner: str) -> Organization:
    return next(each for each in ORGANIZATIONS if each.name == partner)

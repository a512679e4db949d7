"""As many sessions as asked for, with bookings, to see how everything looks when there is a lot of it."""

import contextlib
import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.actions import Order, Wanted, book_places
from training.booking.rules import NobodyBooked
from training.catalogue.actions import create_course, create_program
from training.catalogue.rules import Audience, Inheritable, Mode, ProgramDetails
from training.cli.demo.cast import ORGANIZATIONS, address_of
from training.schedule.actions import create_session, publish_session
from training.schedule.rules.values import MeetingValues, SessionValues

_AT_ONCE = 20
_ZONES = ("America/New_York", "America/Los_Angeles", "Europe/London", "Europe/Berlin", "Asia/Tokyo", "Australia/Sydney")
_LANGUAGES = ("en", "en", "en", "es", "de", "fr", "pt", "ja")
_TOPICS = (
    "Listening on camera", "Captions that carry", "Grief in the feed", "Small budgets", "Helpline basics",
    "Peer stories", "Talking with teens", "Numbers for the board", "After the campaign", "Safe challenges",
)  # fmt: skip


class Volume:
    """A program called "Year-round workshops" with `count` sessions spread over a year."""

    def __init__(self, works: Works, maker: Viewer, partners: dict[str, UUID], count: int) -> None:
        self._works, self._maker, self._partners = works, maker, partners
        self._count = count
        # The same demo for everybody: a fault that one person sees can be seen by the next.
        self._random = random.Random(7)  # noqa: S311 - nothing secret
        self._courses: list[UUID] = []

    async def make(self, advance: Callable[[int], None]) -> None:
        """Make program, courses, sessions and one booking in every second session."""
        await self._works.run(self._maker, self._catalogue)
        made = 0
        while made < self._count:
            some = min(_AT_ONCE, self._count - made)
            ids = await self._works.run(self._maker, self._sessions, some)
            for session_id in ids[::2]:
                await self._book(session_id)
            made += some
            advance(some)

    async def _catalogue(self, work: Work) -> None:
        program = await create_program(work, ProgramDetails(name="Year-round workshops", slug="year-round"))
        await work.flush()
        self._courses = []
        for topic in _TOPICS:
            values = Inheritable(title=topic, mode=Mode.ONLINE, capacity_online=20, audience=Audience.PUBLIC)
            self._courses.append((await create_course(work, program.id, values)).id)

    async def _sessions(self, work: Work, some: int) -> list[UUID]:
        ids = []
        for _ in range(some):
            day = work.now.replace(tzinfo=None, minute=0, second=0, microsecond=0) + timedelta(
                days=self._random.randrange(45, 400)
            )
            start = day.replace(hour=self._random.randrange(9, 18))
            meeting = MeetingValues(
                local_start=start,
                local_end=start + timedelta(minutes=90),
                zone=self._random.choice(_ZONES),
                link="https://meet.host.example/workshop",
            )
            values = SessionValues(language=self._random.choice(_LANGUAGES))
            session_id = await create_session(work, self._random.choice(self._courses), values, meetings=[meeting])
            await publish_session(work, session_id)
            ids.append(session_id)
        return ids

    async def _book(self, session_id: UUID) -> None:
        organization = self._random.choice(ORGANIZATIONS)
        names = self._random.sample(organization.people, k=self._random.randint(1, len(organization.people)))
        people = tuple(Wanted(name=name, email=address_of(name, organization.domain)) for name in names)
        order = Order(session_id=session_id, partner_id=self._partners[organization.name], people=people)
        # Whoever has another session at that time is refused, and with many sessions that may be everybody of them.
        with contextlib.suppress(NobodyBooked):
            await self._works.run(self._maker, book_places, order)

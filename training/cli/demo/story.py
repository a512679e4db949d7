"""What the demo tells: a month of public conversation about mental health, and how its partners are trained for it.

Days count from the day the demo is made, so it never grows old; times are wall times in the zone of the session.
"""

from training.attendance.rules.statuses import Status
from training.base.structs import Frozen
from training.catalogue.rules import Audience, Inheritable, Mode, VenueDetails
from training.completion.rules.conditions import RuleValues
from training.reminders.rules.announcements import Group
from training.schedule.rules.values import RoomValues


class Sitting(Frozen, frozen=True, kw_only=True):
    """A meeting: `day` days from today, from `at` (HH:MM) for `minutes`. `in_hours`: so many hours from now instead."""

    day: int = 0
    at: str = "10:00"
    minutes: int = 90
    in_hours: float | None = None
    title: str = ""


class Party(Frozen, frozen=True, kw_only=True):
    """A booking: `count` people of a partner from the `first`, made on `day` by its coordinator.

    `open_places` have no name yet; a link for the first of them goes to `asks`.
    """

    partner: str
    count: int
    first: int = 0
    day: int = -12
    together: bool = False
    prefers: tuple[Mode, ...] = ()
    note: str = ""
    leaves: int = 0
    open_places: int = 0
    asks: str = ""


class Marked(Frozen, frozen=True, kw_only=True):
    """Somebody, by address, who was not simply there from the beginning to the end; `contests`: what they say to it."""

    address: str
    status: Status
    late: int = 0
    early: int = 0
    reason: str = ""
    contests: str = ""


class Reminding(Frozen, frozen=True, kw_only=True):
    """A session's own reminder: so many days before, in the manager's words; one person of a partner asked for none."""

    days: int
    words: str
    partner: str
    without: str


class Announced(Frozen, frozen=True, kw_only=True):
    """What the program manager writes to everybody of these groups on `day`; about a course, or about the program."""

    day: int
    subject: str
    words: str
    groups: tuple[Group, ...]
    course: str = ""


class Planned(Frozen, frozen=True, kw_only=True):
    """A session of the story. Empty and negative values follow the course.

    `answers`: whose calendar answers, by address, and how, just before the story ends. `closed`: its rosters were
    closed after each meeting, with `marked` and everybody else there. `revoked`: whose certificates the manager took
    back a day later, by address, and why.
    """

    course: str
    zone: str
    sittings: tuple[Sitting, ...]
    room: str = ""
    link: str = ""
    trainer: str = ""
    title: str = ""
    language: str = ""
    places: tuple[int, int] = (-1, -1)
    audience: Audience | None = None
    invited: tuple[str, ...] = ()
    code: bool = False
    draft: bool = False
    confirmed: bool = False
    cancelled: str = ""
    reminding: Reminding | None = None
    answers: tuple[tuple[str, str], ...] = ()
    closed: bool = False
    marked: tuple[Marked, ...] = ()
    revoked: tuple[tuple[str, str], ...] = ()
    parties: tuple[Party, ...] = ()


ONLINE, IN_PERSON, HYBRID = Mode.ONLINE, Mode.IN_PERSON, Mode.HYBRID
NEW_YORK, BERLIN, MEXICO = "America/New_York", "Europe/Berlin", "America/Mexico_City"
LONDON, PACIFIC = "Europe/London", "America/Los_Angeles"
MEET = "https://meet.host.example/"

PROGRAM = (
    "Mental Health Awareness Month",
    "Trainings and workshops that equip crisis lines, alliances and small nonprofits to be heard in the month that "
    "everybody talks about mental health, and to be there for those who answer.",
)
WORKSHOPS = (
    "Workshops around the world",
    "Real workshops of the past, as their organizers published them: how an imported program looks.",
)
MOMENTS = (("The month begins", 21, 21), ("Week of conversation", 28, 34), ("The month ends", 51, 51))

VENUES: dict[str, tuple[VenueDetails, tuple[RoomValues, ...]]] = {
    "nyc": (
        VenueDetails(
            name="Pier House", zone=NEW_YORK, address="48 Water Street, New York, NY", country="US",
            latitude=40.7033, longitude=-74.0105, access_notes="Step-free from Water Street. Quiet room on floor 2.",
        ),
        (RoomValues(name="Hall", places=40, access_notes="Hearing loop."), RoomValues(name="Studio 2", places=12)),
    ),
    "berlin": (
        VenueDetails(
            name="Kulturhaus Nord", zone=BERLIN, address="Müllerstraße 7, Berlin", country="DE",
            latitude=52.5468, longitude=13.3595, access_notes="Aufzug im Hof.",
        ),
        (RoomValues(name="Saal", places=24),),
    ),
    "mexico": (
        VenueDetails(
            name="Casa Abierta", zone=MEXICO, address="Calle Orizaba 101, Ciudad de México", country="MX",
            latitude=19.4167, longitude=-99.1594,
        ),
        (RoomValues(name="Sala 1", places=16),),
    ),
}  # fmt: skip

COURSES: dict[str, Inheritable] = {
    "ad-skills": Inheritable(
        title="Ad skills for small teams",
        summary="Plan, fund and read a campaign with ad credits when nobody in the team has done it before.",
        description="Goals, audiences, budgets, the three numbers that matter.\n\nBring one message you want heard.",
        mode=ONLINE, capacity_online=25, minimum_participants=5,
        joining_details="Have your ad account open in a second window.",
    ),
    "safe-messaging": Inheritable(
        title="Safe messaging about suicide",
        summary="Words and pictures that help, and those that harm: for everybody who posts.",
        description="What research says, what to avoid, what to say instead; with examples to rewrite.",
        mode=HYBRID, capacity_in_person=20, capacity_online=40, minimum_participants=8,
        joining_details="We speak openly about suicide. You can leave at any time; somebody is there to talk.",
    ),
    "live-sessions": Inheritable(
        title="Moderating live sessions",
        summary="Keep a live conversation kind and safe, and know what to do in the minute when it is not.",
        mode=ONLINE, capacity_online=12, minimum_participants=4, overtaking=False,
    ),
    "creators": Inheritable(
        title="Working with creators",
        summary="Find creators who fit, agree on a message, and stay out of their voice.",
        mode=ONLINE, capacity_online=30,
    ),
    "first-contact": Inheritable(
        title="First contact: distress in comments",
        summary="Recognise it, answer it, hand it on. Role play in small groups.",
        mode=IN_PERSON, capacity_in_person=12, minimum_participants=6, cancellation_hours=72,
    ),
    "video": Inheritable(
        title="Videos that inform",
        summary="Two mornings: script and shoot, then cut and caption.",
        mode=IN_PERSON, capacity_in_person=10, minimum_participants=4,
        joining_details="Bring the phone you film with, charged.",
    ),
    "crisis-desk": Inheritable(
        title="When your line lights up",
        summary="For crisis lines only: staffing and hand-over when a post is seen by millions.",
        mode=ONLINE, capacity_online=15, audience=Audience.INVITED,
    ),
    "open-house": Inheritable(
        title="What this program offers",
        summary="An hour for everybody who wonders whether to take part. No preparation, ask anything.",
        mode=ONLINE, capacity_online=100, audience=Audience.PUBLIC, self_enrollment=True,
    ),
}  # fmt: skip

ANNOUNCED = (
    Announced(
        day=-3, subject="Three weeks to go: texts and pictures to use",
        words="The month is three weeks away. The folder with texts, pictures and captions is complete; take what fits "
        "and change what does not.\n\nWhoever posts for you should sit in Safe messaging first: there are places left.",
        groups=(Group.ENROLLED, Group.WAITLISTED, Group.COORDINATORS),
    ),
    Announced(
        day=1, subject="Before Safe messaging: one post to bring", course="safe-messaging",
        words="Bring one post of your own that you were not sure about. Nobody has to show it.",
        groups=(Group.ENROLLED, Group.WAITLISTED),
    ),
)  # fmt: skip

# Where something else is asked than to be at every meeting: what moderators know gets old soon.
RULES = {"live-sessions": RuleValues(valid_months=1)}

# Said when everything was booked already: whoever has a place keeps it.
COMES_AFTER = {"crisis-desk": "safe-messaging", "video": "ad-skills"}

LANTERN, ALLIANCE, CASCADIA = "Lanternline", "Open Window Alliance", "Open Window Cascadia"
LAKES, HARBOR, MENTE = "Open Window Great Lakes", "Harbor Hands", "Mente Clara"
STILLE, STEADY, PORCH = "Stille Stunde e. V.", "Steady Youth Network", "Second Porch"

SESSIONS: tuple[Planned, ...] = (
    # What has been: what was completed first has ended, and the next ends soon
    Planned(
        course="live-sessions", zone=NEW_YORK, sittings=(Sitting(day=-37, at="11:00"),), link=f"{MEET}live-0",
        trainer="naomi", closed=True,
        parties=(Party(partner=LANTERN, count=1, first=1, day=-39), Party(partner=ALLIANCE, count=4, day=-39)),
    ),
    Planned(
        course="open-house", zone=NEW_YORK, sittings=(Sitting(day=-24, at="12:00", minutes=60),), link=f"{MEET}open-1",
        trainer="naomi", closed=True,
        parties=(Party(partner=LANTERN, count=5, day=-30), Party(partner=PORCH, count=2, day=-27)),
    ),
    Planned(
        course="ad-skills", zone=LONDON, sittings=(Sitting(day=-22, at="10:00"),), link=f"{MEET}ads-0",
        trainer="tomasz", closed=True,
        parties=(Party(partner=STEADY, count=4, day=-29), Party(partner=STILLE, count=3, day=-28)),
    ),
    Planned(
        course="live-sessions", zone=NEW_YORK, sittings=(Sitting(day=-20, at="11:00"),), link=f"{MEET}live-1",
        trainer="tomasz", closed=True,
        revoked=(("joanna@lanternline.example", "A colleague sat in under her name. She takes part another time."),),
        parties=(Party(partner=LANTERN, count=3, first=8, day=-26), Party(partner=LAKES, count=2, day=-25)),
    ),
    Planned(
        course="ad-skills", zone=NEW_YORK, sittings=(Sitting(day=-13, at="14:00"),), link=f"{MEET}ads-1",
        trainer="tomasz", closed=True,
        marked=(
            Marked(address="ben@lanternline.example", status=Status.LATE, late=12),
            Marked(address="gwen@harborhands.example", status=Status.LEFT_EARLY, early=20),
            Marked(address="hugo@harborhands.example", status=Status.NO_SHOW),
        ),
        parties=(
            Party(partner=LANTERN, count=6, first=1, day=-20), Party(partner=HARBOR, count=2, day=-19),
            Party(partner=LAKES, count=2, day=-18, leaves=1),
        ),
    ),
    Planned(
        course="safe-messaging", zone=BERLIN, sittings=(Sitting(day=-6, at="10:00", minutes=180),), room="berlin/Saal",
        link=f"{MEET}safe-1", trainer="greta", language="de", title="Sicher über Suizid sprechen", confirmed=True,
        closed=True,
        marked=(
            Marked(address="lukas@stillestunde.example", status=Status.EXCUSED, reason="Rang before it began: ill."),
            Marked(
                address="priya@steadyyouth.example", status=Status.NO_SHOW,
                contests="I joined online by phone, without a name. Oliver heard me.",
            ),
        ),
        parties=(Party(partner=STILLE, count=4, day=-16), Party(partner=STEADY, count=2, day=-15, prefers=(ONLINE,))),
    ),
    # Yesterday, and nobody has said yet who was there
    Planned(
        course="creators", zone=NEW_YORK, sittings=(Sitting(in_hours=-30, minutes=90),), link=f"{MEET}creators-0",
        trainer="tomasz",
        parties=(Party(partner=ALLIANCE, count=4, day=-9), Party(partner=HARBOR, count=2, first=1, day=-8)),
    ),
    # Now
    Planned(
        course="live-sessions", zone=LONDON, sittings=(Sitting(in_hours=-0.5, minutes=120),), link=f"{MEET}live-now",
        trainer="tomasz", confirmed=True,
        parties=(
            Party(partner=LANTERN, count=3, first=1, day=-11), Party(partner=LAKES, count=3, day=-10),
            Party(partner=STEADY, count=2, day=-9),
        ),
    ),
    # Today and the next days
    Planned(
        course="creators", zone=LONDON, sittings=(Sitting(in_hours=3, minutes=90),), link=f"{MEET}creators-1",
        trainer="tomasz", confirmed=True,
        parties=(
            Party(partner=STEADY, count=3, day=-9), Party(partner=LANTERN, count=2, first=1, day=-8),
            Party(partner=STILLE, count=1, first=2, day=-5),
        ),
    ),
    Planned(
        course="live-sessions", zone=NEW_YORK, sittings=(Sitting(day=2, at="11:00"),), trainer="naomi", confirmed=True,
        parties=(Party(partner=ALLIANCE, count=4, day=-10), Party(partner=CASCADIA, count=1, first=2, day=-4)),
    ),
    Planned(
        course="first-contact", zone=NEW_YORK, sittings=(Sitting(day=5, at="09:30", minutes=240),), room="nyc/Studio 2",
        trainer="naomi",
        reminding=Reminding(
            days=2, partner=LANTERN, without="Chloe Martin",
            words="Coffee is there from 09:00, lunch is at noon. Tell us what you do not eat.\n"
            "Role play can be a lot: you can sit out any round without saying why.",
        ),
        parties=(
            Party(partner=LANTERN, count=7, day=-14), Party(partner=ALLIANCE, count=4, first=1, day=-13, leaves=1),
            Party(partner=LAKES, count=3, day=-11), Party(partner=HARBOR, count=2, day=-9),
            Party(partner=PORCH, count=1, first=1, day=-2),
        ),
    ),
    Planned(
        course="live-sessions", zone=PACIFIC, sittings=(Sitting(day=7, at="09:00"),), link=f"{MEET}live-2",
        trainer="tomasz", places=(-1, 6),
        parties=(
            Party(partner=CASCADIA, count=4, first=1, day=-10),
            Party(partner=LANTERN, count=3, first=4, day=-8, together=True),
            Party(partner=HARBOR, count=1, first=2, day=-6),
        ),
    ),
    Planned(
        course="safe-messaging", zone=NEW_YORK, sittings=(Sitting(day=9, at="13:00", minutes=180),), room="nyc/Hall",
        link=f"{MEET}safe-2", trainer="greta",
        answers=(("aisha@lanternline.example", "ACCEPTED"), ("ben@lanternline.example", "DECLINED")),
        parties=(
            Party(partner=LANTERN, count=6, day=-9, prefers=(IN_PERSON, ONLINE)), Party(partner=PORCH, count=2, day=-7),
            Party(partner=CASCADIA, count=3, first=2, day=-6, prefers=(ONLINE,)),
            Party(partner=HARBOR, count=3, day=-3),
        ),
    ),
    Planned(
        course="ad-skills", zone=MEXICO, sittings=(Sitting(day=8, at="10:00"),), link=f"{MEET}ads-es", trainer="rafael",
        language="es", title="Anuncios para equipos pequeños",
        parties=(Party(partner=MENTE, count=4, day=-7),),
    ),
    # Later
    Planned(
        course="video", zone=MEXICO, room="mexico/Sala 1", trainer="rafael", language="es",
        title="Videos que informan",
        sittings=(
            Sitting(day=12, at="09:00", minutes=180, title="Guion y grabación"),
            Sitting(day=13, at="09:00", minutes=180, title="Edición y subtítulos"),
        ),
        parties=(Party(partner=MENTE, count=3, first=1, day=-4),),
    ),
    Planned(
        course="video", zone=BERLIN, room="berlin/Saal", trainer="greta",
        sittings=(
            Sitting(day=16, at="09:30", minutes=180, title="Script and shoot"),
            Sitting(day=17, at="09:30", minutes=180, title="Cut and caption"),
        ),
        parties=(Party(partner=STILLE, count=2, first=2, day=-3), Party(partner=STEADY, count=2, first=2, day=-2)),
    ),
    Planned(
        course="crisis-desk", zone=NEW_YORK, sittings=(Sitting(day=14, at="15:00", minutes=60),), link=f"{MEET}desk",
        trainer="naomi", invited=(LANTERN, MENTE, STILLE),
        parties=(Party(partner=LANTERN, count=5, first=2, day=-5), Party(partner=MENTE, count=1, first=4, day=-2)),
    ),
    Planned(
        course="creators", zone=NEW_YORK, sittings=(Sitting(day=18, at="16:00"),), link=f"{MEET}creators-code",
        trainer="tomasz", audience=Audience.INVITED, code=True, title="Working with creators: pilot with a code",
    ),
    Planned(
        course="open-house", zone=LONDON, sittings=(Sitting(day=10, at="17:00", minutes=60),), link=f"{MEET}open-2",
        trainer="greta",
        parties=(
            Party(partner=STEADY, count=1, first=1, day=-1),
            Party(partner=CASCADIA, count=1, first=3, day=-2, open_places=2, asks="robin@cascadia.openwindow.example"),
        ),
    ),
    # What needs somebody
    Planned(
        course="safe-messaging", zone=LONDON, sittings=(Sitting(day=23, at="10:00", minutes=180),), draft=True,
        title="Safe messaging for editors",
    ),
    Planned(course="first-contact", zone=BERLIN, sittings=(Sitting(day=4, at="10:00", minutes=240),)),
    Planned(
        course="ad-skills", zone=LONDON, sittings=(Sitting(day=11, at="18:00"),), link=f"{MEET}ads-late",
        cancelled="The trainer is ill. Please take a place on another day; the places are the same.",
        parties=(Party(partner=STEADY, count=3, day=-6), Party(partner=STILLE, count=1, first=4, day=-5)),
    ),
)  # fmt: skip

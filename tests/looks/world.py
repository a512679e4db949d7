"""The world of the access matrix with names that try every page, lists of two thousand rows, and every state."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from tests.access.facts import key
from tests.access.world import World, make_world
from training.base.structs import Viewer
from training.base.work import Work, Works
from training.booking.rules.open_places import PlaceState
from training.booking.rules.states import KEEPS_PLACE, State
from training.booking.tables import Booking, Enrollment, OpenPlace, Question, Terms, TermsVersion
from training.catalogue.tables import Course, Moment, Program, Venue
from training.outbox.tables import Message
from training.partners.tables import Membership, Participation, Partner, PartnerContact
from training.people.tables import Person, RoleGrant
from training.reminders.tables import Announcement
from training.schedule.tables import Meeting, Room, Session

# A word of 120 characters, so that nothing can be broken at a blank.
LONG = (
    "Nordwestdeutschekrisentelefonarbeitsgemeinschaftfürseelischegesundheit"
    "vonjugendlichenundjungenerwachsenenimländlichenrau"
)
ARABIC = "خط مساندة الشباب في المدينة القديمة"
HEBREW = "קו הקשבה לנוער ולצעירים"
MIXED = "Helpline قلب مفتوح (Haifa – חיפה) 24/7"
DEVANAGARI = "मानसिक स्वास्थ्य सहायता केंद्र, पुणे"
MARKUP = '<b onclick="x">Bold & Co.</b></main><h1>'
PLAIN = "Ada Lind"
NAMES = (PLAIN, LONG, ARABIC, HEBREW, MIXED, DEVANAGARI, MARKUP, "Ó", "Jean-Baptiste de la Rochefoucauld-Montmorency")
TEXT = "What is asked here is read by the trainers only.\n\nIt helps them to prepare, and is deleted afterwards. " * 2
MANY = 2_000
KEY = "a key for tests only, long enough to be taken"


async def make_looks(works: Works, many: int = MANY) -> World:
    """The world, with lists of `many` rows; the clock of `works` says when it is."""
    world = await make_world(works)
    for build in (_name, _states, _open_places, _asked):
        await works.run(Viewer.machine("test"), build)
    for build_many in (_people, _crowd, _sessions):
        await works.run(Viewer.machine("test"), build_many, many)
    return world


def row(work: Work, table: Any, thing: str, **columns: Any) -> UUID:
    """A row whose id is made of its name."""
    work.add(table, id=key(thing), **columns)
    return key(thing)


async def _name(work: Work) -> None:
    """Names that try the pages, and everything that a form can hold."""
    summary = "Five steps by which a conversation about suicide stays safe, for volunteers who answer at night. " * 3
    for side in ("one", "two"):
        told = {
            "partner": f"{LONG} {ARABIC}",
            "asked_by": MARKUP,
            "coordinator": True,
            "days": 14,
            "link": "/invitations/x",
        }
        error = f"550 5.1.1 <{LONG[:40]}@x.example>: {MARKUP}"
        work.change(Message, key(f"message {side}"), values=told, recipient_name=LONG, error=error, attempts=3)
    work.change(Program, key("program One"), name=f"Mental Health Month {ARABIC}", summary=summary, zone="Asia/Kolkata")
    work.change(Course, key("course One"), title="Listening, and safer words", summary=summary, description=TEXT)
    work.change(Course, key("advanced course One"), title=LONG)
    work.change(Course, key("third course One"), title=MARKUP)
    work.change(Moment, key("moment One"), name=LONG)
    work.change(Venue, key("venue"), name=LONG, address=f"{LONG}\n{ARABIC}", access_notes=TEXT)
    work.change(Room, key("room"), name=f"{HEBREW} {LONG}")
    work.change(Partner, key("partner A"), name=LONG, website=f"https://{LONG[:60].replace('ü', 'u')}.example/about")
    work.change(Partner, key("partner C"), name=ARABIC)
    work.change(Person, key("person learner of A"), name=f"{HEBREW} {LONG}")
    work.change(Person, key("person coordinator A"), name=LONG, zone="Pacific/Chatham")
    work.change(Person, key("person manager"), name=ARABIC)
    for thing, name in zip(("member", "spare", "second", "invited"), (LONG, ARABIC, MARKUP, MIXED), strict=True):
        work.change(Membership, key(f"{thing} one"), name=name, contact_email=f"{'long' * 15}@{'example' * 8}.example")
    for number, name in enumerate(NAMES):
        row(
            work, PartnerContact, f"look contact {number}", partner_id=key("partner A"), kind="coordinator",
            name=name, email=f"contact-{number}-{'x' * 50}@example.org", phone="+49 " + "40 1234 " * 4,
        )  # fmt: skip
    titled = {"title": f"{MIXED} {LONG}"[:200], "summary": summary, "description": TEXT, "joining_details": TEXT}
    hybrid = {"mode": "hybrid", "capacity_in_person": 40, "capacity_online": 300, "self_enrollment": True}
    work.change(
        Session, key("session one"), **titled, **hybrid, language="ar", attendee_list=True, taken_in_person=23,
        taken_online=7, waiting=3, waiting_in_person=3, zone="Pacific/Chatham", overbooking=0, minimum_participants=50,
    )  # fmt: skip
    work.change(Session, key("second session one"), title=f"{ARABIC} {HEBREW}")
    work.change(Session, key("session shared"), title=MARKUP)
    work.change(Session, key("draft One"), title=LONG, import_notes=[f"{LONG} was not understood."])
    for number in range(2, 6):
        meeting(work, "session one", number, days=10 + number, title=NAMES[number], room_id=key("room"))


def meeting(work: Work, session: str, number: int, *, days: float, hours: int = 2, **columns: Any) -> None:
    """One sitting, so many days from now."""
    starts_at = (work.now + timedelta(days=days)).replace(microsecond=0)
    ends_at = starts_at + timedelta(hours=hours)
    row(
        work, Meeting, f"meeting {number} of {session}", session_id=key(session), number=number, zone="UTC",
        local_start=starts_at.replace(tzinfo=None), local_end=ends_at.replace(tzinfo=None), starts_at=starts_at,
        ends_at=ends_at, changed_at=work.now, **columns,
    )  # fmt: skip


def session(work: Work, name: str, title: str, *, days: float, hours: int = 2, **columns: Any) -> None:
    """A published session of program One with one meeting."""
    starts_at = (work.now + timedelta(days=days)).replace(microsecond=0)
    row(
        work, Session, name, program_id=key("program One"), course_id=key("course One"), title=title,
        search=title.lower(), starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), published_at=work.now,
        created_at=work.now,
        **{"state": "published", "capacity_in_person": 12, "zone": "Europe/Dublin"} | columns,
    )  # fmt: skip
    meeting(work, name, 1, days=days, hours=hours, link="https://meet.example/room")


def enrolled(work: Work, name: str, in_session: str, who: tuple[UUID, UUID], state: State, **columns: Any) -> None:
    """Somebody of partner A in a session, in this state."""
    person_id, member_id = who
    keeps = state in KEEPS_PLACE
    row(
        work, Enrollment, name, session_id=key(in_session), person_id=person_id, membership_id=member_id,
        partner_id=key("partner A"), state=state.value, mode="in_person" if keeps else "", accepts="in_person",
        state_at=work.now, created_at=work.now, was_state="" if keeps else State.ENROLLED.value, **columns,
    )  # fmt: skip


def booking(work: Work, name: str, in_session: str, **columns: Any) -> None:
    """A booking of partner A's coordinator."""
    by = {"partner_id": key("partner A"), "booked_by": key("person coordinator A"), "created_at": work.now}
    row(work, Booking, name, code=key(name).hex[:8].upper(), session_id=key(in_session), **by, **columns)


STATED = {state: f"state {state.value}" for state in State}


async def _states(work: Work) -> None:
    """The learner in one session for each state, and sessions in each of theirs."""
    learner = (key("person learner of A"), key("own membership one"))
    for number, (state, name) in enumerate(STATED.items()):
        over = state in {State.COMPLETED, State.NOT_COMPLETED}
        title = f"{state.value.capitalize()}: {NAMES[number % len(NAMES)]}"
        how: dict[str, Any] = {"state": "closed"} if over else {}
        session(work, name, title, days=-9 if over else 20 + number, **how)
        booking(work, f"booking {name}", name)
        await work.flush()
        kept = {"keeps_until": work.now + timedelta(hours=30)} if state in {State.REQUESTED, State.OFFERED} else {}
        reason = "The trainer asked for another day." if state is State.REMOVED else ""
        enrolled(
            work, f"enrollment {name}", name, learner, state, booking_id=key(f"booking {name}"), arrival=1,
            state_reason=reason, **kept,
        )  # fmt: skip
    for number, state_name in enumerate(("confirmed", "running", "closed", "cancelled")):
        gone = {"cancelled_at": work.now, "cancel_reason": "The hall is closed."}
        more: dict[str, Any] = gone if state_name == "cancelled" else {}
        session(work, f"session {state_name}", f"Session {state_name}", days=number - 2, state=state_name, **more)
    session(work, "session full", "Nothing free", days=16, taken_in_person=12, waiting=4, waiting_in_person=4)
    session(
        work, "session self", "For everybody", days=17, mode="online", capacity_in_person=0, capacity_online=80,
        audience="public", self_enrollment=True,
    )  # fmt: skip


async def _open_places(work: Work) -> None:
    """Places without a name in every state: new, with a link, chased, nearly over, named, given back."""
    booking(work, "booking open", "session one", note=LONG)
    await work.flush()
    soon, later = work.now + timedelta(hours=5), work.now + timedelta(days=7)
    sent = {"sent_to": f"{'long' * 15}@example.org", "sent_at": work.now, "link_expires_at": later}
    kinds: tuple[dict[str, Any], ...] = (
        {"note": "For the new volunteer"},
        {"note": LONG, **sent},
        {"chased_at": work.now, "chases": 2, **sent},
        {"keep_until": soon},
        {"state": PlaceState.NAMED.value, "enrollment_id": key("enrollment one")},
        {"state": PlaceState.RELEASED.value, "state_reason": "Nobody was named in time."},
    )
    for number, columns in enumerate(kinds):
        row(
            work, OpenPlace, f"open place {number}", booking_id=key("booking open"), session_id=key("session one"),
            partner_id=key("partner A"), state_at=work.now, created_at=work.now,
            **{"keep_until": later, "mode": "in_person", "state": PlaceState.OPEN.value, **columns},
        )  # fmt: skip


async def _asked(work: Work) -> None:
    """Questions of every kind, and terms whose words changed."""
    for number, kind in enumerate(("line", "paragraph", "choice", "choices", "yes_no")):
        for scope in ({"course_id": key("course One")}, {"session_id": key("session self")}):
            row(
                work, Question, f"look question {kind} {next(iter(scope))}", kind=kind, label=NAMES[number],
                help=TEXT, options=list(NAMES) if kind.startswith("choice") else [], readers="coordinator,trainer",
                required=number == 1, position=number, created_at=work.now, **scope,
            )  # fmt: skip
    row(
        work, Terms, "look terms", program_id=key("program One"), title=LONG, current=2, position=1,
        created_at=work.now,
    )  # fmt: skip
    for number, body in ((1, f"{TEXT}\n{ARABIC}"), (2, f"{TEXT} And more.\n{LONG}")):
        published = {"number": number, "published_at": work.now - timedelta(days=9 - number)}
        row(work, TermsVersion, f"look terms {number}", terms_id=key("look terms"), body=body, **published)


async def _people(work: Work, many: int) -> None:
    """Partner A has many people; another has one, another none; both take part."""
    for name, label in (("none", "Nobody yet"), ("single", HEBREW)):
        row(
            work, Partner, f"partner {name}", slug=f"partner-{name}", name=label, folded_name=label, created_at=work.now
        )
        by = {"partner_id": key(f"partner {name}"), "program_id": key("program One"), "created_at": work.now}
        row(work, Participation, f"participation {name}", **by)
        coordinating = {"role": "coordinator", "scope_id": key(f"partner {name}"), "granted_at": work.now}
        row(work, RoleGrant, f"grant {name}", person_id=key("person coordinator B"), **coordinating)
    member(work, "single", "partner single", 3)
    for number in range(many):
        member(work, f"many {number}", "partner A", number)


def member(work: Work, name: str, partner: str, number: int) -> None:
    """A confirmed member, with one of the names that try the pages."""
    called, email = NAMES[number % len(NAMES)], f"{name.replace(' ', '-')}@many.example"
    row(work, Person, f"person {name}", email=email, name=called, created_at=work.now)
    row(
        work, Membership, f"member {name}", partner_id=key(partner), person_id=key(f"person {name}"), name=called,
        contact_email=email, state="confirmed", created_at=work.now, state_at=work.now,
    )  # fmt: skip


async def _crowd(work: Work, many: int) -> None:
    """One session with all of them in it; a quarter waits."""
    waiting = many // 4
    taken = {"taken_in_person": many - waiting, "waiting": waiting, "waiting_in_person": waiting, "arrivals": many}
    session(work, "crowd", "A session with a crowd", days=15, capacity_in_person=many - waiting, **taken)
    booking(work, "booking crowd", "crowd")
    await work.flush()
    for number in range(many):
        who = (key(f"person many {number}"), key(f"member many {number}"))
        state = State.ENROLLED if number < many - waiting else State.WAITLISTED
        by = {"booking_id": key("booking crowd"), "arrival": number}
        enrolled(work, f"enrollment crowd {number}", "crowd", who, state, **by)
    words = f"{MARKUP}\nThe entrance is on the other side.\n\nhttps://example.org/{'a' * 90} {ARABIC}"
    row(
        work, Announcement, "announcement crowd", program_id=key("program One"), session_id=key("crowd"), state="sent",
        segment={"groups": ["enrolled", "waitlisted"], "partner_ids": [str(key("partner A"))]}, subject=LONG[:200],
        words=words, recipients=many, send_at=work.now, sent_at=work.now, created_at=work.now,
    )  # fmt: skip


async def _sessions(work: Work, many: int) -> None:
    """So many sessions in the lists, a few every day; every third ends on another day, at whatever hour this is run."""
    for number in range(many):
        title = f"{NAMES[number % len(NAMES)]} {number}"
        hours = 23 if number % 3 == 0 else 2
        session(work, f"many {number}", title, days=1 + number / 24, hours=hours, taken_in_person=number % 13)
    session(work, "one of a kind", "Unmistakable", days=30)

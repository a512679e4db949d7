"""The rows behind `facts`: both sides of the world, with a word in everything private that nobody else may read."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from piccolo.table import Table

from tests.access.busied import add_busy_sources
from tests.access.certified import add_certificates
from tests.access.checked import add_check_ins
from tests.access.contested import add_contests
from tests.access.facts import (
    NAMES,
    ROLES,
    SHARED_A,
    SHARED_B,
    SIDES,
    TAKES_PART,
    TOKENS,
    Role,
    Side,
    key,
)
from tests.access.listed import add_lists
from tests.access.nameless import add_open_places
from tests.access.supplied import add_materials
from tests.access.surveyed import add_surveys
from tests.access.wishes import add_wishes
from training.base.structs import Frozen, Viewer
from training.base.work import Work, Works
from training.booking.tables import Answer, Booking, Consent, Enrollment, Question, Terms, TermsVersion
from training.catalogue.tables import Course, CoursePrerequisite, Moment, Program, Venue
from training.feeds.tables import Feed
from training.inbox.tables import IncomingMail
from training.outbox.rules.kinds import Sort
from training.outbox.rules.unsubscribing import unsubscribe_token
from training.outbox.tables import Message
from training.partners.tables import Membership, Participation, Partner, PartnerContact
from training.people.rules import Purpose, link_token, token_hash
from training.people.rules.tokens import TOKEN_PREFIX
from training.people.tables import ApiToken, DevicePassword, OneTimeLink, Person, RoleGrant, SignIn
from training.reminders.tables import Announcement, ReminderPlan
from training.schedule.tables import Meeting, Occupancy, Room, Session, SessionPartner, TrainerAssignment


class World(Frozen, frozen=True, kw_only=True):
    """Who can ask: the sign-in token of every role."""

    tokens: dict[str, str]


async def make_world(works: Works) -> World:
    """Both sides, and somebody signed in for every role."""
    return await works.run(Viewer.machine("test"), _build)


async def _build(work: Work) -> World:
    site = work.site
    for program in ("One", "Two"):
        _program(work, program)
    work.add(Venue, id=key("venue"), name="City Library", zone="Europe/Dublin", created_at=work.now)
    work.add(Room, id=key("room"), venue_id=key("venue"), name="Blue room", places=12)
    for name in NAMES:
        _partner(work, name)
    tokens = {role.name: _role(work, role) for role in ROLES if not role.anonymous}
    await work.flush()
    for base, letter in (("one", "z"), ("two", "q")):
        _people(work, next(side for side in SIDES if side.name == base), letter)
    await work.flush()
    _sessions(work)
    for side in SIDES:
        _places(work, side)
    await work.flush()
    for side in SIDES[:2]:
        _agreed(work, side)
    for side in SIDES:
        _messages(work, side)
    for base in ("one", "two"):
        add_row(work, IncomingMail, f"doubtful mail {base}", source_key=base, received_at=work.now, subject="Doubtful")
    await add_open_places(work)
    await add_check_ins(work)
    await add_contests(work)
    add_lists(work)
    await add_wishes(work)
    add_surveys(work)
    add_materials(work)
    add_busy_sources(work)
    add_certificates(work)
    for base in ("one", "two"):
        owner = next(role for role in ROLES if role.owns == base)
        for purpose, kind, subject in (
            (Purpose.SIGN_IN, "sign-in link", None),
            (Purpose.INVITATION, "invitation link", key(f"invited {base}")),
        ):
            person = key(f"person invited {base}") if subject else key(f"person {owner.name}")
            TOKENS[f"{kind} {base}"] = token = link_token(site.secret_key, purpose, key(f"{kind} {base}"))
            _link(work, f"{kind} {base}", purpose, person, subject, token)
        TOKENS[f"unsubscribe {base}"] = unsubscribe_token(site.secret_key, key(f"person {owner.name}"), Sort.DIGESTS)
    return World(tokens={**tokens, "anonymous": ""})


def add_row(work: Work, table: type[Table], thing: str, /, **columns: Any) -> UUID:
    work.add(table, id=key(thing), **columns)
    return key(thing)


def _program(work: Work, name: str) -> None:
    add_row(work, Program, f"program {name}", slug=f"program-{name.lower()}", name=f"Month {name}", created_at=work.now)
    day = work.now.date()
    add_row(work, Moment, f"moment {name}", program_id=key(f"program {name}"), name="Day", starts_on=day, ends_on=day)
    for kind, state in (("announcement", "draft"), ("scheduled announcement", "scheduled")):
        add_row(
            work, Announcement, f"{kind} {name}", program_id=key(f"program {name}"), segment={"groups": ["trainers"]},
            subject="Before we meet", words="Bring a pen.", state=state, send_at=work.now, created_at=work.now,
        )  # fmt: skip
    add_row(
        work, ReminderPlan, f"plan {name}", program_id=key(f"program {name}"), key="three-days", offset_minutes=-4320,
        created_at=work.now,
    )  # fmt: skip
    for kind in ("course", "advanced course", "third course"):
        add_row(
            work, Course, f"{kind} {name}", program_id=key(f"program {name}"), slug=kind.replace(" ", "-"),
            title=kind.capitalize(), capacity_in_person=5, created_at=work.now,
        )  # fmt: skip
    comes_before = {"course_id": key(f"advanced course {name}"), "required_course_id": key(f"course {name}")}
    add_row(work, CoursePrerequisite, f"prerequisite {name}", **comes_before)


def _partner(work: Work, name: str) -> None:
    label = NAMES[name]
    add_row(
        work, Partner, f"partner {name}", slug=label.lower().replace(" ", "-"), name=label, folded_name=label.lower(),
        created_at=work.now,
    )  # fmt: skip
    for program, partners in TAKES_PART.items():
        if name in partners:
            ids = {"partner_id": key(f"partner {name}"), "program_id": key(f"program {program}")}
            add_row(work, Participation, f"participation {name} {program}", **ids, created_at=work.now)


def add_person(work: Work, name: str, email: str, called: str) -> UUID:
    return add_row(work, Person, f"person {name}", email=email, name=called, created_at=work.now)


def _role(work: Work, role: Role) -> str:
    if role.of_partner:
        return _token(work, f"token {role.name}", role.scopes, partner_id=key(f"partner {role.partner}"))
    email = f"{role.name.lower().replace(' ', '-')}@role.example"
    person_id = add_person(work, role.name, email, f"Robin {role.name}")
    for grant in role.grants:
        values = {"person_id": person_id, "role": grant.role, "scope_id": grant.scope_id, "granted_at": work.now}
        add_row(work, RoleGrant, f"grant {role.name} {grant.role}", **values)
    if role.partner:
        name = f"own membership {role.owns}" if role.owns else f"membership {role.name}"
        add_member(work, name, role.partner, person_id, email)
    if role.scopes:
        return _token(work, f"token {role.name}", role.scopes, person_id=person_id)
    token = f"token-of-{role.name.replace(' ', '-')}-0123456789abcdef"
    add_row(
        work, SignIn, f"sign-in {role.owns}" if role.owns else f"sign-in {role.name}", person_id=person_id,
        token_hash=token_hash(token), created_at=work.now, last_seen_at=work.now,
        expires_at=work.now + timedelta(days=7),
    )  # fmt: skip
    return token


def _token(work: Work, name: str, scopes: frozenset[str], **owner: UUID) -> str:
    token = TOKEN_PREFIX + name.replace(" ", "-").ljust(43, "x")
    add_row(
        work, ApiToken, name, label="Access", token_hash=token_hash(token), created_at=work.now,
        scopes=" ".join(sorted(scopes)), expires_at=work.now + timedelta(days=7), created_by=owner.get("person_id"),
        **owner,
    )  # fmt: skip
    return token


def add_member(
    work: Work, name: str, partner: str, person_id: UUID, email: str, state: str = "confirmed", called: str = ""
) -> UUID:
    return add_row(
        work, Membership, name, partner_id=key(f"partner {partner}"), person_id=person_id, name=called,
        contact_email=email, state=state, invited_by=person_id, created_at=work.now, state_at=work.now,
    )  # fmt: skip


def _people(work: Work, side: Side, letter: str) -> None:
    """Whoever is needed of a partner: enrolled, waiting, free to be booked, invited; and its contact."""
    base = side.name
    for kind, state in (
        ("member", "confirmed"),
        ("spare", "confirmed"),
        ("second", "confirmed"),
        ("former", "confirmed"),
        ("invited", "invited"),
    ):
        email = f"{kind}@{letter}people.example"
        person_id = add_person(work, f"{kind} {base}", email, f"{kind} {letter}people")
        add_member(work, f"{kind} {base}", side.partner, person_id, email, state, f"{kind} {letter}people")
    if base == "two":
        # Coordinator B may leave only if somebody else can book.
        grant = {"person_id": key("person second two"), "role": "coordinator", "scope_id": key("partner B")}
        add_row(work, RoleGrant, "grant second", **grant, granted_at=work.now)
    for number in range(2):
        add_row(
            work, PartnerContact, f"contact {base}" if not number else f"contact more {base}",
            partner_id=key(f"partner {side.partner}"), kind="hub", name=f"{letter}contact", phone="+353 1 000000",
            email=f"{letter}contact{number}@example.org",
        )  # fmt: skip
    owner = next(role for role in ROLES if role.owns == base)
    add_row(
        work, DevicePassword, f"own device {base}", person_id=key(f"person {owner.name}"), label="Phone",
        secret_hash=token_hash(f"device of {base}"), created_at=work.now,
    )  # fmt: skip
    add_row(
        work, Feed, f"own feed {base}", person_id=key(f"person {owner.name}"), label="Phone", mark="public",
        secret_hash=token_hash(f"feed of {base}"), created_at=work.now,
    )  # fmt: skip
    _token(work, f"own token {base}", frozenset({"read"}), person_id=key(f"person {owner.name}"))
    _token(work, f"partner token {base}", frozenset({"read"}), partner_id=key(f"partner {side.partner}"))
    guest = "C" if base == "one" else "D"
    # An invitation of one's own comes from another partner, because one belongs to each only once.
    add_member(
        work, f"own invitation {base}", guest, key(f"person {owner.name}"), f"{owner.name[0]}@guest.example", "invited"
    )


def _link(work: Work, name: str, purpose: Purpose, person_id: UUID, subject_id: UUID | None, token: str) -> None:
    add_row(
        work, OneTimeLink, name, purpose=purpose.value, person_id=person_id, subject_id=subject_id, next_path="/",
        token_hash=token_hash(token), created_at=work.now, expires_at=work.now + timedelta(days=1),
    )  # fmt: skip


def _sessions(work: Work) -> None:
    full = {"taken_in_person": 1, "waiting": 1, "waiting_in_person": 1, "arrivals": 2}
    add_session(work, "session one", "One", "zsession for A", audience="invited", letter="z", **full)
    add_row(work, SessionPartner, "audience one", session_id=key("session one"), partner_id=key("partner A"))
    add_session(work, "session two", "Two", "qsession", letter="q", **full)
    twice = {name: 2 * count for name, count in full.items()}
    add_session(work, "session shared", "One", "For everybody who takes part", letter="", capacity_in_person=2, **twice)
    open_to_all = {"audience": "public", "self_enrollment": True, "taken_in_person": 1, "arrivals": 1}
    add_session(work, "session public", "One", "For the public", letter="", **open_to_all)
    for program, letter in (("One", "z"), ("Two", "q")):
        add_session(work, f"draft {program}", program, f"{letter}draft", letter=letter, state="draft")
    for name in ("one", "two", "all"):
        add_person(work, f"coach {name}", f"coach-{name}@role.example", "Coach")
    teaching = {"trainer": "one", "coach one": "one", "coach two": "two", "coach all": "shared"}
    for person, name in teaching.items():
        assignment = {"session_id": key(f"session {name}"), "meeting_id": key(f"meeting {name}")}
        add_row(work, TrainerAssignment, f"assignment {person}", **assignment, person_id=key(f"person {person}"))
    for program in ("One", "Two"):
        _asked(work, program)
    # Another date of each session, with free places and the same audience.
    for name, program, audience in (("one", "One", "invited"), ("two", "Two", ""), ("shared", "One", "")):
        free = {"audience": audience or "participating", "capacity_in_person": 9}
        add_session(work, f"second session {name}", program, "Another date", letter="", **free)
    invited = {"session_id": key("second session one"), "partner_id": key("partner A")}
    add_row(work, SessionPartner, "second audience one", **invited)
    self_enrolled = add_person(work, "self", "xself@example.org", "Sol Xself")
    add_enrolled(work, "self", "session public", self_enrolled, partner="", state="enrolled")


def add_session(work: Work, name: str, program: str, title: str, *, letter: str, **values: Any) -> None:
    starts_at = (work.now + timedelta(days=DAYS.get(name, 18))).replace(microsecond=0)
    columns = {
        "title": title, "search": title.lower(), "state": "published", "audience": "participating", "mode": "in_person",
        "capacity_in_person": 1, "overbooking": 5, "zone": "UTC", "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2), "published_at": work.now, "own_fields": ["title"],
        "joining_details": f"{letter}joining" if letter else "", "cancellation_hours": 1,
        "access_code": f"{letter}CODE2345".upper() if letter and not name.startswith("draft") else "",
    } | values  # fmt: skip
    ids = {"program_id": key(f"program {program}"), "course_id": key(f"course {program}")}
    add_row(work, Session, name, **ids, created_at=work.now, **columns)
    local = starts_at.replace(tzinfo=None)
    add_row(
        work, Meeting, name.replace("session", "meeting").replace("draft", "draft meeting"), session_id=key(name),
        number=1, local_start=local, local_end=local + timedelta(hours=2), zone="UTC", starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2), changed_at=work.now, link=f"https://meet.example/{letter}joining",
    )  # fmt: skip


def _places(work: Work, side: Side) -> None:
    """One person with a place and one who waits, of this side's partner, in this side's session."""
    shared = side in (SHARED_A, SHARED_B)
    session = "session shared" if shared else f"session {side.name}"
    owner = next((role for role in ROLES if role.owns == side.name and role.name.startswith("learner")), None)
    person_id, member_id = key(f"person member {side.base}"), key(f"member {side.base}")
    if owner is not None:
        person_id, member_id = key(f"person {owner.name}"), key(f"own membership {side.base}")
    add_enrolled(work, side.name, session, person_id, partner=side.partner, member_id=member_id, state="enrolled")
    gone = {"person_id": key(f"person former {side.base}"), "member_id": key(f"former {side.base}")}
    if owner is not None:
        gone = {"person_id": person_id, "member_id": member_id}
    second = f"second {session}"
    add_enrolled(work, side.name, second, **gone, partner=side.partner, state="cancelled")
    waiting = {"person_id": key(f"person second {side.base}"), "member_id": key(f"second {side.base}")}
    add_enrolled(work, side.name, session, **waiting, partner=side.partner, state="waitlisted")


def _asked(work: Work, program: str) -> None:
    """A question of the program's course, and terms of the program."""
    readers = {"readers": "coordinator,trainer", "created_at": work.now}
    add_row(work, Question, f"question {program}", course_id=key(f"course {program}"), label="Anything?", **readers)
    ids = {"program_id": key(f"program {program}"), "created_at": work.now}
    add_row(work, Terms, f"terms {program}", title="Pictures", required=False, **ids)
    text = {"terms_id": key(f"terms {program}"), "body": "May we?", "published_at": work.now}
    add_row(work, TermsVersion, f"terms version {program}", **text)


def _agreed(work: Work, side: Side) -> None:
    """What the person with this side's place said: an agreement, and an answer that is nobody else's."""
    owner = next((role for role in ROLES if role.owns == side.name and role.name.startswith("learner")), None)
    person = {"person_id": key(f"person {owner.name}" if owner else f"person member {side.base}")}
    version_id, enrollment_id = key(f"terms version {side.program}"), key(f"enrollment {side.name}")
    add_row(work, Consent, f"consent {side.base}", terms_version_id=version_id, given_at=work.now, **person)
    given = {"enrollment_id": enrollment_id, "answered_at": work.now, **person}
    value = f'"{"z" if side.name == "one" else "q"}answer"'
    add_row(work, Answer, f"answer {side.base}", question_id=key(f"question {side.program}"), value=value, **given)


def _messages(work: Work, side: Side) -> None:
    """A message of this side's program and partner that failed, and one that waits."""
    word = f"{'z' if side.base == 'one' else 'q'}message"
    ids = {"program_id": key(f"program {side.program}"), "partner_id": key(f"partner {side.partner}")}
    for kind, state in (("message", "failed"), ("waiting message", "waiting")):
        if side.base == "two" and side.program == "One":
            word = "message"
        add_row(
            work, Message, f"{kind} {side.name}", kind="invitation", template="partners/invitation", state=state,
            values={"link": "", "partner": word, "asked_by": "", "coordinator": False, "days": 14},
            recipient=f"{word}-{side.base}@mail.example", not_before=work.now, created_at=work.now, **ids,
        )  # fmt: skip


# In how many days each session is.
DAYS = {"session one": 10, "session two": 12, "session shared": 14, "session public": 16, "session clash": 14}
ARRIVALS = iter(range(1, 1_000_000))


def add_enrolled(
    work: Work, name: str, session: str, person_id: UUID, *, partner: str, state: str, member_id: UUID | None = None
) -> None:
    kind, waits = {"waitlisted": "waiting", "cancelled": "gone"}.get(state, "enrollment"), state == "waitlisted"
    place, gone = f"{kind} {name}", state == "cancelled"
    partner_id = key(f"partner {partner}") if partner else None
    booking_id = key(f"booking {name}")
    if state == "enrolled" or not partner:
        by = key(f"person coordinator {partner}") if partner else person_id
        booking = {"session_id": key(session), "partner_id": partner_id, "booked_by": by, "created_at": work.now}
        add_row(work, Booking, f"booking {name}", code=str(booking_id)[:8].upper(), **booking)
    add_row(
        work, Enrollment, place, booking_id=booking_id, session_id=key(session), person_id=person_id,
        partner_id=partner_id, membership_id=member_id, state=state, mode="in_person" if state == "enrolled" else "",
        was_state="waitlisted" if gone else "",
        accepts="in_person", arrival=next(ARRIVALS), state_at=work.now, created_at=work.now,
    )  # fmt: skip
    if gone:
        return
    starts_at = work.now + timedelta(days=DAYS[session])
    meeting = key(session.replace("session", "meeting"))
    add_row(
        work, Occupancy, f"occupancy {place}", kind="waiting" if waits else "learner", subject_id=person_id,
        session_id=key(session), meeting_id=meeting, source_id=key(place), starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )  # fmt: skip

"""What is looked at: every page that the access matrix declares, and those that show only after a step or a filter."""

from collections.abc import Iterator
from urllib.parse import urlencode

from tests.access.entry import PARAMETER, PLAIN, Entry
from tests.access.facts import (
    ANONYMOUS,
    COORDINATOR_A,
    COORDINATOR_B,
    IN,
    LEARNER_A,
    MANAGER,
    ONE,
    STAFF,
    TRAINER,
    TWO,
    Role,
    Side,
    key,
)
from tests.access.routes import ENTRIES
from tests.looks.world import KEY, STATED
from training.base.structs import Frozen
from training.booking.rules.guests import place_token

# Who is looked at first: whom the page is made for.
MADE_FOR = (
    ("/manage/people", STAFF),
    ("/manage", MANAGER),
    ("/materials", MANAGER),
    ("/my", LEARNER_A),
    ("/account", LEARNER_A),
    ("/sessions/{session_id}/materials", LEARNER_A),
    ("/sessions/{session_id}", COORDINATOR_A),
    ("/bookings", COORDINATOR_A),
    ("/enrollments", COORDINATOR_A),
    ("/partners", COORDINATOR_A),
    ("/", ANONYMOUS),
)
READERS = (ANONYMOUS, LEARNER_A, COORDINATOR_A, TRAINER, MANAGER, STAFF)
# Addresses that answer with a file, or with the bare letter that the mailbox frames.
NO_PAGES = (*"/export/ /reach /static/ /html /source /plots/ /files/{ .ics .pdf .js .zip .vtt".split(),)
# The parts of the product, by the beginnings of addresses; the last one takes the rest.
PARTS: dict[str, tuple[str, ...]] = {
    "running the program": ("/manage/sessions", "/manage/people"),
    "setting up the program": ("/manage/",),
    "the board": ("/manage",),
    "partner organizations": ("/partners", "/bookings", "/open-places"),
    "places": ("/enrollments", "/places", "/requests", "/naming"),
    "sessions": ("/sessions",),
    "everything else": ("/",),
}


class Step(Frozen, frozen=True, kw_only=True):
    """Something done on a page before it is looked at: tick, fill or press what a selector finds."""

    do: str
    what: str
    text: str = ""


class Visit(Frozen, frozen=True, kw_only=True):
    """A page as somebody sees it. `main`: photographed and looked at in every width and theme."""

    name: str
    path: str
    role: Role
    main: bool = True
    status: tuple[int, ...] = (200,)
    steps: tuple[Step, ...] = ()

    @property
    def part(self) -> str:
        """The part of the product it belongs to, by which pictures are put together."""
        return next(part for part, starts in PARTS.items() if self.path.startswith(starts))


def tick(what: str) -> Step:
    """Tick a box."""
    return Step(do="tick", what=what)


def write(what: str, text: str) -> Step:
    """Write into a field."""
    return Step(do="write", what=what, text=text)


def press(what: str) -> Step:
    """Press a button that leads to another page."""
    return Step(do="press", what=what)


def every_visit() -> list[Visit]:
    """All of them, in the order of the declarations."""
    found = [visit for entry in ENTRIES if is_page(entry) for visit in _visits(entry)]
    return [*found, *MORE]


def is_page(entry: Entry) -> bool:
    """Whether this is something that people look at."""
    leads_on = min(entry.good) >= 300
    return entry.method == "GET" and not (entry.api or leads_on or any(part in entry.path for part in NO_PAGES))


def _visits(entry: Entry) -> Iterator[Visit]:
    """Everybody who gets in; whom the page is made for is the main one. In the demo, everybody reads the mailbox."""
    side = ONE
    path = path_of(entry, side)
    inside = [role for role in READERS if entry.verdict(role, side) == IN or entry.path.startswith("/mailbox")]
    asked = [role for start, role in MADE_FOR if entry.path.startswith(start)]
    first = next(role for role in [*asked, *inside] if role in inside)
    if entry.path in GOES_ON:
        first = {"/partners": STAFF}.get(entry.path, first)
        inside = [first]
    for role in inside:
        name = f"{entry.path} as {role.name}"
        yield Visit(name=name, path=path, role=role, main=role == first, status=entry.good)


# Who is signed in has nothing to do there and is sent on; so is who belongs to one partner.
GOES_ON = ("/sign-in", "/partners")


def path_of(entry: Entry, side: Side) -> str:
    """The address of a page about this side's things."""
    slots = iter(entry.slots())
    names = {name for name in PARAMETER.findall(entry.path) if name in PLAIN and name not in entry.ids}

    def fill(name: str) -> str:
        return PLAIN[name] if name in names else side.id_of(next(slots).kind)

    path = PARAMETER.sub(lambda found: fill(found[1]), entry.path)
    plain = {name: text for name, text in entry.query.items() if not text.startswith("@")}
    query = plain | {slot.name: side.id_of(slot.kind) for slot in slots if slot.place == "query"}
    # A list without its filter is the longer one.
    return f"{path}?{urlencode(query)}" if query and not entry.rule.limited else path


def also(name: str, path: str, role: Role, *steps: Step, status: int = 200) -> Visit:
    """A page that no declaration names."""
    return Visit(name=f"{name} as {role.name}", path=path, role=role, steps=steps, status=(status,))


BOOK = f"/sessions/{key('second session one')}/book?partner={key('partner A')}"
MOVE = f"/manage/sessions/{key('session one')}/move"
DRAFT = f"/manage/sessions/{key('draft One')}"
A, NONE, SINGLE = (f"/partners/{key(f'partner {name}')}" for name in ("A", "none", "single"))

MORE = (
    also("nothing here", "/nothing-here", LEARNER_A, status=404),
    also("not for you", BOOK, LEARNER_A, status=403),
    also("sign-in without an address", "/sign-in", ANONYMOUS, write("input[name=email]", "nobody"),
         press("main form button"), status=422),
    also("a list of 2,000 sessions, the next page", "/sessions", COORDINATOR_A, press("a[rel=next]")),
    also("a device password, just made", "/account/devices", LEARNER_A, write("main input[name=label]", "My phone"),
         press("main form.form .form-foot button")),
    also("sessions, none found", "/sessions?q=nothing-like-it", COORDINATOR_A),
    also("sessions, one found", "/sessions?q=unmistakable", COORDINATOR_A),
    also("sessions, a month", "/sessions?view=month", COORDINATOR_A),
    also("managed sessions, none found", "/manage/sessions?q=nothing-like-it", MANAGER),
    also("managed sessions, one found", "/manage/sessions?q=unmistakable", MANAGER),
    also("the board of somebody who runs little", "/manage", STAFF),
    also("a small partner", f"/partners/{key('partner B')}", COORDINATOR_B),
    also("a partner with nobody", NONE, COORDINATOR_B),
    also("nobody's people", f"{NONE}/members", COORDINATOR_B),
    also("nobody's contacts", f"{NONE}/contacts", COORDINATOR_B),
    also("a partner with one", SINGLE, COORDINATOR_B),
    also("one person", f"{SINGLE}/members", COORDINATOR_B),
    also("2,000 people in one session", f"{A}/sessions/{key('crowd')}", COORDINATOR_A),
    also("a booking of 2,000", f"/bookings/{key('booking crowd')}", COORDINATOR_A),
    also("a roster of 2,000", f"/manage/sessions/{key('crowd')}/roster", MANAGER),
    also("a roster of nobody", f"/manage/sessions/{key('session confirmed')}/roster", MANAGER),
    also("somebody with nothing to attend", "/my/sessions", STAFF),
    also("several partners", "/partners", COORDINATOR_B),
    also("booking, nobody chosen", BOOK, COORDINATOR_A, press("main form.form .form-foot button"), status=422),
    also("booking, checked", BOOK, COORDINATOR_A, tick("input[name=member] >> nth=0"),
         tick("input[name=member] >> nth=1"), tick("input[name=member] >> nth=5"),
         press("main form.form .form-foot button")),
    also("booking for a full session", f"/sessions/{key('session full')}/book?partner={key('partner A')}",
         COORDINATOR_A),
    also("self-enrollment", f"/sessions/{key('session self')}", ANONYMOUS),
    also("asking for a place", f"/sessions/{key('session self')}/enroll", ANONYMOUS),
    also("asking for a place, nothing filled in", f"/sessions/{key('session self')}/enroll", ANONYMOUS,
         press("main form.form .form-foot button"), status=422),
    *(also(f"{state}, the place by link", f"/places/{place_token(KEY, key(f'enrollment {name}'), 1)}", ANONYMOUS)
      for state, name in STATED.items()),
    also("a booking with open places", f"/bookings/{key('booking open')}", COORDINATOR_A),
    also("moving, the consequences", MOVE, MANAGER, press("main form.form .form-foot button")),
    also("a draft", DRAFT, MANAGER),
    also("what an announcement is about", "/manage/announcements/new", MANAGER),
    also("an announcement to 2,000", f"/manage/announcements/new?session={key('crowd')}", MANAGER),
    also("an announcement that waits", f"/manage/announcements/{key('scheduled announcement One')}", MANAGER),
    also("an announcement that went out", f"/manage/announcements/{key('announcement crowd')}", MANAGER),
    also("an announcement at a time that is past", f"/manage/announcements/{key('announcement One')}", MANAGER,
         write("input[name=local_time]", "2020-01-01T10:00"), press("main form.form .form-foot button"), status=422),
    also("the meetings of a draft", f"{DRAFT}/meetings", MANAGER),
    also("an other program, ordinary", f"/programs/{TWO.id_of('slug')}", ANONYMOUS),
    also("an ordinary session", f"/sessions/{key('session two')}", COORDINATOR_B),
    also("booking an ordinary session", f"/sessions/{key('second session two')}/book?partner={key('partner B')}",
         COORDINATOR_B),
    *(also(f"{state}, the session", f"/sessions/{key(name)}", LEARNER_A) for state, name in STATED.items()),
    *(also(f"{state}, giving back", f"/enrollments/{key(f'enrollment {name}')}/cancel", LEARNER_A)
      for state, name in STATED.items()),
    *(also(f"{state}, changing", f"/enrollments/{key(f'enrollment {name}')}/change", COORDINATOR_A)
      for state, name in STATED.items()),
    *(also(f"a {state} session", f"/sessions/{key(f'session {state}')}", COORDINATOR_A)
      for state in ("confirmed", "running", "closed", "cancelled", "full")),
    *(also(f"a {state} session, managed", f"/manage/sessions/{key(f'session {state}')}", MANAGER)
      for state in ("confirmed", "running", "closed", "cancelled")),
)  # fmt: skip

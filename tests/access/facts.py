"""The world of the access matrix without its rows: who there is, what there is, and the rules between them.

Two programs and two partners. Partner A takes part in program One; partner B takes part in One and in Two. Each side
of that world is a set of things that belong together, so that a request can be made of one side's ids, and then of
the other's. Ids are made of names, so that the table can be written without a database.
"""

from collections.abc import Callable
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from training.base.structs import Frozen, Grant, Viewer
from training.people.rules import Permission, may
from training.people.rules import Role as Granted

IN, MISSING, DENIED, SIGN_IN = "in", "404", "403", "sign in"


def key(name: str) -> UUID:
    """The id of the thing with this name."""
    return uuid5(NAMESPACE_URL, f"access {name}")


UNKNOWN = key("unknown")
MALFORMED = "no-id-at-all"


class Role(Frozen, frozen=True, kw_only=True):
    """Somebody who asks: a column of the table."""

    name: str
    grants: frozenset[Grant] = frozenset()
    partner: str = ""
    owns: str = ""
    """The side whose `own` things are this person's: sign-in, membership, invitation, enrollment."""
    teaches: str = ""
    anonymous: bool = False
    scopes: frozenset[str] = frozenset()
    """What an API token is for; empty for people who are signed in."""
    of_partner: bool = False
    """Whether the token stands for the partner and for no person."""

    @property
    def viewer(self) -> Viewer:
        """The same as the product knows it."""
        if self.anonymous:
            return Viewer()
        return Viewer(person_id=key(f"person {self.name}"), grants=self.grants)


def _holding(name: str, role: Granted, scope: str = "", **more: Any) -> Role:
    grant = Grant(role=role.value, scope_id=key(scope) if scope else None)
    return Role(name=name, grants=frozenset({grant}), **more)


STAFF = _holding("staff", Granted.STAFF)
MANAGER = _holding("manager", Granted.PROGRAM_MANAGER, "program One")
OTHER_MANAGER = _holding("other manager", Granted.PROGRAM_MANAGER, "program Two")
COORDINATOR_A = _holding("coordinator A", Granted.COORDINATOR, "partner A", partner="A")
COORDINATOR_B = _holding("coordinator B", Granted.COORDINATOR, "partner B", partner="B", owns="two")
LEARNER_A = _holding("learner of A", Granted.MEMBER, "partner A", partner="A", owns="one")
TRAINER = Role(name="trainer", teaches="one")
ANONYMOUS = Role(name="anonymous", anonymous=True)
PEOPLE = (STAFF, MANAGER, OTHER_MANAGER, COORDINATOR_A, COORDINATOR_B, LEARNER_A, TRAINER, ANONYMOUS)
# A key to read with for somebody who may do everything shows what reading is; one for a partner books for it.
READ_TOKEN = _holding("read token of staff", Granted.STAFF, scopes=frozenset({"read"}))
PARTNER_TOKEN = _holding(
    "token of A", Granted.COORDINATOR, "partner A", partner="A", scopes=frozenset({"read", "book"}), of_partner=True
)
ROLES = (*PEOPLE, READ_TOKEN, PARTNER_TOKEN)

TAKES_PART = {"One": ("A", "B"), "Two": ("B",)}


class Side(Frozen, frozen=True, kw_only=True):
    """Things that belong together. `audience`: whose people see the session; `base`: the side of everything else."""

    name: str
    program: str
    partner: str
    audience: tuple[str, ...]
    base: str

    def id_of(self, kind: str) -> str:
        """The id (or the token) of this side's thing of a kind. Some things there are only once, or per program."""
        return str(KINDS[kind].of(self))


# Session One is for those invited, that is A. The shared one is full of both, so neither may learn of the other.
ONE = Side(name="one", program="One", partner="A", audience=("A",), base="one")
TWO = Side(name="two", program="Two", partner="B", audience=("B",), base="two")
SHARED_A = Side(name="shared A", program="One", partner="A", audience=("A", "B"), base="one")
SHARED_B = Side(name="shared B", program="One", partner="B", audience=("A", "B"), base="two")
SIDES = (ONE, TWO, SHARED_A, SHARED_B)

Judge = Callable[[Role, Side], bool]


class Rule(Frozen, frozen=True, kw_only=True):
    """Who gets in: the words for the table and the same as a function. `open`: asked of visitors too."""

    words: str
    judge: Judge
    open: bool = False
    limited: bool = False
    """Everybody is let in, and sees what is theirs: a list, or oneself."""
    denied: Judge = lambda _role, _side: False
    """Who is told that it is not for them (403): those who may know that it exists."""

    def verdict(self, role: Role, side: Side) -> str:
        """What becomes of a request made of this side's ids."""
        if role.anonymous and not self.open:
            return SIGN_IN
        if self.judge(role, side):
            return IN
        return DENIED if self.denied(role, side) else MISSING


def holds(permission: Permission, within: str = "") -> Rule:
    """Whoever holds a permission: `within` the program or the partner of the thing, or anywhere at all."""

    def judge(role: Role, side: Side) -> bool:
        return may(role.viewer, permission, key(f"{within} {getattr(side, within)}") if within else None)

    return Rule(words=f"`{permission}`" + (f" in its {within}" if within else ""), judge=judge)


def either(words: str, *rules: Rule, open: bool = False) -> Rule:  # noqa: A002 - as in `Rule`
    """Whoever gets in by one of these rules."""
    return Rule(words=words, judge=lambda role, side: any(rule.judge(role, side) for rule in rules), open=open)


def _sees_session(role: Role, side: Side) -> bool:
    invited = role.partner in side.audience or role.teaches == side.name
    return invited or may(role.viewer, Permission.SESSION_MANAGE, key(f"program {side.program}"))


def _takes_part_under(role: Role, side: Side) -> bool:
    programs = (program for program, partners in TAKES_PART.items() if side.partner in partners)
    return any(may(role.viewer, Permission.PROGRAM_MANAGE, key(f"program {program}")) for program in programs)


ANYBODY = Rule(words="anybody", judge=lambda _role, _side: True, open=True)
SIGNED_IN = Rule(words="whoever is signed in", judge=lambda _role, _side: True)
ONLY_OWN = Rule(words="whoever is signed in: what is theirs", judge=lambda _role, _side: True, limited=True)
ONLY_SEEN = Rule(words="anybody: what they may see", judge=lambda _role, _side: True, open=True, limited=True)
OWNER = Rule(words="whose it is", judge=lambda role, side: role.owns == side.base)
SEES_SESSION = Rule(words="the session's audience, its trainers and managers", judge=_sees_session, open=True)
SEES_SIGNED_IN = Rule(words="the session's audience, its trainers and managers: what is theirs", judge=_sees_session)
RUNS = Rule(words="", judge=_takes_part_under)
SEES_PARTNER = either(
    "`partner.see` in the partner, or `partner.create`",
    holds(Permission.PARTNER_SEE, "partner"),
    holds(Permission.PARTNER_CREATE),
)
SEES_PARTNER_PAGE = either(SEES_PARTNER.words, SEES_PARTNER, open=True)
SEES_CONTACTS = either(
    "`partner.see` in the partner, or `program.manage` where it takes part",
    holds(Permission.PARTNER_SEE, "partner"),
    RUNS,
)
SEES_PARTICIPATIONS = either(
    "`partner.see` in the partner; `program.manage`: those in their programs",
    holds(Permission.PARTNER_SEE, "partner"),
    holds(Permission.PROGRAM_MANAGE),
)
SEES_ENROLLMENT = either(
    "`roster.see` in its program, `places.book` in its partner, or oneself",
    holds(Permission.ROSTER_SEE, "program"),
    holds(Permission.PLACES_BOOK, "partner"),
    Rule(words="", judge=lambda role, side: role.owns == side.name),
)


def _sees_without_booking(role: Role, side: Side) -> bool:
    return _sees_session(role, side) and not BOOKS.judge(role, side)


SEES_PEOPLE = Rule(
    words="sees the partner, and somebody of it in the session",
    judge=lambda role, side: SEES_PARTNER.judge(role, side) and SEES_ENROLLMENT.judge(role, side),
    open=True,
)


THEMSELVES = Rule(words="the person", judge=lambda role, side: role == LEARNER_A and side == ONE)
ANSWERS = either("the person, or `places.book` in the partner", THEMSELVES, holds(Permission.PLACES_BOOK, "partner"))
READS_ANSWERS = Rule(
    words="`roster.see` in the program, the session's trainers, coordinators of who is in it: what each may read",
    judge=lambda role, side: (
        may(role.viewer, Permission.ROSTER_SEE, key(f"program {side.program}"))
        or role.teaches == side.name
        or (role.partner in side.audience and may(role.viewer, Permission.PLACES_BOOK))
    ),
)
PARTY = either(
    "`places.book` in the partner, or `session.manage` in the program",
    holds(Permission.PLACES_BOOK, "partner"),
    holds(Permission.SESSION_MANAGE, "program"),
)


def _may_book(role: Role, side: Side) -> bool:
    return BOOKS.judge(role, side) or (_sees_session(role, side) and may(role.viewer, Permission.PLACES_BOOK))


BOOKS = Rule(
    words="sees the session, and `places.book` in the partner or `session.manage` in the program",
    judge=lambda role, side: (
        _sees_session(role, side)
        and (
            may(role.viewer, Permission.PLACES_BOOK, key(f"partner {side.partner}"))
            or may(role.viewer, Permission.SESSION_MANAGE, key(f"program {side.program}"))
        )
    ),
)


MAY_BOOK = Rule(
    words="sees the session, and `places.book` anywhere or `session.manage` in the program;"
    " others who see it are told that it is not for them",
    judge=_may_book,
    denied=_sees_session,
)
BOOKS_ON_PAGE = Rule(
    words=f"{BOOKS.words}; others who see it are told that it is not for them",
    judge=BOOKS.judge,
    denied=_sees_without_booking,
)
CODE_HOLDER = Rule(words="whoever has the link", judge=lambda _role, _side: True, open=True)
DEMO = Rule(words="nobody outside the demonstration", judge=lambda _role, _side: False, open=True)
INBOX_KEY = Rule(words="whoever has the key of the inbox", judge=lambda _role, _side: False, open=True)
FIRST_COORDINATOR = Rule(
    words="`platform.run`, or the manager who added the partner, while it has no coordinator",
    judge=lambda role, _side: may(role.viewer, Permission.PLATFORM_RUN),
)


NAMES = {"A": "Zpartner Alliance", "B": "Qpartner Circle", "C": "Guest C", "D": "Guest D"}
TEACHING = {"one": "coach one", "two": "coach two", "shared A": "coach all", "shared B": "coach all"}
# Filled when the world is built: tokens are made with the key of the installation.
TOKENS: dict[str, str] = {}
# Those of certificates.
CODES = {"one": "AAAA-AAAA-AC", "two": "AAAA-AAAA-AD", "shared A": "AAAA-AAAA-AE", "shared B": "AAAA-AAAA-AF"}


class Kind(Frozen, frozen=True, kw_only=True):
    """What an id can name: whose thing it is, and who may know that it exists."""

    of: Callable[[Side], UUID | str]
    seen: Rule
    token: bool = False


def _per_side(kind: str) -> Callable[[Side], UUID]:
    return lambda side: key(f"{kind} {side.name}")


def _per_base(kind: str) -> Callable[[Side], UUID]:
    return lambda side: key(f"{kind} {side.base}")


def _per_program(kind: str) -> Callable[[Side], UUID]:
    return lambda side: key(f"{kind} {side.program}")


def _shared_session(kind: str) -> Callable[[Side], UUID]:
    return lambda side: key(f"{kind} {side.name.split()[0]}")


MANAGES = holds(Permission.SESSION_MANAGE, "program")
BOOKS_FOR = holds(Permission.PLACES_BOOK, "partner")
BY_PARTNER = holds(Permission.PARTNER_MANAGE, "partner")
RESULTS = either(
    "`survey.see` in its program, or who teaches the session",
    holds(Permission.SURVEY_SEE, "program"),
    Rule(words="", judge=lambda role, side: role.teaches == side.name),
)
MATERIAL_EDITS = either(
    "`material.manage` in its program, or a lead or co-trainer of the session",
    holds(Permission.MATERIAL_MANAGE, "program"),
    Rule(words="", judge=lambda role, side: role.teaches == side.name),
)
MATERIAL_LEARNS = either(
    "who is enrolled in the session, its trainers, and `material.manage` in its program",
    MATERIAL_EDITS,
    THEMSELVES,
    open=True,
)
UPLOADER = Rule(
    words="whoever began it", judge=lambda role, side: role == (MANAGER if side.program == "One" else OTHER_MANAGER)
)
UPLOAD_STOPS = either(
    "whoever began it, and `material.manage` in its program", UPLOADER, holds(Permission.MATERIAL_MANAGE, "program")
)
KINDS = {
    "program": Kind(of=_per_program("program"), seen=ANYBODY),
    "course": Kind(of=_per_program("course"), seen=ANYBODY),
    "advanced": Kind(of=_per_program("advanced course"), seen=ANYBODY),
    "third": Kind(of=_per_program("third course"), seen=ANYBODY),
    "moment": Kind(of=_per_program("moment"), seen=ANYBODY),
    "slug": Kind(of=lambda side: f"program-{side.program.lower()}", seen=ANYBODY, token=True),
    "venue": Kind(of=lambda _: key("venue"), seen=holds(Permission.VENUE_MANAGE)),
    "room": Kind(of=lambda _: key("room"), seen=holds(Permission.VENUE_MANAGE)),
    "session": Kind(of=_shared_session("session"), seen=SEES_SESSION),
    "meeting": Kind(of=_shared_session("meeting"), seen=SEES_SESSION),
    "draft": Kind(of=_per_program("draft"), seen=MANAGES),
    "draft_meeting": Kind(of=_per_program("draft meeting"), seen=MANAGES),
    "trainer": Kind(of=lambda side: key(f"person {TEACHING[side.name]}"), seen=MANAGES),
    "partner": Kind(of=lambda side: key(f"partner {side.partner}"), seen=SEES_PARTNER),
    "partner_name": Kind(of=lambda side: NAMES[side.partner], seen=SEES_PARTNER, token=True),
    "trainer_email": Kind(
        of=lambda side: TEACHING[side.name].replace(" ", "-") + "@role.example", seen=MANAGES, token=True
    ),
    "bookable": Kind(of=_per_base("spare"), seen=BOOKS),
    "contact": Kind(of=_per_base("contact"), seen=SEES_CONTACTS),
    "member": Kind(of=_per_base("member"), seen=BY_PARTNER),
    "spare": Kind(of=_per_base("spare"), seen=BY_PARTNER),
    "invited": Kind(of=_per_base("invited"), seen=BY_PARTNER),
    "booking": Kind(of=_per_side("booking"), seen=SEES_ENROLLMENT),
    "enrollment": Kind(of=_per_side("enrollment"), seen=SEES_ENROLLMENT),
    "attended": Kind(
        of=_per_side("enrollment"),
        seen=either("", MANAGES, Rule(words="", judge=lambda role, side: role.teaches == side.name)),
    ),
    "waiting": Kind(of=_per_side("waiting"), seen=SEES_ENROLLMENT),
    "own_membership": Kind(of=_per_base("own membership"), seen=OWNER),
    "own_invitation": Kind(of=_per_base("own invitation"), seen=OWNER),
    "sign_in": Kind(of=_per_base("sign-in"), seen=OWNER),
    "own_device": Kind(of=_per_base("own device"), seen=OWNER),
    "own_feed": Kind(of=_per_base("own feed"), seen=OWNER),
    "own_token": Kind(of=_per_base("own token"), seen=OWNER),
    "busy_source": Kind(of=_per_base("busy source"), seen=OWNER),
    "partner_token": Kind(of=_per_base("partner token"), seen=BY_PARTNER),
    "question": Kind(of=_per_program("question"), seen=holds(Permission.COURSE_MANAGE, "program")),
    "terms": Kind(of=_per_program("terms"), seen=holds(Permission.PROGRAM_MANAGE, "program")),
    "consent": Kind(of=_per_base("consent"), seen=THEMSELVES),
    "second_session": Kind(of=_shared_session("second session"), seen=SEES_SESSION),
    "open_place": Kind(of=_per_side("open place"), seen=PARTY),
    "naming_token": Kind(of=lambda side: TOKENS[f"naming link {side.name}"], seen=ANYBODY, token=True),
    "place_token": Kind(of=lambda side: TOKENS[f"place enrollment {side.name}"], seen=ANYBODY, token=True),
    "code_token": Kind(of=lambda side: TOKENS[f"code {side.name}"], seen=ANYBODY, token=True),
    "kiosk_token": Kind(of=lambda side: TOKENS[f"kiosk {side.name}"], seen=ANYBODY, token=True),
    "roster_token": Kind(of=lambda side: TOKENS[f"roster {side.name.split()[0]}"], seen=ANYBODY, token=True),
    "contest": Kind(
        of=_per_side("contest"),
        seen=either("", MANAGES, Rule(words="", judge=lambda role, side: role.teaches == side.name)),
    ),
    "online_list": Kind(
        of=_per_side("list"),
        seen=either("", MANAGES, Rule(words="", judge=lambda role, side: role.teaches == side.name)),
    ),
    "check_in": Kind(
        of=_per_side("check-in"),
        seen=either("", MANAGES, Rule(words="", judge=lambda role, side: role.teaches == side.name)),
    ),
    "certificate": Kind(of=lambda side: CODES[side.name], seen=ANYBODY, token=True),
    "gone_token": Kind(of=lambda side: TOKENS[f"place gone {side.name}"], seen=ANYBODY, token=True),
    "survey_token": Kind(of=lambda side: TOKENS[f"survey {side.name}"], seen=ANYBODY, token=True),
    "survey_question": Kind(of=_per_program("survey question"), seen=RESULTS),
    "survey_about": Kind(of=_per_program("survey about"), seen=holds(Permission.SURVEY_SEE, "program")),
    "material": Kind(of=_shared_session("material"), seen=MATERIAL_LEARNS),
    # The link to a place decides: its material is no secret to whoever holds it, whoever else they are.
    "place_material": Kind(of=_shared_session("material"), seen=ANYBODY),
    "course_material": Kind(of=_per_program("material course"), seen=ANYBODY),
    "published_version": Kind(of=_shared_session("published version"), seen=MATERIAL_LEARNS),
    "draft_version": Kind(of=_shared_session("draft version"), seen=MATERIAL_EDITS),
    "published_variant": Kind(of=_shared_session("published variant"), seen=MATERIAL_LEARNS),
    "draft_variant": Kind(of=_shared_session("draft variant"), seen=MATERIAL_EDITS),
    "course_variant": Kind(of=_per_program("published variant course"), seen=ANYBODY),
    "spoken_variant": Kind(of=_shared_session("captions variant"), seen=MATERIAL_LEARNS),
    "spoken_course_variant": Kind(of=_per_program("captions variant course"), seen=ANYBODY),
    # The link to a place decides about these, too.
    "place_variant": Kind(of=_shared_session("published variant"), seen=ANYBODY),
    "spoken_place_variant": Kind(of=_shared_session("captions variant"), seen=ANYBODY),
    "upload": Kind(of=_per_program("upload"), seen=UPLOADER),
    "open_upload": Kind(of=_per_program("upload"), seen=UPLOAD_STOPS),
    "wish_token": Kind(of=lambda side: TOKENS[f"wish {side.base}"], seen=ANYBODY, token=True),
    "gone": Kind(of=_per_side("gone"), seen=SEES_ENROLLMENT),
    "doubtful_mail": Kind(of=_per_base("doubtful mail"), seen=holds(Permission.PLATFORM_RUN)),
    "person": Kind(of=_per_base("person spare"), seen=holds(Permission.PLATFORM_RUN)),
    "announcement": Kind(of=_per_program("announcement"), seen=MANAGES),
    "plan": Kind(of=_per_program("plan"), seen=MANAGES),
    "scheduled": Kind(of=_per_program("scheduled announcement"), seen=MANAGES),
    "message": Kind(of=_per_side("message"), seen=holds(Permission.OUTBOX_SEE, "program")),
    "waiting_message": Kind(of=_per_side("waiting message"), seen=holds(Permission.OUTBOX_SEE, "program")),
    "sign_in_token": Kind(of=lambda side: TOKENS[f"sign-in link {side.base}"], seen=ANYBODY, token=True),
    "unsubscribe_token": Kind(of=lambda side: TOKENS[f"unsubscribe {side.base}"], seen=ANYBODY, token=True),
    "invitation_token": Kind(of=lambda side: TOKENS[f"invitation link {side.base}"], seen=ANYBODY, token=True),
}

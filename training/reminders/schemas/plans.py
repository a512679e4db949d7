"""Plans of reminders and what they come to, as JSON and as forms."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from training.base.errors import Invalid
from training.base.structs import Frozen, Input, as_data
from training.reminders.queries.previews import Preview
from training.reminders.rules.plans import EARLIEST, LATEST, LONGEST_WORDS, Anchor, Audience, Plan, PlanValues, Scope

Offset = Annotated[int, Meta(ge=EARLIEST, le=LATEST, description="Minutes after the instant; negative before it.")]
Words = Annotated[str, Meta(max_length=LONGEST_WORDS, description="Sentences of your own, added to the message.")]
Key = Annotated[str, Meta(max_length=40)]
Unit = Literal["minutes", "hours", "days"]
UNITS: dict[str, int] = {"minutes": 1, "hours": 60, "days": 24 * 60}


def about(program: UUID | None, course: UUID | None, session: UUID | None) -> tuple[Scope, UUID]:
    """What plans are asked about. Raises Invalid unless that is exactly one thing."""
    given = {Scope.PROGRAM: program, Scope.COURSE: course, Scope.SESSION: session}
    found = [(scope, scope_id) for scope, scope_id in given.items() if scope_id is not None]
    if len(found) != 1:
        raise Invalid("Say which program, course or session it is about: exactly one of them.")
    return found[0]


class PlanOut(Frozen, frozen=True, kw_only=True):
    """A plan in force. `scope` says from where it is; a built-in one has no `id` and no version."""

    id: UUID | None
    key: str
    scope: Scope
    audience: Audience
    anchor: Anchor
    offset_minutes: int
    kind: str
    words: str
    active: bool
    version: int

    @classmethod
    def of(cls, plan: Plan) -> "PlanOut":
        """A plan as it is told."""
        return cls(
            id=plan.id,
            key=plan.key,
            scope=plan.scope,
            audience=plan.audience,
            anchor=plan.anchor,
            offset_minutes=plan.offset_minutes,
            kind=plan.kind,
            words=plan.words,
            active=plan.active,
            version=plan.version,
        )


class PlanList(Frozen, frozen=True, kw_only=True):
    """The plans in force somewhere."""

    items: list[PlanOut]


class PlanIn(Input, frozen=True, kw_only=True):
    """A plan to add to exactly one of program, course and session."""

    key: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    offset_minutes: Offset
    program_id: UUID | None = None
    course_id: UUID | None = None
    session_id: UUID | None = None
    audience: Audience = Audience.ENROLLED
    anchor: Anchor = Anchor.START
    words: Words = ""
    active: bool = True

    def about(self) -> tuple[Scope, UUID]:
        """What it belongs to. Raises Invalid."""
        return about(self.program_id, self.course_id, self.session_id)

    def values(self) -> PlanValues:
        """What is to be kept."""
        return PlanValues(
            key=self.key,
            audience=Audience(self.audience),
            anchor=Anchor(self.anchor),
            offset_minutes=self.offset_minutes,
            words=self.words,
            active=self.active,
        )


class PlanChange(Input, frozen=True, kw_only=True):
    """Values of a plan to change; what is left out stays. Its key stays."""

    audience: Audience | UnsetType = UNSET
    anchor: Anchor | UnsetType = UNSET
    offset_minutes: Offset | UnsetType = UNSET
    words: Words | UnsetType = UNSET
    active: bool | UnsetType = UNSET

    def values(self, now: Plan) -> PlanValues:
        """What is to be kept, with what is `now` for whatever was left out."""
        given = {name: value for name, value in as_data(self).items() if value is not UNSET}
        kept = {name: getattr(now, name) for name in PlanValues.__struct_fields__}
        held = {**kept, **given}
        # Cleaning input turns members of a StrEnum into plain text.
        return PlanValues(**{**held, "audience": Audience(held["audience"]), "anchor": Anchor(held["anchor"])})


class SwitchIn(Input, frozen=True, kw_only=True):
    """Whether the reminder of a key goes out in exactly one program, course or session."""

    key: Key
    active: bool
    program_id: UUID | None = None
    course_id: UUID | None = None
    session_id: UUID | None = None

    def about(self) -> tuple[Scope, UUID]:
        """Where. Raises Invalid."""
        return about(self.program_id, self.course_id, self.session_id)


class StopIn(Input, frozen=True, kw_only=True):
    """Whose reminders of a session, and of which plan; of all plans when `key` is empty."""

    person_id: UUID
    key: Key = ""


class StoppedOut(Frozen, frozen=True, kw_only=True):
    """How many reminders that were."""

    reminders: int


class ReminderOut(Frozen, frozen=True, kw_only=True):
    """One reminder for one person: what, when and why. `due_at` is UTC; `zone` is whose clocks were looked at.

    `state` is of the reminder: "sent" means that its message was written, and `mail` where that message stands
    ("waiting", "sent", "bounced" and so on; null without one). `unreached`: mail to their address comes back.
    """

    session_id: UUID
    title: str
    person_id: UUID
    name: str
    audience: Audience
    key: str
    scope: Scope
    anchor: Anchor
    anchor_at: datetime
    offset_minutes: int
    due_at: datetime
    zone: str
    moved: bool
    quiet: bool
    state: str
    reason: str
    message_id: UUID | None
    mail: str | None
    unreached: bool
    stopped_by: str
    stopped_at: datetime | None

    @classmethod
    def of(cls, line: Preview) -> "ReminderOut":
        """A line of the preview as it is told."""
        return cls(
            session_id=line.session_id,
            title=line.title,
            person_id=line.person_id,
            name=line.name,
            audience=line.audience,
            key=line.key,
            scope=line.scope,
            anchor=line.anchor,
            anchor_at=line.anchor_at,
            offset_minutes=line.offset_minutes,
            due_at=line.due_at,
            zone=line.zone,
            moved=line.moved,
            quiet=line.quiet,
            state=line.state.value,
            reason=line.reason,
            message_id=line.message_id,
            mail=line.mail.value if line.mail else None,
            unreached=line.unreached,
            stopped_by=line.stopped_by,
            stopped_at=line.stopped_at,
        )


class ReminderList(Frozen, frozen=True, kw_only=True):
    """Reminders in the order in which they go out."""

    items: list[ReminderOut]


class LookedFor(Input, frozen=True, kw_only=True):
    """Whose reminders a page shows, and which hundred of them."""

    person: UUID | None = None
    q: Annotated[str, Meta(max_length=100)] = ""
    page: Annotated[int, Meta(ge=1, le=10_000)] = 1


class SwitchForm(Input, frozen=True, kw_only=True):
    """A button that switches a reminder on or off."""

    key: Key
    active: Literal["on", "off"]


class StopForm(Input, frozen=True, kw_only=True):
    """A button that stops one person's reminders, or lets them go: of one plan, or of all without a key."""

    person_id: UUID
    key: Key = ""


class StopAllForm(Input, frozen=True, kw_only=True):
    """A button that stops a person's reminders, or with `everybody` all of the session."""

    person_id: UUID | None = None
    key: Key = ""
    everybody: Literal["", "yes"] = ""


class PlanForm(Input, frozen=True, kw_only=True):
    """A plan as its form holds it: so many minutes, hours or days before or after an instant."""

    key: Annotated[str, Meta(max_length=40)] = ""
    audience: Audience = Audience.ENROLLED
    anchor: Anchor = Anchor.START
    amount: Annotated[int, Meta(ge=0, le=129_600)]
    unit: Unit = "days"
    side: Literal["before", "after"] = "before"
    words: Annotated[str, Meta(max_length=LONGEST_WORDS)] = ""
    active: bool = False
    version: int = 0

    @property
    def offset_minutes(self) -> int:
        """Minutes after the instant; negative before it."""
        return self.amount * UNITS[self.unit] * (-1 if self.side == "before" else 1)

    @property
    def said(self) -> str:
        """Which reminder it is, in the words of a key."""
        return f"{self.audience} {self.amount} {self.unit} {self.side} {self.anchor}"


def values_of(form: PlanForm, key: str) -> PlanValues:
    """What is to be kept. Raises Invalid for an instant further away than any reminder."""
    if not EARLIEST <= form.offset_minutes <= LATEST:
        raise Invalid(fields={"offset_minutes": "At most 90 days before and 60 days after."})
    return PlanValues(
        key=key,
        audience=Audience(form.audience),
        anchor=Anchor(form.anchor),
        offset_minutes=form.offset_minutes,
        words=form.words,
        active=form.active,
    )


def form_of(plan: Plan | None) -> dict[str, Any]:
    """A plan as its form holds it, in the largest unit that needs no fraction; without one, what is offered first."""
    minutes = plan.offset_minutes if plan else -2 * UNITS["days"]
    unit = next(name for name in ("days", "hours", "minutes") if minutes % UNITS[name] == 0)
    return {
        "key": plan.key if plan else "",
        "audience": plan.audience.value if plan else Audience.ENROLLED.value,
        "anchor": plan.anchor.value if plan else Anchor.START.value,
        "amount": abs(minutes) // UNITS[unit],
        "unit": unit,
        "side": "before" if minutes < 0 else "after",
        "words": plan.words if plan else "",
        "active": plan.active if plan else True,
        "version": plan.version if plan else 0,
    }

"""Taking part by one's own wish: forms and the API."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from training.base.errors import Invalid
from training.base.structs import EmailAddress, Frozen, Input, OptionalLine
from training.booking.actions.confirm import Choice, TakenPart
from training.booking.actions.offers import Taken
from training.booking.actions.request import Asking, Requested
from training.booking.actions.undo import Restored, Undone
from training.booking.rules import State
from training.booking.rules.asking import Given
from training.booking.rules.requests import PartnerNotChosen
from training.booking.schemas.forms import MODE_WISHES
from training.catalogue.rules import Mode

OWN = "own"
Wish = Literal["any", "online_first", "in_person", "online"]


class EnrollForm(Input, frozen=True, kw_only=True):
    """The form of a session: who, on which clocks, how; and for somebody signed in, for whom."""

    name: OptionalLine = ""
    email: Annotated[str, Meta(max_length=1000)] = ""
    zone: OptionalLine = ""
    accepts: Wish = "any"
    code: Annotated[str, Meta(max_length=40)] = ""
    partner: Annotated[str, Meta(max_length=40)] = ""
    clash: bool = False

    def asking(self, session_id: UUID, zone: str, client: str) -> Asking:
        """What a visitor asks for."""
        return Asking(
            session_id=session_id,
            email=self.email,
            name=self.name,
            zone=zone,
            client=client,
            accepts=MODE_WISHES[self.accepts],
            access_code=self.code,
        )

    def choice(self, given: Given) -> Choice:
        """What somebody known says. Raises PartnerNotChosen for what is no partner's id."""
        return Choice(partner_id=partner_of(self.partner), accept_clashes=self.clash, name=self.name, given=given)


def partner_of(text: str) -> UUID | None:
    """The partner that was chosen; None for oneself. Raises PartnerNotChosen for anything else."""
    if text in ("", OWN):
        return None
    try:
        return UUID(text)
    except ValueError as error:
        raise PartnerNotChosen(fields={"partner": PartnerNotChosen().detail}) from error


class LeaveForm(Input, frozen=True, kw_only=True):
    """Leaving by the link to one's place: in which state it was seen, and why."""

    version: int
    reason: Annotated[str, Meta(max_length=500)] = ""


class AnswerForm(Input, frozen=True, kw_only=True):
    """Taking an offered place or declining it, in the state in which it was seen."""

    version: int
    answer: Literal["take", "decline"]


class RequestIn(Input, frozen=True, kw_only=True):
    """A wish to take part. A visitor gives `email`, `name` and `zone`, and confirms by mail. Somebody signed in takes
    part as themselves, and may say for which partner (`partner_id`), that they know of a clash, and answer questions.
    """

    email: EmailAddress | None = None
    name: OptionalLine = ""
    zone: OptionalLine = ""
    accepts: Annotated[list[Mode], Meta(max_length=3)] = []
    access_code: Annotated[str, Meta(max_length=20)] = ""
    partner_id: UUID | None = None
    accept_clashes: bool = False
    answers: dict[Annotated[str, Meta(max_length=80)], str | list[str]] = {}

    def asking(self, session_id: UUID, client: str) -> Asking:
        """What a visitor asks for. Raises Invalid without an address."""
        if self.email is None:
            raise Invalid(fields={"email": "Please fill this in, or sign in first."})
        return Asking(
            session_id=session_id,
            email=self.email,
            name=self.name,
            zone=self.zone or "UTC",
            client=client,
            accepts=tuple(self.accepts),
            access_code=self.access_code,
        )

    def choice(self) -> Choice:
        """What somebody who is signed in says; they take part as themselves, whatever else is given."""
        return Choice(partner_id=self.partner_id, accept_clashes=self.accept_clashes, given=self.answers)


class RequestOut(Frozen, frozen=True, kw_only=True):
    """What a wish came to. `state` is `requested` until the mailed link confirms it; then `kept` says whether a place
    is kept until `keeps_until` for whoever asks for the first time; who asked before is told by mail. Nothing here
    tells whether the address is known."""

    session_id: UUID
    state: State
    kept: bool
    keeps_until: datetime | None
    enrollment_id: UUID | None
    partner_id: UUID | None
    mode: Mode | None
    position: int | None
    version: int | None

    @classmethod
    def of_request(cls, asked: Requested) -> "RequestOut":
        """For a visitor."""
        return cls(
            session_id=asked.session_id,
            state=State.REQUESTED,
            kept=asked.kept,
            keeps_until=asked.keeps_until,
            enrollment_id=None,
            partner_id=None,
            mode=None,
            position=None,
            version=None,
        )

    @classmethod
    def of(cls, taken: TakenPart) -> "RequestOut":
        """For somebody who is signed in."""
        return cls(
            session_id=taken.session_id,
            state=taken.state,
            kept=taken.mode is not None,
            keeps_until=None,
            enrollment_id=taken.enrollment_id,
            partner_id=taken.partner_id,
            mode=taken.mode,
            position=taken.position,
            version=taken.version,
        )


class TakenOut(Frozen, frozen=True, kw_only=True):
    """An offered place that was taken."""

    enrollment_id: UUID
    session_id: UUID
    mode: Mode
    version: int

    @classmethod
    def of(cls, taken: Taken) -> "TakenOut":
        """From the action's result."""
        return cls(
            enrollment_id=taken.enrollment_id, session_id=taken.session_id, mode=taken.mode, version=taken.version
        )


class RestoredOut(Frozen, frozen=True, kw_only=True):
    """An enrollment whose cancellation was taken back; without a `mode` it waits again, where it waited."""

    enrollment_id: UUID
    session_id: UUID
    state: State
    mode: Mode | None
    version: int

    @classmethod
    def of(cls, restored: Restored) -> "RestoredOut":
        """From the action's result."""
        return cls(
            enrollment_id=restored.enrollment_id,
            session_id=restored.session_id,
            state=restored.state,
            mode=restored.mode,
            version=restored.version,
        )


class UndoneOut(Frozen, frozen=True, kw_only=True):
    """A booking that was taken back: how many people and open places left, and who moved up."""

    booking_id: UUID
    session_id: UUID
    enrollments: int
    open_places: int
    promoted: int

    @classmethod
    def of(cls, undone: Undone) -> "UndoneOut":
        """From the action's result. Of those who moved up only the number is told: they may be another partner's."""
        return cls(
            booking_id=undone.booking_id,
            session_id=undone.session_id,
            enrollments=undone.enrollments,
            open_places=undone.open_places,
            promoted=len(undone.promoted),
        )

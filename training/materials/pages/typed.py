"""What is typed into the forms of materials, and what is meant by it."""

from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from msgspec import Meta

from training.base.errors import Conflict, Invalid, TrainingError
from training.base.structs import Input, Line, OptionalLine, Paragraphs, as_data
from training.catalogue.pages.refusals import refused
from training.materials.rules.materials import MaterialDetails, PlacementDetails
from training.materials.rules.showing import MOST_OFFSET, Audience, Opens, Showing
from training.materials.rules.variants import Form as Shape
from training.web.forms import Form

T = TypeVar("T", bound=Input)
REFUSALS = (Invalid, Conflict)
"""What a form can put right: the sentence goes beside a field, and everything typed stays."""

Amount = Annotated[int, Meta(ge=1, le=MOST_OFFSET)]
MeetingNumber = Annotated[int, Meta(ge=1, le=1000)]
Language = Annotated[str, Meta(max_length=60)]
Reason = Annotated[str, Meta(max_length=300)]
Unit = Literal["minutes", "hours", "days"]
MINUTES = {"days": 1440, "hours": 60, "minutes": 1}


class ShowingForm(Input, frozen=True, kw_only=True):
    """Who may see a material, and when. `amount` of `unit` before the start counts for `before` alone. `counted`: the
    mark of the meetings among which one was chosen; empty where nobody chose among those of a session."""

    audience: Audience = Audience.ENROLLED
    opens: Opens = Opens.ALWAYS
    amount: Amount | None = None
    unit: Unit = "days"
    meeting_number: MeetingNumber | None = None
    counted: Annotated[str, Meta(max_length=64)] = ""

    def showing(self) -> Showing:
        """The same as a rule judges it."""
        return Showing(
            audience=self.audience,
            opens=self.opens,
            offset_minutes=(self.amount or 0) * MINUTES[self.unit] if self.opens is Opens.BEFORE else 0,
            meeting_number=None if self.opens is Opens.ALWAYS else self.meeting_number,
        )


class MaterialForm(ShowingForm, frozen=True, kw_only=True):
    """A material to add or to change. `step` is show, or save; `version` was looked at."""

    title: Line
    summary: Paragraphs = ""
    prework: bool = False
    step: Literal["show", "save"] = "save"
    version: int = 0

    def details(self) -> MaterialDetails:
        """The same as an action takes it."""
        showing = self.showing()
        return MaterialDetails(
            title=self.title,
            summary=self.summary,
            audience=showing.audience,
            opens=showing.opens,
            offset_minutes=showing.offset_minutes,
            meeting_number=showing.meeting_number,
            prework=self.prework,
        )


class PlacementForm(ShowingForm, frozen=True, kw_only=True):
    """How a session uses a material of its course. `shown`: as the course says (course), or by the fields (here)."""

    hidden: bool = False
    pinned_id: UUID | None = None
    shown: Literal["course", "here"] = "course"
    prework: Literal["course", "yes", "no"] = "course"
    step: Literal["show", "save", "reset"] = "save"
    version: int = 0

    def details(self) -> PlacementDetails:
        """The same as an action takes it."""
        if self.step == "reset":
            return PlacementDetails()
        here = self.shown == "here"
        showing = self.showing()
        return PlacementDetails(
            hidden=self.hidden,
            pinned_id=self.pinned_id,
            audience=showing.audience if here else None,
            opens=showing.opens if here else None,
            offset_minutes=showing.offset_minutes if here else 0,
            meeting_number=showing.meeting_number if here else None,
            prework={"course": None, "yes": True, "no": False}[self.prework],
        )


class VariantForm(Input, frozen=True, kw_only=True):
    """A shape of a version: what is there beside the file itself. `begin`: into the next version, for this one was
    published meanwhile."""

    form: Shape = Shape.DOCUMENT
    language: Language = ""
    name: OptionalLine = ""
    link: Annotated[str, Meta(max_length=1000)] = ""
    # As many as a form may have: the rule says how many a note may, with line ends counted as one character.
    body: str = ""
    version: int = 0
    begin: bool = False


class FilesForm(Input, frozen=True, kw_only=True):
    """Files that come in; `form` is empty where it follows from what each of them is. `begin`: as of a shape."""

    form: Shape | None = None
    language: Language = ""
    version: int = 0
    begin: bool = False


class NoteForm(Input, frozen=True, kw_only=True):
    """What is different in a version, and why it goes without captions. `same`: it is to be published although it holds
    what the one before it holds."""

    note: Paragraphs = ""
    waive: Reason = ""
    same: bool = False
    version: int = 0


class MoveForm(Input, frozen=True, kw_only=True):
    """One step up or down in the list."""

    step: Literal["up", "down"] = "up"


class CopyForm(Input, frozen=True, kw_only=True):
    """Which materials are copied, and where to: the id of a session or of a course."""

    material: list[UUID] = []
    to: UUID | None = None
    q: Annotated[str, Meta(max_length=100)] = ""
    step: Literal["find", "copy"] = "copy"


def typed_showing(showing: Showing) -> dict[str, Any]:
    """Who and when as their form has it, in the largest unit that fits."""
    minutes = showing.offset_minutes
    unit = next((name for name, length in MINUTES.items() if minutes and minutes % length == 0), "days")
    return {
        "audience": showing.audience.value,
        "opens": showing.opens.value,
        "amount": minutes // MINUTES[unit] if minutes else None,
        "unit": unit,
        "meeting_number": showing.meeting_number,
    }


def put_right(form: Form[T], error: TrainingError) -> Form[T]:
    """The form with what an action said against it; the time before the start has its field."""
    if isinstance(error, Invalid) and "offset_minutes" in error.fields:
        fields = {("amount" if name == "offset_minutes" else name): said for name, said in error.fields.items()}
        return refused(form, Invalid(error.detail, fields=fields))
    return refused(form, error)


def words_of(form: Input) -> dict[str, Any]:
    """What was typed, with plain values for choices, to be compared with what is kept."""
    return {name: getattr(value, "value", value) for name, value in as_data(form).items()}

"""What can happen to places. The first field names the subject; no names or addresses of people are in events."""

from datetime import datetime
from uuid import UUID

from training.base.structs import Event
from training.catalogue.rules import Mode


class PlacesBooked(Event, frozen=True, kw_only=True):
    """A booking was made: these enrollments got places, those wait, and these places have no name yet.

    `people` are those behind the enrollments that got places.
    """

    booking_id: UUID
    session_id: UUID
    partner_id: UUID | None
    enrolled: tuple[UUID, ...]
    waitlisted: tuple[UUID, ...]
    open_places: tuple[UUID, ...] = ()
    people: tuple[UUID, ...] = ()


class EnrollmentCancelled(Event, frozen=True, kw_only=True):
    """Somebody left: by their own or the coordinator's wish (`cancelled`) or by a manager's (`removed`)."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str
    reason: str
    freed: Mode | None
    partner_id: UUID | None = None


class EnrollmentRestored(Event, frozen=True, kw_only=True):
    """A cancellation was undone: the place was still free, or the spot on the waitlist is kept again."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str
    partner_id: UUID | None = None


class BookingUndone(Event, frozen=True, kw_only=True):
    """Whoever booked took the whole booking back shortly afterwards."""

    booking_id: UUID
    session_id: UUID
    enrollments: int
    open_places: int
    partner_id: UUID | None = None


class EnrollmentOffered(Event, frozen=True, kw_only=True):
    """A place became free for somebody who waited and is busy then; they are asked, and it is kept until `until`."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode
    until: datetime


class OfferTaken(Event, frozen=True, kw_only=True):
    """Somebody took the place that was offered to them."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    partner_id: UUID | None = None


class EnrollmentExpired(Event, frozen=True, kw_only=True):
    """Nobody confirmed the request or answered the offer in time, so it keeps no place any more."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    state: str
    freed: Mode | None


class PersonReplaced(Event, frozen=True, kw_only=True):
    """Somebody else of the same partner has the place now; it was never free in between."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    new_enrollment_id: UUID
    new_person_id: UUID
    partner_id: UUID | None = None


class PersonMoved(Event, frozen=True, kw_only=True):
    """Somebody went from this session to another one, in one step."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    new_enrollment_id: UUID
    new_session_id: UUID
    freed: Mode | None
    partner_id: UUID | None = None


class ModeChanged(Event, frozen=True, kw_only=True):
    """Somebody takes part in another way now, or would while they wait (then `mode` is null)."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode | None
    accepts: tuple[Mode, ...]
    partner_id: UUID | None = None


class PartyChanged(Event, frozen=True, kw_only=True):
    """A party that waits stays together from now on, or takes places one by one."""

    booking_id: UUID
    session_id: UUID
    together: bool


class EnrollmentPromoted(Event, frozen=True, kw_only=True):
    """Somebody who waited has a place now."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode
    partner_id: UUID | None = None


class PlaceGiven(Event, frozen=True, kw_only=True):
    """A manager gave somebody who waited a place, in whatever order; above the capacity only for a reason."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode
    above_capacity: bool
    reason: str
    partner_id: UUID | None = None


class SessionEmptied(Event, frozen=True, kw_only=True):
    """A session was cancelled and with it every active enrollment."""

    session_id: UUID
    enrollments: int


class QuestionAdded(Event, frozen=True, kw_only=True):
    """A question is asked of whoever takes part in a course, or in one session."""

    question_id: UUID
    course_id: UUID | None
    session_id: UUID | None


class QuestionEdited(Event, frozen=True, kw_only=True):
    """Somebody changed the named fields of a question. `asks_again`: what was answered before no longer counts."""

    question_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    changed: tuple[str, ...]
    asks_again: bool


class QuestionsOrdered(Event, frozen=True, kw_only=True):
    """The questions of a course or session stand in another order."""

    scope_id: UUID
    course_id: UUID | None
    session_id: UUID | None


class QuestionRetired(Event, frozen=True, kw_only=True):
    """A question is asked no longer; what was answered to it is kept."""

    question_id: UUID
    course_id: UUID | None
    session_id: UUID | None


class TermsAdded(Event, frozen=True, kw_only=True):
    """There is something more to agree to."""

    terms_id: UUID
    program_id: UUID
    course_id: UUID | None
    session_id: UUID | None
    title: str


class TermsEdited(Event, frozen=True, kw_only=True):
    """Title of terms, or whether one has to agree to them, changed; their text did not."""

    terms_id: UUID
    program_id: UUID
    session_id: UUID | None
    changed: tuple[str, ...]


class TermsPublished(Event, frozen=True, kw_only=True):
    """Terms have a new text, and everybody is asked for it again."""

    terms_id: UUID
    program_id: UUID
    session_id: UUID | None
    number: int


class TermsRetired(Event, frozen=True, kw_only=True):
    """Nobody is asked for these terms any more."""

    terms_id: UUID
    program_id: UUID
    session_id: UUID | None


class QuestionsAnswered(Event, frozen=True, kw_only=True):
    """Answers to questions were written down, or taken away; what they say is in no event. `consents`: to how many
    versions of terms the person agreed."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    answered: int
    cleared: int
    consents: int


class ConsentWithdrawn(Event, frozen=True, kw_only=True):
    """Somebody no longer agrees to terms. When these are required, their managers are told; nothing else follows."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    terms_id: UUID
    number: int
    required: bool


class OpenPlaceNamed(Event, frozen=True, kw_only=True):
    """A place without a name has one now. `proven`: by the link that was mailed to that very address."""

    open_place_id: UUID
    session_id: UUID
    enrollment_id: UUID
    person_id: UUID
    by_link: bool
    proven: bool
    partner_id: UUID | None = None


class OpenPlaceReleased(Event, frozen=True, kw_only=True):
    """A place without a name went back: given back by somebody, or because it had no name in time (`overdue`)."""

    open_place_id: UUID
    session_id: UUID
    partner_id: UUID
    mode: Mode
    overdue: bool
    reason: str


class OpenPlaceNoted(Event, frozen=True, kw_only=True):
    """Somebody wrote down what a place without a name is meant for."""

    open_place_id: UUID
    session_id: UUID


class OpenPlacesReminded(Event, frozen=True, kw_only=True):
    """Whoever booked places was reminded that so many of them have no name yet."""

    booking_id: UUID
    session_id: UUID
    open_places: int


class NamingLinkMade(Event, frozen=True, kw_only=True):
    """There is a new link by which somebody can put their name on a place; earlier ones are over."""

    open_place_id: UUID
    session_id: UUID
    mailed: bool


class NamingLinkWithdrawn(Event, frozen=True, kw_only=True):
    """The link of a place was taken back; the place stays."""

    open_place_id: UUID
    session_id: UUID


class PlaceRequested(Event, frozen=True, kw_only=True):
    """Somebody who is not signed in asked for a place by address. With a `mode` one is kept until `keeps_until`."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    mode: Mode | None
    keeps_until: datetime


class SelfEnrolled(Event, frozen=True, kw_only=True):
    """Somebody takes part by their own wish, or waits then without a `mode`; for a partner only by their own choice."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    partner_id: UUID | None
    mode: Mode | None


class PlaceLinkRenewed(Event, frozen=True, kw_only=True):
    """Every earlier link to the page of this place is worthless from now on."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID


class ListingChosen(Event, frozen=True, kw_only=True):
    """Somebody lets others of their own organization see that they take part, or no longer."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    listed: bool


class CalendarAnswered(Event, frozen=True, kw_only=True):
    """Somebody's calendar answered to their meetings: accepted, tentative, declined, or partly; empty for nothing yet.

    `gives_back_at`: then the place goes back, unless somebody keeps it.
    """

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    answer: str
    gives_back_at: datetime | None
    partner_id: UUID | None = None


class PlaceKept(Event, frozen=True, kw_only=True):
    """Somebody keeps the place of a person whose calendar declined."""

    enrollment_id: UUID
    session_id: UUID
    person_id: UUID
    partner_id: UUID | None = None

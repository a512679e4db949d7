"""Every kind of message: what it is called, who may switch it off, how long it is worth sending. Pure.

A kind that is not in this table is refused by a test. Kinds of one family share a line: `reminder-day-before` is
found under `reminder`.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from training.base.structs import Frozen


class Sort(StrEnum):
    """What a person can switch off as one. Messages of no sort belong to a place or a sign-in and always come."""

    NONE = "none"
    REMINDERS = "reminders"
    DIGESTS = "digests"
    ANNOUNCEMENTS = "announcements"
    MATERIALS = "materials"


# What a page calls each sort that can be switched off, and what goes on coming without it.
SORT_LABELS: dict[Sort, tuple[str, str]] = {
    Sort.REMINDERS: (
        "Reminders",
        "Before and after a session, and before a deadline. Changes and cancellations still reach you.",
    ),
    Sort.DIGESTS: ("Weekly summaries", "What your organization has booked, once a week. For coordinators."),
    Sort.ANNOUNCEMENTS: ("Announcements", "What a program manager writes to everybody in a program or a session."),
    Sort.MATERIALS: ("News of materials", "When materials of a session are changed, wherever you asked to hear of it."),
}

_MINUTES_10, _HOUR, _DAYS_3, _WEEK = timedelta(minutes=10), timedelta(hours=1), timedelta(days=3), timedelta(days=7)
_DAYS_14 = timedelta(days=14)


class Kind(Frozen, frozen=True, kw_only=True):
    """What is known about a kind of message.

    `lifetime` is how long after its instant it is still worth sending; whoever enqueues may say sooner. `may_wait`:
    it is not sent in the quiet hours of whom it is for. `passes`: it is about a moment, and worth nothing after it.
    `brings_entry`: it tells of a meeting as it is now, so an entry for a calendar goes with it.
    """

    label: str
    sort: Sort = Sort.NONE
    lifetime: timedelta = _DAYS_3
    may_wait: bool = False
    passes: bool = False
    brings_entry: bool = False


KINDS: dict[str, Kind] = {
    "sign-in": Kind(label="Sign-in link", lifetime=_MINUTES_10),
    "invitation": Kind(label="Invitation to a partner organization", lifetime=_DAYS_14),
    "booking-already": Kind(label="Asked for a place that one has"),
    "booking-calendar-answer": Kind(label="A calendar answered", lifetime=_WEEK),
    "booking-calendar-declined": Kind(label="Declined in the calendar", lifetime=_WEEK),
    "booking-cancelled": Kind(label="Enrollment ended", lifetime=_WEEK),
    "booking-confirm": Kind(label="Confirm that you take part", lifetime=_HOUR),
    "booking-consent-withdrawn": Kind(label="Somebody took back an agreement", lifetime=_WEEK),
    "booking-course-missing": Kind(label="Another course comes first"),
    "booking-enrolled": Kind(label="You have a place", lifetime=_WEEK, brings_entry=True),
    "booking-expired": Kind(label="Not confirmed in time"),
    "booking-mode-changed": Kind(label="In the room or online: changed", lifetime=_WEEK, brings_entry=True),
    "booking-moved": Kind(label="Session changed, before and now", lifetime=_WEEK, brings_entry=True),
    "booking-moved-over": Kind(label="Place moved to another session", lifetime=_WEEK, brings_entry=True),
    "booking-naming": Kind(label="Link to name who takes a place", lifetime=_DAYS_14),
    "booking-naming-over": Kind(label="Naming link is over"),
    "booking-new-link": Kind(label="New link to one's place", lifetime=_WEEK),
    "booking-offered": Kind(label="A place is offered", lifetime=_WEEK),
    "booking-open-due": Kind(label="Places still need names"),
    "booking-open-moved": Kind(label="Places without a name: new deadline", lifetime=_WEEK),
    "booking-open-released": Kind(label="Places without a name went back", lifetime=_WEEK),
    "booking-promoted": Kind(label="From the waitlist to a place", lifetime=_WEEK, brings_entry=True),
    "booking-restored": Kind(label="Cancellation taken back", lifetime=_WEEK, brings_entry=True),
    "booking-session-cancelled": Kind(label="Session cancelled", lifetime=_DAYS_14),
    "booking-session-confirmed": Kind(label="Session takes place", lifetime=_WEEK),
    "booking-still-needed": Kind(label="Something new is asked", lifetime=_WEEK),
    "booking-waitlisted": Kind(label="On the waitlist", lifetime=_WEEK),
    "reminder": Kind(label="Reminder", sort=Sort.REMINDERS, lifetime=timedelta(days=1), may_wait=True, passes=True),
    "briefing": Kind(label="Briefing for a trainer", lifetime=timedelta(days=1), may_wait=True, passes=True),
    "invite-trainer-declined": Kind(label="A trainer declined", lifetime=_WEEK),
    "invite-new": Kind(label="New calendar entry", lifetime=_WEEK, brings_entry=True),
    "invite-update": Kind(label="Calendar entry changed", lifetime=_WEEK, brings_entry=True),
    "invite-withdrawn": Kind(label="Calendar entry withdrawn", lifetime=_WEEK, brings_entry=True),
    "certificate": Kind(label="Certificate", lifetime=_DAYS_14),
    "completion-renewal": Kind(label="What was completed ends", sort=Sort.REMINDERS, lifetime=_DAYS_14, may_wait=True),
    "certificate-revoked": Kind(label="Certificate revoked", lifetime=_DAYS_14),
    "survey-asked": Kind(label="Survey after a session", lifetime=_WEEK, may_wait=True),
    "survey-reminder": Kind(
        label="Reminder of a survey", sort=Sort.REMINDERS, lifetime=timedelta(days=2), may_wait=True
    ),
    "roster-open": Kind(label="A roster is still open", may_wait=True),
    "absence": Kind(label="Recorded as absent", lifetime=_WEEK, may_wait=True),
    "absence-corrected": Kind(label="Attendance put right", lifetime=_WEEK, may_wait=True),
    "absence-people": Kind(label="Who was absent, for coordinators", lifetime=_WEEK, may_wait=True),
    "contest-decided": Kind(label="A contested mark was answered", lifetime=_WEEK, may_wait=True),
    "material-changed": Kind(label="Materials changed", sort=Sort.MATERIALS, lifetime=_WEEK, may_wait=True),
    "digest": Kind(label="Weekly summary", sort=Sort.DIGESTS, may_wait=True, passes=True),
    "announcement": Kind(label="Announcement", sort=Sort.ANNOUNCEMENTS, may_wait=True),
}


def find_kind(kind: str) -> Kind | None:
    """What the table knows about a kind or its family; None for one that it does not know."""
    return KINDS.get(kind) or KINDS.get(kind.partition("-")[0])


def is_known(kind: str) -> bool:
    """Whether a message may be of this kind, or of this family of kinds."""
    return find_kind(kind) is not None or any(known.startswith(f"{kind}-") for known in KINDS)


def unsubscribe_words(sort: Sort) -> str:
    """What the link at the foot of a mail of this sort says."""
    return f"No more {SORT_LABELS[sort][0].lower()}"


def sort_of(kind: str) -> Sort:
    """Which sort a kind belongs to; an unknown one to none, so that nobody is offered to switch it off."""
    known = find_kind(kind)
    return known.sort if known else Sort.NONE


def may_wait(kind: str) -> bool:
    """Whether messages of a kind wait for the end of quiet hours. An unknown one does not."""
    known = find_kind(kind)
    return known is not None and known.may_wait


def brings_entry(kind: str) -> bool:
    """Whether a calendar entry goes with messages of a kind, added just before they leave. With an unknown one none."""
    known = find_kind(kind)
    return known is not None and known.brings_entry


def expires_at(kind: str, not_before: datetime, sooner: datetime | None = None) -> datetime | None:
    """When a message stops being worth sending: `sooner` when its sender says so, else after its kind's lifetime."""
    known = find_kind(kind)
    if known is None:
        return sooner
    latest = not_before + known.lifetime
    return min(latest, sooner) if sooner else latest

"""What can happen to reminders and announcements. The first field names the subject."""

from datetime import datetime
from uuid import UUID

from training.base.structs import Event


class AnnouncementDrafted(Event, frozen=True, kw_only=True):
    """Somebody began to write an announcement."""

    announcement_id: UUID
    program_id: UUID
    subject: str


class AnnouncementEdited(Event, frozen=True, kw_only=True):
    """Somebody changed the words of an announcement, or whom it is for."""

    announcement_id: UUID
    program_id: UUID
    subject: str = ""


class AnnouncementDeleted(Event, frozen=True, kw_only=True):
    """Somebody deleted the draft of an announcement. It is gone, so this belongs to the session, course or program that
    it was about (`about_id`)."""

    about_id: UUID
    announcement_id: UUID
    program_id: UUID
    subject: str


class AnnouncementTried(Event, frozen=True, kw_only=True):
    """Somebody had a test copy of an announcement written to themselves."""

    announcement_id: UUID
    program_id: UUID
    subject: str = ""


class AnnouncementScheduled(Event, frozen=True, kw_only=True):
    """An announcement goes out at this instant."""

    announcement_id: UUID
    program_id: UUID
    send_at: datetime
    subject: str = ""


class AnnouncementSent(Event, frozen=True, kw_only=True):
    """The clock sent an announcement to so many people."""

    announcement_id: UUID
    program_id: UUID
    recipients: int
    subject: str = ""


class AnnouncementStopped(Event, frozen=True, kw_only=True):
    """Somebody stopped an announcement: `before` it went out, or what was left of it (`taken_back` messages waited)."""

    announcement_id: UUID
    program_id: UUID
    taken_back: int
    before: bool
    subject: str = ""


class ReminderPlanAdded(Event, frozen=True, kw_only=True):
    """A program, a course or a session (`scope`) has a reminder of its own; it replaces a wider one of the same key.

    `said` is the plan in words: "1 day before each meeting starts".
    """

    scope_id: UUID
    scope: str
    plan_id: UUID
    key: str
    said: str = ""


class ReminderPlanEdited(Event, frozen=True, kw_only=True):
    """The named values of a reminder's plan changed."""

    scope_id: UUID
    scope: str
    plan_id: UUID
    key: str
    said: str = ""
    changed: tuple[str, ...]


class ReminderPlanSwitched(Event, frozen=True, kw_only=True):
    """A reminder was switched off for a program, a course or a session, or on again."""

    scope_id: UUID
    scope: str
    plan_id: UUID
    key: str
    said: str = ""
    active: bool


class ReminderPlanRemoved(Event, frozen=True, kw_only=True):
    """A program, a course or a session follows the wider reminder again, if there is one."""

    scope_id: UUID
    scope: str
    plan_id: UUID
    key: str
    said: str = ""


class RemindersStopped(Event, frozen=True, kw_only=True):
    """Somebody stopped reminders of a session for one person: one plan's, or all (`key` is empty)."""

    session_id: UUID
    person_id: UUID
    key: str
    reminders: int
    said: str = ""


class RemindersResumed(Event, frozen=True, kw_only=True):
    """Somebody let reminders that had been stopped go out after all, as far as it is not too late."""

    session_id: UUID
    person_id: UUID
    key: str
    reminders: int
    said: str = ""
